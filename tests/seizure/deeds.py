"""What happens in the world: everything people do, what goes wrong, and what is left of it."""

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from http.client import HTTPException

from safety_app.privacy.retention import backup
from tests.seizure import arrivals, doors, sharing, texts, trust
from tests.seizure.attacks import canaries, leftovers
from tests.seizure.client import FORWARDED_FOR, USER_AGENT, Browser, Page
from tests.seizure.image import DATABASE, Image, take
from tests.seizure.server import Server
from tests.seizure.world import (
    ALERT,
    FIRST_PSEUDONYM,
    Alert,
    Gone,
    Person,
    Report,
    Size,
    World,
    invite,
    join,
    offered_passphrase,
    people,
    post,
    readers,
    report,
    sign_in,
    writing,
)

FOUND = "from tests.seizure.findings import found; found()"


def populate(server: Server, size: Size) -> World:
    """Found a network, fill it, and write down what happened. The server is left running."""
    world = World(server, size)
    server.prepare()
    before = take(server.data, {}).values()
    public = b" ".join(str(value).encode() for _column, value in before)
    world.public = public + b" " + canaries.BETWEEN_DIGITS.sub(b"", public)
    printed = server.run("manage.py", "shell", "-v", "0", "-c", FOUND)
    founded = json.loads(printed.strip().splitlines()[-1])
    for name, shown in founded.items():
        for text in shown if isinstance(shown, list) else [shown]:
            world.secret(name, text)
    world.secret("user agent", USER_AGENT)
    world.secret("X-Forwarded-For", FORWARDED_FOR)
    world.secret("pseudonym", FIRST_PSEUDONYM)
    server.start()
    first = Person(
        FIRST_PSEUDONYM,
        founded["passphrase"],
        "moderator",
        Browser(server.port),
        founded["recovery_code"],
    )
    sign_in(first)
    world.people.append(first)
    objecting = trust.open_objection(world)
    people(world, founded["invitations"])
    trust.three_ways_in(world)
    texts.on_the_pages(world)
    texts.without_an_account(world)
    writing(world)
    arrivals.newcomers(world)
    afterwards(world)
    trust.look_after(world)
    sharing.two_organisations(world)
    trust.take_access_away(world)
    change_after_a_leak(world)
    sharing.exchange(world)
    mistakes(world)
    trust.object_to(world, objecting)
    return world


def afterwards(world: World) -> None:
    """Confirmations, checks, a correction, a cut tie, withdrawals: noted before they go."""
    for alert in world.alerts[: world.size.alerts // 3]:
        other = world.chance.choice([one for one in readers(world) if one is not alert.author])
        page = other.browser.get(f"/en/a/{alert.id}/")
        other.browser.fill(page, {"note": world.word("note")}, action="/confirm/")
    for alert in world.alerts[::2]:
        check(world.chance.choice(readers(world)), alert.phone, found=True)
    check(world.people[0], "+33639989998", found=False)
    correct(world, world.alerts[1])
    cut(world, world.alerts[2])
    for alert in world.alerts[3:6]:
        withdraw(world, alert)
    change(world, world.people[1])
    with noting(world, "second step without a key, and a recovery code"):
        doors.second_step(world, world.people[1])
        doors.new_recovery_code(world, world.people[1])
    code = invite(world, world.people[0], "member")
    with noting(world, "used invitation"):
        leaving = join(world, code, "member")
    erase(world, leaving)


def look_up(person: Person, phone: str) -> Page:
    """Look a number up."""
    return person.browser.fill(person.browser.get("/en/a/check/"), {"q": phone, "country": "FR"})


def check(person: Person, phone: str, *, found: bool) -> None:
    """Look a number up that must be there, or must not."""
    page = look_up(person, phone)
    if page.status != 200 or bool(ALERT.search(" ".join(page.links))) != found:
        raise AssertionError(f"check of {phone}: {page.status} {page.text[:300]}")


@contextmanager
def noting(world: World, what: str, *, within: float = 0.0) -> Iterator[None]:
    """Remember the stored bytes that go meanwhile, and look for them in the live files at once, or
    until they are gone `within` so many seconds.
    """
    before = _stored(world)
    yield
    after = set(_stored(world).values())
    gone = {f"{what}: {name}": raw for name, raw in before.items() if raw not in after}
    if not gone:
        raise AssertionError(f"{what}: nothing is gone")
    world.deleted |= gone
    patience = time.monotonic() + within
    while left := leftovers.search(take(world.server.data, {}), gone):
        if time.monotonic() > patience:
            break
        time.sleep(0.5)
    world.lingering += left


def _stored(world: World) -> dict[str, bytes]:
    """Every value of at least 16 bytes that is not text, by table, column and row."""
    path = world.server.data / "db.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        tables = [
            name
            for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
            if name.startswith(("alerts_", "accounts_"))
        ]
        return {
            f"{table}.{column} of {row['id']}": value
            for table in tables
            for row in connection.execute(f"select * from {table}")  # noqa: S608
            for column, value in dict(row).items()
            if isinstance(value, bytes) and len(value) >= leftovers.PIECE
        }


