"""Recently published versions: days, serial numbers and change notes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Min

from resources.pages.models import Page, Segment, Version
from resources.pages.presentation import (
    EMPTY_BLOCK,
    Block,
    pages_with_texts,
    shown_texts,
    text_block,
)
from safety_app.locales.page_languages import direction
from safety_app.privacy.fields import LARGEST

MOST_CHANGES = 30


@dataclass(frozen=True)
class PublishedChange:
    """A published version: its page's title as a reader sees it, and the editor's line on it.

    `language` is that line's, where it is not the reader's, else empty.
    """

    number: int
    serial: int
    day: datetime.date
    title: Block
    change_note: str
    language: str
    direction: str
    is_first: bool
    is_correction: bool


def latest_changes(language: str) -> list[PublishedChange]:
    """The last MOST versions of pages that are public, the newest first."""
    rows = Version.objects.filter(
        state=Version.State.PUBLISHED, serial__lte=LARGEST, page__published=True
    )
    versions = list(rows.order_by("-serial")[:MOST_CHANGES])
    numbers = {version.page_id for version in versions}
    titles = pages_with_texts(language, [Segment.Role.TITLE]).filter(pk__in=numbers)
    pages = {page.pk: page for page in titles}
    first = dict(
        Version.objects.filter(page__in=numbers, serial__lte=LARGEST)
        .values_list("page")
        .annotate(Min("serial"))
    )
    return [
        _published_change(version, pages[version.page_id], first.get(version.page_id), language)
        for version in versions
        if version.page_id in pages
    ]


def _published_change(
    version: Version, page: Page, first: int | None, language: str
) -> PublishedChange:
    shown = [segment_text for _role, _there, segment_text in shown_texts(page, language)]
    foreign = bool(version.change_note) and page.source_language != language
    return PublishedChange(
        number=page.number,
        serial=version.serial or 0,
        day=version.day,
        title=text_block(shown[0], language) if shown else EMPTY_BLOCK,
        change_note=version.change_note,
        language=page.source_language if foreign else "",
        direction=direction(page.source_language) if foreign else "",
        is_first=version.serial == first,
        is_correction=version.correction,
    )
