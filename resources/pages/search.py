"""Finding pages by words, in the reader's language.

All texts are folded (`text_normalise`) into an index in memory (`search_index`), made once for
each version of the content. The cost is bounded by the length of the query, and hardly grows with
the number of pages. Nothing of a query is kept, not even in memory.

Every word of the query counts as much as it tells: one that stands on every page tells next to
nothing (inverse document frequency; Spärck Jones, 1972). What nothing is found for is taken for a
typing error and compared by its three-letter pieces (Dice, 1945; as in PostgreSQL's `pg_trgm`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from resources.pages.models import Page, Segment, SegmentText
from resources.pages.presentation import (
    Block,
    RenderedPage,
    pages_with_texts,
    shown_texts,
    text_block,
)
from resources.pages.search_index import (
    WEIGHTS,
    Grades,
    IndexedPage,
    SearchIndex,
    search_index,
)
from resources.pages.snippets import Marks, Passage, best_passage, plain_text
from resources.text import text_normalise

LONGEST_QUERY = 100  # characters
MOST_WORDS = 12
MOST_PIECES = 24
MOST_SHOWN = 8
# Bytes of texts in a list of results: with its frame it stays within one size of an answer.
MOST_BYTES = 5_000

# Of what the words of a query tell, the share a page must have to be worth showing.
_LEAST_SHARE = 0.3
_LEAST_ALIKE = 0.4
_MOST_ALIKE = 3
# What a word counts that stands in no title and among no search words, when another one does:
# "my" and "took" beside "police" and "phone".
_IN_PASSING = 0.2
# What a word tells that stands on half of the pages; those on more are not marked.
_ON_HALF = math.sqrt(math.log(3))


@dataclass(frozen=True)
class SearchHit:
    """A page that fits, and where: its title, its answer, and the passage if there is one."""

    page: Page
    title: Block
    answer: Block
    passage: Passage | None


@dataclass(frozen=True)
class SearchResults:
    """What there is for a query. `nearly` says that only similar words were found."""

    hits: tuple[SearchHit, ...]
    nearly: bool = False


@dataclass(frozen=True)
class _Term:
    """A word of the query, or a piece of one, and the words of the texts that it fits. `fits` says
    how well it fits each page, by position in the index.
    """

    text: str
    grades: Grades
    fits: Mapping[int, float]


def search_pages(query: str, language: str) -> SearchResults:
    """Pages for a query, the best first; at most MOST_SHOWN."""
    typed = _query_words(query)
    if not typed:
        return SearchResults(())
    index = search_index(language)
    terms = [term for word in typed for term in _terms(word, index)]
    ranked = _ranked(terms, index)
    nearly = not ranked
    if nearly:
        terms = [_term(word, _alike(word, index), index) for word in typed]
        ranked = _ranked(terms, index)
    marks = _marks(terms, index)
    best = [page.pk for page in ranked[:MOST_SHOWN]]
    texts = {page.pk: page for page in pages_with_texts(language, WEIGHTS).filter(pk__in=best)}
    hits = [_search_hit(texts[pk], marks, language) for pk in best if pk in texts]
    sizes = [_size(hit.title, hit.answer) + _passage_size(hit.passage) for hit in hits]
    return SearchResults(tuple(hits[: _fitting(sizes)]), nearly)


def _query_words(query: str) -> list[str]:
    """The folded words of a query; single letters only where there is nothing else."""
    every = list(dict.fromkeys(text_normalise.words(query[:LONGEST_QUERY])))[:MOST_WORDS]
    return [word for word in every if len(word) > 1 or text_normalise.is_unspaced(word)] or every


def _term(word: str, grades: Grades, index: SearchIndex) -> _Term:
    return _Term(word, grades, index.fits(grades))


def _terms(word: str, index: SearchIndex) -> list[_Term]:
    """One term for a word; a run of signs found nowhere as a whole is taken apart."""
    is_unspaced = text_normalise.is_unspaced(word)
    for spelt in dict.fromkeys((word, text_normalise.without_umlauts(word))):
        near = index.containing(spelt)
        grades = {each: grade for each in near if (grade := _grade(spelt, each, is_unspaced))}
        if grades:
            return [_term(spelt, grades, index)]
    if not is_unspaced:
        return [_term(word, {}, index)]
    pieces = dict.fromkeys(text_normalise.ngrams(word))
    return [
        _term(piece, {each: 0.5 for each in index.words if piece in each}, index)
        for piece in list(pieces)[:MOST_PIECES]
    ]


def _grade(word: str, other: str, is_unspaced: bool) -> float:
    """How well a word of the query fits a word of a text: endings may differ."""
    if word == other:
        return 1.0
    if is_unspaced:
        return 0.9 if word in other else 0.0
    length = len(word)
    if other.startswith(word) and (length >= 4 or (length == 3 and len(other) == 4)):
        return 0.8
    if length >= 5 and len(other) <= length + 3 and other.startswith(word[: max(4, length - 2)]):
        return 0.6
    if 4 <= len(other) < length <= len(other) + 3 and word.startswith(other):
        return 0.6
    return 0.5 if length >= 4 and word in other else 0.0


def _alike(word: str, index: SearchIndex) -> Grades:
    """The few words of the texts that a mistyped one resembles most."""
    if len(word) < 4 or text_normalise.is_unspaced(word):
        return {}
    return {other: alike for alike, other in index.alike(word, _LEAST_ALIKE)[:_MOST_ALIKE]}


def _ranked(terms: list[_Term], index: SearchIndex) -> list[IndexedPage]:
    """The pages that match, best first; urgent ones before others of the same score.

    A page that lacks some of the words ranks below one that has them all: its share of them
    counts a second time. Words in a title may outweigh that, since people type whole sentences.
    """
    tells, needed = _tells(terms, index), _needed(terms, index)
    must = [weight if need else 0.0 for weight, need in zip(tells, needed, strict=True)]
    weights = [
        weight if need else weight * _IN_PASSING for weight, need in zip(tells, needed, strict=True)
    ]
    scored = []
    for position in {position for term in terms for position in term.fits}:
        fits = [term.fits.get(position, 0.0) for term in terms]
        share = sum(weight for weight, fit in zip(must, fits, strict=True) if fit) / sum(must)
        if share < _LEAST_SHARE:
            continue
        score = share * sum(weight * fit for weight, fit in zip(weights, fits, strict=True))
        page = index.pages[position]
        scored.append(((-round(score, 6), not page.urgent, page.place), page))
    return [page for _key, page in sorted(scored, key=lambda pair: pair[0])]


def _needed(terms: list[_Term], index: SearchIndex) -> list[bool]:
    """Which terms matter most: those that occur in some title or keywords, if any do.

    Of three letters or fewer most are "my", "les", "con"; the others are found all the same.
    """
    known = [not _is_short(term.text, 3) and index.is_prominent(term.grades) for term in terms]
    return known if any(known) else [True] * len(terms)


def _is_short(word: str, length: int) -> bool:
    """Whether a word has so few letters; numbers and scripts without spaces never do."""
    return len(word) <= length and not (word.isdecimal() or text_normalise.is_unspaced(word))


def _tells(terms: list[_Term], index: SearchIndex) -> list[float]:
    """The weight of each term. One that fits nowhere weighs as much as one that fits once.

    The root holds rare words down: on a small site "took" is rarer than "police".
    """
    return [math.sqrt(math.log(1 + len(index.pages) / max(1, len(term.fits)))) for term in terms]


def _marks(terms: list[_Term], index: SearchIndex) -> Marks:
    """What is worth marking: words on at most half of the pages, if any is, but no "my" or "le"."""
    weights = _tells(terms, index)
    least = min(_ON_HALF, max(weights))
    telling: dict[str, float] = {}
    chosen = [
        (weight, term)
        for weight, term in zip(weights, terms, strict=True)
        if weight >= least and (len(terms) == 1 or not _is_short(term.text, 2))
    ]
    for weight, term in chosen:
        telling |= {word: weight * grade for word, grade in term.grades.items()}
    return Marks(
        telling,
        tuple(term.text for _weight, term in chosen if text_normalise.is_unspaced(term.text)),
    )


def _search_hit(page: Page, marks: Marks, language: str) -> SearchHit:
    texts: dict[str, list[SegmentText]] = {role: [] for role in WEIGHTS}
    for role, _there, shown in shown_texts(page, language):
        if role in texts:
            texts[role].append(shown)

    def first(role: Segment.Role) -> Block:
        segment_texts = texts[role.value]
        return text_block(
            segment_texts[0] if segment_texts else SegmentText(language=language), language
        )

    body = texts[Segment.Role.BODY.value]
    return SearchHit(
        page=page,
        title=first(Segment.Role.TITLE),
        answer=first(Segment.Role.ANSWER),
        passage=best_passage(
            ((segment_text, plain_text(segment_text)) for segment_text in body), marks, language
        ),
    )


def pages_that_fit(rendered_pages: Sequence[RenderedPage]) -> list[RenderedPage]:
    """Pages to show when nothing matched: within the same limits as a list of results."""
    sizes = [_size(rendered.title, rendered.answer) for rendered in rendered_pages]
    return list(rendered_pages[: min(_fitting(sizes), MOST_SHOWN)])


def _passage_size(passage: Passage | None) -> int:
    return sum(len(part.text.encode()) for part in passage.parts) if passage else 0


def _size(title: Block, answer: Block) -> int:
    return len(title.text.encode()) + len(answer.text.encode())


def _fitting(sizes: list[int]) -> int:
    """How many of these stay within MOST_BYTES together, at least one."""
    return max(1, sum(total <= MOST_BYTES for total in accumulate(sizes)))
