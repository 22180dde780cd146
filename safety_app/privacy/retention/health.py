"""Whether what the site stands on works: the database can be written, the cache answers, the disk
has room. For `/healthz` and `manage.py status`; says nothing about anyone.
"""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection, transaction

LEAST_FREE = 64 * 1024 * 1024  # bytes; a rewrite of the database needs its size besides
# However often somebody asks, the machine looks only once in this time.
SECONDS_REMEMBERED = 1.0

_remembered: tuple[float, tuple[str, ...]] = (float("-inf"), ())


def problems() -> tuple[str, ...]:
    """What does not work, in words for the operator; empty when all is well."""
    global _remembered
    asked, found = _remembered
    if not 0 <= time.monotonic() - asked < SECONDS_REMEMBERED:
        found = look()
        _remembered = (time.monotonic(), found)
    return found


def look() -> tuple[str, ...]:
    """`problems`, without remembering the answer."""
    tests: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("the database cannot be written", _database_takes_writes),
        ("the cache does not answer", _cache_answers),
        ("the disk is almost full", _disk_has_room),
    )
    return tuple(words for words, works in tests if not works())


def _database_takes_writes() -> bool:
    try:
        return _takes_the_write_lock() if connection.vendor == "sqlite" else _may_write()
    except DatabaseError:
        return False


def _takes_the_write_lock() -> bool:
    """Begin to write the number that is there already, and take it back."""
    if connection.in_atomic_block:
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute("PRAGMA user_version")
        version = cursor.fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                cursor.execute(f"PRAGMA user_version = {int(version)}")
            finally:
                cursor.execute("ROLLBACK")
        except OperationalError as error:
            return "locked" in str(error)  # somebody else is writing: so it can be written
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(usual)}")
    return True


def _may_write() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone()[0] == "off")


def _cache_answers() -> bool:
    key, value = f"health-{secrets.token_hex(8)}", "here"
    try:
        cache.set(key, value, 5)
        found = bool(cache.get(key) == value)
        cache.delete(key)
    except Exception:  # each cache library has exceptions of its own
        return False
    return found


def _disk_has_room() -> bool:
    """Of the data directory; where there is none, the database has a machine of its own."""
    directory = Path(settings.DATA_DIR)
    return not directory.is_dir() or shutil.disk_usage(directory).free >= LEAST_FREE
