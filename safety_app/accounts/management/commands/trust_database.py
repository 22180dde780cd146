"""`manage.py trust_database`: an operator's word for the network keys in the database."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from safety_app.accounts.rotation.database_keys import DatabaseKeys, Unclear, database_keys


class Command(BaseCommand):
    help = (
        "Shows which keys the database holds and remembers them, after you restored a backup "
        "yourself or lost the server's file. Compare the words with a moderator first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="the words were compared")
        parser.add_argument(
            "--unsigned",
            action="store_true",
            help="take a network key that no moderator has signed, or not rightly",
        )
        parser.add_argument(
            "--number",
            type=int,
            help="of the network key, if the moderator's page says a lower one than this command",
        )
        parser.add_argument(
            "--made-with-0.2.0",
            dest="made_with_0_2_0",
            action="store_true",
            help="nobody has renewed the network's key with a later version",
        )
        parser.add_argument(
            "--restored",
            action="store_true",
            help="right after a restore: asks nothing, and does nothing where there is a file",
        )

    def handle(
        self,
        *args: Any,
        yes: bool,
        unsigned: bool,
        restored: bool,
        number: int | None = None,
        made_with_0_2_0: bool = False,
        **options: Any,
    ) -> None:
        if restored and Path(settings.EPOCH_PIN_FILE).exists():
            return
        try:
            keys = database_keys(number, is_bound=not made_with_0_2_0)
        except Unclear as error:
            if restored:
                return  # the check says that there is no file
            raise CommandError(str(error)) from None
        self._show(keys)
        if not (keys.has_signature or unsigned or restored):
            raise CommandError(
                "No moderator has signed this network key: somebody may have forged it. If a "
                "member renewed it herself just before, add --unsigned. If the moderator's page "
                "says a lower number, somebody made this one up: add --number and that number."
            )
        if not (yes or restored) and input("Are these the words? Type yes: ") != "yes":
            raise CommandError("Nothing was changed.")
        try:
            keys.trust(is_signed=keys.has_signature and not unsigned)
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}") from None
        self.stdout.write("This server remembers these keys from now on.")

    def _show(self, keys: DatabaseKeys) -> None:
        signed = "signed" if keys.has_signature else "not signed by a moderator"
        self.stdout.write(f"Network key: number {keys.epoch.number}, {signed}")
        self.stdout.write(f"Words:       {keys.words}")
        for witness in keys.witnesses:
            self.stdout.write(f"Witness:     {witness}")
        self.stdout.write(
            "Number and words stand on a moderator's page \"The network's key\", and in what "
            "manage.py status said before. If they differ, this database is not the one they had."
        )
