"""Finds phone numbers among other words, and numbers that somebody may have mistyped.

libphonenumber's own matcher is not used: it passes over numbers that people hide behind #31#, type
with an O for 0, put side by side with a space between, or write in last year's numbering plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from phonenumbers import convert_alpha_characters_in_number

from alerts.identifiers.cards import without_dates, without_hours
from alerts.identifiers.digits_in_text import (
    FILLER,
    MOST_FILLERS,
    as_digits,
    is_in_disguise,
    scanned_numbers,
)
from alerts.identifiers.handles import handle
from alerts.identifiers.identifier import Identifier, IdentifierError, MistypedNumber, Piece
from alerts.identifiers.phones import (
    is_assigned,
    is_of_country,
    is_whole_here,
    is_written_as_number,
    normalise_digits,
    normalise_phone,
)
from alerts.identifiers.plates import looks_like_plate, normalise_plate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_MOST_GROUPS, _MOST_PARSED = 8, 200
_POSTCODE = 6
_NUMBER_DIGITS, _SHORT_NUMBER, _LONGEST_PROFILE_NUMBER = 7, 8, 20

# Scripts without spaces between words do not end a number.
_NO_SPACES = "\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_RUN = re.compile(
    rf"(?:(?<![^\W_])|(?<=[{_NO_SPACES}]))(?<![@$_])[*#+(\[]{{0,4}} ?\d"
    rf"(?:(?:[ ().\-/·~'\[\]:_*#…=]{{0,4}}|[,;|٫]|{FILLER}{{1,{MOST_FILLERS}}})\d)*(?:\+(?!\d))?"
)
_EXTENSION = re.compile(
    r"^[\s,;.(-]{0,4}(?:ext(?:ension|n)?|poste|durchwahl|ramal|interno|int|wew|dw|доб(?:авочный)?"
    r"|вн|x|#)\.?[:=\s]{0,3}\d{1,6}\)?(?!\w)",
    re.IGNORECASE,
)
_VANITY = re.compile(
    r"(?<![\w-])(?:\+?1[ .-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[ .-]?(?=[\d-]*[A-Z])"
    r"[A-Z\d][A-Z\d-]{5,12}(?![\w-])"
)
_PARTS = re.compile(r" ?[/|~:_…,;٫] ?| - |[()]{2}")
_GROUP = re.compile(r"[+(]{0,3}\d+")
_MOST_BESIDE, _MOST_DIGITS_BESIDE, _USUAL_DIGITS = 3, 4, 11
_PLAIN = re.compile(r"(?:\+\d|0)(?: ?\d){7,10}", re.ASCII)
# The two parts of a number that is broken over two lines.
_BEGUN = re.compile(r"(?<![\w@/.:=#*-])(?<!\d )[+(]{0,2}\d[\d ().-]*$")
_GOES_ON = re.compile(r"^\d[\d ().-]*(?![\w@:])")
_LONGEST_PART, _MOST_DIGITS = 30, 15
_IN_BRACKETS = re.compile(r"^ ?\(\d{1,3}\)$")
# What makes a price, an age or a time of a number in front of it.
_UNIT = re.compile(
    r"^\)? ?(?:[€$£₽₺₹🌹🥀💐💋]|(?:eur(?:os?)?|lei|ron|dollars?|usd|gbp|pounds?|roses?|rosas?|"
    r"rosen|kiss(?:es)?|besos|bisous|руб\w*|р|грн|zł|pln|лв|lv|kr|chf|fr|reais|pesos|soles|dh|mad|درهم|"
    r"ريال|جنيه|rs|baht|ans|años|anos|years?|yo|anni|jahre|лет|min\w*|мин\w*|hr?s?|hours?|heures?|"
    r"horas?|stunden?|std|час\w*|km|kg|cm)(?!\w))",
    re.IGNORECASE,
)


def read_plain(line: str, country: str | None) -> Identifier | None:
    """The number that a whole line plainly is: most lines are nothing else, and need no search.

    None for everything that is written in another way, or might be read in another way.
    """
    if not _PLAIN.fullmatch(line):
        return None
    try:
        phone = normalise_digits(line.replace(" ", ""), country)
    except IdentifierError:
        return None
    return phone if _is_abroad(line) or is_of_country(phone, country) else None


class PhoneFinder:
    """Finds the numbers in one line with plain signs.

    What other steps have read is blank in `line`. `rest_start` is where it begins behind a word
    such as "tel:"; `is_told` says of a place whether a word before it announces a phone number.
    """

    def __init__(
        self,
        line: str,
        country: str | None,
        kind: str,
        rest_start: int,
        is_told: Callable[[int], bool],
    ) -> None:
        self._line, self._country, self._kind = line, country, kind
        self._rest_start, self._is_told = rest_start, is_told
        self._pieces: list[Piece] = []
        self._known: dict[str, Identifier | None] = {}

    def pieces(self) -> list[Piece]:
        """The numbers found."""
        line = self._line
        for match in _VANITY.finditer(line):
            digits = re.sub(r"\D", "", convert_alpha_characters_in_number(match.group()))
            if len(digits) in (10, 11):
                self._take(*match.span(), normalise_phone("+1" + digits[-10:], None))
                line = line[: match.start()] + " " * len(match.group()) + line[match.end() :]
        text = as_digits(without_hours(without_dates(line)))
        if self._kind in ("", "phone"):
            text = self._take_scanned(text)
        for match in _RUN.finditer(text):
            if sum(map(str.isdigit, match.group())) >= 3:
                self._read_run(text, match.start(), match.end())
        return self._pieces

    def _take(
        self, start: int, end: int, *readings: Identifier, doubt: str | _StrPromise = ""
    ) -> None:
        typed = self._line[start:end].strip()
        self._pieces.append(Piece(start, end, typed, readings, doubt))

    def _take_scanned(self, text: str) -> str:
        """Take numbers in which a letter must have been a digit; the text without them."""
        for start, end, digits in scanned_numbers(text):
            phone = self._read(digits)
            if phone is None or not self._is_sure(phone, digits):
                continue
            readings = [phone]
            if looks_like_plate(text[start:end]):
                readings.append(normalise_plate(text[start:end], self._country))
            self._take(start, end, *readings, doubt=_read_as(phone))
            text = text[:start] + " " * (end - start) + text[end:]
        return text

    def _read(self, text: str) -> Identifier | None:
        """What a text is as a number, if it can be one."""
        if text in self._known or len(self._known) >= _MOST_PARSED:
            return self._known.get(text)
        self._known[text] = None
        with suppress(IdentifierError):
            self._known[text] = normalise_phone(text.replace(FILLER, " "), self._country)
        return self._known[text]

    def _is_usual(self, phone: Identifier, run: str) -> bool:
        """Whether a run of digits is just one number, with nothing beside it."""
        digits = sum(map(str.isdigit, run))
        is_here = is_of_country(phone, self._country) and digits <= _USUAL_DIGITS
        return is_here or _is_abroad(run) or self._is_sure(phone, run)

    def _is_sure(self, phone: Identifier, text: str) -> bool:
        """Whether it is a number of the chosen country, or written with its country code, and
        the numbering plan has such numbers."""
        is_here = is_of_country(phone, self._country) and is_whole_here(text, self._country)
        return (_is_abroad(text) or is_here) and is_assigned(phone)

    def _read_run(self, text: str, start: int, end: int) -> None:
        """The numbers in a run of digits and what may stand between them."""
        run = text[start:end]
        digits = sum(map(str.isdigit, run))
        if end < len(text) and text[end].isalpha() and digits < 9:
            return
        is_told = self._is_told(start)
        around = self._line[self._rest_start : start] + self._line[end:]
        is_alone = not any(map(str.isalnum, around))
        if digits < _NUMBER_DIGITS and not is_told and not (is_alone and digits > 3):
            return
        if run.endswith("+") and self._take_turned(start, end, run):
            return
        if self._take_beside(start, end, text):
            return
        if self._take_phone(start, end, text, wanted=is_alone or is_told):
            return
        if self._take_parts(_split(run, _PARTS), start, text):
            return
        if self._take_parts(_groups(run), start, text, all_of=digits):
            return
        if self._take_tail(_groups(run), start, text):
            return
        if self._asks(run, digits, is_alone=is_alone):
            self._ask(start, end, run)

    def _take_turned(self, start: int, end: int, run: str) -> bool:
        """Take a number copied from a line that runs from right to left, where the plus and its
        groups came out in turned order."""
        as_written = self._read(run)
        if as_written and is_assigned(as_written):
            return False
        groups = [run[begin:stop].strip("+(") for begin, stop in _groups(run)]
        for turned in (groups[::-1], [groups[-1], *groups[:-1]]):
            phone = self._read("+" + " ".join(turned))
            if phone and is_assigned(phone):
                self._take(start, end, phone, doubt=_read_as(phone))
                return True
        return False

    def _take_beside(self, start: int, end: int, text: str) -> bool:
        """Take a number with another one right beside it: a price, an age, how many calls."""
        run = text[start:end]
        groups = _groups(run)
        if len(groups) < 2:
            return False
        whole = self._read(run)
        has_unit = bool(_UNIT.match(text[end:]))
        if whole and not has_unit and self._is_usual(whole, run):
            return False
        for first, last in _without_neighbours(run, groups):
            part = run[groups[first][0] : groups[last][1]]
            phone = self._read(part)
            if phone is None or not (
                self._is_sure(phone, part) or (not whole and _begins_with_zero(part))
            ):
                continue
            here, there = start + groups[first][0], start + groups[last][1]
            behind = run[groups[last][1] :]
            is_certain = has_unit if first == 0 else _begins_with_zero(part)
            if is_certain or _IN_BRACKETS.match(behind + text[end : end + 1]):
                self._take(here, there, phone)
            else:
                self._take(here, there, phone, *filter(None, [whole]), doubt=_read_as(phone))
            return True
        return False

    def _take_parts(
        self, parts: list[tuple[int, int]], start: int, text: str, *, all_of: int = 0
    ) -> bool:
        """Take the longest numbers that neighbouring parts make, from the left; with `all_of` (the
        digits of the run) only if none is left over: a mistyped number holds no other one."""
        before = list(self._pieces)
        taken, first = False, 0
        while len(parts) > 1 and first < len(parts):
            for last in range(min(len(parts), first + _MOST_GROUPS) - 1, first - 1, -1):
                here, there = start + parts[first][0], start + parts[last][1]
                if (first, last) != (0, len(parts) - 1) and self._take_phone(here, there, text):
                    taken, first = True, last
                    break
            first += 1
        if taken and all_of:
            new = "".join(piece.typed for piece in self._pieces[len(before) :])
            if sum(map(str.isdigit, as_digits(new))) != all_of:
                self._pieces = before
                return False
        return taken

    def _take_tail(self, groups: list[tuple[int, int]], start: int, text: str) -> bool:
        """Take a number, with the zero in front, behind a short one that is none: a postcode."""
        head = 0
        for (begin, end), (after, _end) in pairwise(groups):
            head += end - begin
            if text[start + begin] == "0" or head > _POSTCODE:
                break
            at = start + after
            if text[at] == "0":
                return self._take_phone(at, start + groups[-1][1], text)
        return False

    def _take_phone(self, start: int, end: int, text: str, *, wanted: bool = False) -> bool:
        piece = text[start:end]
        least = 3 if wanted else _NUMBER_DIGITS
        if not least <= sum(map(str.isdigit, piece)) <= 24:
            return False
        phone = self._read(piece)
        piece = piece.replace(FILLER, " ")
        if phone is None or not (wanted or is_written_as_number(piece, self._country)):
            return False
        extension = _EXTENSION.match(text[end:])
        end += extension.end() if extension else 0
        readings = [phone]
        if wanted and piece[0] not in "+0" and len(phone.similar or "") < _SHORT_NUMBER:
            # In countries with short numbers, it can also be a plate, or the number of a profile.
            digits = re.sub(r"\D", "", piece)
            readings += [normalise_plate(digits), handle("username", digits)]
        is_plain = piece.lstrip(" ([")[:1] in ("+", "0") or not is_in_disguise(
            self._line[start:end]
        )
        self._take(start, end, *readings, doubt="" if is_plain else _read_as(phone))
        return True

    def _asks(self, run: str, digits: int, *, is_alone: bool) -> bool:
        """Whether a number that is no phone number has to be asked about."""
        if is_alone and self._kind in ("username", "payment", "plate"):
            return False
        if is_alone and not self._kind:
            # A short one alone may be a plate, or the number of a profile.
            return digits >= 9 or "+" in run
        return digits >= _NUMBER_DIGITS and not looks_like_plate(self._line.strip())

    def _ask(self, start: int, end: int, run: str) -> None:
        doubt: str | _StrPromise = _("Is this a phone number? It cannot be read as one.")
        try:
            normalise_phone(run.replace(FILLER, " "), self._country)
        except MistypedNumber as error:
            doubt = error.message
        except IdentifierError:
            pass  # the question says it all
        digits = re.sub(r"\D", "", run)
        # It may be the number of a profile.
        may_be = len(digits) <= _LONGEST_PROFILE_NUMBER
        readings = (handle("username", digits),) if may_be else ()
        typed = self._line[start:end].strip()
        self._pieces.append(Piece(start, end, typed, readings, doubt))


def is_number_broken(line: str, after: str, country: str | None) -> bool:
    """Whether a number begins at the end of a line and goes on in the next one: neither part is a
    number of its own, and both are one together."""
    begun, goes_on = _BEGUN.search(line[-_LONGEST_PART:]), _GOES_ON.match(after[:_LONGEST_PART])
    if not (begun and goes_on):
        return False
    parts = (begun.group(), goes_on.group())
    sizes = [sum(map(str.isdigit, part)) for part in parts]
    if min(sizes) < 2 or not _SHORT_NUMBER <= sum(sizes) <= _MOST_DIGITS:
        return False
    together = " ".join(parts)
    try:
        whole = normalise_phone(together, country)
    except IdentifierError:
        return False
    if not (together.startswith(("+", "0")) or is_assigned(whole)):
        return False
    return not any(_is_number(part, country) for part in parts)


def _is_number(text: str, country: str | None) -> bool:
    try:
        return is_assigned(normalise_phone(text, country))
    except IdentifierError:
        return False


def _read_as(phone: Identifier) -> str:
    return _("Read as %(number)s. Is that right?") % {"number": phone.shown}


def _is_abroad(text: str) -> bool:
    """Whether a number is written with its country code."""
    return text.lstrip(" ([").startswith(("+", "00"))


def _begins_with_zero(text: str) -> bool:
    return text.startswith("0") and not text.startswith("00")


def _without_neighbours(run: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """First and last group of what may be a number, with a few short groups beside it that are
    none of its own, the longest first."""
    last = len(groups) - 1
    for count in range(1, min(_MOST_BESIDE, last) + 1):
        begin, end = groups[-count]
        sizes = [sum(map(str.isdigit, run[slice(*group)])) for group in groups[-count:]]
        between = run[groups[-count - 1][1] : begin]
        if max(sizes) > _MOST_DIGITS_BESIDE:
            break
        is_in_brackets = run[begin] == "(" or "(" in between
        if " " in between and (count > 1 or sizes != [1] or is_in_brackets):
            yield 0, last - count
    if sum(map(str.isdigit, run[slice(*groups[0])])) <= _MOST_DIGITS_BESIDE - 1:
        yield 1, last


def _split(run: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Start and end of the parts between the matches of `pattern`."""
    parts, start = [], 0
    for match in pattern.finditer(run):
        parts.append((start, match.start()))
        start = match.end()
    return [*parts, (start, len(run))]


def _groups(run: str) -> list[tuple[int, int]]:
    return [match.span() for match in _GROUP.finditer(run)]
