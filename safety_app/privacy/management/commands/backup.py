"""`manage.py backup DIRECTORY`: a copy of the database, kept 14 days.

Without authorship, without who let whom in, and without those who wait to be let in.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from safety_app.locales.dates import today
from safety_app.privacy.retention.backup import BACKUP_DAYS, prune, write_copy


class Command(BaseCommand):
    """Copies SQLite only; with PostgreSQL use its own tools (docs/operations.md)."""

    help = (
        f"Writes a copy without ties between people; deletes those older than {BACKUP_DAYS} days."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError("This copies SQLite only. For PostgreSQL see docs/operations.md.")
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a directory.")
        os.umask(0o077)
        day = today()
        written = write_copy(directory, day)
        prune(directory, day)
        self.stdout.write(str(written))
