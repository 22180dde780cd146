"""Bring the starter glossary in: words that are not there yet, and no change to any that is."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from resources.translation.glossary.entries import (
    FILE,
    GlossaryFileError,
    load_terms,
    read_starter_glossary,
)


class Command(BaseCommand):
    help = "Load the starter glossary. Words that are there, or were taken out, stay so."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = read_starter_glossary()
        except (GlossaryFileError, OSError, csv.Error) as error:
            raise CommandError(f"{FILE}: {error}") from error
        for entry, outcome in zip(entries, load_terms(entries), strict=True):
            if options["verbosity"]:
                self.stdout.write(f"{entry.term} {entry.language}: {outcome}")
