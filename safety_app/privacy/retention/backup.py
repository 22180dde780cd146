"""Copies of the database that hold no ties between people, kept for BACKUP_DAYS."""

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

from safety_app.privacy.retention import clock
from safety_app.registry import Registry

BACKUP_DAYS = 14
LEAST_COPIES = 3
NAME = "backup-{day}.sqlite3"

# SQL statements that take out of the copy what no backup may hold. An app registers those for its
# own tables. Nothing cascades in the copy: rows that point at what is deleted go by statement too.
left_out: Registry[str] = Registry()


def write_copy(directory: Path, today: datetime.date) -> Path:
    """Copy the database as it is now, without the ties between people and alerts.

    The copy gets its final name last, so that an interrupted one is never taken for a backup.
    """
    path = directory / NAME.format(day=today.isoformat())
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("PRAGMA journal_mode=DELETE")
        for statement in left_out:
            copy.execute(statement)
        copy.execute("VACUUM")
    return unfinished.replace(path)


def prune(directory: Path, today: datetime.date) -> None:
    """Delete copies that are older than BACKUP_DAYS by their names; leave other files alone.

    The newest LEAST_COPIES stay whatever their age, and while the clock is in doubt
    (`clock.is_in_doubt`) all of them do.
    """
    if clock.is_in_doubt(today):
        return
    oldest = NAME.format(day=(today - datetime.timedelta(days=BACKUP_DAYS)).isoformat())
    copies = sorted(directory.glob(NAME.format(day="*")), key=lambda path: path.name)
    for path in copies[:-LEAST_COPIES]:
        if path.name < oldest:
            path.unlink()
