"""A network of today's program, to be kept for the upgrades of later ones.

A real server is filled over HTTP as the seizure test does it, with fewer people. Names and numbers
are the same each time; keys, codes and passphrases are new.
"""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path

from tests.seizure import sharing, texts, trust
from tests.seizure.arrivals import wait_for_rewrite
from tests.seizure.client import Browser
from tests.seizure.deeds import FOUND
from tests.seizure.server import Server
from tests.seizure.world import (
    FIRST_PSEUDONYM,
    Person,
    Size,
    World,
    people,
    readers,
    sign_in,
    writing,
)
from tests.upgrade import release
from tests.upgrade.release import Account, Note, Release

SIZE = Size(members=3, alerts=16, numbers=2_000)
# What later programs bring along in other languages they load themselves.
LANGUAGES = "en,es"
RENEW = "/en/desk/keys/renew/"


def keep(version: str) -> None:
    """Fill one and keep it as this release."""
    today = datetime.datetime.now(datetime.UTC).date()
    with tempfile.TemporaryDirectory(prefix="nightjar-release-") as folder:
        server = Server(Path(folder))
        server.configuration["NIGHTJAR_LANGUAGES"] = LANGUAGES
        server.configuration["NIGHTJAR_PAGE_LANGUAGES"] = LANGUAGES
        try:
            world = _filled(server)
        finally:
            server.stop()
        release.save(_release(world, version, today), server.data / "db.sqlite3")
    size = sum(path.stat().st_size for path in (release.RELEASES / version).iterdir())
    print(f"{release.RELEASES / version}: {size:,} bytes, {len(world.alerts)} notes")


def _filled(server: Server) -> World:
    """Everything that has a table, once at least; the last renewal of the keys is done."""
    world = World(server, SIZE)
    server.prepare()
    founded = json.loads(server.run("manage.py", "shell", "-v", "0", "-c", FOUND).splitlines()[-1])
    server.start()
    first = Person(FIRST_PSEUDONYM, founded["passphrase"], "moderator", Browser(server.port))
    sign_in(first)
    world.people.append(first)
    objecting = trust.open_objection(world)
    people(world, founded["invitations"])
    trust.three_ways_in(world)
    texts.on_the_pages(world)
    writing(world)
    for alert in world.alerts[:5]:
        other = next(one for one in readers(world) if one is not alert.author)
        page = other.browser.get(f"/en/a/{alert.id}/")
        other.browser.fill(page, {"note": world.word("note")}, action="/confirm/")
    trust.look_after(world)
    sharing.two_organisations(world)
    sign_in(first)
    renew_keys(first)
    sharing.exchange(world)
    trust.object_to(world, objecting)
    wait_for_rewrite(world)
    return world


def renew_keys(moderator: Person) -> None:
    """A new network key, and every note under it."""
    page = moderator.browser.get(RENEW)
    if page.path != RENEW:  # her passphrase is asked for again
        page = moderator.browser.fill(page, {"passphrase": moderator.passphrase})
    page = moderator.browser.fill(page, {})
    if "There is a new key" not in page.text:
        raise AssertionError(f"not renewed: {page.status} {page.text[:300]}")
    trust.wait_for_keys(moderator)


def _release(world: World, version: str, today: datetime.date) -> Release:
    return Release(
        version=version,
        day=today.isoformat(),
        pepper=(world.server.folder / "pepper").read_text(),
        files={
            path.name: path.read_text()
            for path in sorted(world.server.data.iterdir())
            if path.is_file() and path.stat().st_size and not path.name.startswith("db.sqlite3")
        },
        people=[Account(one.pseudonym, one.passphrase, one.role) for one in world.people],
        notes=[Note(one.id, one.phone, one.text) for one in world.alerts],
        migrations=release.migrations(),
    )
