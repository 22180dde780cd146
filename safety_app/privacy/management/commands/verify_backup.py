"""`manage.py verify_backup FILE --key KEYFILE`: prove that a backup can be restored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from safety_app.privacy.management.key_argument import add_key_argument, read_keys
from safety_app.privacy.retention.backup import read_copy
from safety_app.privacy.retention.backup_rows import BackupError, restore

_PROOF = "backup_proof"


class Command(BaseCommand):
    """Restores it into a database in memory, which takes about as much as the backup is large."""

    help = "Opens a backup, restores it in memory, and says how many rows each table has."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        add_key_argument(parser)

    def handle(self, *args: Any, file: Path, key: str, **options: Any) -> None:
        connections.databases[_PROOF] = {
            **connections.databases["default"],
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "OPTIONS": {},
        }
        try:
            connections[_PROOF].connect()
            call_command("migrate", database=_PROOF, verbosity=0, interactive=False)
            counts = restore(read_copy(file, read_keys(key)), _PROOF)
        except BackupError as error:
            raise CommandError(str(error)) from None
        finally:
            connections[_PROOF].close()
            del connections[_PROOF], connections.databases[_PROOF]
        for table, count in sorted(counts.items()):
            if count:
                self.stdout.write(f"{table:32}{count:>10}")
        self.stdout.write("This backup can be restored.")
