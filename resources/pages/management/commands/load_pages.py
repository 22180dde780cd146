"""Bring the starter pages in, and bring newer ones in later, without touching people's work."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from resources.fingerprint import fingerprint
from resources.pages.models import Page, Segment, SegmentText, Version
from resources.pages.publication import publish, source_lines
from resources.pages.starter import (
    StarterError,
    StarterPage,
    read_starter_pages,
    source_digest,
    stored_page,
)
from safety_app.locales.dates import today


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
            starters = read_starter_pages()
        except StarterError as error:
            raise CommandError(str(error)) from error
        for starter in starters:
            outcome = source_digest(starter) if options["digests"] else load(starter)
            if options["verbosity"]:
                self.stdout.write(f"page {starter.number}: {outcome}")


@transaction.atomic
def load(starter: StarterPage) -> str:
    """Create or renew one page; says in a few words what was done.

    A page is people's own as soon as anything of it, in any language, is not as it was loaded:
    then it stays whole as it is, because its paragraphs may no longer answer to the file's. So it
    is while somebody has a draft of it, and when it was taken off the site.
    """
    page = Page.objects.filter(number=starter.number).first()
    now = fingerprint(starter)
    if page is None:
        _write(Page(number=starter.number), starter, now)
        return "new"
    if _is_in_hands(page) or fingerprint(stored_page(page)) != page.loaded:
        return "edited here, left as it is"
    if page.loaded == now:
        return "unchanged"
    _write(page, starter, now)
    return "renewed"


def _is_in_hands(page: Page) -> bool:
    drafts = page.versions.exclude(state=Version.State.PUBLISHED)
    return not page.published or drafts.exists()


def _write(page: Page, starter: StarterPage, loaded: str) -> None:
    page.topic, page.source_language = starter.topic, starter.source_language
    page.checked, page.loaded = starter.checked, loaded
    page.save()
    publish(_version(page, starter), today())
    # Nobody has worked on this page: what left it leaves nothing behind.
    page.segments.filter(position=None).delete()
    segments = list(page.segments.all())
    # Not by a join: PostgreSQL, which has no figures of a table just filled, reads all of it again
    # for every row.
    old = SegmentText.objects.filter(segment__in=segments).exclude(language=page.source_language)
    old.delete()
    SegmentText.objects.bulk_create(
        SegmentText(
            segment=segment,
            language=language,
            text=piece.text,
            source_digest=piece.source_digest,
            state=piece.state,
        )
        for language, pieces in starter.texts.items()
        if language != page.source_language
        for segment, piece in zip(segments, pieces, strict=True)
    )


def _version(page: Page, starter: StarterPage) -> Version:
    texts: dict[str, list[str]] = {role: [] for role in Segment.Role.values}
    for piece in starter.texts[starter.source_language]:
        texts[piece.role].append(piece.text)
    first = {role: "".join(texts[role][:1]) for role in texts}
    return Version(
        page=page,
        topic=starter.topic,
        country=starter.country,
        urgent=starter.urgent,
        checked=starter.checked,
        title=first[Segment.Role.TITLE],
        answer=first[Segment.Role.ANSWER],
        keywords=first[Segment.Role.KEYWORDS],
        body="\n\n".join(texts[Segment.Role.BODY]),
        sources=source_lines(starter.sources),
    )
