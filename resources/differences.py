"""What changed between two texts, word by word.

Longest matching blocks as in Python's `difflib` (Ratcliff and Obershelp, 1988). Scripts that do
not part words with spaces are compared character by character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Han, kana and Thai letters stand alone; elsewhere a word, a space or a sign is one piece.
_PIECE = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:[.,:'’][^\W_]+)*|\s+|.", re.S
)
# Longer texts are compared line by line: the time grows with the square of the pieces.
MOST_PIECES = 4000


@dataclass(frozen=True)
class Change:
    """A run of text that is the same in both, or only in the older, or only in the newer one."""

    kind: Literal["same", "gone", "new"]
    text: str


def changes(older: str, newer: str) -> list[Change]:
    """Both texts as one list of runs; the "same" and "gone" ones make up the older text again."""
    before, after = pieces(older), pieces(newer)
    if max(len(before), len(after)) > MOST_PIECES:
        before, after = older.splitlines(keepends=True), newer.splitlines(keepends=True)
    return list(_runs(before, after))


def pieces(text: str) -> list[str]:
    """The words, spaces and signs of a text; joined they are the text."""
    return _PIECE.findall(text)


def _runs(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for _tag, i, i_end, j, j_end in matcher.get_opcodes():
        gone, new = "".join(before[i:i_end]), "".join(after[j:j_end])
        if gone == new:
            yield Change("same", gone)
            continue
        if gone:
            yield Change("gone", gone)
        if new:
            yield Change("new", new)