def correct(world: World, alert: Alert) -> None:
    """The author changes her words."""
    page = alert.author.browser.get(f"/en/a/{alert.id}/correct/")
    alert.text = f"He said {world.word('corrected text')} twice."
    kept = [(name, value) for name, value in alert.fields if name != "text"]
    with noting(world, "correction"):
        page = alert.author.browser.fill(page, [*kept, ("text", alert.text), ("send", "1")])
    if alert.text not in page.text:
        raise AssertionError(f"not corrected: {page.status} {page.text[:300]}")


def cut(world: World, alert: Alert) -> None:
    """The author cuts her tie."""
    page = alert.author.browser.get(f"/en/a/{alert.id}/")
    with noting(world, "cut tie"):
        alert.author.browser.fill(page, {}, action="/cut/")


def withdraw(world: World, alert: Alert) -> None:
    """The author takes her alert back."""
    page = alert.author.browser.get(f"/en/a/{alert.id}/")
    with noting(world, "withdrawal"):
        alert.author.browser.fill(page, {}, action="/withdraw/")
    world.alerts.remove(alert)


def change_after_a_leak(world: World) -> None:
    """Somebody may know her passphrase: she changes it, and everyone gets a new key."""
    moderator = world.people[0]
    member = trust.join(world, trust.invite(world, moderator, "member"), "member")
    trust.sign_in(member)
    # The code stays good, and opens what is sealed to it anew.
    known, before = replace(member, recovery_code=""), world.server.image()
    change(world, member, exposed="yes")
    world.changed.append(Gone(known, [], before))


def change(world: World, person: Person, exposed: str = "no") -> None:
    """Another passphrase: what the old one opened must be gone."""
    page = person.browser.get("/en/me/change/")
    new = world.secret("passphrase", offered_passphrase(page))
    fields = {
        "pseudonym": person.pseudonym,
        "passphrase": person.passphrase,
        "new_passphrase": new,
        "exposed": exposed,
    }
    # With a new network key everything is sealed anew. Where entries of the index move from page to
    # page, SQLite leaves pieces of older ones, until the file is rewritten a moment later.
    within = arrivals.MOST_SECONDS if exposed == "yes" else 0.0
    with noting(world, "change of passphrase", within=within):
        page = person.browser.fill(page, fields)
        if exposed == "yes":
            trust.wait_for_keys(world.people[0])
    if page.path != "/en/me/":
        raise AssertionError(f"not changed: {page.status} {page.text[:300]}")
    person.passphrase = new


def erase(world: World, person: Person) -> None:
    """Somebody leaves for good; what she wrote stays."""
    page = person.browser.get("/en/me/erase/")
    with noting(world, "erased account"):
        page = person.browser.fill(page, {"passphrase": person.passphrase})
    if page.status != 200:
        raise AssertionError(f"not erased: {page.status} {page.text[:300]}")
    world.people.remove(person)


def age(world: World) -> None:
    """Let a month go by for every member; the server is stopped.

    The first sign-in of a month writes to the member's row: where may that be seen?
    """
    with closing(sqlite3.connect(world.server.data / "db.sqlite3")) as connection:
        connection.execute("pragma secure_delete = on")
        connection.execute("update accounts_member set renewed = date(renewed, '-1 month')")
        connection.commit()


