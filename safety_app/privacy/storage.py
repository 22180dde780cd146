"""Making sure that what was deleted is gone from the files."""

import time

from django.db import connection, transaction

RETRY_SECONDS = 5.0


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


def _checkpoint_after_commit() -> None:
    checkpoint_wal()
