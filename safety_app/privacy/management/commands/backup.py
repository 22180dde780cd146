"""`manage.py backup DIRECTORY`: a copy of the database, kept 14 days.

Without authorship, without who let whom in, and without those who wait to be let in.
"""

import datetime
import os
import sqlite3
from argparse import ArgumentParser
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from alerts.periods import BACKUP_DAYS

NAME = "backup-{day}.sqlite3"
# Rows that point at what is deleted go as well: nothing does so by itself in the copy.
LEFT_OUT = (
    "UPDATE alerts_alert SET author_seal = NULL, author_mac = NULL",
    "DELETE FROM accounts_application",
    "DELETE FROM accounts_vouching",
    "DELETE FROM accounts_deskseal WHERE member_id IN"
    " (SELECT id FROM accounts_member WHERE state = 'waiting')",
    "DELETE FROM accounts_member WHERE state = 'waiting'",
    "DELETE FROM accounts_deskseal WHERE invitation_id IN"
    " (SELECT id FROM accounts_invitation WHERE state <> 'open')",
    "DELETE FROM accounts_invitation WHERE state <> 'open'",
)


class Command(BaseCommand):
    """Copies SQLite only; with PostgreSQL use its own tools (docs/operations.md)."""

    help = "Writes a copy without the ties between people; deletes copies older than 14 days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("This copies SQLite only. For PostgreSQL see docs/operations.md.")
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a directory.")
        os.umask(0o077)
        today = datetime.datetime.now(datetime.UTC).date()
        written = write_copy(directory, today)
        prune(directory, today)
        self.stdout.write(str(written))


def write_copy(directory: Path, today: datetime.date) -> Path:
    """Copy the database as it is now, rewritten, with the ties between people and alerts erased.

    It gets its name only when they are: a copy that was cut off is no backup.
    """
    path = directory / NAME.format(day=today.isoformat())
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(unfinished)])
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("PRAGMA journal_mode=DELETE")
        for statement in LEFT_OUT:
            copy.execute(statement)
        copy.execute("VACUUM")
    return unfinished.replace(path)


def prune(directory: Path, today: datetime.date) -> None:
    """Delete copies whose name says they are older than 14 days; leave other files alone."""
    oldest = today - datetime.timedelta(days=BACKUP_DAYS)
    for path in directory.glob(NAME.format(day="*")):
        if path.name < NAME.format(day=oldest.isoformat()):
            path.unlink()
