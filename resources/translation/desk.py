"""The work left in a language: pages, the state of each text, and what to do next."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, Min, Prefetch, Q, QuerySet

from resources.pages.models import Page, Segment, SegmentText, Version
from resources.pages.presentation import topic_position
from resources.pages.segment_texts import State, TextsOfSegment, how_far, texts_of
from resources.text.segments import digest, parse
from safety_app.locales.page_languages import for_pages
from safety_app.locales.translation_states import TranslationState

# Without a bookmark: what changed in so many days.
FIRST_LOOK_DAYS = 30
# The beginning of a text, in characters.
EXCERPT = 70


@dataclass(frozen=True)
class SegmentWork:
    """A segment of a page with its texts in one language, and what they need.

    `corrected`: readers get the original, because an urgent correction has not arrived here.
    `done`: readers have a reviewed text made from the original as it is.
    """

    segment: Segment
    texts: TextsOfSegment
    state: State
    corrected: bool
    done: bool

    @property
    def excerpts(self) -> tuple[str, str]:
        """The first words of the original and of the translation; empty without one."""
        newest = self.texts.newest
        return excerpt(self.texts.source.text), excerpt(newest.text) if newest else ""

    @property
    def how_far(self) -> TranslationState | None:
        """How far the newest translation has been checked; None without one."""
        return how_far(self.texts.newest) if self.texts.newest else None


@dataclass(frozen=True)
class PageWork:
    """A page and the work left on it."""

    page: Page
    pieces: tuple[SegmentWork, ...]

    @property
    def title(self) -> str:
        """The original's title."""
        titles = [piece.texts.source.text for piece in self.pieces if piece.segment.role == "title"]
        return titles[0] if titles else ""

    @cached_property
    def counts(self) -> Counter[State]:
        """Number of texts in each state."""
        return Counter(piece.state for piece in self.pieces)

    @cached_property
    def corrected(self) -> int:
        """Number of texts superseded by an urgent correction."""
        return sum(piece.corrected for piece in self.pieces)

    @property
    def left(self) -> int:
        """Number of texts that are not approved and current."""
        return len(self.pieces) - self.counts[State.APPROVED]

    @property
    def percent(self) -> int:
        """Share of texts that are approved and current, in percent; 100 means all."""
        return percent(sum(piece.done for piece in self.pieces), len(self.pieces))


@dataclass(frozen=True)
class ChangedPage:
    """A page whose original changed: the change notes, newest first, and the work left."""

    work: PageWork
    change_notes: tuple[str, ...]
    day: datetime.date
    correction: bool


def find_work(language: str, number: int | None = None) -> list[PageWork]:
    """Every published page that is translated into `language`, most urgent first.

    Three queries, however many pages there are. `number` picks one page.
    """
    segment_texts = SegmentText.objects.filter(
        Q(language=language) | Q(language=F("segment__page__source_language"))
    )
    in_place = Segment.objects.filter(position__isnull=False)
    segments = in_place.prefetch_related(Prefetch("segment_texts", queryset=segment_texts))
    pages: QuerySet[Page] = Page.objects.filter(published=True).exclude(source_language=language)
    if number is not None:
        pages = pages.filter(number=number)
    pages_with_work = [
        _page_work(page, language)
        for page in pages.prefetch_related(Prefetch("segments", queryset=segments))
    ]
    return sorted(pages_with_work, key=_urgency)


def _page_work(page: Page, language: str) -> PageWork:
    pairs = [
        (segment, texts_of(segment, page.source_language, language))
        for segment in page.segments.all()
    ]
    return PageWork(page, tuple(_segment_work(segment, texts) for segment, texts in pairs if texts))


def _segment_work(segment: Segment, texts: TextsOfSegment) -> SegmentWork:
    newest, standing = texts.newest, texts.standing
    stands = standing is not None and texts.is_current(standing)
    current = stands if newest is standing else newest is not None and texts.is_current(newest)
    return SegmentWork(
        segment=segment,
        texts=texts,
        state=texts.state,
        corrected=standing is not None and standing.superseded and not stands and not current,
        done=standing is not None and stands and standing.state == SegmentText.State.APPROVED,
    )


def _urgency(work: PageWork) -> tuple[bool, bool, bool, bool, int, int]:
    page = work.page
    return (
        work.left == 0,
        not work.corrected,
        not page.holds_back,
        not page.urgent,
        topic_position(page.topic),
        page.number,
    )


