"""`manage.py backup`: what is left out of a copy"""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alerts.content import Report
from alerts.flows import lifecycle
from safety_app.accounts.flows import invite, vouch
from safety_app.privacy.management.commands import backup
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
    assert (member.row.pk,) in rows(copied, "SELECT id FROM accounts_member")
    assert rows(copied, "PRAGMA foreign_key_check") == []


def test_nothing_of_it_is_left_in_the_file(copied: Path, moderator: Person, member: Person) -> None:
    raw = copied.read_bytes()
    waits = Person("", "", "Calm Heron", "four herons wait beside the canal").row
    assert bytes(waits.public_key)[:64] not in raw
    assert bytes(waits.application.sealed)[:64] not in raw
    assert bytes(member.row.public_key)[:64] in raw
