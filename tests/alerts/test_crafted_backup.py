"""A backup that somebody made who has only the public key: it opens, and is refused in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from safety_app.privacy.retention import backup, backup_rows
from safety_app.privacy.retention.backup_rows import BackupError
from tests.alerts.test_backup import PUBLIC, SECRET, copied, elsewhere, opened, rows_in

__all__ = ["copied", "elsewhere"]  # fixtures

pytestmark = [pytest.mark.thorough]


def with_member(change: Callable[[list[Any]], Any]) -> Callable[[list[Any]], list[bytes]]:
    """The lines of a backup in which the first member's row is changed."""

    def changed(lines: list[Any]) -> list[bytes]:
        tables = (number for number, line in enumerate(lines) if isinstance(line, dict))
        at = next(n for n in tables if lines[n].get("table") == "accounts_member") + 1
        new = [*lines[:at], change(lines[at]), *lines[at + 1 :]]
        return [json.dumps(line).encode() for line in new]

    return changed


CASES: dict[str, Callable[[list[Any]], list[bytes]]] = {
    "no migrations": lambda lines: [b'{"format":1}'],
    "nested without end": lambda lines: [b"[" * 100_000],
    "no columns": lambda lines: [json.dumps(lines[0]).encode(), b'{"table":"accounts_member"}'],
    "a list for a table": lambda lines: [json.dumps(lines[0]).encode(), b'{"table":[]}'],
    "no text": lambda lines: [b"\xff\xfe{"],
    "digits without end": lambda lines: [b'{"format":' + b"9" * 5000 + b"}"],
    "a huge id": with_member(lambda row: [10**30, *row[1:]]),
    "a list for an id": with_member(lambda row: [[1], *row[1:]]),
    "an object for bytes": with_member(lambda row: [row[0], {"a": 1}, *row[2:]]),
    "a number for bytes": with_member(lambda row: [row[0], 7, *row[2:]]),
    "a short row": with_member(lambda row: row[:-1]),
    "half a sign": with_member(lambda row: [*row[:4], "\ud800", *row[5:]]),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_and_writes_nothing(
    copied: Path, elsewhere: str, tmp_path: Path, case: str
) -> None:
    content = b"\n".join(CASES[case](opened(copied))) + b"\n"
    crafted = tmp_path / "crafted.age"
    crafted.write_bytes(pyrage.encrypt(content, [pyrage.x25519.Recipient.from_str(PUBLIC)]))
    with pytest.raises(BackupError):
        backup_rows.restore(backup.read_copy(crafted, [SECRET]), elsewhere)
    assert rows_in(elsewhere, "SELECT count(*) FROM accounts_member") == [(0,)]
