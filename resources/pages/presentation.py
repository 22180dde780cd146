"""A page rendered in a reader's language, block by block; says where it falls back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from resources.pages.models import Page, Segment, SegmentText, Topic
from resources.pages.segment_texts import TextsOfSegment, how_far, texts_of
from resources.text.markdown import render
from resources.text.segments import Kind, parse
from safety_app.locales.page_languages import direction
from safety_app.locales.translation_states import TranslationState, lowest
from safety_app.privacy.public.made_once import made_once

_TOPIC_ORDER = {value: place for place, value in enumerate(Topic.values)}
# The words a page is found by are shown nowhere.
ROLES_READ = (Segment.Role.TITLE.value, Segment.Role.ANSWER.value, Segment.Role.BODY.value)


@dataclass(frozen=True)
class RenderedNote:
    """What an organisation filled into a LOCAL block for the country that was chosen.

    `language` is a code where it is not the page's own, else empty; `old` after six months.
    """

    html: SafeString
    checked: date
    old: bool
    language: str
    direction: str


# LOCAL block's key → what its organisation says.
NotesByKey = Mapping[str, RenderedNote]


@dataclass(frozen=True)
class Block:
    """One shown block. `language` is a code where it is not the page's own, else empty.

    A LOCAL block has a `key`. What the site itself knows of its answer, where no organisation has
    filled it in, is a telephone `number` with the day it was checked, and `links` as (text, url).
    """

    kind: Kind
    label: str
    html: SafeString
    text: str
    language: str = ""
    direction: str = ""
    older: bool = False
    note: RenderedNote | None = None
    key: str = ""
    number: str = ""
    number_checked: date | None = None
    links: tuple[tuple[str | Promise, str], ...] = ()


EMPTY_BLOCK = Block("text", "", SafeString(""), "")


@dataclass(frozen=True)
class RenderedPage:
    """A page as one reader sees it, and what its banner has to say.

    `older` speaks of title and answer; a paragraph says it of itself. `how_far` is the state of
    the translated text that was checked least; None in the original.
    """

    page: Page
    language: str
    title: Block
    answer: Block
    body: tuple[Block, ...]
    draft: bool
    missing: bool
    older: bool
    how_far: TranslationState | None


def topic_position(topic: str) -> int:
    """A topic's position in the list of topics; an unknown one sorts last."""
    return _TOPIC_ORDER.get(topic, len(_TOPIC_ORDER))


def pages_with_texts(language: str, roles: Iterable[str] = ROLES_READ) -> QuerySet[Page]:
    """Public pages with their segments of these roles, in `language` and the source's."""
    segment_texts = SegmentText.objects.filter(
        Q(language=language) | Q(language=F("segment__page__source_language"))
    )
    in_place = Segment.objects.filter(role__in=list(roles), position__isnull=False)
    segments = in_place.prefetch_related(
        Prefetch("segment_texts", queryset=segment_texts.defer("author_tags"))
    )
    return Page.objects.filter(published=True).prefetch_related(
        Prefetch("segments", queryset=segments)
    )


def shown_texts(page: Page, language: str) -> Iterator[tuple[str, TextsOfSegment, SegmentText]]:
    """Each segment's role, what there is of it, and the text that a reader sees."""
    for segment in page.segments.all():
        texts = texts_of(segment, page.source_language, language)
        if texts is not None:
            yield segment.role, texts, texts.shown(page.holds_back)


def render_page(page: Page, language: str, notes: NotesByKey | None = None) -> RenderedPage:
    """Render a page in `language` from what `pages_with_texts` fetched."""
    blocks: dict[str, list[Block]] = {role: [] for role in Segment.Role.values}
    shown: list[SegmentText] = []
    for role, texts, chosen in shown_texts(page, language):
        if role not in ROLES_READ:
            continue
        older = chosen is not texts.source and not texts.is_current(chosen)
        if role == Segment.Role.BODY:
            # A LOCAL block's key is the original's, whatever a translation made of it.
            key = parse(texts.source.text).label
            note = (notes or {}).get(key)
            blocks[role].append(_markdown_block(chosen, language, older, key, note))
        else:
            blocks[role].append(text_block(chosen, language, older))
        shown.append(chosen)
    own_shown = [
        segment_text for segment_text in shown if segment_text.language != page.source_language
    ]
    title = (blocks[Segment.Role.TITLE] or [EMPTY_BLOCK])[0]
    answer = (blocks[Segment.Role.ANSWER] or [EMPTY_BLOCK])[0]
    return RenderedPage(
        page=page,
        language=language,
        title=title,
        answer=answer,
        body=tuple(blocks[Segment.Role.BODY]),
        draft=any(segment_text.state != SegmentText.State.APPROVED for segment_text in own_shown),
        missing=any(segment_text.language != language for segment_text in shown),
        older=title.older or answer.older,
        how_far=lowest(map(how_far, own_shown)),
    )


@made_once(20)
def render_home(
    language: str,
) -> tuple[list[RenderedPage], list[tuple[str, str, list[RenderedPage]]]]:
    """What the first screen lists: urgent pages, then the others by (topic, its name, pages).

    Made once for each version of the content.
    """
    roles = [Segment.Role.TITLE, Segment.Role.ANSWER]
    rendered_pages = [
        render_page(page, language)
        for page in sorted(
            pages_with_texts(language, roles),
            key=lambda page: (topic_position(page.topic), page.number),
        )
    ]
    urgent = [rendered for rendered in rendered_pages if rendered.page.urgent]
    topics: dict[str, list[RenderedPage]] = {}
    for rendered in rendered_pages:
        if not rendered.page.urgent:
            topics.setdefault(rendered.page.topic, []).append(rendered)
    named = [(topic, pages[0].page.get_topic_display(), pages) for topic, pages in topics.items()]
    return urgent, named


def text_block(segment_text: SegmentText, language: str, older: bool = False) -> Block:
    """A title or an answer, which has no marks: its words as they are."""
    foreign = segment_text.language != language
    return Block(
        kind="text",
        label="",
        html=SafeString(""),
        text=segment_text.text,
        language=segment_text.language if foreign else "",
        direction=direction(segment_text.language) if foreign else "",
        older=older,
    )


def _markdown_block(
    segment_text: SegmentText, language: str, older: bool, key: str, note: RenderedNote | None
) -> Block:
    segment = parse(segment_text.text)
    foreign = segment_text.language != language
    runs = direction(segment_text.language)
    return Block(
        kind=segment.kind,
        label=segment.label,
        html=render(segment.markdown, rtl=runs == "rtl"),
        text=segment.markdown,
        language=segment_text.language if foreign else "",
        direction=runs if foreign else "",
        older=older,
        note=note if segment.kind == "local" else None,
        key=key if segment.kind == "local" else "",
    )
