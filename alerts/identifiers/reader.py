"""The one reader of what people type and paste: a line, a message, a contact card, a link.

It says what was found, piece by piece, in the order of the text: how each piece can be read, the
likeliest way first, and what is doubtful about it. Whatever it is given, it never raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.accounts import is_iban_broken
from alerts.identifiers.cards import lines_of, without_dates
from alerts.identifiers.handles import handle
from alerts.identifiers.identifier import Identifier, IdentifierError, Piece
from alerts.identifiers.line import LineReader
from alerts.identifiers.names import normalise_name
from alerts.identifiers.phones import MIN_DIGITS, normalise_phone
from alerts.identifiers.phones_in_text import is_number_broken
from alerts.identifiers.plates import (
    has_form_of_plate,
    looks_like_plate,
    normalise_plate,
    plates_in,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_MOST_PASTED, _MOST_CHARACTERS, _MOST_LINES = 200_000, 50_000, 1_000
MOST_FOUND = 400
_LONG_LINE = 1_000
_MOST_WORDS_OF_NAME = 4
_NUMBER_DIGITS, _PLATE_DIGITS, _PROFILE_DIGITS = 7, 8, 20

_SIGNS_OF_NUMBER = re.compile(r"[\d ()+./·,:;|~#*'-]+")


class Found(NamedTuple):
    """One piece of a text that was read, or that has to be asked about.

    typed     the piece as it was typed, with plain signs
    readings  the identifiers it can be, likeliest first; empty if it cannot be read
    doubt     what to ask about it, in plain words; empty if the reading is certain
    """

    typed: str
    readings: tuple[Identifier, ...] = ()
    doubt: str | _StrPromise = ""


class Reading(NamedTuple):
    """What a text holds.

    found     the pieces, in order, each identifier once
    left      the words that were no part of an identifier
    too_much  whether the text is longer, or holds more, than is read at once
    """

    found: tuple[Found, ...] = ()
    left: str = ""
    too_much: bool = False


class LineReading(NamedTuple):
    """What one line holds.

    text      the line, with plain signs
    found     the pieces, without those that an earlier line has
    left      the words that were no part of an identifier
    is_known  whether an earlier line has all of its pieces
    """

    text: str
    found: tuple[Found, ...]
    left: str
    is_known: bool = False


def read(text: str, country: str | None = None, kind: str = "") -> Reading:
    """Read a whole text.

    `country` is ISO 3166-1 alpha-2, or empty, for numbers without a country code. `kind` is one
    of KINDS if somebody has said what this is, or empty.
    """
    if is_too_long(text):
        return Reading(too_much=True)
    found: list[Found] = []
    left: list[str] = []
    for line in read_lines(text, country, kind):
        found += line.found
        if line.left:
            left.append(line.left)
    return Reading(tuple(found), " ".join(left), too_much=len(found) > MOST_FOUND)


def is_too_long(text: str) -> bool:
    """Whether a text is more than is read at once. The picture in a contact card does not count."""
    if len(text) > _MOST_PASTED:
        return True
    lines = lines_of(text)
    return len(lines) > _MOST_LINES or sum(map(len, lines)) > _MOST_CHARACTERS


def read_lines(text: str, country: str | None = None, kind: str = "") -> Iterator[LineReading]:
    """Read a text that is not too long line by line, as `read` does. Stops after 400 pieces."""
    seen: set[tuple[str, str]] = set()
    for line, joint in _with_broken_ones(list(_short_lines(lines_of(text))), country):
        of_line, left = _read_line(line, country, kind, joint)
        found = []
        for piece in of_line:
            first = piece.readings[0][:2] if piece.readings else ("", piece.typed)
            if first not in seen:
                seen.add(first)
                found.append(piece)
        yield LineReading(line, tuple(found), left, is_known=bool(of_line) and not found)
        if len(seen) > MOST_FOUND:
            return


def _read_line(
    line: str, country: str | None, kind: str, joint: int = 0
) -> tuple[list[Found], str]:
    """What one line with plain signs holds, and the words left over. `joint` is where it was two
    lines, or 0."""
    if kind == "name":
        return [_chosen(line, normalise_name, line)], ""
    reader = LineReader(line, country, kind)
    pieces = reader.pieces()
    if pieces and not (kind == "plate" and all(piece.is_weak for piece in pieces)):
        return [_found(piece, joint) for piece in pieces], reader.left()
    match kind:
        case "phone":
            return [_chosen(line, lambda text: normalise_phone(text, country), line)], ""
        case "plate":
            return [_chosen_plate(line, country)], ""
        case "username" | "payment" | "email":
            return [_chosen_handle(line, kind)], ""
    whole = _whole(reader.rest(), country, reader.label_kind)
    return ([whole], "") if whole else ([], reader.left())


def _short_lines(lines: list[str]) -> Iterator[str]:
    """Long lines in pieces, cut between words, so that the work stays linear."""
    for line in lines:
        while len(line) > _LONG_LINE:
            cut = line.find(" ", _LONG_LINE)
            if cut < 0:
                break
            yield line[:cut]
            line = line[cut + 1 :]
        yield line


def _with_broken_ones(lines: list[str], country: str | None) -> Iterator[tuple[str, int]]:
    """The lines, two as one where a number or an IBAN is broken, and where they were joined."""
    at = 0
    while at < len(lines):
        line, after = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
        is_broken = is_number_broken(line, after, country) or is_iban_broken(line, after)
        yield (f"{line} {after}", len(line)) if is_broken else (line, 0)
        at += 2 if is_broken else 1


def _found(piece: Piece, joint: int) -> Found:
    doubt = piece.doubt
    if piece.start < joint < piece.end and piece.readings[:1] and piece.readings[0].kind == "phone":
        doubt = doubt or _("This was on two lines. Is it one number?")
    return Found(piece.typed, piece.readings, doubt)


def _chosen(line: str, normalise: Callable[[str], Identifier], typed: str) -> Found:
    try:
        return Found(typed, (normalise(line),))
    except IdentifierError as error:
        return Found(typed, (), error.message)


def _chosen_plate(line: str, country: str | None) -> Found:
    """The plate in a line that is said to hold one, also with words beside it."""
    line = line.upper()
    inside = plates_in(line)
    text = inside[0].text if len(inside) == 1 and not looks_like_plate(line) else line
    return _chosen(text, lambda plate: normalise_plate(plate, country), line)


def _chosen_handle(line: str, kind: str) -> Found:
    if kind == "email":
        return Found(line, (), _("An e-mail address has an @ in it."))
    return _chosen(line, lambda text: handle(kind, without_address_signs(text)), line)


def without_address_signs(name: str) -> str:
    """A name to show: without the signs that would make an address of it when read again."""
    for sign in "@/:$£€":
        name = name.replace(sign, " ")
    return re.sub(r"^[^\w]+|[^\w]+$", "", " ".join(name.split()))


def _whole(text: str, country: str | None, label: str) -> Found | None:
    """A line in which nothing else was found: a plate, a user name, a name, or a number that
    nobody could have dialled; None for words that are none of these."""
    text = " ".join(without_dates(text).split()).strip(" .,;:!?\"'()[]<>{}|-")
    if not any(map(str.isalnum, text)):
        return None
    digits = sum(map(str.isdigit, text))
    words = text.split()
    readings: list[Identifier] = []
    doubt: str | _StrPromise = ""
    if "@" in text.strip("@"):
        return Found(text, (), _("Is this an e-mail address? It cannot be read as one."))
    if digits >= _NUMBER_DIGITS and not any(map(str.isalpha, text)):
        doubt = _("Is this a phone number? It cannot be read as one.")
        if digits <= _PLATE_DIGITS:
            _add(readings, lambda: normalise_plate(text, country))
        if digits <= _PROFILE_DIGITS:
            _add(readings, lambda: handle("username", "".join(filter(str.isdigit, text))))
        return Found(text, tuple(readings), doubt)
    if digits and label in ("", "phone") and _SIGNS_OF_NUMBER.fullmatch(text):
        # Part of a number. As a user name it would be found nowhere, and seem to be safe.
        _add(readings, lambda: normalise_plate(text, country))
        return Found(text, tuple(readings), _part_of_number(digits))
    if digits and len(words) > 1 and not any(map(str.isalpha, text)):
        text = "".join(filter(str.isdigit, text))
        words = [text]
    if label == "plate" or looks_like_plate(text) or has_form_of_plate(text, country):
        _add(readings, lambda: normalise_plate(text, country))
    is_name = len(words) <= _MOST_WORDS_OF_NAME and not digits
    if label == "name" or (is_name and len(words) > 1):
        _add(readings, lambda: normalise_name(text))
    if len(words) == 1 or readings:
        _add(readings, lambda: handle("username", without_address_signs(text)))
    if len(words) == 1 and not readings[1:]:
        _add(readings, lambda: handle("payment", without_address_signs(text)))
    if is_name and len(words) == 1:
        _add(readings, lambda: normalise_name(text))
    if digits and len(words) == 1 and len(text) <= 10:
        _add(readings, lambda: normalise_plate(text, country))
    if digits >= _NUMBER_DIGITS and not (readings and readings[0].kind == "plate"):
        doubt = _("Is this a phone number? It cannot be read as one.")
    if not readings and not doubt:
        return None
    unique = {reading[:2]: reading for reading in reversed(readings)}
    return Found(
        text, tuple(reading for reading in readings if unique[reading[:2]] is reading), doubt
    )


def _part_of_number(digits: int) -> str | _StrPromise:
    """What is asked about too few digits for a phone number."""
    if digits < MIN_DIGITS:
        return _("This does not have as many digits as a phone number.")
    return _("This is not a whole phone number. Is the area code there?")


def _add(readings: list[Identifier], read_one: Callable[[], Identifier]) -> None:
    try:
        readings.append(read_one())
    except IdentifierError:
        return
