"""Finds phone numbers among other words, and numbers that somebody may have mistyped.

libphonenumber's own matcher is not used: it passes over numbers that people hide behind #31#, type
with an O for 0, put side by side with a space between, or write in last year's numbering plan.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from phonenumbers import convert_alpha_characters_in_number

from alerts.identifiers.cards import without_dates
from alerts.identifiers.handles import handle
from alerts.identifiers.identifier import Identifier, IdentifierError, MistypedNumber, Piece
from alerts.identifiers.phones import is_written_as_number, normalise_phone
from alerts.identifiers.plates import looks_like_plate, normalise_plate

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_MOST_GROUPS, _MOST_PARSED = 8, 200
_POSTCODE = 6
_NUMBER_DIGITS, _SHORT_NUMBER, _LONGEST_PROFILE_NUMBER = 7, 8, 20

_LETTER_DIGITS = re.compile(r"(?<![^\W_])[0-9OoIl]*[0-9][0-9OoIl]*(?![^\W_])")
_LETTER_ZEROS = re.compile(r"(?<=\d[ .-])[Oo]{1,2}(?=[ .-]\d|$)")
_AS_DIGITS = str.maketrans("OoIl", "0011")
_RUN = re.compile(
    r"(?<![^\W_])(?<![@$_])[*#+(\[]{0,4} ?\d"
    r"(?:(?:[ ().\-/·~'\[\]:_*#…]{0,4}|[,;|٫])\d)*(?:\+(?!\d))?"
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
        self._parsed = 0

    def pieces(self) -> list[Piece]:
        """The numbers found."""
        line = self._line
        for match in _VANITY.finditer(line):
            digits = re.sub(r"\D", "", convert_alpha_characters_in_number(match.group()))
            if len(digits) in (10, 11):
                self._take(*match.span(), normalise_phone("+1" + digits[-10:], None))
                line = line[: match.start()] + " " * len(match.group()) + line[match.end() :]
        text = _LETTER_DIGITS.sub(_letters_as_digits, without_dates(line))
        text = _LETTER_ZEROS.sub(_letters_as_digits, text)
        for match in _RUN.finditer(text):
            if sum(map(str.isdigit, match.group())) >= 3:
                self._read_run(text, match.start(), match.end())
        return self._pieces

    def _take(self, start: int, end: int, *readings: Identifier) -> None:
        self._pieces.append(Piece(start, end, self._line[start:end].strip(), readings))

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
            if sum(map(str.isdigit, _LETTER_DIGITS.sub(_letters_as_digits, new))) != all_of:
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
        if self._parsed >= _MOST_PARSED or not least <= sum(map(str.isdigit, piece)) <= 24:
            return False
        self._parsed += 1
        try:
            phone = normalise_phone(piece, self._country)
        except IdentifierError:
            return False
        if not wanted and not is_written_as_number(piece, self._country):
            return False
        extension = _EXTENSION.match(text[end:])
        end += extension.end() if extension else 0
        readings = [phone]
        if wanted and piece[0] not in "+0" and len(phone.similar or "") < _SHORT_NUMBER:
            # In countries with short numbers, it can also be a plate, or the number of a profile.
            digits = re.sub(r"\D", "", piece)
            readings += [normalise_plate(digits), handle("username", digits)]
        self._take(start, end, *readings)
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
            normalise_phone(run, self._country)
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


def _letters_as_digits(match: re.Match[str]) -> str:
    return match.group().translate(_AS_DIGITS)


def _split(run: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Start and end of the parts between the matches of `pattern`."""
    parts, start = [], 0
    for match in pattern.finditer(run):
        parts.append((start, match.start()))
        start = match.end()
    return [*parts, (start, len(run))]


def _groups(run: str) -> list[tuple[int, int]]:
    return [match.span() for match in _GROUP.finditer(run)]
