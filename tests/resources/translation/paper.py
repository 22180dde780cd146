"""A small page with an original in English, and translations of it."""

from __future__ import annotations

import datetime

from resources.pages.models import Page, Segment, SegmentText, Version
from resources.pages.publication import publish
from resources.text.segments import digest

TODAY = datetime.date(2026, 11, 22)
TITLE, ANSWER = "After a hard night", "Medicine works best within 72 hours."
FIRST, SECOND = "Call [the clinic](page:9) today.", "You can rest now."


def page_of(
    *paragraphs: str, number: int = 808, topic: str = "support", urgent: bool = False
) -> Page:
    """A published page with these paragraphs; without any, FIRST and SECOND."""
    page, _made = Page.objects.get_or_create(
        number=number,
        defaults={"topic": topic, "urgent": urgent, "source_language": "en", "checked": TODAY},
    )
    version = Version(
        page=page,
        topic=topic,
        urgent=urgent,
        checked=TODAY,
        day=TODAY,
        title=TITLE,
        answer=ANSWER,
        body="\n\n".join(paragraphs or (FIRST, SECOND)),
    )
    publish(version, TODAY)
    return page


def segment_of(page: Page, text: str) -> Segment:
    """The segment whose original this is."""
    return page.segments.get(segment_texts__language="en", segment_texts__text=text)


def translated(
    page: Page, original: str, text: str, state: str = SegmentText.State.APPROVED, **other: object
) -> SegmentText:
    """A French translation of what the original is now."""
    fields = {"source_digest": digest(original), **other}
    segment = segment_of(page, original)
    return SegmentText.objects.create(
        segment=segment, language="fr", text=text, state=state, **fields
    )


def french(page: Page) -> dict[str, tuple[str, str, bool]]:
    """What there is in French: original → (text, state, rough), the one that waits first."""
    found: dict[str, tuple[str, str, bool]] = {}
    rows = SegmentText.objects.filter(segment__page=page)
    sources = {row.segment_id: row.text for row in rows.filter(language="en")}
    # "waiting" comes last by name, and counts.
    for row in rows.filter(language="fr").order_by("state"):
        found[sources[row.segment_id]] = (row.text, row.state, row.fuzzy)
    return found
