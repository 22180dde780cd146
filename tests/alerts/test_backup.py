"""`manage.py backup`, `verify_backup`, `restore`: what a backup holds, and that it comes back"""

from __future__ import annotations

import datetime
import json
from base64 import b64encode
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from alerts.content import Report
from alerts.flows import lifecycle
from safety_app.accounts.flows import invite, vouch
from safety_app.accounts.models import Member
from safety_app.privacy.retention import backup, backup_rows
from safety_app.privacy.retention.backup_rows import BackupError, LeftOut
from tests.accounts.newcomers import applicant
from tests.cast import Person

DAY = datetime.date(2026, 11, 21)
PUBLIC, SECRET = backup.new_key()
ELSEWHERE = "elsewhere"


@pytest.fixture
def copied(
    transactional_db: None, populated: None, member: Person, moderator: Person, tmp_path: Path
) -> Path:
    """A backup, taken while someone waits, something was sent and codes are open."""
    row, ring = member.keys
    lifecycle.post(ring, row, Report(what=("robbed",), level=2, region="FR-IDF"))
    vouch.vouch(ring, row, "someone I know")
    invite.make_invitation(*reversed(moderator.keys), "member")
    applicant()
    return backup.write_copy(tmp_path, DAY, [PUBLIC])


@pytest.fixture
def elsewhere(copied: Path) -> Iterator[str]:
    """An SQLite with the tables of this program and nothing in them: also where the tests run on
    PostgreSQL, so that a network can move from it.
    """
    connections.databases[ELSEWHERE] = {
        **connections.databases["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {},
    }
    connections[ELSEWHERE].connect()
    call_command("migrate", database=ELSEWHERE, verbosity=0, interactive=False)
    yield ELSEWHERE
    connections[ELSEWHERE].close()
    del connections[ELSEWHERE], connections.databases[ELSEWHERE]


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """As `manage.py backup_key` prints it."""
    out = StringIO()
    call_command("backup_key", stdout=out)
    place = tmp_path / "key.txt"
    place.write_text(out.getvalue().rsplit("\n", 2)[0] + f"\n{SECRET}\n")
    return place


def opened(path: Path) -> list[Any]:
    return [json.loads(line) for line in backup.read_copy(path, [SECRET])]


def tables_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table inside a backup."""
    tables: dict[str, list[dict[str, Any]]] = {}
    columns: list[str] = []
    for content in opened(path)[1:-1]:
        if isinstance(content, dict):
            columns, rows = content["columns"], []
            tables[content["table"]] = rows
        else:
            rows.append(dict(zip(columns, content, strict=True)))
    return tables


def rows_in(using: str, question: str) -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def whole_table(using: str, table: str) -> list[dict[str, Any]]:
    """Rows by name of column: databases that migrations made may order columns differently."""
    with connections[using].cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.thorough
def test_ties_between_people_and_who_waits_are_left_out(copied: Path, member: Person) -> None:
    tables = tables_of(copied)
    [alert] = tables["alerts_alert"]
    assert (alert["author_seal"], alert["author_mac"]) == (None, None)
    assert tables["accounts_application"] == tables["accounts_vouching"] == []
    assert [row["state"] for row in tables["accounts_invitation"]] == ["open"]
    assert {row["state"] for row in tables["accounts_member"]} == {"active"}
    ids = {row["id"] for row in tables["accounts_member"]}
    assert member.row.pk in ids
    assert {row["member_id"] for row in tables["accounts_personalsettings"]} <= ids


@pytest.mark.thorough
def test_nothing_of_it_can_be_read_without_the_key(copied: Path, member: Person) -> None:
    raw = copied.read_bytes()
    assert raw.startswith(b"age-encryption.org/v1\n-> X25519 ")
    for plain in (bytes(member.row.public_key), b64encode(member.row.public_key), b"accounts_"):
        assert plain[:64] not in raw
    with pytest.raises(BackupError, match="does not open"):
        list(backup.read_copy(copied, [backup.new_key()[1]]))


@pytest.mark.thorough
@pytest.mark.parametrize("kept", [0, 40, 5_000, -1])
def test_a_cut_file_does_not_open(copied: Path, kept: int) -> None:
    copied.write_bytes(copied.read_bytes()[:kept])
    with pytest.raises(BackupError, match="does not open"):
        list(backup.read_copy(copied, [SECRET]))


@pytest.mark.thorough
def test_a_changed_file_does_not_open(copied: Path) -> None:
    raw = bytearray(copied.read_bytes())
    raw[len(raw) // 2] ^= 1
    copied.write_bytes(raw)
    with pytest.raises(BackupError, match="does not open"):
        list(backup.read_copy(copied, [SECRET]))


@pytest.mark.thorough
def test_every_other_row_comes_back_as_it_was(copied: Path, elsewhere: str) -> None:
    counts = backup_rows.restore(backup.read_copy(copied, [SECRET]), elsewhere)
    assert counts["alerts_alert"] == 1
    left_out = {entry.table for entry in backup_rows.left_out}
    for table in counts:
        if table not in left_out:
            assert whole_table(elsewhere, table) == whole_table("default", table), table
    everyone = "SELECT id, network_box, row_mac FROM accounts_member WHERE state = 'active'"
    assert sorted(rows_in(elsewhere, everyone)) == sorted(rows_in("default", everyone))


@pytest.mark.thorough
def test_order_and_size_do_not_tell_what_came_in_between(copied: Path) -> None:
    for table, rows in tables_of(copied).items():
        ids = [row["id"] for row in rows]
        assert ids == sorted(ids), table
    assert len(b"".join(backup.read_copy(copied, [SECRET]))) < copied.stat().st_size
    sizes = {backup.padded_size(size) for size in range(1_000_000, 1_030_000)}
    assert len(sizes) <= 2


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 1_000_001, 123_456_789])
def test_padding_costs_an_eighth_at_most(size: int) -> None:
    assert max(size, 2**16) <= backup.padded_size(size) <= max(size * 9 // 8, 2**16)


@pytest.mark.thorough
@pytest.mark.parametrize("killed_after", [0, 3, 40])
def test_an_interrupted_one_leaves_nothing_behind(
    copied: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int
) -> None:
    def until_killed(content: Any) -> bytes:
        lines.append(content)
        if len(lines) > killed_after:
            raise KeyboardInterrupt
        return as_line(content)

    lines: list[Any] = []
    as_line = backup_rows._line
    monkeypatch.setattr(backup_rows, "_line", until_killed)
    with pytest.raises(BackupError):
        backup.write_copy(copied.parent, DAY + datetime.timedelta(days=1), [PUBLIC])
    assert list(copied.parent.glob("backup-*")) == [copied]
    assert not connection.in_atomic_block
    Member.objects.count()  # no transaction is left open
    monkeypatch.undo()
    backup.write_copy(copied.parent, DAY + datetime.timedelta(days=1), [PUBLIC])


@pytest.mark.thorough
def test_what_a_killed_process_left_is_removed(copied: Path) -> None:
    (copied.parent / "backup-2026-11-20.age.unfinished").write_bytes(b"age")
    backup.write_copy(copied.parent, DAY, [PUBLIC])
    assert list(copied.parent.glob("backup-*")) == [copied]


@pytest.mark.thorough
def test_a_row_that_points_at_what_is_missing_stops_a_restore(
    copied: Path, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_rows, "left_out", [LeftOut("accounts_organisation", rows="TRUE")])
    backup.write_copy(copied.parent, DAY, [PUBLIC])
    with pytest.raises(BackupError, match="not a whole backup"):
        backup_rows.restore(backup.read_copy(copied, [SECRET]), elsewhere)
    assert rows_in(elsewhere, "SELECT count(*) FROM accounts_member") == [(0,)]


@pytest.mark.thorough
def test_a_database_with_something_in_it_is_not_written_to(copied: Path) -> None:
    with pytest.raises(BackupError, match="not empty"):
        backup_rows.restore(backup.read_copy(copied, [SECRET]))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[:-1], "something is missing"),
        (lambda lines: lines[:-2] + lines[-1:], "something is missing"),
        (lambda lines: lines[1:], "not a backup"),
        (lambda lines: [{**lines[0], "format": 2}, *lines[1:]], "not a backup"),
        (lambda lines: [{**lines[0], "migrations": []}, *lines[1:]], "Another release"),
        (lambda lines: [lines[0], {"table": "x", "columns": []}, *lines[1:]], "The table x"),
        (lambda lines: [*lines[:2], [1], *lines[2:]], "not a whole backup"),
        (lambda lines: [*lines, {"rows": 0}], "something is missing"),
        (lambda lines: [], "not a backup"),
    ],
)
def test_what_is_no_whole_backup_writes_nothing(
    copied: Path, elsewhere: str, change: Any, said: str
) -> None:
    changed = [json.dumps(line).encode() for line in change(opened(copied))]
    with pytest.raises(BackupError, match=said):
        backup_rows.restore(changed, elsewhere)
    assert rows_in(elsewhere, "SELECT count(*) FROM accounts_member") == [(0,)]


@pytest.mark.thorough
def test_the_commands(copied: Path, key_file: Path, settings: Any) -> None:
    settings.BACKUP_KEYS = [PUBLIC]
    out = StringIO()
    call_command("backup", str(copied.parent), stdout=out)
    written = Path(out.getvalue().strip())
    assert written.stat().st_mode & 0o077 == 0
    out = StringIO()
    call_command("verify_backup", str(written), key=str(key_file), stdout=out)
    assert "This backup can be restored." in out.getvalue()
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(written), key=str(key_file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_backup", str(written), key=str(copied.parent / "nothing"))
    with pytest.raises(CommandError, match="does not open"):
        call_command("verify_backup", str(key_file), key=str(key_file))


@pytest.mark.parametrize(
    ("keys", "said"),
    [([], "NIGHTJAR_BACKUP_KEYS"), (["age1nobody"], "not a public key"), ([SECRET], "not a")],
)
def test_without_a_key_nothing_is_written(
    db: None, settings: Any, tmp_path: Path, keys: list[str], said: str
) -> None:
    settings.BACKUP_KEYS = keys
    with pytest.raises(CommandError, match=said):
        call_command("backup", str(tmp_path))
    assert list(tmp_path.iterdir()) == []
