"""`manage.py backup DIRECTORY`: a sealed copy of the database, kept 14 days.

Without authorship, without who let whom in, and without those who wait to be let in.
"""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from safety_app.locales.dates import today
from safety_app.privacy.retention.backup import BACKUP_DAYS, prune, write_copy
from safety_app.privacy.retention.backup_rows import BackupError


class Command(BaseCommand):
    """Works while the site runs, with either database."""

    help = (
        "Writes a copy without ties between people, sealed to the public keys in "
        f"NIGHTJAR_BACKUP_KEYS; deletes those older than {BACKUP_DAYS} days."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path)

    def handle(self, *args: Any, directory: Path, **options: Any) -> None:
        if not settings.BACKUP_KEYS:
            raise CommandError(
                "Set NIGHTJAR_BACKUP_KEYS to the public key that backups are sealed to. "
                "manage.py backup_key makes one."
            )
        if not directory.is_dir():
            raise CommandError(f"{directory} is not a directory.")
        os.umask(0o077)
        day = today()
        try:
            written = write_copy(directory, day, settings.BACKUP_KEYS)
        except BackupError as error:
            raise CommandError(str(error)) from None
        prune(directory, day)
        self.stdout.write(str(written))
