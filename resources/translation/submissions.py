"""Saving a translator's text beside the approved one, until somebody else approves it.

The form carries digests of what she saw. Where something else has been stored since, nothing is
overwritten and she is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from resources.pages import author_tags
from resources.pages.models import Page, Segment, SegmentText
from resources.pages.segment_texts import TextsOfSegment, texts_of
from resources.text.segments import digest
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.tags import own_tags
from safety_app.locales.dates import today
from safety_app.locales.translation_states import Level


class SourceChanged(Exception):
    """The original changed after it was shown."""


class SavedMeanwhile(Exception):
    """Somebody saved a translation that was not shown to her."""


class SegmentRemoved(Exception):
    """The paragraph was taken out of the page."""


@dataclass(frozen=True)
class Submission:
    """What she typed, and what she typed it from.

    `source_digest` is the digest of the original shown, `base` that of the translation that
    was shown; empty where there was none.
    """

    text: str
    fuzzy: bool
    source_digest: str
    base: str


def text_tags(ring: KeyRing, segment: int, language: str) -> list[bytes]:
    """The tags (16 bytes) by which she alone recognises her text; a new one is the first."""
    return own_tags(ring, "segment", segment, language)


def is_own(ring: KeyRing, segment_text: SegmentText) -> bool:
    """Whether she is one of its writers.

    A text without tags counts as everybody's own: nobody can show that somebody else wrote it.
    """
    by = author_tags.split_tags(segment_text.author_tags)
    own = text_tags(ring, segment_text.segment_id, segment_text.language)
    return not by or not by.isdisjoint(own)


def lock_texts(segment: Segment, language: str) -> TextsOfSegment:
    """The segment's texts, locked until the transaction ends. Raises SegmentRemoved."""
    # Publishing writes this row first, so nobody publishes the page meanwhile.
    page = Page.objects.select_for_update().get(pk=segment.page_id)
    row = Segment.objects.filter(pk=segment.pk, position__isnull=False).first()
    texts = texts_of(row, page.source_language, language) if row else None
    if texts is None or not page.published:
        raise SegmentRemoved
    return texts


def require_seen(texts: TextsOfSegment, source_digest: str, base: str) -> None:
    """Raise SourceChanged or SavedMeanwhile unless the texts are those that were shown."""
    if digest(texts.source.text) != source_digest:
        raise SourceChanged
    if base_of(texts) != base:
        raise SavedMeanwhile


def base_of(texts: TextsOfSegment) -> str:
    """The digest of the translation to continue from; empty without one."""
    return digest(texts.newest.text) if texts.newest else ""


@transaction.atomic
def save_submission(segment: Segment, language: str, ring: KeyRing, typed: Submission) -> bool:
    """Save the text as waiting for review. Returns whether anything changed.

    Raises SourceChanged, SavedMeanwhile, SegmentRemoved. A form sent twice is saved once.
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
        author_tags.with_writer(row.author_tags, text_tags(ring, segment.pk, language)),
        False,
    )
    row.level, row.day = Level.DRAFT, today()
    row.save()
    return True


def _is_saved(texts: TextsOfSegment, typed: Submission) -> bool:
    """Whether exactly this is stored already: the button was pressed twice, or nothing changed."""
    newest = texts.newest
    if newest is None:
        return False
    same = digest(newest.text) == digest(typed.text) and newest.source_digest == typed.source_digest
    if newest.state == SegmentText.State.WAITING and not author_tags.split_tags(newest.author_tags):
        return False
    return same and newest.fuzzy == typed.fuzzy and texts.is_current(newest)
