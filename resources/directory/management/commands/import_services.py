"""Bring entries in: HSDS 3.0 in JSON or as tables in a folder, or one table in CSV."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resources.directory.exchange import hsds_import, hsds_tables, table
from resources.directory.exchange.files import FileEntry, FileError, import_entries, read_text_file
from safety_app.accounts.models import Organisation


class Command(BaseCommand):
    help = "Bring in all entries of FILE or a directory, unpublished; or, with an error, none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Overwrite entries that are here already."
        )
        parser.add_argument(
            "--owner", default="", help="The organisation here that edits the new entries."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        owner = self.owner(options["owner"])
        try:
            entries = read_file(path)
            count = import_entries(entries, replace=options["replace"], owner=owner)
        except FileError as error:
            raise CommandError(f"{path}: nothing was brought in\n{error}") from error
        if options["verbosity"]:
            for note in (note for entry in entries for note in entry.notes()):
                self.stdout.write(f"{path}: left out: {note}")
            self.stdout.write(f"{path}: {count}")

    def owner(self, name: str) -> int | None:
        """The id of the organisation of that name."""
        if not name:
            return None
        pk = Organisation.objects.filter(name=name).values_list("pk", flat=True).first()
        if pk is None:
            raise CommandError(f"There is no organisation {name}")
        return pk


def read_file(path: Path) -> list[FileEntry]:
    """The entries of a file or a folder. Raises FileError with everything that is wrong."""
    if path.is_dir():
        return hsds_tables.read_package(path)
    if path.suffix == ".json":
        return hsds_import.read_hsds(read_text_file(path))
    if path.suffix == ".csv":
        return table.read_table(read_text_file(path))
    raise CommandError(f"{path}: the name ends neither in .json nor in .csv")
