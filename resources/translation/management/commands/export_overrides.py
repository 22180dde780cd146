"""Write the texts of the interface that were corrected here as a PO file for the next release."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from resources.translation.interface.export import export_po
from safety_app.locales import catalogue_files


class Command(BaseCommand):
    help = "Write a language's approved texts of the interface to FILE.po, for the next release."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("language", help="Its code, as in pt-br.")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        language, target = options["language"], options["file"]
        if language not in catalogue_files.languages():
            known = " ".join(catalogue_files.languages())
            raise CommandError(f"{language}: no language with a catalogue. There are: {known}")
        text, count = export_po(language)
        try:
            target.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror}") from error
        if options["verbosity"]:
            self.stdout.write(f"{target}: {count}")
