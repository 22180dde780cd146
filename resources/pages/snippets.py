"""The best matching passage of a page, with the matching words marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from resources.pages.models import SegmentText
from resources.text import text_normalise
from resources.text.segments import parse
from safety_app.locales.page_languages import direction

BEFORE, LONGEST = 40, 130  # characters shown before the first marked word, and in all
# What marks text as links, headings and lists. No part of a match can begin another one, so the
# time stays proportional to the length.
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*\)")
_SIGNS = re.compile(r"^[ \t]*(?:[-+*]|\d{1,3}[.)])[ \t]|[*`#>]+", re.M)


@dataclass(frozen=True)
class Marks:
    """What to mark: folded words with their weights, and what to look for inside long runs."""

    words: Mapping[str, float]
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class MarkedText:
    """A run of text, marked if it matches."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Passage:
    """A stretch of a page's text. `language` is a code where it is not the reader's."""

    parts: tuple[MarkedText, ...]
    language: str
    direction: str


def plain_text(segment_text: SegmentText) -> str:
    """A text's words alone, on one line."""
    segment = parse(segment_text.text)
    label = f"{segment.label} · " if segment.kind == "fact" else ""
    return label + " ".join(_SIGNS.sub("", _LINK.sub(r"\1", segment.markdown)).split())


def best_passage(
    texts: Iterable[tuple[SegmentText, str]], marks: Marks, language: str
) -> Passage | None:
    """The passage with the highest total weight of marks; None without any."""
    best: tuple[float, SegmentText, str] | None = None
    for segment_text, text in texts:
        weight = sum(marks.words.get(word, 0.0) for word in set(text_normalise.words(text)))
        if weight and (best is None or weight > best[0]):
            best = (weight, segment_text, text)
    if best is None:
        return None
    _weight, segment_text, text = best
    foreign = segment_text.language != language
    return Passage(
        parts=tuple(_marked_texts(text, _spans(text, marks))),
        language=segment_text.language if foreign else "",
        direction=direction(segment_text.language) if foreign else "",
    )


def _spans(text: str, marks: Marks) -> list[tuple[int, int]]:
    """The (start, end) of each mark in the text, sorted; they may overlap."""
    spans = []
    for word, came_from in text_normalise.word_positions(text):
        if word not in marks.words:
            continue
        needles = [needle for needle in marks.inside if needle in word]
        for needle in needles or [word]:
            first = word.find(needle)
            spans.append((came_from[first], came_from[first + len(needle) - 1] + 1))
    return sorted(spans)


def _marked_texts(text: str, spans: list[tuple[int, int]]) -> list[MarkedText]:
    start, end = _window(text, spans[0][0])
    parts, at = [MarkedText("…" if start else "", False)], start
    for begins, ends in spans:
        if at < ends <= end:
            begins = max(begins, at)
            parts += [MarkedText(text[at:begins], False), MarkedText(text[begins:ends], True)]
            at = ends
    parts += [MarkedText(text[at:end], False), MarkedText("…" if end < len(text) else "", False)]
    return [part for part in parts if part.text]


def _window(text: str, first: int) -> tuple[int, int]:
    """Where the shown stretch begins and ends: between words, where the script has spaces."""
    start = 0 if first <= BEFORE else first - BEFORE
    if start:
        start = text.find(" ", start, first) + 1 or start
    end = min(len(text), start + LONGEST)
    if end < len(text):
        space = text.rfind(" ", first, end)
        end = space if space > first else end
    return start, end
