"""Write the directory into a file: HSDS 3.0 in JSON, or a table in CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resources.directory import hsds, table
from resources.directory.content import read
from resources.directory.models import Service


class Command(BaseCommand):
    help = "Write entries to FILE, by its ending .json (HSDS 3.0) or .csv; into a directory, both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--all", action="store_true", help="Also entries that are not published."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Service.objects.prefetch_related("openings", "facts").order_by("pk")
        if not options["all"]:
            rows = rows.filter(published=True)
        entries = [(row.pk, read(row)) for row in rows]
        target: Path = options["file"]
        inside = [target / "services.json", target / "services.csv"]
        for path in inside if target.is_dir() else [target]:
            if path.suffix not in (".json", ".csv"):
                raise CommandError(f"{path}: end the name in .json or .csv, or name a directory")
            written = hsds.text(entries) if path.suffix == ".json" else table.text(entries)
            try:
                path.write_text(written, encoding="utf-8", newline="")
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from error
            if options["verbosity"]:
                self.stdout.write(f"{path}: {len(entries)}")
