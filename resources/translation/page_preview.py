"""Preview of a page with everything waiting approved, in memory only."""

from __future__ import annotations

from resources.pages.models import SegmentText
from resources.pages.presentation import RenderedPage, pages_with_texts, render_page
from resources.pages.segment_texts import TextsOfSegment, texts_of


def render_translated(number: int, language: str, *, as_now: bool) -> RenderedPage:
    """The page in `language`: as it is now, or with everything approved that can be."""
    page = pages_with_texts(language).get(number=number)
    if not as_now:
        for segment in page.segments.all():
            texts = texts_of(segment, page.source_language, language)
            if texts is not None:
                _approve_in_memory(texts)
    return render_page(page, language)


def _approve_in_memory(texts: TextsOfSegment) -> None:
    """Change the fetched rows as an approval would, and save none."""
    newest = texts.newest
    if newest is None or newest.fuzzy or not texts.is_current(newest):
        return
    if texts.waiting is not None and texts.standing is not None:
        standing = texts.standing
        standing.text, standing.source_digest = newest.text, newest.source_digest
        standing.state, standing.superseded = SegmentText.State.APPROVED, False
    else:
        newest.state, newest.superseded = SegmentText.State.APPROVED, False
