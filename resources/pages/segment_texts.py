"""Which wording of a segment stands, which waits, which a reader sees, and what is left to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from resources.pages.models import Segment, SegmentText
from resources.pages.text.segments import digest


class State(TextChoices):
    """What a translation of a segment needs, in the order of the work."""

    UNTRANSLATED = "untranslated", _("not translated")
    EDITING = "editing", _("needs editing")
    WAITING = "waiting", _("waiting for review")
    APPROVED = "approved", _("approved")


@dataclass(frozen=True)
class Held:
    """What there is of a segment: its source, and in one language what stands and what waits."""

    source: SegmentText
    standing: SegmentText | None
    waiting: SegmentText | None

    @property
    def newest(self) -> SegmentText | None:
        """The wording to go on working from."""
        return self.waiting or self.standing

    @property
    def state(self) -> State:
        """What the translation needs. What came with the program counts as waiting for review."""
        if self.newest is None:
            return State.UNTRANSLATED
        if not self.is_current(self.newest) or self.newest.rough:
            return State.EDITING
        if self.newest.state == SegmentText.State.APPROVED:
            return State.APPROVED
        return State.WAITING

    def is_current(self, wording: SegmentText) -> bool:
        """Whether it was made from the source as it is now."""
        return wording.made_from == digest(self.source.text)

    def shown(self, holds_back: bool) -> SegmentText:
        """What a reader of the language sees.

        What waits for review is shown only where nothing stands, and not at all while rough or on
        a page that holds back. After an urgent correction an older wording gives way.
        """
        wording = self.newest if self.standing is None else self.standing
        if wording is None or wording.rough:
            return self.source
        if wording.overtaken and not self.is_current(wording):
            return self.source
        if holds_back and wording.state == SegmentText.State.WAITING:
            return self.source
        return wording


def held(segment: Segment, source_language: str, language: str) -> Held | None:
    """What there is of a segment with its wordings prefetched; None without a source text."""
    standing: dict[str, SegmentText] = {}
    waiting: dict[str, SegmentText] = {}
    for wording in segment.wordings.all():
        rows = waiting if wording.state == SegmentText.State.WAITING else standing
        rows[wording.language] = wording
    source = standing.get(source_language)
    if source is None:
        return None
    if language == source_language:
        return Held(source, source, None)
    return Held(source, standing.get(language), waiting.get(language))
