"""A lock of the database for work that must not be done twice at the same time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

# Of PostgreSQL's advisory locks; any numbers that are always the same.
_HOUSEKEEPING, _PREPARING = 0x6E69_6768, 0x7072_6570


@contextmanager
def only_one() -> Iterator[bool]:
    """Whether nobody else has it: no other process on this machine with the same SQLite file, or
    on any machine with the same PostgreSQL. It ends with the process at the latest.
    """
    if connection.vendor == "sqlite":
        with _directory_lock(Path(str(connection.settings_dict["NAME"]))) as is_ours:
            yield is_ours
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_HOUSEKEEPING])
        (is_ours,) = cursor.fetchone()
        try:
            yield is_ours
        finally:
            if is_ours:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_HOUSEKEEPING])


@contextmanager
def one_after_another() -> Iterator[None]:
    """Wait until nobody else has it: for what several machines may all begin when they start."""
    if connection.vendor == "sqlite":
        directory = os.open(settings.DATA_DIR, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            yield
        finally:
            os.close(directory)
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARING])


@contextmanager
def _directory_lock(file: Path) -> Iterator[bool]:
    """Lock the directory: closing a descriptor of the file itself would end SQLite's own locks."""
    if not file.is_file():  # in memory: nobody else can have it
        yield True
        return
    directory = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(directory)
