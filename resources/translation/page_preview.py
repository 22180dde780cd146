"""A page as readers will see it once what waits has been approved. Nothing is stored."""

from __future__ import annotations

from resources.pages.models import SegmentText
from resources.pages.reading import Reading, pages_with_texts, read
from resources.pages.segment_texts import Held, held


def read_page(number: int, language: str, *, as_now: bool) -> Reading:
    """The page in `language`: as it stands, or with everything approved that could be."""
    page = pages_with_texts(language).get(number=number)
    if not as_now:
        for segment in page.segments.all():
            there = held(segment, page.source_language, language)
            if there is not None:
                _approve_in_memory(there)
    return read(page, language)


def _approve_in_memory(there: Held) -> None:
    """Change the fetched rows as an approval would, and save none."""
    newest = there.newest
    if newest is None or newest.fuzzy or not there.is_current(newest):
        return
    if there.waiting is not None and there.standing is not None:
        standing = there.standing
        standing.text, standing.source_digest = newest.text, newest.source_digest
        standing.state, standing.superseded = SegmentText.State.APPROVED, False
    else:
        newest.state, newest.superseded = SegmentText.State.APPROVED, False
