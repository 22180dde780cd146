"""What somebody typed or pasted into the check, taken apart into the lines that are checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from zlib import crc32

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts.identifiers import (
    KINDS,
    Found,
    Identifier,
    IdentifierError,
    LineReading,
    is_too_long,
    normalise,
    read_lines,
    read_partial_plate,
)
from safety_app.privacy.numbers import parse_number

MOST_LINES = 20
PARTIAL = "partial"

_PARTIAL = re.compile(r"^(?:[^\W\d_]{1,20} ?: ?)?[\w\s.*…-]*[*…][\w\s.*…-]*$")
_MOST_DIGITS_OF_PLATE = 6
_LONGEST_UNREAD, _LONGEST_LEFT = 60, 200
_WORDS_OF_NAME = 3
_LEAST_OF_PLATE, _LEAST_OF_NUMBER = 5, 7


@dataclass(frozen=True)
class Line:
    """One identifier that was typed, and how it is read.

    kind      one of KINDS, PARTIAL, or empty if it cannot be read
    readings  what is looked up, likeliest first; without names
    name      the key of the name it may be, or empty
    beside    the key of a name beside it, or empty
    pieces    the known pieces of a partial plate
    problem   why it was not looked up, in plain words
    doubt     what to ask if nothing is found: it may be something that was not looked up
    """

    typed: str
    kind: str = ""
    readings: tuple[Identifier, ...] = ()
    name: str = ""
    beside: str = ""
    pieces: tuple[str, ...] = ()
    problem: str | Promise = ""
    doubt: str | Promise = ""

    @property
    def is_looked_up(self) -> bool:
        """Whether it counts in the budget."""
        return bool(self.readings or self.pieces)


class Paste(NamedTuple):
    """Everything in a text.

    lines        in order, at most a few more than MOST_LINES
    left         words that were not read, shortened
    is_mixed     whether identifiers were found among other words, so that they are listed first
    is_too_long  whether the text is longer than is read
    """

    lines: list[Line]
    left: str = ""
    is_mixed: bool = False
    is_too_long: bool = False


def checksum(line: str) -> str:
    """Four characters that show whether a line has changed since its kind was chosen."""
    return f"{crc32(line.encode('utf-8', 'replace')) & 0xFFFF:04x}"


def chosen_kind(data: QueryDict, number: int, text: str) -> str:
    """The kind chosen for a line in the form; a line that changed since loses it."""
    sums = data.get("lines", "").split(",")
    if "lines" in data and sums[number : number + 1] != [checksum(text)]:
        return ""
    return data.get(f"kind-{number}", "")


def read_paste(text: str, country: str, kind_of: Callable[[int, str], str]) -> Paste:
    """Take a text apart. `kind_of` gives the kind chosen for a line by number and text, or "".

    A line that cannot be read is one of its own if it is short, else it is left over.
    """
    if is_too_long(text):
        return Paste([], is_too_long=True)
    lines: list[Line] = []
    left: list[str] = []
    is_mixed = False
    readings = list(read_lines(text, country))
    for reading in readings:
        if reading.is_known:
            continue
        new = list(_lines_of(reading, country, len(lines), kind_of))
        is_long = len(reading.text) > _LONGEST_UNREAD and len(readings) > 1
        if new and not new[0].readings and not new[0].kind and is_long:
            new = []
        is_mixed = is_mixed or len(reading.found) > 1 or bool(reading.left) or not new
        if reading.left or not new:
            left.append(reading.left or reading.text)
        lines += new
    return Paste(lines, " ".join(left)[:_LONGEST_LEFT], is_mixed and len(lines) > 1)


def is_whole_identifier(text: str, country: str) -> bool:
    """Whether a search word is a whole number, address or plate, of which cards show only a part.

    Words that may be a name or a town are not.
    """
    if is_too_long(text):
        return False
    for reading in read_lines(text, country):
        for found in reading.found:
            kind = found.readings[0].kind if found.readings else ""
            size = sum(map(str.isalnum, found.typed))
            if kind in ("phone", "email") or (kind == "plate" and size >= _LEAST_OF_PLATE):
                return True
            if size >= _LEAST_OF_NUMBER and (found.doubt or kind == "payment"):
                return any(map(str.isdigit, found.typed))
            if kind == "username" and ("@" in found.typed or "/" in found.typed):
                return True
    return False


def _lines_of(
    reading: LineReading, country: str, number: int, kind_of: Callable[[int, str], str]
) -> Iterator[Line]:
    """The lines that one line of the text becomes; `number` is the first one's."""
    text = reading.text
    if len(reading.found) <= 1:
        typed = reading.found[0].typed if reading.found and reading.left else text
        kind = kind_of(number, typed)
        if kind == PARTIAL or (not kind and _is_partial(text)):
            yield _partial(text)
        elif kind in KINDS:
            yield _of_kind(typed, text, kind, country)
        elif reading.found:
            yield _line(typed, reading.found[0], beside=reading.left)
        else:
            yield Line(typed, problem=_("This cannot be read, so it was not checked."))
        return
    for place, found in enumerate(reading.found):
        kind = kind_of(number + place, found.typed)
        if kind in KINDS:
            yield _of_kind(found.typed, found.typed, kind, country)
        else:
            yield _line(found.typed, found, beside=reading.left)


