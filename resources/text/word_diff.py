"""What changed between two texts, word by word.

The shortest way from one to the other (E. Myers, An O(ND) difference algorithm, 1986). Scripts
that do not part words with spaces are compared character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from resources.text.scripts import HAN_AND_KANA, THAI_LETTERS

# Han, kana and Thai letters stand alone; elsewhere a word, number, space or sign is one piece.
_ALONE = THAI_LETTERS + HAN_AND_KANA
# Accents, Hebrew, Arabic and Thai signs above and below a letter, joiners: never parted from it.
_MARKS = (
    r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    r"\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d]*"
)
_WORD = rf"(?:[^\W_{_ALONE}]{_MARKS})+"
_PIECE = re.compile(rf"[{_ALONE}]{_MARKS}|{_WORD}(?:[.,:'’٫٬]{_WORD})*|\s+|.{_MARKS}", re.S)
# The cost is bounded before it grows: at most so many pieces gone and new together, and fewer in
# long texts. Beyond that lines are compared, and beyond that the texts are simply two.
MOST_EDITS = 800
_MOST_STEPS = 6_000_000

Kind = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class WordChange:
    """A run of text that is the same in both, or only in the older, or only in the newer one."""

    kind: Kind
    text: str


def diff_words(older: str, newer: str) -> list[WordChange]:
    """Both texts as one list of runs; the "same" and "gone" ones make up the older text again."""
    for parted in (split_words, _lines):
        steps = _shortest(parted(older), parted(newer))
        if steps is not None:
            return list(_runs(steps))
    return [WordChange("gone", older), WordChange("new", newer)]


def split_words(text: str) -> list[str]:
    """The words, spaces and signs of a text; joined they are the text."""
    return _PIECE.findall(text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _shortest(before: Sequence[str], after: Sequence[str]) -> list[WordChange] | None:
    """One change a piece, or None where there are too many."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    a, b = before[start:], after[start:]
    most = min(MOST_EDITS, _MOST_STEPS // (len(a) + len(b) + 1))
    reached: dict[int, int] = {1: 0}  # diagonal → how far into `a` its best way comes
    trail: list[dict[int, int]] = []
    for edits in range(most + 1):
        trail.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            x = _step(reached, diagonal, edits)
            y = x - diagonal
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x, y = x + 1, y + 1
            reached[diagonal] = x
            if x >= len(a) and y >= len(b):
                return [WordChange("same", piece) for piece in before[:start]] + _way(a, b, trail)
    return None


def _is_down(reached: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the best way onto a diagonal takes in a piece of `b`, not leaves out one of `a`."""
    if diagonal in (-edits, edits):
        return diagonal == -edits
    return reached[diagonal - 1] < reached[diagonal + 1]


def _step(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """How far into `a` the next edit leads on a diagonal."""
    if _is_down(reached, diagonal, edits):
        return reached[diagonal + 1]
    return reached[diagonal - 1] + 1


def _way(a: Sequence[str], b: Sequence[str], trail: list[dict[int, int]]) -> list[WordChange]:
    """The changes along the way that was found, walked back from its end."""
    steps: list[WordChange] = []
    x, y = len(a), len(b)
    for edits in range(len(trail) - 1, -1, -1):
        diagonal = x - y
        came = _step(trail[edits], diagonal, edits) if edits else 0
        while x > came:
            x, y = x - 1, y - 1
            steps.append(WordChange("same", a[x]))
        if not edits:
            break
        if _is_down(trail[edits], diagonal, edits):
            y -= 1
            steps.append(WordChange("new", b[y]))
        else:
            x -= 1
            steps.append(WordChange("gone", a[x]))
    return steps[::-1]


def _runs(steps: Sequence[WordChange]) -> Iterator[WordChange]:
    """Put together what belongs together; a space between two changes is part of them."""
    gone = new = same = ""
    for step in steps:
        if step.kind == "same":
            same += step.text
            continue
        if same and (not (gone or new) or not same.isspace() or "\n" in same):
            yield from _parted(gone, new)
            yield WordChange("same", same)
            gone = new = ""
        elif same:
            gone, new = gone + same, new + same
        same = ""
        if step.kind == "gone":
            gone += step.text
        else:
            new += step.text
    yield from _parted(gone, new)
    if same:
        yield WordChange("same", same)


def _parted(gone: str, new: str) -> Iterator[WordChange]:
    if gone:
        yield WordChange("gone", gone)
    if new:
        yield WordChange("new", new)
