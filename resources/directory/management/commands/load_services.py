"""Bring the starter directory in, unpublished, without touching entries people have edited."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from resources.directory import table
from resources.directory.content import read, write
from resources.directory.files import Entry, FileError, read_bytes
from resources.directory.models import Service
from resources.fingerprint import fingerprint

FILE = Path(__file__).resolve().parents[2] / "data" / "starter.csv"


class Command(BaseCommand):
    help = "Load the starter directory. Entries that people edited or took over stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = table.entries(read_bytes(FILE))
        except FileError as error:
            raise CommandError(f"{FILE}: {error}") from error
        for entry in entries:
            said = load(entry)
            if options["verbosity"]:
                self.stdout.write(f"{entry.content.texts['name']}: {said}")


@transaction.atomic
def load(entry: Entry) -> str:
    """Create or renew one entry; says in a word or two what was done."""
    service = Service.objects.filter(pk=entry.pk).first()
    now = fingerprint(entry.content)
    if service is None:
        write(Service(pk=entry.pk, loaded=now), entry.content)
        return "new"
    edited = service.owner is not None or service.published
    if edited or fingerprint(read(service)) != service.loaded:
        return "edited here, left as it is"
    if service.loaded == now:
        return "unchanged"
    service.loaded = now
    write(service, entry.content)
    return "renewed"