def expire(world: World, alert: Alert) -> None:
    """An alert reaches its end, and housekeeping comes by; the server is stopped."""
    with closing(sqlite3.connect(world.server.data / "db.sqlite3")) as connection:
        connection.execute("pragma secure_delete = on")
        connection.execute(
            "update alerts_alert set expires = date('now', '-1 day') where id = ?", (alert.id,)
        )
        connection.commit()
    with noting(world, "expired alert"):
        world.server.run("manage.py", "housekeep")
    world.alerts.remove(alert)


def back_up(world: World) -> Image:
    """The image of someone who got hold of a backup and of the key that opens it: the database
    that a restore makes of it has every value of the backup. Its own text, megabytes of base64,
    has any six digits by chance.
    """
    folder = world.server.folder / "backup"
    folder.mkdir()
    public, secret = backup.new_key()
    key = folder / "key"
    key.write_text(secret)
    world.server.run("manage.py", "backup", str(folder), NIGHTJAR_BACKUP_KEYS=public)
    (sealed,) = folder.glob("backup-*")
    data = folder / "restored"
    where = {"DATA": str(data), "BACKUP": str(sealed), "KEY": str(key)}
    world.server.run("-m", "deploy.restore", **where)
    return Image({DATABASE: (data / "db.sqlite3").read_bytes()})


def mistakes(world: World) -> None:
    """What goes wrong on a normal day, each with a canary in it."""
    stranger = Browser(world.server.port)
    known = world.people[-1].pseudonym
    for pseudonym in (known, known[::-1], world.word("wrong pseudonym")):
        wrong = {"pseudonym": pseudonym, "passphrase": world.word("wrong passphrase")}
        page = stranger.fill(stranger.get("/en/in/"), wrong)
        world.refusals.append((page.status, len(page.body), page.text.replace(pseudonym, "-")))
    for path in (f"/en/{world.word('path')}/", f"/en/a/?q={world.word('query')}", "/en/a/9/"):
        stranger.get(path)
    world.people[0].browser.get(f"/en/a/{2**62 + secrets.randbelow(2**62)}/")
    huge = world.word("ten megabytes") * 700_000
    statuses = [stranger.post("/en/in/", [("q", huge)]).status, stranger.upload("/en/in/", huge)]
    if statuses != [413, 413]:
        raise AssertionError(f"10 MB: {statuses}")
    broken(world)


def broken(world: World) -> None:
    """An error inside: a table is away for a moment."""
    person = world.people[0]
    path = world.server.data / "db.sqlite3"
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        connection.execute("alter table alerts_blindindexentry rename to away")
        page = look_up(person, world.phone())
        connection.execute("alter table away rename to alerts_blindindexentry")
    if page.status != 500:
        raise AssertionError(f"forced error: {page.status}")


def interrupt(world: World) -> list[Report]:
    """Kill the server while four people send; returns what was not acknowledged.

    Meanwhile three others sign in for the first time in a month.
    """
    authors, others = readers(world)[:4], readers(world)[4:7]
    for author in authors:
        sign_in(author)
    queues = [[report(world, author) for _number in range(20)] for author in authors]
    unsure: list[Report] = []

    def send(queue: list[Report]) -> None:
        for made in queue:
            try:
                post(world, made)
            except (OSError, HTTPException):
                unsure.append(made)
                return

    journal = world.server.data / "db.sqlite3-wal"
    with ThreadPoolExecutor(len(queues)) as pool:
        sending = [pool.submit(send, queue) for queue in queues]
        for other in others:
            sign_in(other)
        patience = time.monotonic() + 20
        while not (journal.exists() and journal.stat().st_size) and time.monotonic() < patience:
            pass
        world.server.kill()
    for one in sending:
        one.result()
    return unsure


def read_everything(world: World, unsure: Sequence[Report] = ()) -> None:
    """Somebody signs in, finds every alert by its number and reads it: nothing is missing.

    An `unsure` report is there as a whole, or not at all.
    """
    person = world.last_reader
    sign_in(person)
    for alert in world.alerts:
        page = person.browser.get(f"/en/a/{alert.id}/")
        if page.status != 200 or alert.text not in page.text:
            raise AssertionError(f"cannot read {alert.id}: {page.status} {page.text[:300]}")
    for alert in world.alerts[:10]:
        check(person, alert.phone, found=True)
    for made in unsure:
        page = look_up(person, made.phone)
        for found in set(ALERT.findall(" ".join(page.links))):
            if made.text not in person.browser.get(f"/en/a/{found}/").text:
                raise AssertionError("half an alert")