def _line(typed: str, found: Found, *, kind: str = "", beside: str = "") -> Line:
    readings = tuple(reading for reading in found.readings if reading.kind != "name")
    names = [reading.key for reading in found.readings if reading.kind == "name"]
    first = found.readings[0].kind if found.readings else ""
    if found.doubt and _may_be_phone(found.typed) and first in ("", "username", "plate"):
        first = "phone"  # which is what is asked about
    return Line(
        typed,
        kind=kind or first,
        readings=readings,
        name=names[0] if names else "",
        beside=_name(beside),
        problem="" if readings or names else found.doubt,
        doubt=found.doubt,
    )


def _may_be_phone(typed: str) -> bool:
    has_digit = any(map(str.isdigit, typed))
    return has_digit and not any(sign.isalpha() or sign in "@€$£" for sign in typed)


def _of_kind(typed: str, text: str, kind: str, country: str) -> Line:
    """A line whose kind somebody has chosen."""
    pieces = [piece for reading in read_lines(text, country, kind) for piece in reading.found]
    if not pieces:
        return Line(typed, kind, problem=_("This cannot be read, so it was not checked."))
    return _line(typed, pieces[0], kind=kind)


def _name(words: str) -> str:
    """The key of a name beside an identifier: "06 39 98 12 34 Marc"."""
    if not 0 < len(words.split()) <= _WORDS_OF_NAME:
        return ""
    try:
        return normalise("name", words).key
    except IdentifierError:
        return ""


def _is_partial(text: str) -> bool:
    """Whether a line is a plate with a star for what is not known."""
    digits = sum(map(str.isdigit, text))
    return digits <= _MOST_DIGITS_OF_PLATE and bool(_PARTIAL.match(text))


def _partial(typed: str) -> Line:
    try:
        pieces = read_partial_plate(typed.rpartition(":")[2])
    except IdentifierError as error:
        return Line(typed, PARTIAL, problem=error.message)
    return Line(typed, PARTIAL, pieces=pieces)


def row_about(data: QueryDict, country: str) -> dict[str, str]:
    """What a note about one line of a check begins with; `about` in the form is its number."""
    lines = read_paste(data.get("q", ""), country, partial(chosen_kind, data)).lines
    number = parse_number(data.get("about", ""), 2)
    if number is None or number >= len(lines):
        return {}
    line = lines[number]
    if line.doubt or not line.readings:
        return {"paste": line.typed}
    first = line.readings[0]
    return {"identifier-0-kind": first.kind, "identifier-0-value": first.shown}
