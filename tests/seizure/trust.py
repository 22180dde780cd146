"""Who comes in, who looks after what was written, and who has to go: over HTTP only."""

from __future__ import annotations

import re
import time

from tests.seizure.client import Browser, Page
from tests.seizure.world import (
    CODE,
    NAMES,
    Alert,
    Gone,
    Person,
    World,
    invite,
    join,
    offered_passphrase,
    sign_in,
)

WAIT_SECONDS = 61
PATIENCE = 120.0

# What a page says after an application or a vouching was approved.
APPROVED = ("Accepted. They come in with four words", "The code works from now on")


def open_objection(world: World) -> tuple[Browser, Page, float]:
    """Open the page for objections: it can be sent a minute later."""
    stranger = Browser(world.server.port)
    return stranger, stranger.get("/en/object/"), time.monotonic()


def object_to(world: World, opened: tuple[Browser, Page, float]) -> None:
    """Send what was opened before."""
    stranger, page, began = opened
    time.sleep(max(0.0, WAIT_SECONDS - (time.monotonic() - began)))
    fields = {"identifier": world.alerts[0].phone, "text": world.word("objection"), "send": "1"}
    page = stranger.fill(page, fields)
    world.secret("return code", _code(page))


def three_ways_in(world: World) -> None:
    """One applies and is let in, one is declined, one waits; a member vouches for another."""
    moderator = world.people[0]
    let_in, declined, _waits = apply(world), apply(world), apply(world)
    note(world, moderator, _asked(moderator, let_in), "note/")
    asked = _asked(moderator, let_in)
    words = offered_passphrase(moderator.browser.get(asked))
    answer(moderator, asked, "approve", compared=words)
    page = let_in.browser.fill(sign_in(let_in), {"words": words}, action="/me/words/")
    if "The words are right" not in page.text:
        raise AssertionError(f"not the words: {page.status} {page.text[:300]}")
    if let_in.browser.get("/en/a/").status != 200:
        raise AssertionError("not let in")
    world.waiting.remove(let_in)
    world.people.append(let_in)
    decline(moderator, _asked(moderator, declined))
    voucher = world.people[3]  # the first whom she invited
    page = voucher.browser.get("/en/vouch/")
    page = voucher.browser.fill(page, {"note": world.word("vouching"), "make": "1"})
    code = world.secret("vouched code", _code(page))
    (row,) = _links(moderator, "/desk/vouched/")
    answer(moderator, row, "approve")
    join(world, code, "member")


def apply(world: World) -> Person:
    """A newcomer asks the first organisation."""
    taken = {person.pseudonym for person in (*world.people, *world.waiting)}
    pseudonym = world.chance.choice([name for name in NAMES if name not in taken])
    browser = Browser(world.server.port)
    page = browser.get("/en/apply/")
    passphrase = offered_passphrase(page)
    values = re.findall(rb'name="organisation"[^>]*>|<option value="(\d+)"', page.body)
    organisation = next(value.decode() for value in values if value)
    fields = {
        "organisation": organisation,
        "pseudonym": pseudonym,
        "passphrase": passphrase,
        "note": world.word("application"),
    }
    page = browser.fill(page, fields)
    person = Person(pseudonym, passphrase, "member", browser, _code(page))
    world.secret("pseudonym", pseudonym)
    world.secret("passphrase", passphrase)
    world.secret("recovery code", person.recovery_code)
    world.waiting.append(person)
    return person


def _asked(moderator: Person, person: Person) -> str:
    """The page of someone's application: the one that shows her pseudonym."""
    for link in _links(moderator, "/desk/asked/"):
        if f"Pseudonym {person.pseudonym} Asked" in moderator.browser.get(link).text:
            return link
    raise AssertionError(f"{person.pseudonym} does not wait")


def _links(person: Person, part: str) -> list[str]:
    desk = person.browser.get("/en/desk/")
    return sorted({link for link in desk.links if part in link})


def answer(moderator: Person, path: str, button: str, **ticked: str) -> None:
    """Approve, which asks once more."""
    page = moderator.browser.fill(moderator.browser.get(path), {"ask": "1"})
    page = moderator.browser.fill(page, {button: "1", **ticked})
    if page.status != 200 or not any(words in page.text for words in APPROVED):
        raise AssertionError(f"not approved: {page.status} {page.text[:300]}")


def decline(moderator: Person, path: str) -> None:
    """Decline."""
    page = moderator.browser.fill(moderator.browser.get(path), {"decline": "1"})
    if "declined" not in page.text:
        raise AssertionError(f"not declined: {page.status} {page.text[:300]}")


