"""`manage.py restore FILE --key KEYFILE`: write a backup into a new, empty database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from safety_app.configuration import NETWORK_MARKER
from safety_app.privacy.management.key_argument import add_key_argument, read_keys
from safety_app.privacy.retention.backup import read_copy
from safety_app.privacy.retention.backup_rows import BackupError, restore


class Command(BaseCommand):
    """All or nothing, then the marker of a directory with a network. `make restore` prepares the
    directory and calls this.
    """

    help = "Restores a backup into a database whose tables were just made and are empty."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        add_key_argument(parser)

    def handle(self, *args: Any, file: Path, key: str, **options: Any) -> None:
        try:
            counts = restore(read_copy(file, read_keys(key)))
        except BackupError as error:
            raise CommandError(str(error)) from None
        (Path(settings.DATA_DIR) / NETWORK_MARKER).touch(mode=0o600)
        # Whoever restores it believes it; with a file from before, that tells.
        call_command("trust_database", restored=True, stdout=self.stdout)
        self.stdout.write(f"{sum(counts.values())} rows were restored.")
