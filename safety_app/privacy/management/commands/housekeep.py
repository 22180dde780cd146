"""`manage.py housekeep`: what is done daily, for a timer."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from safety_app.locales.dates import today
from safety_app.privacy.retention import clock
from safety_app.privacy.retention.housekeeping import housekeep


def _refuse_without_database() -> None:
    """SQLite would make an empty one, in the directory in which a volume should be mounted."""
    file = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite" and file.is_absolute() and not file.exists():
        raise CommandError(f"There is no database in {file.parent}: mount its volume first.")


class Command(BaseCommand):
    help = "Delete what has had its time, and make sure the files forget it. Needs no key."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--clock-is-right",
            action="store_true",
            help="delete by the server's clock again, after a jump that held deletion back",
        )

    def handle(self, *args: Any, clock_is_right: bool = False, **options: Any) -> None:
        _refuse_without_database()
        day = today()
        if clock_is_right:
            clock.trust(day)
        if not housekeep(day):
            self.stderr.write("Another process is at it: nothing was done.")
            return
        if clock.is_in_doubt(day):
            self.stderr.write(
                f"The clock shows {day}, which does not follow the days before: nothing was "
                "deleted. If it is right, run this again with --clock-is-right."
            )
