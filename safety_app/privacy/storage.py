"""Making sure that what was deleted is gone from the files."""

import time
from pathlib import Path

from django.db import connection, transaction

RETRY_SECONDS = 5.0
# SQLite makes a copy of the whole file to rewrite it. A larger one is not made in memory. Both take
# as long, and the journal of a rewriting has everything on the disk anyway.
MOST_IN_MEMORY = 8 * 1024 * 1024  # bytes


def checkpoint_wal() -> bool:
    """Truncate SQLite's write-ahead log, which still holds deleted rows. Call it after deletions.

    Inside a transaction it runs after the commit. It waits up to RETRY_SECONDS for readers and
    writers and returns False if they held on longer; the next call, or housekeeping, does it then.
    Other databases are a matter for their operator: docs/operations.md.
    """
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        transaction.on_commit(_checkpoint_after_commit)
        return True
    give_up = time.monotonic() + RETRY_SECONDS
    pause = 0.01
    with connection.cursor() as cursor:
        while True:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
            if not busy or time.monotonic() > give_up:
                return not busy
            time.sleep(pause)
            pause = min(pause * 2, 0.5)


def rewrite_file() -> None:
    """VACUUM: SQLite's file in the order of its keys, without freed pages. Not in a transaction.

    The copy that SQLite makes for it lies in memory, and from MOST_IN_MEMORY on in a file without
    a name beside the database (SQLITE_TMPDIR in the settings): a server must not grow with what it
    keeps. Such a file holds only what the database holds, and is gone with the process.
    """
    with connection.cursor() as cursor:
        if _size() < MOST_IN_MEMORY:
            cursor.execute("VACUUM")
            return
        cursor.execute("PRAGMA temp_store=FILE")
        try:
            cursor.execute("VACUUM")
        finally:
            cursor.execute("PRAGMA temp_store=MEMORY")


def _size() -> int:
    """The size of the database's file in bytes; 0 for one in memory."""
    path = Path(str(connection.settings_dict["NAME"]))
    return path.stat().st_size if path.is_file() else 0


def _checkpoint_after_commit() -> None:
    checkpoint_wal()
