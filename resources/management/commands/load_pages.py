"""Bring the starter pages in, and bring newer ones in later, without touching people's work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from resources.models import Page, Segment, Source, Wording
from resources.starter import StarterError, StarterPage, read_starter, source_digest, stored


class Command(BaseCommand):
    help = "Load the starter pages. Pages that people have edited stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--digests",
            action="store_true",
            help="Only print each page's source digest, for the front matter of translations.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            starters = read_starter()
        except StarterError as error:
            raise CommandError(str(error)) from error
        for starter in starters:
            said = source_digest(starter) if options["digests"] else load(starter)
            if options["verbosity"]:
                self.stdout.write(f"page {starter.number}: {said}")


@transaction.atomic
def load(starter: StarterPage) -> str:
    """Create or renew one page; says in a few words what was done.

    A page is people's own as soon as anything of it, in any language, is not as it was loaded:
    then it stays whole as it is, because its paragraphs may no longer answer to the file's.
    """
    page = Page.objects.filter(number=starter.number).first()
    fingerprint = starter.fingerprint()
    if page is None:
        _write(Page(number=starter.number), starter, fingerprint)
        return "new"
    if stored(page).fingerprint() != page.loaded:
        return "edited here, left as it is"
    if page.loaded == fingerprint:
        return "unchanged"
    page.segments.all().delete()
    page.sources.all().delete()
    _write(page, starter, fingerprint)
    return "renewed"


def _write(page: Page, starter: StarterPage, fingerprint: str) -> None:
    page.topic = starter.topic
    page.country = starter.country
    page.urgent = starter.urgent
    page.source_language = starter.source_language
    page.checked = starter.checked
    page.loaded = fingerprint
    page.save()
    Source.objects.bulk_create(
        Source(page=page, position=position, title=title, url=url, dated=dated)
        for position, (title, url, dated) in enumerate(starter.sources)
    )
    segments = Segment.objects.bulk_create(
        Segment(page=page, position=position, role=piece.role)
        for position, piece in enumerate(starter.texts[starter.source_language])
    )
    Wording.objects.bulk_create(
        Wording(
            segment=segment,
            language=language,
            text=piece.text,
            made_from=piece.made_from,
            state=piece.state,
        )
        for language, pieces in starter.texts.items()
        for segment, piece in zip(segments, pieces, strict=True)
    )
