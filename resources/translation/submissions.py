"""Keeping what a translator wrote: beside the text that stands, until somebody approves it.

What she saw comes with what she typed, as digests; where something else is there by now, nothing
is overwritten and she is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from resources.pages import author_tags
from resources.pages.models import Page, Segment, SegmentText
from resources.pages.segment_texts import TextsOfSegment, texts_of
from resources.text.segments import digest
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault.labels import member_tag


class SourceChanged(Exception):
    """The original is another one than was shown."""


class SavedMeanwhile(Exception):
    """Somebody else's text is there, which was not shown."""


class SegmentRemoved(Exception):
    """The paragraph was taken out of the page."""


@dataclass(frozen=True)
class Submission:
    """What was typed, and what it was typed from.

    `source_digest` is the digest of the original shown, `base` that of the translation that
    was shown; empty where there was none.
    """

    text: str
    fuzzy: bool
    source_digest: str
    base: str


def text_tag(ring: KeyRing, segment: int, language: str) -> bytes:
    """The mark (16 bytes) by which she knows her own text again, and nobody else does."""
    return member_tag(ring.seed, "wording", segment, language)


def is_own(ring: KeyRing, segment_text: SegmentText) -> bool:
    """Whether she wrote it, alone or with others. A text without a mark counts as everybody's own:
    nobody can show that it is somebody else's.
    """
    by = author_tags.split_tags(segment_text.author_tags)
    return not by or text_tag(ring, segment_text.segment_id, segment_text.language) in by


def lock_texts(segment: Segment, language: str) -> TextsOfSegment:
    """What there is now; call it in a transaction, where it stays so. Raises Gone."""
    # Publishing writes this row first, so nobody publishes the page meanwhile.
    page = Page.objects.select_for_update().get(pk=segment.page_id)
    row = Segment.objects.filter(pk=segment.pk, position__isnull=False).first()
    texts = texts_of(row, page.source_language, language) if row else None
    if texts is None or not page.published:
        raise SegmentRemoved
    return texts


def require_seen(texts: TextsOfSegment, source_digest: str, base: str) -> None:
    """Raises SourceChanged, SavedMeanwhile unless the texts are those that were shown."""
    if digest(texts.source.text) != source_digest:
        raise SourceChanged
    if base_of(texts) != base:
        raise SavedMeanwhile


def base_of(texts: TextsOfSegment) -> str:
    """The digest of the translation one goes on working from; empty without one."""
    return digest(texts.newest.text) if texts.newest else ""


@transaction.atomic
def save_submission(segment: Segment, language: str, ring: KeyRing, typed: Submission) -> bool:
    """Keep the text as one that waits for review; says whether anything changed.

    Raises SourceChanged, SavedMeanwhile, Gone. Sent twice, it is saved once.
    """
    texts = lock_texts(segment, language)
    if _is_saved(texts, typed):
        return False
    require_seen(texts, typed.source_digest, typed.base)
    row = texts.waiting or SegmentText(
        segment=segment, language=language, state=SegmentText.State.WAITING
    )
    row.text, row.source_digest, row.fuzzy = typed.text, typed.source_digest, typed.fuzzy
    row.author_tags, row.superseded = (
        author_tags.with_tag(row.author_tags, text_tag(ring, segment.pk, language)),
        False,
    )
    row.save()
    return True


def _is_saved(texts: TextsOfSegment, typed: Submission) -> bool:
    """Whether exactly this is there already: her second press of the button, or no change."""
    newest = texts.newest
    if newest is None:
        return False
    same = digest(newest.text) == digest(typed.text) and newest.source_digest == typed.source_digest
    if newest.state == SegmentText.State.WAITING and not author_tags.split_tags(newest.author_tags):
        return False
    return same and newest.fuzzy == typed.fuzzy and texts.is_current(newest)
