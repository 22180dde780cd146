"""Remarks at a text, from one translator to the others, until somebody settles them.

They are not sealed: everybody at the desk reads them, and whoever takes the disk does too.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q

from resources.pages.models import Page, Segment, SegmentText
from resources.translation.models import Remark
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.tags import new_tag, own_tags
from safety_app.privacy.storage import checkpoint_wal

LONGEST_REMARK = 600  # characters
MOST_REMARKS = 50  # that are open at one text


class TooManyRemarks(Exception):
    """MOST_REMARKS are open at this text already."""


@dataclass(frozen=True)
class VisibleRemark:
    """A remark as one person sees it; `language` empty when it is about the original."""

    pk: int
    text: str
    day: datetime.date
    language: str
    yours: bool


@dataclass(frozen=True)
class PlacedRemark:
    """A remark, and where it stands: page, the page's title, the text it is about."""

    remark: VisibleRemark
    segment: Segment
    page: Page
    title: str
    source: str


def remarks_on(
    segment_ids: Iterable[int], language: str, ring: KeyRing
) -> dict[int, list[VisibleRemark]]:
    """The open remarks at texts, about this language or the original, oldest first."""
    rows = Remark.objects.filter(Q(language=language) | Q(language=""))
    by_segment: dict[int, list[VisibleRemark]] = {}
    for row in rows.filter(segment__in=list(segment_ids)).order_by("day", "pk"):
        by_segment.setdefault(row.segment_id, []).append(_visible(row, ring))
    return by_segment


def all_remarks(ring: KeyRing, *, originals_only: bool = False) -> list[PlacedRemark]:
    """All open remarks with where they stand: urgent pages first, then as pages and texts come."""
    rows = Remark.objects.filter(segment__page__published=True).select_related("segment__page")
    if originals_only:
        rows = rows.filter(language="")
    placed = sorted(rows, key=_order)
    pages = {row.segment.page_id for row in placed}
    own = SegmentText.objects.filter(language=F("segment__page__source_language"))
    sources = dict(
        own.filter(segment__in=[row.segment_id for row in placed]).values_list("segment", "text")
    )
    titles = dict(
        own.filter(segment__page__in=pages, segment__role=Segment.Role.TITLE)
        .filter(segment__position__isnull=False)
        .values_list("segment__page", "text")
    )
    return [
        PlacedRemark(
            remark=_visible(row, ring),
            segment=row.segment,
            page=row.segment.page,
            title=titles.get(row.segment.page_id, ""),
            source=sources.get(row.segment_id, ""),
        )
        for row in placed
    ]


@transaction.atomic
def add_remark(
    segment: Segment, language: str, text: str, ring: KeyRing, today: datetime.date
) -> None:
    """Add a remark; the same one sent twice is stored once. Raises TooManyRemarks."""
    # Locked, so that two added at once do not exceed the limit.
    Segment.objects.select_for_update().get(pk=segment.pk)
    there = Remark.objects.filter(segment=segment)
    if there.filter(language=language, text=text).exists():
        return
    if there.count() >= MOST_REMARKS:
        raise TooManyRemarks
    remark = Remark(segment=segment, language=language, text=text, day=today)
    remark.author_tag = new_tag(ring, "remark", remark.pk)
    remark.save()


def settle_remark(pk: int) -> None:
    """Erase a remark; does nothing if it is gone already."""
    Remark.objects.filter(pk=pk).delete()
    checkpoint_wal()


def _visible(row: Remark, ring: KeyRing) -> VisibleRemark:
    yours = bytes(row.author_tag) in own_tags(ring, "remark", row.pk)
    return VisibleRemark(row.pk, row.text, row.day, row.language, yours)


def _order(row: Remark) -> tuple[bool, int, bool, int, datetime.date, int]:
    segment, page = row.segment, row.segment.page
    gone = segment.position is None
    return not page.urgent, page.number, gone, segment.position or 0, row.day, row.pk
