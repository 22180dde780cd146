"""Bring the starter glossary in: words that are not there yet, and no change to any that is."""

import csv
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from resources.translation import glossary_entries
from resources.translation.glossary_entries import FILE, FileError


class Command(BaseCommand):
    help = "Load the starter glossary. Words that are there, or were taken out, stay so."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = glossary_entries.read()
        except (FileError, OSError, csv.Error) as error:
            raise CommandError(f"{FILE}: {error}") from error
        for entry, said in zip(entries, glossary_entries.load(entries), strict=True):
            if options["verbosity"]:
                self.stdout.write(f"{entry.term} {entry.language}: {said}")
