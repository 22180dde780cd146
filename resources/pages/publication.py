"""Publish a version: the page takes its content, and translations stay with their paragraphs.

A paragraph keeps its row, and with it its translations, when its text is the same anywhere on the
page, when it was there once and comes back, or when it was changed where it stands. Which were
made from an older text shows by their digests (`segment_texts`).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from resources.pages.models import Page, Segment, SegmentText, Source, Version
from resources.text.segments import digest, split
from resources.text.word_diff import split_words as words_of
from safety_app.privacy.fields import LARGEST

# Two texts that share fewer words are different paragraphs: between the same neighbours as before,
# and anywhere else on the page.
ALIKE = 0.4
ALIKE_ELSEWHERE = 0.7

Piece = tuple[str, str]  # role, text


def pieces_of(version: Version) -> list[Piece]:
    """The segments of a version in order: (role, text)."""
    pieces = [
        (Segment.Role.TITLE.value, version.title),
        (Segment.Role.ANSWER.value, version.answer),
        (Segment.Role.KEYWORDS.value, version.keywords),
        *((Segment.Role.BODY.value, text) for text in split(version.body)),
    ]
    return [(role, text.strip()) for role, text in pieces if text.strip()]


def sources_of(version: Version) -> list[tuple[str, str, str]]:
    """The sources of a version: (name, address, date), the last two may be empty."""
    lines = [line for line in version.sources.splitlines() if line.strip()]
    parts = [[part.strip() for part in line.split("|")] + ["", ""] for line in lines]
    return [(source[0], source[1], source[2]) for source in parts]


def source_lines(sources: Sequence[tuple[str, str, str]]) -> str:
    """The same as text, one a line. A bar inside a name would part it, and becomes a dash."""
    return "\n".join(
        " | ".join(part.replace("|", "-") for part in source).rstrip(" |") for source in sources
    )


def next_serial() -> int:
    """The number of the next version to be published. Inside the transaction that uses it."""
    numbered = Version.objects.filter(serial__lte=LARGEST)
    return (numbered.aggregate(Max("serial"))["serial__max"] or 0) + 1


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
    _place_segments(page, pieces_of(version), version.correction)
    version.state = Version.State.PUBLISHED
    version.serial, version.day = next_serial(), today
    version.author_tags, version.rejection_reason = b"", ""
    version.save()


def _place_segments(page: Page, pieces: list[Piece], correction: bool) -> None:
    """Give every piece its segment and its source text; take the others out of the page."""
    texts = {
        segment_text.segment_id: segment_text
        for segment_text in SegmentText.objects.filter(
            segment__page=page, language=page.source_language
        ).exclude(state=SegmentText.State.WAITING)
    }
    rows = [segment for segment in page.segments.all() if segment.pk in texts]
    chosen = match_segments(pieces, [(row, texts[row.pk].text) for row in rows])
    # Free every place first: two rows may not stand on one, not even for a moment.
    page.segments.update(position=None)
    for position, ((role, text), matched) in enumerate(zip(pieces, chosen, strict=True)):
        segment = matched or Segment(page=page)
        segment.position, segment.role = position, role
        segment.save()
        source = texts.get(segment.pk) or SegmentText(
            segment=segment, language=page.source_language
        )
        if correction and source.text and digest(source.text) != digest(text):
            others = segment.segment_texts.exclude(language=page.source_language)
            others.exclude(source_digest=digest(text)).update(superseded=True)
        source.text, source.state = text, SegmentText.State.APPROVED
        source.save()


def match_segments(
    pieces: Sequence[Piece], rows: Sequence[tuple[Segment, str]]
) -> list[Segment | None]:
    """For each piece the row that is its segment, or None where it needs a new one.

    `rows` are the page's segments with their source texts, those taken out earlier among them.
    """
    chosen: list[Segment | None] = [None] * len(pieces)
    free: dict[tuple[str, str], list[tuple[Segment, str]]] = {}
    # The last of a list is taken first: one that stands in the page before one taken out of it.
    for row, text in sorted(rows, key=lambda pair: -_position(pair[0])):
        free.setdefault((row.role, digest(text)), []).append((row, text))
    for place, (role, text) in enumerate(pieces):
        same = free.get((role, digest(text)))
        if same:
            chosen[place] = same.pop()[0]
    left = [pair for same in free.values() for pair in same if pair[0].position is not None]
    # There is one title, one answer: however they change, they are the title and the answer.
    for place, (role, _text) in enumerate(pieces):
        if chosen[place] is None and role != Segment.Role.BODY:
            chosen[place] = next((row for row, _had in left if row.role == role), None)
    _match_changed(pieces, chosen, [pair for pair in left if pair[0].role == Segment.Role.BODY])
    return chosen


def _match_changed(
    pieces: Sequence[Piece], chosen: list[Segment | None], left: Sequence[tuple[Segment, str]]
) -> None:
    """Find the paragraphs that were changed: the most alike first, each once.

    Between the same neighbours as before they may have changed more than elsewhere.
    """
    places = [
        place
        for place, (role, _text) in enumerate(pieces)
        if chosen[place] is None and role == Segment.Role.BODY
    ]
    had = [(row, _words(text)) for row, text in left]
    pairs: list[tuple[float, int, int]] = []
    for place in places:
        after, before = _neighbours(place, chosen)
        words = _words(pieces[place][1])
        for index, (row, others) in enumerate(had):
            alike = _likeness(words, others)
            if alike >= (ALIKE if after < _position(row) < before else ALIKE_ELSEWHERE):
                pairs.append((-alike, place, index))
    taken: set[int] = set()
    for _unlike, place, index in sorted(pairs):
        if chosen[place] is None and index not in taken:
            chosen[place] = had[index][0]
            taken.add(index)


def _neighbours(place: int, chosen: Sequence[Segment | None]) -> tuple[int, int]:
    """Where the nearest paragraphs that are known stood before: above and below."""
    above = (_position(row) for row in reversed(chosen[:place]) if row is not None)
    below = (_position(row) for row in chosen[place + 1 :] if row is not None)
    return next(above, -1), next(below, 2**31)


def _words(text: str) -> Counter[str]:
    return Counter(piece.casefold() for piece in words_of(text) if piece[0].isalnum())


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of words two texts have in common, wherever they stand (Dice, 0 to 1)."""
    both = one.total() + other.total()
    return 2 * (one & other).total() / both if both else 1.0


def _position(row: Segment) -> int:
    """A segment's position; one that was removed sorts last."""
    return row.position if isinstance(row.position, int) else 2**31
