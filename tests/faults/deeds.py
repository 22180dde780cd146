"""Mixed writes over HTTP, by people who note down what they were told: `tests.faults.ledger`.

Which page follows says that it was done: what it says above may have been shown in another tab.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from threading import Event

from tests.faults.ledger import Ledger, Note
from tests.seizure.client import Browser, Page
from tests.seizure.world import ALERT

REGIONS = ("FR-IDF", "FR-OCC", "FR-BRE", "FR-NOR")
MOST_NOTES = 60  # above it, notes are withdrawn rather than written


@dataclass
class Person:
    """Somebody with a browser. `message_to` is the number of whom she writes messages to, or 0."""

    pseudonym: str
    passphrase: str
    browser: Browser
    message_to: int = 0

    def sign_in(self) -> Page:
        """A new session."""
        self.browser.cookies.clear()
        typed = {"pseudonym": self.pseudonym, "passphrase": self.passphrase}
        page = self.browser.fill(self.browser.get("/en/in/"), typed)
        assert page.status == 200, f"{page.status} {page.text[:300]}"
        assert "/in/" not in page.path, page.text[:300]
        return page


class Refused(Exception):
    """An answer that is neither the deed nor silence."""


def keep_writing(person: Person, ledger: Ledger, ends: Event, chance: random.Random) -> None:
    """One deed after another, until the server is gone or `ends`."""
    kinds: list[Callable[..., bool]] = [post, post, correct, withdraw, confirm, choose_regions]
    if person.message_to:
        kinds.append(message)
    while not ends.is_set():
        deed = chance.choice(kinds)
        try:
            if deed(person, ledger, chance):
                ledger.count(deed.__name__, acknowledged=True)
        except (OSError, HTTPException):
            ledger.count(deed.__name__, acknowledged=False)
            return
        except Refused as refused:
            ledger.odd.append(f"{deed.__name__}: {refused}")
            return


def fields_of(text: str) -> list[tuple[str, str]]:
    """A report with two identifiers that nobody else reports."""
    number = f"{secrets.randbelow(10**8):08}"
    return [
        ("what", "theft"),
        ("level", "2"),
        ("when", "week"),
        ("country", "FR"),
        ("region", "FR-IDF"),
        ("setting", "hotel"),
        ("identifier-0-kind", "phone"),
        ("identifier-0-value", f"+336{number}"),
        ("identifier-1-kind", "email"),
        ("identifier-1-value", f"{secrets.token_hex(8)}@example.org"),
        ("text", text),
    ]


def new_text() -> str:
    return f"He said {secrets.token_hex(8)}."


def post(person: Person, ledger: Ledger, chance: random.Random) -> bool:
    """Write a note."""
    if len(ledger.notes) > MOST_NOTES and chance.random() < 0.8:
        return withdraw(person, ledger, chance)
    page = person.browser.get("/en/a/new/")
    text = new_text()
    ledger.unsure_notes.append(text)
    page = person.browser.fill(page, [*fields_of(text), ("send", "1")])
    found = ALERT.search(" ".join(page.links))
    if page.status != 200 or not found:
        raise Refused(f"{page.status} {page.text[:200]}")
    with ledger.lock:
        ledger.unsure_notes.remove(text)
        ledger.notes[int(found.group(1))] = Note([text], person.pseudonym)
    return True


def correct(person: Person, ledger: Ledger, chance: random.Random) -> bool:
    """Change the words and the identifiers of one's own note."""
    taken = ledger.take(author=person.pseudonym)
    if taken is None:
        return False
    number, note = taken
    text = new_text()
    page = person.browser.get(f"/en/a/{number}/correct/")
    note.texts.append(text)
    page = person.browser.fill(page, [*fields_of(text), ("send", "1")])
    if page.status != 200 or text not in page.text:
        raise Refused(f"{page.status} {page.text[:200]}")
    note.texts = [text]
    note.is_taken = False
    return True


def withdraw(person: Person, ledger: Ledger, chance: random.Random) -> bool:
    """Delete one's own note."""
    taken = ledger.take(author=person.pseudonym)
    if taken is None:
        return False
    number, note = taken
    page = person.browser.get(f"/en/a/{number}/")
    note.may_be_gone = True
    page = person.browser.fill(page, {}, action="/withdraw/")
    if (page.status, page.path) != (200, "/en/a/"):
        raise Refused(f"{page.status} {page.text[:200]}")
    note.is_gone = True
    return True


def confirm(person: Person, ledger: Ledger, chance: random.Random) -> bool:
    """ "This happened to me too" on somebody else's note."""
    taken = ledger.take(other_than=person.pseudonym)
    if taken is None:
        return False
    number, note = taken
    if note.confirmed == "yes":
        note.is_taken = False
        return False
    page = person.browser.get(f"/en/a/{number}/")
    note.confirmed = "maybe"
    page = person.browser.fill(page, {"note": "So did he to me."}, action="/confirm/")
    if (page.status, page.path) != (200, f"/en/a/{number}/"):
        raise Refused(f"{page.status} {page.text[:200]}")
    note.confirmed = "yes"
    note.is_taken = False
    return True


def message(person: Person, ledger: Ledger, chance: random.Random) -> bool:
    """A moderator writes to somebody of her organisation."""
    text = new_text()
    page = person.browser.get(f"/en/desk/people/{person.message_to}/note/")
    ledger.unsure_messages.append(text)
    page = person.browser.fill(page, {"text": text, "send": "1"})
    if page.status != 200:
        raise Refused(f"{page.status} {page.text[:200]}")
    with ledger.lock:
        ledger.unsure_messages.remove(text)
        ledger.messages.append(text)
    return True


def choose_regions(person: Person, ledger: Ledger, chance: random.Random) -> bool:
    """Settings of one's own."""
    if not ledger.may_choose(person.pseudonym):
        return False
    chosen = sorted(chance.sample(REGIONS, 2))
    page = person.browser.get("/en/a/regions/")
    may_be = ledger.regions.setdefault(person.pseudonym, [[]])
    may_be.append(chosen)
    fields = [("country", "FR"), *(("region", one) for one in chosen), ("save", "1")]
    page = person.browser.fill(page, fields)
    if (page.status, page.path) != (200, "/en/a/"):
        raise Refused(f"{page.status} {page.text[:200]}")
    ledger.regions[person.pseudonym] = [chosen]
    ledger.choosing.remove(person.pseudonym)
    return True
