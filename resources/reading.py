"""A page put together in a reader's language, block by block, with an honest fallback."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from babel import Locale
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from resources.markdown import render
from resources.models import LocalNote, Page, Segment, Topic, Wording
from resources.segments import Kind, parse
from resources.wordings import held

_TOPIC_ORDER = {value: place for place, value in enumerate(Topic.values)}


@dataclass(frozen=True)
class Note:
    """What an organisation filled into a LOCAL block, and the country it is true for."""

    country: str
    html: SafeString
    checked: date
    language: str
    direction: str


@dataclass(frozen=True)
class Block:
    """One shown block. `language` is a code where it is not the page's own, else empty."""

    kind: Kind
    label: str
    html: SafeString
    text: str
    language: str = ""
    direction: str = ""
    older: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Reading:
    """A page as one reader sees it, and what its banner has to say."""

    page: Page
    language: str
    title: Block
    answer: Block
    body: tuple[Block, ...]
    draft: bool
    missing: bool
    older: bool


def direction(language: str) -> str:
    """`rtl` or `ltr`; a language Django does not know is taken to be left to right."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def country_name(country: str, language: str) -> str:
    """A country's name in `language`; empty for "everywhere", the code where it has no name."""
    return Locale.parse(language, sep="-").territories.get(country, country) if country else ""


def pages_with_texts(language: str, roles: Iterable[str] = Segment.Role.values) -> QuerySet[Page]:
    """Pages with what `read` needs: segments of these roles in `language` and in the source's."""
    wordings = Wording.objects.filter(
        Q(language=language) | Q(language=F("segment__page__source_language"))
    )
    in_place = Segment.objects.filter(role__in=list(roles), position__isnull=False)
    segments = in_place.prefetch_related(Prefetch("wordings", queryset=wordings))
    return Page.objects.filter(published=True).prefetch_related(
        Prefetch("segments", queryset=segments), "local_notes"
    )


def read(page: Page, language: str) -> Reading:
    """Put a page together in `language` from what `pages_with_texts` fetched."""
    notes = list(page.local_notes.all())
    blocks: dict[str, list[Block]] = {role: [] for role in Segment.Role.values}
    shown: list[Wording] = []
    for segment in page.segments.all():
        there = held(segment, page.source_language, language)
        if there is None:
            continue
        chosen = there.shown(page.holds_back)
        older = chosen is not there.source and not there.is_current(chosen)
        blocks[segment.role].append(_block(chosen, language, older, notes))
        shown.append(chosen)
    nothing = Block("text", "", SafeString(""), "")
    own_shown = [wording for wording in shown if wording.language != page.source_language]
    return Reading(
        page=page,
        language=language,
        title=(blocks[Segment.Role.TITLE] or [nothing])[0],
        answer=(blocks[Segment.Role.ANSWER] or [nothing])[0],
        body=tuple(blocks[Segment.Role.BODY]),
        draft=any(wording.state != Wording.State.APPROVED for wording in own_shown),
        missing=any(wording.language != language for wording in shown),
        older=any(block.older for group in blocks.values() for block in group),
    )


def read_home(language: str) -> tuple[list[Reading], list[tuple[str, list[Reading]]]]:
    """What the first screen lists: urgent pages, then the others under their topic's name."""
    roles = [Segment.Role.TITLE, Segment.Role.ANSWER]
    readings = [
        read(page, language)
        for page in sorted(
            pages_with_texts(language, roles),
            key=lambda page: (
                _TOPIC_ORDER.get(page.topic, len(_TOPIC_ORDER)),
                page.number,
            ),
        )
    ]
    urgent = [reading for reading in readings if reading.page.urgent]
    topics: dict[str, list[Reading]] = {}
    for reading in readings:
        if not reading.page.urgent:
            topics.setdefault(reading.page.get_topic_display(), []).append(reading)
    return urgent, list(topics.items())


def _block(wording: Wording, language: str, older: bool, notes: list[LocalNote]) -> Block:
    segment = parse(wording.text)
    foreign = wording.language != language
    return Block(
        kind=segment.kind,
        label=segment.label,
        html=render(segment.markdown),
        text=segment.markdown,
        language=wording.language if foreign else "",
        direction=direction(wording.language) if foreign else "",
        older=older,
        notes=_notes(segment.label, language, notes) if segment.kind == "local" else (),
    )


def _notes(key: str, language: str, notes: list[LocalNote]) -> tuple[Note, ...]:
    """One note a country: in the reader's language where there is one, else in any."""
    chosen: dict[str, LocalNote] = {}
    for note in notes:
        if note.key == key and (note.country not in chosen or note.language == language):
            chosen[note.country] = note
    return tuple(
        Note(
            country=country_name(note.country, language),
            html=render(note.text),
            checked=note.checked,
            language=note.language if note.language != language else "",
            direction=direction(note.language) if note.language != language else "",
        )
        for note in chosen.values()
    )
