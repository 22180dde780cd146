"""Another network, which hands over a file; what two organisations decide together."""

from __future__ import annotations

import datetime
import html
import re
import secrets

from alerts.content import Report, Reported
from alerts.identifiers import normalise
from alerts.sharing.entries import write_entry
from safety_app.vault import retirement, sharing
from tests.seizure.trust import decide
from tests.seizure.world import World

_IDENTITY = re.compile(r'<textarea id="identity"[^>]*>(.*?)</textarea>', re.S)


def two_organisations(world: World) -> None:
    """One proposes a third organisation, and wants a very dangerous note to stay hidden."""
    moderator = world.people[0]
    page = moderator.browser.get("/en/desk/organisations/")
    page = moderator.browser.fill(page, {"name": "Quayside Peers", "propose": "1"})
    if "Quayside Peers" not in page.text:
        raise AssertionError(f"not proposed: {page.status} {page.text[:300]}")
    worst = next(alert for alert in world.alerts[10:] if ("level", "3") in alert.fields)
    decide(moderator, worst, "keep", why=world.word("why"))


def exchange(world: World) -> None:
    """The first moderator adds another network and takes in a file with two notes of it."""
    browser = world.people[0].browser
    found = _IDENTITY.search(browser.get("/en/a/shared/own/").body.decode())
    if found is None:
        raise AssertionError("no identity")
    # After a renewal of the keys a statement follows.
    text, _statement = retirement.split_text(html.unescape(found[1]))
    ours = sharing.from_text(text)
    theirs = secrets.token_bytes(32)
    identity = sharing.own_identity(theirs)
    given = {"name": world.word("network"), "identity": sharing.to_text(identity)}
    page = browser.fill(browser.get("/en/a/shared/networks/"), given)
    page = browser.fill(page, {**given, "compared": identity.words})
    if given["name"] not in page.text:
        raise AssertionError(f"not added: {page.status} {page.text[:300]}")
    today = datetime.datetime.now(datetime.UTC).date()
    entries = [write_entry(_report(world), today) for _number in range(2)]
    file = sharing.make_file(theirs, ours, today, entries)
    page = browser.send_file(browser.get("/en/a/shared/take/"), file)
    (first, _second) = sorted(set(_incoming(world)))
    page = browser.fill(browser.get(first), {"take": "1"})
    if page.status != 200:
        raise AssertionError(f"not taken in: {page.status} {page.text[:300]}")


def _incoming(world: World) -> list[str]:
    page = world.people[0].browser.get("/en/a/shared/")
    return [link for link in page.links if re.search(r"/a/shared/\d{19}/$", link)]


def _report(world: World) -> Report:
    phone = normalise("phone", world.phone(), "FR")
    return Report(
        what=("theft",),
        level=1,
        region="FR-IDF",
        country="FR",
        when="week",
        text=f"They wrote {world.word('text from elsewhere')}.",
        language="en",
        identifiers=(Reported(phone.kind, phone.key, phone.shown, phone.similar),),
        may_share=True,
    )
