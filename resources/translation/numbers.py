"""The numbers of a text, however its language writes them: "72 hours" must stay 72.

Digits of any script count, 1,5 is 1.5, and 72,000 is 72.000, 72 000 and 72’000. Whether a dot or
a comma parts thousands is told by three digits after it: 1.125 and 1125 count as the same. Signs
that are a number (½, ², ⑨, Ⅻ) count as one of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# Ordinary, no-break, figure, thin and narrow spaces.
_SPACES = "\u0020\u00a0\u2007\u2009\u202f"
_GROUPED = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?![\d{_SPACES}]?\d)")
# 10:30, 10h30 and 10.30 are the same time.
_NUMBER = re.compile(r"\d+(?:[.,:'’٫٬]\d+|(?<=\d)h\d\d(?!\d))*")
_MARK = re.compile(r"[^\d]")
# Roman numbers that are one sign, not made of letters.
_ROMAN = frozenset(map(chr, range(0x2160, 0x2183)))


def find_numbers(text: str) -> list[str]:
    """The numbers of a text, sorted, in plain digits with a dot."""
    return sorted(_readings(text)[0].elements())


def numbers_differ(source: str, translation: str) -> tuple[list[str], list[str]]:
    """Numbers only in the source, and numbers only in the translation.

    A space may group thousands or separate two numbers; the reading that fits best counts.
    """
    best: tuple[Counter[str], Counter[str]] | None = None
    for before in _readings(source):
        for after in _readings(translation):
            lost, added = before - after, after - before
            if best is None or (lost + added).total() < (best[0] + best[1]).total():
                best = lost, added
    if best is None:
        return [], []
    return sorted(best[0].elements()), sorted(best[1].elements())


def _readings(text: str) -> list[Counter[str]]:
    """Both readings: spaces as grouping inside a number, and as separators of numbers."""
    text = _in_our_digits(text)
    joined = _GROUPED.sub(lambda match: re.sub(rf"[{_SPACES}]", "", match[0]), text)
    return [_numbers(reading) for reading in dict.fromkeys((joined, text))]


def _in_our_digits(text: str) -> str:
    """Digits of any script, full width too, as 0 to 9."""
    return "".join(character if character.isascii() else _digit(character) for character in text)


def _digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    if value is not None:
        return str(value)
    if unicodedata.category(character) == "No" or character in _ROMAN:
        return f" {unicodedata.numeric(character):g} "
    return character


def _numbers(text: str) -> Counter[str]:
    return Counter(plain for number in _NUMBER.findall(text) for plain in _plain(number))


def _plain(written: str) -> list[str]:
    """A written number in plain digits with a decimal point; a dotted date gives its parts."""
    parts, marks = _MARK.split(written), _MARK.findall(written)
    if not marks:
        return parts
    if _are_thousands(parts, marks):
        return ["".join(parts)]
    if len(marks) == 1:
        return [".".join(parts)]
    if marks[-1] != marks[0] and _are_thousands(parts[:-1], marks[:-1]):
        return ["".join(parts[:-1]) + "." + parts[-1]]
    return parts


def _are_thousands(parts: list[str], marks: list[str]) -> bool:
    """Whether the separators group thousands or lakhs: 72,000; 1.250.000; 1,25,000."""
    return (
        len(set(marks)) == 1
        and marks[0] in ".,'’٬"
        and 1 <= len(parts[0]) <= 3
        and parts[0] != "0"
        and len(parts[-1]) == 3
        and all(len(part) in (2, 3) for part in parts[1:])
    )