def note(world: World, moderator: Person, path: str, end: str) -> None:
    """Leave somebody a note."""
    page = moderator.browser.get(path + end)
    page = moderator.browser.fill(page, {"text": world.word("letter"), "send": "1"})
    if "Your message is there" not in page.text:
        raise AssertionError(f"no note: {page.status} {page.text[:300]}")


def look_after(world: World) -> None:
    """Flags, a translation, a review, words taken out, one hidden, one looked into."""
    moderator, reader = world.people[0], world.people[3]
    flagged, dull, hidden = world.alerts[7], world.alerts[8], world.alerts[9]
    page = reader.browser.get(f"/en/a/{flagged.id}/flag/")
    said = {"reason": "private_detail", "words": world.word("flag"), "send": "1"}
    reader.browser.fill(page, said)
    page = reader.browser.get(f"/en/a/{dull.id}/translate/")
    words = {name: world.word("translation") for name in ("text", "helped", "marks")}
    page = reader.browser.fill(page, {"written_in": "fr", **words})
    if words["text"] not in page.text:
        raise AssertionError(f"not translated: {page.status} {page.text[:300]}")
    decide(moderator, dull, "reviewed")
    decide(moderator, hidden, "hide")
    decide(moderator, hidden, "reviewed")
    look(world, moderator)
    pass_on(moderator, dull)


def pass_on(moderator: Person, alert: Alert) -> None:
    """Get a text for people who are not on the site."""
    page = moderator.browser.get(f"/en/a/{alert.id}/pass/")
    page = moderator.browser.fill(page, {"numbers": "part", "show": "1"}, action="/pass/")
    if "The text to pass on" not in page.text:
        raise AssertionError(f"not passed on: {page.status} {page.text[:300]}")


def decide(moderator: Person, alert: Alert, button: str, **more: str) -> None:
    """Press a button of the review."""
    page = moderator.browser.get(f"/en/a/{alert.id}/review/")
    page = moderator.browser.fill(page, {"do": button, **more})
    if page.status != 200:
        raise AssertionError(f"not {button}: {page.status} {page.text[:300]}")


def look(world: World, moderator: Person) -> None:
    """Who posted this: one of the moderator's own organisation."""
    for alert in world.alerts:
        page = moderator.browser.get(f"/en/a/{alert.id}/author/")
        fields = {"reason": world.word("reason"), "sure": "1", "look": "1"}
        page = moderator.browser.fill(page, fields)
        if "Nobody from your organisation wrote it" not in page.text:
            if alert.author.pseudonym not in page.text:
                raise AssertionError(f"no author: {page.status} {page.text[:300]}")
            return
    raise AssertionError("no alert of the first organisation")


def take_access_away(world: World) -> None:
    """A moderator who made an invitation, and a member: revoked; the keys are new for the rest."""
    moderator = world.people[0]
    second = join(world, invite(world, moderator, "moderator"), "moderator")
    open_code = invite(world, second, "member")
    member = join(world, invite(world, moderator, "member"), "member")
    for person, codes in ((second, [open_code]), (member, [])):
        sign_in(person)
        before = world.server.image()
        page = revoke(moderator, person)
        for code in CODE.findall(page.text):
            world.secret("desk recovery code", code)
        wait_for_keys(moderator)
        world.gone.append(Gone(person, codes, before))
        world.people.remove(person)
        if "/in/" not in person.browser.get("/en/a/").path:
            raise AssertionError("her session goes on")


def revoke(moderator: Person, person: Person) -> Page:
    """End someone's access."""
    page = moderator.browser.get("/en/desk/people/")
    found = [link for link in page.links if re.search(r"/people/\d+/$", link)]
    for link in found:
        if f" {person.pseudonym} Role " in moderator.browser.get(link).text:
            page = moderator.browser.fill(moderator.browser.get(f"{link}revoke/"), {"revoke": "1"})
            if "Access has ended" not in page.text:
                raise AssertionError(f"not revoked: {page.status} {page.text[:300]}")
            return page
    raise AssertionError(f"{person.pseudonym} is not listed")


def wait_for_keys(moderator: Person) -> None:
    """Until everything has moved to the new key."""
    give_up = time.monotonic() + PATIENCE
    while "Everything is locked with it" not in moderator.browser.get("/en/desk/keys/").text:
        if time.monotonic() > give_up:
            raise AssertionError("the keys are not renewed")
        time.sleep(0.2)


def _code(page: Page) -> str:
    found = CODE.search(page.text)
    if page.status != 200 or not found:
        raise AssertionError(f"no code: {page.status} {page.text[:300]}")
    return found.group()
