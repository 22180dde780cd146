"""The texts of a segment: the approved one, the waiting one, what a reader sees, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from resources.pages.models import Segment, SegmentText
from resources.text.segments import digest
from safety_app.locales.translation_states import Level, TranslationState, states
from safety_app.privacy.fields import LONG_AGO


class State(TextChoices):
    """What a translation of a segment needs, in the order of the work."""

    UNTRANSLATED = "untranslated", pgettext_lazy("translation", "not translated")
    EDITING = "editing", pgettext_lazy("translation", "needs editing")
    WAITING = "waiting", _("waiting for review")
    APPROVED = "approved", pgettext_lazy("translation", "reviewed")


@dataclass(frozen=True)
class TextsOfSegment:
    """A segment's source text, and in one language the text in force and the one in review."""

    source: SegmentText
    standing: SegmentText | None
    waiting: SegmentText | None

    @property
    def newest(self) -> SegmentText | None:
        """The text to continue from."""
        return self.waiting or self.standing

    @property
    def state(self) -> State:
        """What the translation needs. What came with the program counts as waiting for review."""
        if self.newest is None:
            return State.UNTRANSLATED
        if not self.is_current(self.newest) or self.newest.fuzzy:
            return State.EDITING
        if self.newest.state == SegmentText.State.APPROVED:
            return State.APPROVED
        return State.WAITING

    def is_current(self, segment_text: SegmentText) -> bool:
        """Whether it was made from the source as it is now."""
        return segment_text.source_digest == digest(self.source.text)

    def shown(self, holds_back: bool) -> SegmentText:
        """What a reader of the language sees.

        A text in review is shown only where no other exists, and never while it is a rough draft
        or on a page that holds back. After an urgent correction older texts are not shown.
        """
        segment_text = self.newest if self.standing is None else self.standing
        if segment_text is None or segment_text.fuzzy:
            return self.source
        if segment_text.superseded and not self.is_current(segment_text):
            return self.source
        if holds_back and segment_text.state == SegmentText.State.WAITING:
            return self.source
        return segment_text


def how_far(segment_text: SegmentText) -> TranslationState:
    """How far a translation has been checked, and since which day.

    What came with the program is as far as its `state.toml` says; what waits for review, a draft.
    """
    if segment_text.state == SegmentText.State.STARTER:
        return states(segment_text.language)["pages"]
    reviewed = segment_text.state == SegmentText.State.APPROVED
    level = segment_text.level if reviewed and segment_text.level in Level.values else Level.DRAFT
    return TranslationState(
        Level(level), None if segment_text.day == LONG_AGO else segment_text.day
    )


def texts_of(segment: Segment, source_language: str, language: str) -> TextsOfSegment | None:
    """The texts of a segment (prefetched); None without a source text."""
    standing: dict[str, SegmentText] = {}
    waiting: dict[str, SegmentText] = {}
    for segment_text in segment.segment_texts.all():
        rows = waiting if segment_text.state == SegmentText.State.WAITING else standing
        rows[segment_text.language] = segment_text
    source = standing.get(source_language)
    if source is None:
        return None
    if language == source_language:
        return TextsOfSegment(source, source, None)
    return TextsOfSegment(source, standing.get(language), waiting.get(language))
