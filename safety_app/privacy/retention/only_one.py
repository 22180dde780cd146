"""A lock of the database for work that must not be done twice at the same time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

_HOUSEKEEPING = 0x6E69_6768  # of PostgreSQL's advisory locks; any number that is always the same


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
