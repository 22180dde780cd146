"""`manage.py status`: how the site is doing, for whoever runs it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from safety_app.locales.dates import today
from safety_app.privacy.retention.status import status


class Command(BaseCommand):
    help = "Prints counts, days and sizes, no people. Ends with 1 when something needs a hand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--backups", type=Path, help="the directory that backups go to")

    def handle(self, *args: Any, backups: Path | None = None, **options: Any) -> None:
        found = list(status(today(), backups))
        for line in found:
            self.stdout.write(f"{line.name:24}{line.value}")
            if line.problem:
                self.stdout.write(f"{'':24}! {line.problem}")
        if any(line.problem for line in found):
            sys.exit(1)
