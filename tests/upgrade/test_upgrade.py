"""Networks of earlier releases go on with today's program. From 0.2.0 on, migrations are only
added.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.seizure.client import Browser
from tests.seizure.deeds import check
from tests.seizure.server import ROOT, Server
from tests.seizure.world import ALERT, Person, sign_in
from tests.upgrade import release
from tests.upgrade.network import renew_keys
from tests.upgrade.release import Account, Release

each_release = pytest.mark.parametrize("version", release.kept())
NEWEST = release.kept()[-1]
PIN = "epoch-pin.json"
PHONE = "+33639980999"
# Who holds no network key: from 0.3.0 on the server vouches for these rows.
KEYLESS = ("translator", "editor")


@contextmanager
def upgraded(kept: Release, folder: Path, example: str = "") -> Iterator[Server]:
    """The release's network with today's tables, served by today's program, a day later."""
    server = Server(folder)
    (folder / "pepper").write_text(kept.pepper)
    release.bring_back(kept, server.data)
    now = time_machine.escape_hatch.time.time()
    server.configuration |= {
        "CLOCK_AHEAD": str(kept.noon_after.timestamp() - now),
        "PYTHONPATH": str(ROOT / "tests" / "shifted_clock"),
    }
    if example:
        server.configuration |= {
            "DJANGO_SETTINGS_MODULE": "tests.upgrade.settings",
            "EXAMPLE": example,
        }
    server.run("manage.py", "prepare")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def signed_in(server: Server, account: Account) -> Person:
    person = Person(account.pseudonym, account.passphrase, account.role, Browser(server.port))
    sign_in(person)
    return person


def read_all(person: Person, kept: Release) -> None:
    for note in kept.notes:
        page = person.browser.get(f"/en/a/{note.id}/")
        assert note.text in page.text, page.text[:300]
        check(person, note.phone, found=True)


def of_database(server: Server, query: str) -> set[int]:
    with closing(sqlite3.connect(server.data / "db.sqlite3")) as connection:
        return {number for (number,) in connection.execute(query)}


def remembered(server: Server) -> dict[str, Any]:
    return dict(json.loads((server.data / PIN).read_text()))


def newest_key(server: Server) -> int:
    """Its number, as database and server say alike."""
    pin = remembered(server)
    assert pin["expected"] is None
    assert of_database(server, "SELECT max(number) FROM accounts_epoch") == {pin["seen"]["number"]}
    return int(pin["seen"]["number"])


@pytest.mark.thorough
@each_release
def test_a_network_of_a_release_goes_on(version: str, tmp_path: Path) -> None:
    kept = release.load(version)
    with upgraded(kept, tmp_path) as server:
        member, moderator = signed_in(server, kept.member()), signed_in(server, kept.moderator())
        read_all(member, kept)
        keyless = [signed_in(server, one) for one in kept.people if one.role in KEYLESS]
        page = member.browser.get("/en/a/new/")
        written = {"what": "theft", "level": "2", "when": "week", "country": "FR"}
        written |= {"region": "FR-IDF", "identifier-0-kind": "phone", "send": "1"}
        page = member.browser.fill(page, {**written, "identifier-0-value": PHONE})
        assert ALERT.search(" ".join(page.links)), page.text[:300]
        check(moderator, PHONE, found=True)
        before = newest_key(server)
        renew_keys(moderator)
        assert newest_key(server) == before + 1
        assert of_database(server, "SELECT DISTINCT epoch FROM alerts_alert") == {before + 1}
        sign_in(member)
        read_all(member, kept)
        check(member, PHONE, found=True)
        for person in keyless:
            assert person.browser.get("/en/translate/").status == 200
            sign_in(person)
        bound_from = remembered(server)["bound_from"]
        (server.data / PIN).unlink()
        server.run("manage.py", "trust_database", "--restored")
        assert remembered(server)["bound_from"] == bound_from
        sign_in(member)
        read_all(member, kept)


@pytest.mark.thorough
def test_a_later_migration_runs_on_the_released_tables(tmp_path: Path) -> None:
    kept = release.load(NEWEST)
    with upgraded(kept, tmp_path, example="careful") as server:
        with closing(sqlite3.connect(server.data / "db.sqlite3")) as connection:
            rows = connection.execute("SELECT example FROM alerts_alert").fetchall()
        assert len(rows) > len(kept.notes) / 2
        assert set(rows) == {(1,)}
        read_all(signed_in(server, kept.member()), kept)


@pytest.mark.thorough
def test_a_migration_that_loses_something_is_noticed(tmp_path: Path) -> None:
    kept = release.load(NEWEST)
    with upgraded(kept, tmp_path, example="careless") as server:
        member = signed_in(server, kept.member())
        with pytest.raises(AssertionError, match="check of"):
            read_all(member, kept)


@each_release
def test_migrations_of_a_release_stay_as_they_are(version: str) -> None:
    assert release.changed(release.load(version).migrations, release.migrations()) == []


def test_a_changed_and_a_deleted_migration_are_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "alerts/migrations"
    folder.mkdir(parents=True)
    for name in ("0001_initial.py", "0002_more.py", "0003_even_more.py"):
        (folder / name).write_text(f"# {name}")
    before = release.migrations(tmp_path)
    assert release.changed(before, before) == []
    (folder / "0002_more.py").write_text("# another one")
    (folder / "0003_even_more.py").unlink()
    (folder / "0004_new.py").touch()
    assert release.changed(before, release.migrations(tmp_path)) == [
        "alerts/migrations/0002_more.py",
        "alerts/migrations/0003_even_more.py",
    ]


def test_a_release_knows_all_migrations_of_its_time() -> None:
    assert len(release.load(NEWEST).migrations) >= 6
