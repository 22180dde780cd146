"""`manage.py backup`: what is left out of a copy"""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection

from alerts.content import Report
from alerts.flows import lifecycle
from safety_app.accounts.flows import invite, vouch
from safety_app.privacy.retention import backup
from safety_app.privacy.retention.backup import LeftOut
from tests.accounts.newcomers import applicant
from tests.cast import Person

DAY = datetime.date(2026, 11, 21)


@pytest.fixture
def copied(
    transactional_db: None, populated: None, member: Person, moderator: Person, tmp_path: Path
) -> Path:
    """A copy, taken while someone waits, something was sent and codes are open."""
    row, ring = member.keys
    lifecycle.post(ring, row, Report(what=("robbed",), level=2, region="FR-IDF"))
    vouch.vouch(ring, row, "someone I know")
    invite.make_invitation(*reversed(moderator.keys), "member")
    applicant()
    return backup.write_copy(tmp_path, DAY)


@pytest.fixture
def sealed(transactional_db: None, populated: None, member: Person) -> bytes:
    """The seal that says who wrote the only alert."""
    alert = lifecycle.post(
        member.ring, member.row, Report(what=("robbed",), level=2, region="FR-IDF")
    )
    assert alert.author_seal is not None
    return bytes(alert.author_seal)


def rows(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as copy:
        return copy.execute(question).fetchall()


def test_ties_between_people_and_who_waits_are_left_out(copied: Path, member: Person) -> None:
    assert rows(copied, "SELECT author_seal, author_mac FROM alerts_alert") == [(None, None)]
    assert rows(copied, "SELECT id FROM accounts_application") == []
    assert rows(copied, "SELECT id FROM accounts_vouching") == []
    assert rows(copied, "SELECT state, count(*) FROM accounts_invitation GROUP BY 1") == [
        ("open", 1)
    ]
    assert {state for (state,) in rows(copied, "SELECT state FROM accounts_member")} == {"active"}
    settings = "SELECT member_id FROM accounts_personalsettings"
    assert set(rows(copied, settings)) <= set(rows(copied, "SELECT id FROM accounts_member"))
    assert (member.row.pk,) in rows(copied, "SELECT id FROM accounts_member")
    assert rows(copied, "PRAGMA foreign_key_check") == []


def test_nothing_of_it_is_left_in_the_file(copied: Path, moderator: Person, member: Person) -> None:
    raw = copied.read_bytes()
    waits = Person("", "", "Calm Heron", "four herons wait beside the canal").row
    assert bytes(waits.public_key)[:64] not in raw
    assert bytes(waits.application.sealed)[:64] not in raw
    assert bytes(member.row.public_key)[:64] in raw


def test_the_whole_schema_and_every_other_row_come_along(copied: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2")
        assert rows(copied, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2") == (
            cursor.fetchall()
        )
        for table in ("alerts_blindindexentry", "accounts_epoch", "pages_page", "alerts_desknote"):
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
            assert rows(copied, f"SELECT * FROM {table} ORDER BY 1") == cursor.fetchall()  # noqa: S608
    assert rows(copied, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("killed_after", [0, 3, 9, 20, 40])
def test_an_interrupted_copy_holds_no_author_and_is_removed_by_the_next(
    sealed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    tables: list[str] = []

    def until_killed(cursor: Any, table: str) -> None:
        tables.append(table)
        if len(tables) > killed_after:
            raise KeyboardInterrupt
        copy_rows(cursor, table)

    copy_rows = backup._copy_rows
    with monkeypatch.context() as patched:
        patched.setattr(backup, "_copy_rows", until_killed)
        with suppress(KeyboardInterrupt):
            backup.write_copy(tmp_path, DAY)
    assert all(sealed not in path.read_bytes() for path in tmp_path.iterdir())
    backup.write_copy(tmp_path, DAY + datetime.timedelta(days=1))
    assert not list(tmp_path.glob("*.unfinished*"))
    assert sealed not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_row_that_points_at_what_is_left_out_stops_it(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "left_out", [LeftOut("accounts_organisation", rows="TRUE")])
    with pytest.raises(IntegrityError):
        backup.write_copy(tmp_path, DAY + datetime.timedelta(days=1))
    assert [path.name for path in tmp_path.glob("*.sqlite3")] == [copied.name]
