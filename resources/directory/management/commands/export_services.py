"""Write the directory: HSDS 3.0 in JSON or as tables in a folder, or one table in CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resources.directory.content import content_of
from resources.directory.exchange import hsds, hsds_tables, table
from resources.directory.models import Service


class Command(BaseCommand):
    help = "Write entries to FILE.json (HSDS 3.0), FILE.csv, or into a directory (HSDS 3.0 in CSV)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--all", action="store_true", help="Also entries that are not published."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Service.objects.prefetch_related("openings", "facts").order_by("pk")
        if not options["all"]:
            rows = rows.filter(published=True)
        entries = [(row.pk, content_of(row)) for row in rows]
        target: Path = options["file"]
        if target.is_dir():
            files = {
                target / name: text for name, text in hsds_tables.package_files(entries).items()
            }
        elif target.suffix == ".json":
            files = {target: hsds.write_hsds(entries)}
        elif target.suffix == ".csv":
            files = {target: table.write_table(entries)}
        else:
            raise CommandError(f"{target}: end the name in .json or .csv, or name a directory")
        for path, text in files.items():
            try:
                path.write_text(text, encoding="utf-8", newline="")
            except OSError as error:
                raise CommandError(f"{path}: {error.strerror}") from error
        if options["verbosity"]:
            self.stdout.write(f"{target}: {len(entries)}")
