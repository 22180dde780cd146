"""What people do before the server is seized, over HTTP only, and what they did, written down."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.seizure.attacks.canaries import Canary
from tests.seizure.client import Browser, Page
from tests.seizure.image import Image
from tests.seizure.server import Server

NAMES = (Path(__file__).parent / "names.txt").read_text().split("\n")[:-1]
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}(?:-[0-9A-HJKMNP-TV-Z]{5}){3}-[0-9A-HJKMNP-TV-Z]{6}\b")
ALERT = re.compile(r"/a/(\d{15,20})/")
# Strange enough to stand nowhere by chance, each typed into one kind of field.
SYLLABLES = ("quor", "zax", "vim", "oth", "plen", "drub", "snev", "kly", "gorp", "wub", "frax")
WHAT = ("physical_assault", "theft", "weapon", "no_show", "boundary")
REGIONS = ("FR-IDF", "FR-OCC", "FR-BRE", "online")
FIRST_PSEUDONYM = "Wilhelmina"

Fields = list[tuple[str, str]]
OFFERED = re.compile(r'<p class="secret"[^>]*>([a-z ]+)</p>')


@dataclass(frozen=True)
class Size:
    """How much happens: people of each organisation, alerts, and how many numbers a thief tries."""

    members: int
    alerts: int
    numbers: int


SMALL = Size(members=3, alerts=24, numbers=2_000)
FULL = Size(members=19, alerts=200, numbers=10_000)


@dataclass
class Person:
    """Somebody, and her browser."""

    pseudonym: str
    passphrase: str
    role: str
    browser: Browser
    recovery_code: str = ""
    # With a security key: what it answers to the page that asks for one.
    answer: Callable[[Page], str] | None = None
    paper_code: str = ""  # one that is left


@dataclass(frozen=True)
class Gone:
    """Somebody whose keys are new or gone: what she knew, codes too, and a copy from before."""

    person: Person
    codes: list[str]
    before: Image


@dataclass
class Alert:
    """What somebody wrote."""

    id: int
    author: Person
    phone: str
    text: str
    fields: Fields


@dataclass
class World:
    """Everything that was done, for whoever checks the image afterwards."""

    server: Server
    size: Size
    people: list[Person] = field(default_factory=list)
    waiting: list[Person] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    changed: list[Gone] = field(default_factory=list)  # with their old passphrase
    alerts: list[Alert] = field(default_factory=list)
    in_order: list[int] = field(default_factory=list)
    # Those of them that came before the file was first taken; (newcomer, her first alert).
    settled: list[int] = field(default_factory=list)
    joined: list[tuple[int, int]] = field(default_factory=list)
    deleted: dict[str, bytes] = field(default_factory=dict)
    lingering: list[str] = field(default_factory=list)
    refusals: list[tuple[int, int, str]] = field(default_factory=list)
    canaries: list[Canary] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    chance: random.Random = field(default_factory=lambda: random.Random(20261121))
    words_made: int = 0
    # What stood in the tables before anyone came: public pages, with hashes that hold digits.
    public: bytes = b""

    @property
    def area(self) -> list[str]:
        """All numbers of the area, the real ones among them (06 39 98 is kept for fiction)."""
        return (
            [f"+33639980{number:03}" for number in range(1000)]
            + [f"+33639982{number:03}" for number in range(1000)]
            if self.size.numbers <= 2000
            else [f"+3363998{number:04}" for number in range(10000)]
        )

    @property
    def last_reader(self) -> "Person":
        """Who signs in after each stop."""
        return readers(self)[-1]

    def word(self, kind: str) -> str:
        """A new word that stands nowhere else, remembered as a canary."""
        self.words_made += 1
        made = "".join(self.chance.choice(SYLLABLES) for _ in range(4)) + f"{self.words_made:03}"
        self.canaries.append(Canary(kind, made))
        return made

    def phone(self) -> str:
        """A new number of the area."""
        made = ""
        while not made or any(tail in self.public for tail in _tails(made)):
            made = self.chance.choice(sorted(set(self.area) - set(self.phones)))
        self.phones.append(made)
        self.canaries.append(Canary("phone", made))
        return made

    def secret(self, kind: str, text: str) -> str:
        """Remember something that was typed or shown, as it is."""
        self.canaries.append(Canary(kind, text))
        if "-" in text:
            self.canaries.append(Canary(kind, text.replace("-", "")))
        return text


def _tails(number: str) -> tuple[bytes, bytes]:
    """The shortest part of a number that is looked for, and the same backwards."""
    return number[-6:].encode(), number[-6:][::-1].encode()


def people(world: World, invitations: list[str]) -> None:
    """Moderators join, invite members; one invitation stays open."""
    moderators = [world.people[0], *(join(world, code, "moderator") for code in invitations)]
    for moderator in moderators:
        for number in range(world.size.members):
            role = "reporter" if number == 1 else "member"
            join(world, invite(world, moderator, role), role)
    join(world, invite(world, moderators[0], "translator"), "translator")
    invite(world, moderators[1], "member")


def invite(world: World, moderator: Person, kind: str) -> str:
    """A moderator makes an invitation; returns its code."""
    desk = moderator.browser.get("/en/desk/invite/")
    page = moderator.browser.fill(desk, {"role": kind, "stay": "good", "make": "1"})
    found = CODE.search(page.text)
    if page.status != 200 or not found:
        raise AssertionError(f"no invitation: {page.status} {page.text[:300]}")
    return world.secret("invitation code", found.group())


def offered_passphrase(page: Page) -> str:
    """The one that a page shows above its form."""
    shown = OFFERED.search(page.body.decode())
    if not shown:
        raise AssertionError(f"no passphrase offered: {page.status} {page.text[:300]}")
    return shown.group(1)


def join(world: World, code: str, role: str) -> Person:
    """Use an invitation, with a pseudonym out of the public list."""
    taken = {person.pseudonym for person in world.people}
    pseudonym = world.chance.choice([name for name in NAMES if name not in taken])
    browser = Browser(world.server.port)
    page = browser.get("/en/join/")
    passphrase = offered_passphrase(page)
    page = browser.fill(page, {"code": code, "pseudonym": pseudonym, "passphrase": passphrase})
    shown = CODE.search(page.text)
    if page.status != 200 or not shown:
        raise AssertionError(f"could not join: {page.status} {page.text[:300]}")
    person = Person(pseudonym, passphrase, role, browser, shown.group())
    world.secret("pseudonym", pseudonym)
    world.secret("passphrase", passphrase)
    world.secret("recovery code", person.recovery_code)
    world.people.append(person)
    return person


def sign_in(person: Person) -> Page:
    """Sign in anew; the page that follows."""
    person.browser.cookies.clear()
    page = person.browser.get("/en/in/")
    page = person.browser.fill(
        page, {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    )
    if person.answer:
        page = person.browser.fill(page, {"credential": person.answer(page)}, action="/in/code/")
    if page.status != 200 or "/in/" in page.path:
        raise AssertionError(f"could not sign in: {page.status} {page.text[:300]}")
    return page


def readers(world: World) -> list[Person]:
    """Those who read and write alerts."""
    return [person for person in world.people if person.role not in ("translator", "editor")]


@dataclass(frozen=True)
class Report:
    """What somebody is about to send."""

    author: Person
    phone: str
    text: str
    fields: Fields


def writing(world: World) -> None:
    """Alerts of all levels in a few regions, most of them in one go, the first step by step."""
    for number in range(world.size.alerts):
        post(world, report(world, world.chance.choice(readers(world))), slowly=number == 0)


def post(world: World, made: Report, *, slowly: bool = False) -> Alert:
    """Send a report: in five steps, or with the last button at once."""
    browser = made.author.browser
    page = browser.get("/en/a/new/")
    if slowly:
        for step in range(1, 5):
            page = browser.fill(page, [*made.fields, ("step", str(step)), ("next", "1")])
    page = browser.fill(page, [*made.fields, ("send", "1")])
    found = ALERT.search(" ".join(page.links))
    if page.status != 200 or not found:
        raise AssertionError(f"not sent: {page.status} {page.text[:400]}")
    alert = Alert(int(found.group(1)), made.author, made.phone, made.text, made.fields)
    world.alerts.append(alert)
    world.in_order.append(alert.id)
    return alert


def report(world: World, author: Person) -> Report:
    """A report full of canaries."""
    phone, mail, text = world.phone(), world.word("e-mail"), f"He said {world.word('text')}."
    national = f"0{phone[3]} {phone[4:6]} {phone[6:8]} {phone[8:10]} {phone[10:12]}"
    fields = [
        ("what", world.chance.choice(WHAT)),
        ("level", world.chance.choice("0123")),
        ("when", "week"),
        ("country", "FR"),
        ("region", world.chance.choice(REGIONS)),
        ("city", world.word("city")),
        ("setting", "hotel"),
        ("identifier-0-kind", "phone"),
        ("identifier-0-value", national),
        ("identifier-1-kind", "email"),
        ("identifier-1-value", f"{mail}@example.org"),
        ("identifier-2-kind", "name"),
        ("identifier-2-value", world.word("name")),
        ("marks_text", world.word("marks")),
        ("text", text),
        ("helped", world.word("what helped")),
    ]
    return Report(author, phone, text, fields)
