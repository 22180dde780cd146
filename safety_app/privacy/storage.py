"""Making sure that what was deleted is gone from the files."""

import time

from django.db import connection, transaction

RETRY_SECONDS = 5.0


def checkpoint_wal() -> bool:
    """Empty SQLite's journal, where deleted rows stay until then. Call it after deletions.

    Inside a transaction it happens after the commit. Waits up to RETRY_SECONDS for readers and
    writers; False when they did not let go in time, and the next call or housekeeping does it.
    On other databases there is nothing to do: docs/operations.md says what their manual asks.
    """
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        transaction.on_commit(_forget_later)
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


def _forget_later() -> None:
    checkpoint_wal()
