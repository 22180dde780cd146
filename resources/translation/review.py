"""Approve a waiting translation or send it back; only as it was shown."""

from __future__ import annotations

import datetime

from django.db import transaction

from resources.pages.models import Page, Segment, SegmentText
from resources.pages.segment_texts import TextsOfSegment
from resources.text.segments import digest
from resources.translation import remarks
from resources.translation.checks import tidy_translation
from resources.translation.submissions import (
    SavedMeanwhile,
    Submission,
    is_own,
    lock_texts,
    require_seen,
    save_submission,
)
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import today
from safety_app.locales.translation_states import Level
from safety_app.privacy.storage import checkpoint_wal


class NotReady(Exception):
    """The text was made from an older original, or is still a rough draft."""


class OwnText(Exception):
    """She wrote it; on a page about health or the law, somebody else has to approve it."""


class UnsavedEdit(Exception):
    """The text in the form differs from the waiting one: it has to be saved first."""


def may_approve(page: Page, texts: TextsOfSegment, ring: KeyRing) -> bool:
    """Whether she may approve the newest text as it is."""
    newest = texts.newest
    if newest is None or newest.state == SegmentText.State.APPROVED:
        return False
    if not texts.is_current(newest) or newest.fuzzy:
        return False
    own = newest.state == SegmentText.State.WAITING and is_own(ring, newest)
    return not (own and page.needs_second_person)


def may_send_back(texts: TextsOfSegment, ring: KeyRing) -> bool:
    """Whether a text of somebody else is waiting."""
    return texts.waiting is not None and not is_own(ring, texts.waiting)


def approve(
    page: Page,
    segment: Segment,
    language: str,
    ring: KeyRing,
    typed: Submission,
    level: Level = Level.CHECKED,
) -> None:
    """Approve the text that was shown; `level` says with what knowledge.

    Where a page needs no second person, what was typed is saved first; what nobody but its writer
    has read stays a draft in level. Raises SourceChanged,
    SavedMeanwhile, SegmentRemoved, NotReady, OwnText, UnsavedEdit; does nothing if
    it is approved already.
    """
    with transaction.atomic():
        _approve(page, segment, language, ring, typed, level)
    checkpoint_wal()


def _approve(
    page: Page, segment: Segment, language: str, ring: KeyRing, typed: Submission, level: Level
) -> None:
    if typed.fuzzy:
        raise NotReady
    texts = lock_texts(segment, language)
    # What the page is about may have changed since it was shown.
    page = Page.objects.get(pk=page.pk)
    newest = texts.newest
    if newest is not None and _is_approved(texts, newest, typed):
        return
    require_seen(texts, typed.source_digest, typed.base)
    if not page.needs_second_person:
        save_submission(segment, language, ring, typed)
        texts = lock_texts(segment, language)
        newest = texts.newest
    elif newest is None or digest(tidy_translation(segment.role, newest.text)) != digest(
        typed.text
    ):
        # A form gives back what it showed without signs that turn the direction.
        raise UnsavedEdit
    if newest is None or not texts.is_current(newest) or newest.fuzzy:
        raise NotReady
    if not may_approve(page, texts, ring):
        raise OwnText
    if texts.waiting is not None and texts.standing is not None:
        texts.standing.delete()
    own = newest.state == SegmentText.State.WAITING and is_own(ring, newest)
    newest.level, newest.day = Level.DRAFT if own else level, today()
    newest.state, newest.author_tags = SegmentText.State.APPROVED, b""
    newest.fuzzy = newest.superseded = False
    newest.save()


def _is_approved(texts: TextsOfSegment, newest: SegmentText, typed: Submission) -> bool:
    """Whether this text is approved already: somebody was faster, or pressed twice."""
    same = digest(newest.text) == digest(typed.text)
    return same and newest.state == SegmentText.State.APPROVED and texts.is_current(newest)


@transaction.atomic
def send_back_translation(
    segment: Segment,
    language: str,
    ring: KeyRing,
    seen: str,
    reason: str,
    day: datetime.date,
) -> None:
    """Mark the text that was shown as needing work, and leave the reason as a remark.

    `seen` is its digest. Raises SavedMeanwhile, also if she wrote it or nothing waits;
    SegmentRemoved;
    remarks.TooManyRemarks.
    """
    texts = lock_texts(segment, language)
    waiting = texts.waiting
    if waiting is None or digest(waiting.text) != seen or not may_send_back(texts, ring):
        raise SavedMeanwhile
    if not waiting.source_digest:
        return
    waiting.source_digest = ""
    waiting.save(update_fields=["source_digest"])
    remarks.add_remark(segment, language, reason, ring, day)
