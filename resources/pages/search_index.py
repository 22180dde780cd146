"""The words of all public pages in one language: which pages have a word, and where it counts most.

Made once for each version of the content (`public.made_once`), since it takes a second for 500
pages; about 1 MB for each language then. It holds public texts only, and nothing of a query.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from resources.pages.models import Segment
from resources.pages.presentation import pages_with_texts, shown_texts, topic_position
from resources.pages.snippets import plain_text
from resources.text import text_normalise
from safety_app.privacy.public.made_once import made_once

WEIGHTS = {
    Segment.Role.TITLE.value: 8,
    Segment.Role.KEYWORDS.value: 5,
    Segment.Role.ANSWER.value: 3,
    Segment.Role.BODY.value: 1,
}
_LANGUAGES = 20

Grades = Mapping[str, float]  # a word of the texts → how well a term fits it, 0 to 1


@dataclass(frozen=True)
class IndexedPage:
    """What ranking needs of a page: its id, and its place among pages of the same score."""

    pk: int
    urgent: bool
    place: tuple[int, int]


@dataclass(frozen=True)
class SearchIndex:
    """Pages by position, and for each word the positions it stands at, each with its weight."""

    pages: tuple[IndexedPage, ...]
    words: dict[str, tuple[array[int], bytes]] = field(repr=False)

    def containing(self, word: str) -> list[str]:
        """The words of the texts that contain this one, or share its beginning or its stem."""
        length = len(word)
        stem = word[: max(4, length - 2)] if length >= 5 else word
        found = [each for each in self.words if word in each or each.startswith(stem)]
        shorter = (word[:cut] for cut in range(max(4, length - 3), length))
        return list(dict.fromkeys([*found, *(each for each in shorter if each in self.words)]))

    def fits(self, grades: Grades) -> dict[int, float]:
        """How well a term fits each page that it fits: its best place counts."""
        best: dict[int, float] = {}
        for word, grade in grades.items():
            for position, weight in self._places(word):
                best[position] = max(best.get(position, 0.0), grade * weight)
        return best

    def is_prominent(self, grades: Grades) -> bool:
        """Whether a term stands in the title or among the search words of any page."""
        least = WEIGHTS[Segment.Role.KEYWORDS.value]
        return any(max(self.words[word][1]) >= least for word in grades)

    def alike(self, word: str, least: float) -> list[tuple[float, str]]:
        """Words that share pieces of three letters with this one (Dice's coefficient)."""
        own = thirds(word)
        shared = Counter(other for piece in own for other in self._by_third.get(piece, ()))
        scored = []
        for other, count in shared.items():
            alike = 2 * count / (len(own) + len(thirds(other)))
            if abs(len(other) - len(word)) <= 2 and alike >= least:
                scored.append((alike, other))
        return sorted(scored, reverse=True)

    def _places(self, word: str) -> Iterator[tuple[int, int]]:
        return zip(*self.words[word], strict=True)

    @cached_property
    def _by_third(self) -> dict[str, list[str]]:
        """The words of the texts by their pieces; made for the first mistyped query."""
        found: dict[str, list[str]] = {}
        for word in self.words:
            for piece in thirds(word):
                found.setdefault(piece, []).append(word)
        return found


@made_once(_LANGUAGES)
def search_index(language: str) -> SearchIndex:
    """The index of all public pages as a reader of this language sees them."""
    pages: list[IndexedPage] = []
    positions: dict[str, array[int]] = {}
    weights: dict[str, bytearray] = {}
    for page in pages_with_texts(language, WEIGHTS):
        best: dict[str, int] = {}
        for role, _there, shown in shown_texts(page, language):
            if role in WEIGHTS:
                for word in set(text_normalise.words(plain_text(shown))):
                    best[word] = max(best.get(word, 0), WEIGHTS[role])
        for word, weight in best.items():
            positions.setdefault(word, array("H")).append(len(pages))
            weights.setdefault(word, bytearray()).append(weight)
        pages.append(IndexedPage(page.pk, page.urgent, (topic_position(page.topic), page.number)))
    words = {word: (places, bytes(weights[word])) for word, places in positions.items()}
    return SearchIndex(tuple(pages), words)


def thirds(word: str) -> set[str]:
    """The pieces of three letters of a word and the spaces around it."""
    padded = f"  {word} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}
