"""Digits that people write in other ways, so that a filter does not see a number: a sign between
any two of them, Chinese numerals; and letters that a scanner took digits for.

What comes out is as long as what went in, so that places stay the same. A filler stands where
several signs made one digit.
"""

from __future__ import annotations

import re
import unicodedata

from alerts.identifiers.labels import label_of

FILLER = "\x1f"  # in no text with plain signs
MOST_FILLERS = 24

_AS_DIGITS = str.maketrans("OoIl", "0011")
_LETTER_DIGITS = re.compile(r"(?<![^\W_])[0-9OoIl]*[0-9][0-9OoIl]*(?![^\W_])")
_LETTER_ZEROS = re.compile(r"(?<=\d[ .-])[Oo]{1,2}(?=[ .-]\d|$)")
_HAN = re.compile("[〇零一二三四五六七八九]{7,15}")
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
# "+", "<", ">", "|" and "~" mean something; signs for money are of another category.
_SIGNS, _NO_SIGNS = ("So", "Sm", "Sk"), "+<>|~"
_SIGNS_BETWEEN = re.compile(r"(?<=\d) {0,2}(?:[^\w\s.,;:@/()\[\]+-] ?){1,4}(?=\d)")

_LEAST_DIGITS = 7

# As text is read from a picture: digits that come out as letters, beside O and l.
_SCANNED = re.compile(
    r"(?<![^\W_])[+(]{0,2}[0OoQD][\dOoQDIlZSBGbgq]{0,11}"
    r"(?:[ ./()-]{1,2}[\dOoQDIlZSBGbgq]{1,8}){0,7}"
    r"(?![^\W_])"
)
_SCANNED_DIGITS = str.maketrans("OoQDIlZSBGbgq", "0000112586699")
_MOST_SCANNED = 2

# A word for a telephone right in front of its number: "WhatsApp0641252014".
_GLUED = re.compile(r"(?<![^\W_])([^\W\d_]{2,20})(?=\+?\d{7})")


def as_digits(line: str) -> str:
    """A line with plain signs, in which numbers are written with digits."""
    line = _LETTER_DIGITS.sub(_letters_as_digits, line)
    line = _LETTER_ZEROS.sub(_letters_as_digits, line)
    line = _GLUED.sub(_without_glued_word, line)
    if not line.isascii():
        line = _HAN.sub(lambda match: match.group().translate(_HAN_DIGITS), line)
        line = _SIGNS_BETWEEN.sub(_without_signs, line)
    return line


def is_in_disguise(typed: str) -> bool:
    """Whether a number was written with other signs, or with pictures between its digits."""
    return any(
        sign not in "OoIl"
        and (sign.isalpha() or (not sign.isascii() and unicodedata.category(sign) in _SIGNS))
        for sign in typed
    )


def scanned_numbers(line: str) -> list[tuple[int, int, str]]:
    """What may be numbers with one or two letters that were digits: start, end, with digits."""
    found = []
    for match in _SCANNED.finditer(line):
        letters = [sign for sign in match.group() if sign.isalpha()]
        count = sum(sign not in "OoIl" for sign in letters)
        digits = sum(map(str.isdigit, match.group()))
        if 1 <= count <= _MOST_SCANNED and digits >= _LEAST_DIGITS:
            found.append((*match.span(), match.group().translate(_SCANNED_DIGITS)))
    return found


def _letters_as_digits(match: re.Match[str]) -> str:
    return match.group().translate(_AS_DIGITS)


def _without_signs(match: re.Match[str]) -> str:
    between = match.group()
    signs = between.replace(" ", "")
    if any(unicodedata.category(sign) not in _SIGNS or sign in _NO_SIGNS for sign in signs):
        return between
    return FILLER * len(between)


def _without_glued_word(match: re.Match[str]) -> str:
    label = label_of(match.group(1))
    is_phone = label is not None and label.kind == "phone"
    return " " * len(match.group()) if is_phone else match.group()
