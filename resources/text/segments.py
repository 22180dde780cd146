"""A page's text as paragraph segments, the unit that is translated, compared and reviewed.

Plain text in and out: no Django, no database. `docs/translating.md` describes the syntax.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "fact", "local"]
Misplaced = Literal["open", "closed", "form", "empty"]

DIGEST_LENGTH = 32
LONGEST = 6_000  # characters of one segment, in any language
MOST_SEGMENTS = 150  # paragraphs of a page
_OPENING = re.compile(r"^:::\s*(fact|local)\s+(\S.*?)\s*$")
_KEY = re.compile(r"^[a-z0-9-]{1,40}$")
_CLOSING = re.compile(r"^:::\s*$")


@dataclass(frozen=True)
class ParsedSegment:
    """One block: its kind, its label (a fact's heading, a LOCAL block's key), its Markdown."""

    kind: Kind
    label: str
    markdown: str


def split(body: str) -> list[str]:
    """The segments of a Markdown text: paragraphs, lists, headings and whole ::: blocks."""
    return [text for _line, text in split_with_lines(body)]


def split_with_lines(body: str) -> list[tuple[int, str]]:
    """The segments with the line each begins in, counted from 1."""
    segments: list[tuple[int, str]] = []
    lines: list[str] = []
    inside = False
    number = 0
    for number, line in enumerate(body.replace("\r\n", "\n").split("\n"), start=1):
        if not inside and not line.strip():
            _close(lines, segments, number)
            continue
        if not inside and _OPENING.match(line):
            _close(lines, segments, number)
            inside = True
        lines.append(line.rstrip())
        if inside and _CLOSING.match(line):
            inside = False
            _close(lines, segments, number + 1)
    _close(lines, segments, number + 1)
    return segments


def line_beyond_most(body: str) -> int:
    """The line, from 1, of the first segment that is too many for a page; 0 for none."""
    lines = [line for line, _text in split_with_lines(body)]
    return lines[MOST_SEGMENTS] if len(lines) > MOST_SEGMENTS else 0


def _close(lines: list[str], segments: list[tuple[int, str]], following: int) -> None:
    text = "\n".join(lines).strip()
    if text:
        segments.append((following - len(lines), text))
    lines.clear()


def misplaced_marks(body: str) -> list[tuple[int, Misplaced]]:
    """Lines of a text that begin with ::: and do not do what was meant, with what is wrong.

    "open": the block that begins there has no end; "closed": it ends a block that never began;
    "form": it is neither a beginning nor an end; "empty": the block says nothing.
    """
    marks: list[tuple[int, Misplaced]] = []
    opened = 0
    lines = body.replace("\r\n", "\n").split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.lstrip().startswith(":::"):
            continue
        opening = _OPENING.match(line)
        if _CLOSING.match(line):
            if not opened:
                marks.append((number, "closed"))
            elif not "".join(lines[opened : number - 1]).strip():
                marks.append((opened, "empty"))
            opened = 0
            continue
        if opened:
            marks.append((opened, "open"))
        if not opening or (opening[1] == "local" and not _KEY.match(opening[2])):
            marks.append((number, "form"))
        opened = number
    return [*marks, (opened, "open")] if opened else marks


def parse(segment: str) -> ParsedSegment:
    """What kind of block a segment is; one that is not well formed is ordinary text."""
    lines = segment.split("\n")
    opening = _OPENING.match(lines[0])
    if not opening or len(lines) < 2 or not _CLOSING.match(lines[-1]):
        return ParsedSegment("text", "", segment)
    kind, label = opening[1], opening[2]
    inner = "\n".join(lines[1:-1]).strip()
    if kind == "fact":
        return ParsedSegment("fact", label, inner)
    return (
        ParsedSegment("local", label, inner)
        if _KEY.match(label)
        else ParsedSegment("text", "", segment)
    )


def digest(text: str) -> str:
    """32 hex digits (128 bits of SHA-256) of a segment: what a translation was made from."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:DIGEST_LENGTH]


def joined_digest(segments: Iterable[str]) -> str:
    """32 hex digits over a whole page, segment by segment."""
    return digest("".join(digest(segment) for segment in segments))
