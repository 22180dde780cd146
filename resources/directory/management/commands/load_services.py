"""Bring the starter directory in, unpublished, without touching entries people have edited."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from resources.directory.content import content_of, store
from resources.directory.exchange import table
from resources.directory.exchange.files import FileEntry, FileError, read_text_file
from resources.directory.models import Service
from resources.fingerprint import fingerprint

FILE = Path(__file__).resolve().parents[2] / "data" / "starter.csv"


class Command(BaseCommand):
    help = "Load the starter directory. Entries that people edited or took over stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = table.read_table(read_text_file(FILE))
        except FileError as error:
            raise CommandError(f"{FILE}: {error}") from error
        for entry in entries:
            outcome = load_starter(entry)
            if options["verbosity"]:
                self.stdout.write(f"{entry.content.texts['name']}: {outcome}")


@transaction.atomic
def load_starter(entry: FileEntry) -> str:
    """Create or renew one entry; says in a word or two what was done."""
    service = Service.objects.filter(pk=entry.pk).first()
    now = fingerprint(entry.content)
    if service is None:
        store(Service(pk=entry.pk, loaded=now), entry.content)
        return "new"
    edited = service.owner is not None or service.published
    if edited or fingerprint(content_of(service)) != service.loaded:
        return "edited here, left as it is"
    if service.loaded == now:
        return "unchanged"
    service.loaded = now
    store(service, entry.content)
    return "renewed"
