"""One database that several threads of a test change at the same time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, connections


def shared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """From now on new threads work on one database; returns how to count in it.

    On SQLite it is a copy in a file: one in memory has no locks to wait for. The test needs
    `django_db(transaction=True)`, or PostgreSQL shows the threads nothing.
    """
    if connection.vendor != "sqlite":
        return _count
    file = folder / "db.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    monkeypatch.setitem(connections.databases["default"], "NAME", str(file))

    def count(question: str) -> int:
        with closing(sqlite3.connect(file)) as copy:
            return int(copy.execute(question).fetchone()[0])

    return count


def _count(question: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return int(cursor.fetchone()[0])
