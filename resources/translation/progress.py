"""How far a translation is, as a bar in parts: reviewed, waiting, to be edited, missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from resources.pages.segment_texts import State

# From the start of the bar. What is missing is the empty rest.
_SHADES = ((State.APPROVED, "1"), (State.WAITING, ".55"), (State.EDITING, ".25"))


@dataclass(frozen=True)
class Part:
    """A part of the bar, in percent of it; `shade` is its opacity."""

    start: int
    width: int
    shade: str


@dataclass(frozen=True)
class Progress:
    """The numbers of texts by state with their words, and the parts of the bar."""

    counts: tuple[tuple[str, int], ...]
    parts: tuple[Part, ...]


def progress_of(counts: Mapping[State, int]) -> Progress:
    """The progress of what is counted. A bar that is full means that everything is reviewed."""
    whole = sum(counts.values())
    parts, done = [], 0
    for state, shade in _SHADES:
        start = done * 100 // whole if whole else 0
        done += counts.get(state, 0)
        width = (done * 100 // whole if whole else 0) - start
        if width:
            parts.append(Part(start, width, shade))
    named = tuple((str(state.label), counts[state]) for state in State if counts.get(state))
    return Progress(named, tuple(parts))


def progress_together(each: list[Counter[State]]) -> Progress:
    """The progress of several pages together."""
    return progress_of(sum(each, Counter()))