def next_segment(work: PageWork, mine: set[int], after: int = -1) -> SegmentWork | None:
    """The next segment to work on: corrections, then missing or outdated texts, then reviews.

    `mine` are the segments whose waiting text somebody else has to approve; `after` is the place
    among the pieces from where to go on, counted from 0.
    """
    open_ones = [
        (_priority(piece), place < after, place, piece)
        for place, piece in enumerate(work.pieces)
        if piece.state != State.APPROVED
        and not (piece.state == State.WAITING and piece.segment.pk in mine)
        and place != after
    ]
    return min(open_ones, key=lambda option: option[:3])[3] if open_ones else None


def _priority(piece: SegmentWork) -> int:
    if piece.corrected:
        return 0
    return 2 if piece.state == State.WAITING else 1


def last_serial() -> int:
    """The number of the newest publication; 0 before the first."""
    newest = Version.objects.filter(state=Version.State.PUBLISHED).order_by("-serial")
    return newest.values_list("serial", flat=True).first() or 0


def changed_pages(
    pages: Iterable[PageWork], seen: int | None, today: datetime.date
) -> list[ChangedPage]:
    """Pages published after serial `seen`. None: in the last FIRST_LOOK_DAYS, leaving out pages as
    they came with the program.

    One entry a page; urgent corrections first, then what changed last.
    """
    rows = Version.objects.filter(state=Version.State.PUBLISHED)
    if seen is None:
        came = Version.objects.filter(page__loaded__gt="").values("page").annotate(Min("serial"))
        rows = rows.exclude(serial__in=came.values("serial__min"))
        rows = rows.filter(day__gt=today - datetime.timedelta(days=FIRST_LOOK_DAYS))
    else:
        rows = rows.filter(serial__gt=seen)
    by_page: dict[int, list[Version]] = {}
    for version in rows.only("page_id", "serial", "day", "change_note", "correction").order_by(
        "-serial"
    ):
        by_page.setdefault(version.page_id, []).append(version)
    changed = [
        ChangedPage(
            work,
            tuple(version.change_note for version in versions if version.change_note),
            versions[0].day,
            any(version.correction for version in versions),
        )
        for work in pages
        if (versions := by_page.get(work.page.pk))
    ]
    return sorted(changed, key=lambda change: (not change.correction, -change.day.toordinal()))


def language_progress() -> list[tuple[str, str, int | None, list[tuple[Page, int]]]]:
    """For each language: code, name, percent approved and current, and the same for each page.

    None where nothing is translated into it. Three queries, without the translations' texts.
    """
    in_place = SegmentText.objects.filter(
        segment__position__isnull=False, segment__page__published=True
    ).exclude(state=SegmentText.State.WAITING)
    own = Q(language=F("segment__page__source_language"))
    sources = {
        segment: (page, digest(text))
        for segment, page, text in in_place.filter(own).values_list(
            "segment_id", "segment__page_id", "text"
        )
    }
    texts = Counter(page for page, _digest in sources.values())
    done: Counter[tuple[str, int]] = Counter()
    approved = in_place.filter(state=SegmentText.State.APPROVED).exclude(own)
    for segment, language, source_digest in approved.values_list(
        "segment_id", "language", "source_digest"
    ):
        page, wanted = sources.get(segment, (0, ""))
        done[language, page] += source_digest == wanted
    pages = list(Page.objects.filter(published=True).order_by("number"))
    return [_one_language(code, name, pages, texts, done) for code, name in for_pages().items()]


def _one_language(
    code: str,
    name: str,
    pages: list[Page],
    texts: Counter[int],
    done: Counter[tuple[str, int]],
) -> tuple[str, str, int | None, list[tuple[Page, int]]]:
    its = [page for page in pages if page.source_language != code and texts[page.pk]]
    whole = sum(texts[page.pk] for page in its)
    approved = sum(done[code, page.pk] for page in its)
    each = [(page, percent(done[code, page.pk], texts[page.pk])) for page in its]
    return code, name, percent(approved, whole) if its else None, each


def percent(part: int, whole: int) -> int:
    """Rounded down, so that 100 means all; 100 where there is nothing."""
    return part * 100 // whole if whole else 100


def excerpt(text: str) -> str:
    """The beginning of a text on one line, without the marks of a ::: block."""
    line = " ".join(parse(text).markdown.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"
