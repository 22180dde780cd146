"""Publishing a version: the page becomes what it says, and its translations keep their places.

A paragraph keeps its row, and with it its translations, when its text is the same anywhere on the
page, when it was there once and comes back, or when it was changed where it stands. Which were
made from an older text shows by their digests (`wordings`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from difflib import SequenceMatcher

from django.db import transaction
from django.db.models import Max

from resources.differences import pieces as words_of
from resources.models import Page, Segment, Source, Version, Wording
from resources.segments import digest, split

# Two texts that share fewer words are different paragraphs (difflib's ratio, 0 to 1).
ALIKE = 0.4

Piece = tuple[str, str]  # role, text


def pieces_of(version: Version) -> list[Piece]:
    """The segments of a version in order: (role, text)."""
    found = [
        (Segment.Role.TITLE.value, version.title),
        (Segment.Role.ANSWER.value, version.answer),
        (Segment.Role.WORDS.value, version.words),
        *((Segment.Role.BODY.value, text) for text in split(version.body)),
    ]
    return [(role, text.strip()) for role, text in found if text.strip()]


def sources_of(version: Version) -> list[tuple[str, str, str]]:
    """The sources of a version: (name, address, date), the last two may be empty."""
    lines = [line for line in version.sources.splitlines() if line.strip()]
    parts = [[part.strip() for part in line.split("|")] + ["", ""] for line in lines]
    return [(one[0], one[1], one[2]) for one in parts]


def source_lines(sources: Sequence[tuple[str, str, str]]) -> str:
    """The same as text, one a line. A bar inside a name would part it, and becomes a dash."""
    return "\n".join(
        " | ".join(part.replace("|", "-") for part in one).rstrip(" |") for one in sources
    )


def next_serial() -> int:
    """The number of the next version to be published. Inside the transaction that uses it."""
    return (Version.objects.aggregate(Max("serial"))["serial__max"] or 0) + 1


@transaction.atomic
def publish(version: Version, today: datetime.date) -> None:
    """Make the page what `version` says, and keep it as published. Nothing is checked here."""
    page = version.page
    page.topic, page.country, page.urgent = version.topic, version.country, version.urgent
    page.checked, page.published = version.checked, True
    page.save()
    page.sources.all().delete()
    Source.objects.bulk_create(
        Source(page=page, position=position, title=title, url=url, dated=dated)
        for position, (title, url, dated) in enumerate(sources_of(version))
    )
    _place(page, pieces_of(version), version.correction)
    version.state = Version.State.PUBLISHED
    version.serial, version.day, version.by = next_serial(), today, b""
    version.save()


def _place(page: Page, pieces: list[Piece], correction: bool) -> None:
    """Give every piece its segment and its source text; take the others out of the page."""
    texts = {
        wording.segment_id: wording
        for wording in Wording.objects.filter(segment__page=page, language=page.source_language)
    }
    rows = [segment for segment in page.segments.all() if segment.pk in texts]
    chosen = match(pieces, [(row, texts[row.pk].text) for row in rows])
    # Free every place first: two rows may not stand on one, not even for a moment.
    page.segments.update(position=None)
    for position, ((role, text), found) in enumerate(zip(pieces, chosen, strict=True)):
        segment = found or Segment(page=page)
        segment.position, segment.role = position, role
        segment.save()
        source = texts.get(segment.pk) or Wording(segment=segment, language=page.source_language)
        if correction and source.text and digest(source.text) != digest(text):
            others = segment.wordings.exclude(language=page.source_language)
            others.exclude(made_from=digest(text)).update(overtaken=True)
        source.text, source.state = text, Wording.State.APPROVED
        source.save()


def match(pieces: Sequence[Piece], rows: Sequence[tuple[Segment, str]]) -> list[Segment | None]:
    """For each piece the row that is its segment, or None where it needs a new one.

    `rows` are the page's segments with their source texts, those taken out earlier among them.
    """
    free = {row.pk: (row, text) for row, text in rows}
    chosen: list[Segment | None] = [None] * len(pieces)

    def take(place: int, row: Segment) -> None:
        chosen[place] = row
        del free[row.pk]

    for place, (role, text) in enumerate(pieces):
        same = [
            row for row, had in free.values() if row.role == role and digest(had) == digest(text)
        ]
        # One that stands in the page before one that was taken out of it.
        for row in sorted(same, key=lambda row: (row.position is None, row.position))[:1]:
            take(place, row)
    for place, (role, text) in enumerate(pieces):
        if chosen[place] is None:
            changed = _changed(place, role, text, chosen, list(free.values()))
            if changed is not None:
                take(place, changed)
    return chosen


def _changed(
    place: int,
    role: str,
    text: str,
    chosen: Sequence[Segment | None],
    free: Sequence[tuple[Segment, str]],
) -> Segment | None:
    """The row this text was before it was changed: between the same neighbours, and alike."""
    after = max((_at(row) for row in chosen[:place] if row is not None), default=-1)
    before = min((_at(row) for row in chosen[place + 1 :] if row is not None), default=2**31)
    best: tuple[float, Segment] | None = None
    for row, had in free:
        if row.role != role or row.position is None:
            continue
        if role == Segment.Role.BODY and not after < row.position < before:
            continue
        # There is one title: however it changes, it is the title.
        is_body = role == Segment.Role.BODY
        alike = _likeness(had, text) if is_body else 1.0
        if alike >= ALIKE and (best is None or alike > best[0]):
            best = (alike, row)
    return best[1] if best else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, words_of(one), words_of(other), autojunk=False).ratio()


def _at(row: Segment) -> int:
    return -1 if row.position is None else row.position
