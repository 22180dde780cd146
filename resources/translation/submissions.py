"""Keeping what a translator wrote: beside the text that stands, until somebody approves it.

What she saw comes with what she typed, as digests; where something else is there by now, nothing
is overwritten and she is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from resources.pages import author_tags
from resources.pages.models import Page, Segment, SegmentText
from resources.pages.segment_texts import Held, held
from resources.pages.text.segments import digest
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault.labels import member_tag


class SourceChanged(Exception):
    """The original is another one than was shown."""


class SavedMeanwhile(Exception):
    """Somebody else's text is there, which was not shown."""


class Gone(Exception):
    """The paragraph was taken out of the page."""


@dataclass(frozen=True)
class Typed:
    """What was typed, and what it was typed from.

    `source_digest` is the digest of the original shown, `base` that of the translation that
    was shown; empty where there was none.
    """

    text: str
    fuzzy: bool
    source_digest: str
    base: str


def tag(ring: KeyRing, segment: int, language: str) -> bytes:
    """The mark (16 bytes) by which she knows her own text again, and nobody else does."""
    return member_tag(ring.seed, "wording", segment, language)


def is_own(ring: KeyRing, segment_text: SegmentText) -> bool:
    """Whether she wrote it, alone or with others. A text without a mark counts as everybody's own:
    nobody can show that it is somebody else's.
    """
    by = author_tags.read(segment_text.author_tags)
    return not by or tag(ring, segment_text.segment_id, segment_text.language) in by


def fresh(segment: Segment, language: str) -> Held:
    """What there is now; call it in a transaction, where it stays so. Raises Gone."""
    # Publishing writes this row first, so nobody publishes the page meanwhile.
    page = Page.objects.select_for_update().get(pk=segment.page_id)
    row = Segment.objects.filter(pk=segment.pk, position__isnull=False).first()
    there = held(row, page.source_language, language) if row else None
    if there is None or not page.published:
        raise Gone
    return there


def must_be_seen(there: Held, source_digest: str, base: str) -> None:
    """Raises SourceChanged, SavedMeanwhile unless the texts are those that were shown."""
    if digest(there.source.text) != source_digest:
        raise SourceChanged
    if base_of(there) != base:
        raise SavedMeanwhile


def base_of(there: Held) -> str:
    """The digest of the translation one goes on working from; empty without one."""
    return digest(there.newest.text) if there.newest else ""


@transaction.atomic
def save(segment: Segment, language: str, ring: KeyRing, typed: Typed) -> bool:
    """Keep the text as one that waits for review; says whether anything changed.

    Raises SourceChanged, SavedMeanwhile, Gone. Sent twice, it is saved once.
    """
    there = fresh(segment, language)
    if _is_there(there, typed):
        return False
    must_be_seen(there, typed.source_digest, typed.base)
    row = there.waiting or SegmentText(
        segment=segment, language=language, state=SegmentText.State.WAITING
    )
    row.text, row.source_digest, row.fuzzy = typed.text, typed.source_digest, typed.fuzzy
    row.author_tags, row.superseded = (
        author_tags.added(row.author_tags, tag(ring, segment.pk, language)),
        False,
    )
    row.save()
    return True


def _is_there(there: Held, typed: Typed) -> bool:
    """Whether exactly this is there already: her second press of the button, or no change."""
    newest = there.newest
    if newest is None:
        return False
    same = digest(newest.text) == digest(typed.text) and newest.source_digest == typed.source_digest
    if newest.state == SegmentText.State.WAITING and not author_tags.read(newest.author_tags):
        return False
    return same and newest.fuzzy == typed.fuzzy and there.is_current(newest)
