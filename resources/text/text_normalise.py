"""Texts made alike for comparing: no capitals, no accents, one spelling of a letter.

Plain text in and out: no Django, no database. What is compared is never shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from resources.text.scripts import HAN_AND_KANA, SOUTH_EAST_ASIAN, UNSPACED

# Letters that Unicode does not take apart although people type them without their sign, and
# letters that Arabic keyboards write in more than one way.
_ALIKE = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ґ": "г",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ء": "",
        "ـ": "",
    }
)
# What stands for an apostrophe inside a Ukrainian word; between other letters it parts words.
_APOSTROPHES = frozenset("'’ʼ‘`´′")
_IS_HAN = re.compile(f"[{HAN_AND_KANA}]")
_IS_SOUTH_EAST = re.compile(f"[{SOUTH_EAST_ASIAN}]")
_CYRILLIC = "\u0400-\u052f"
_RUN = re.compile(
    rf"[{HAN_AND_KANA}]+|[{SOUTH_EAST_ASIAN}]+"
    rf"|[^\s'{UNSPACED}]+(?:(?<=[{_CYRILLIC}])'(?=[{_CYRILLIC}])[^\s'{UNSPACED}]+)*"
)
# The Arabic article, which is written with its noun, as are "and" and "to" before it.
_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=[\u0621-\u064a]{3})")

# No site writes with more letters; a flood of rare ones does not fill the memory.
_MOST_REMEMBERED = 20_000
_TWO_LETTERS = re.compile("([aou])e")


class _Letters(dict[int, str]):
    """For `str.translate`: what each letter becomes, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        if len(self) > _MOST_REMEMBERED:
            self.clear()
        letter = chr(code)
        if unicodedata.category(letter) == "Cf":  # soft hyphens, joiners, marks of direction
            folded = ""
        elif letter.isdecimal():
            folded = str(unicodedata.decimal(letter))
        else:
            apart = unicodedata.normalize("NFKD", letter.casefold()).casefold()
            bare = "".join(each for each in apart if not unicodedata.combining(each))
            folded = bare.translate(_ALIKE)
        self[code] = folded
        return folded


class _Words(_Letters):
    """The same, with a space for every sign that is part of no word."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter in _APOSTROPHES:
            self[code] = "'"
        elif unicodedata.category(letter)[0] in "PSZ" or letter.isspace():
            self[code] = " "
        else:
            return super().__missing__(code)
        return self[code]


_letters, _words = _Letters(), _Words()


def fold(text: str) -> str:
    """For comparing and sorting: without accents and capitals, letter by letter."""
    return text.translate(_letters)


def words(text: str) -> list[str]:
    """The folded words of a text; a run of Chinese or Thai counts as one word."""
    return [_bare(run)[0] for run in _RUN.findall(text.translate(_words))]


def without_umlauts(word: str) -> str:
    """A folded word in which somebody whose keyboard has no umlauts wrote "ue" for "ü"."""
    return _TWO_LETTERS.sub(r"\1", word)


def word_positions(text: str) -> Iterator[tuple[str, list[int]]]:
    """The folded words of a text, each with where in the text its letters came from."""
    folded, came_from = [], []
    for place, letter in enumerate(text):
        became = letter.translate(_words)
        folded.append(became)
        came_from += [place] * len(became)
    for match in _RUN.finditer("".join(folded)):
        word, article = _bare(match[0])
        inside = range(match.start() + article, match.end())
        yield word, [came_from[place] for place in inside if match.string[place] != "'"]


def _bare(run: str) -> tuple[str, int]:
    """A word without its article and its apostrophes, and the length of that article."""
    article = _ARTICLE.match(run)
    start = article.end() if article else 0
    return run[start:].replace("'", ""), start


def is_unspaced(word: str) -> bool:
    """Whether a folded word is of a script without spaces: then it is a run in which words hide."""
    return _size(word) > 0


def ngrams(word: str) -> list[str]:
    """The overlapping pieces of such a run: two Chinese characters or four Thai letters each."""
    size = _size(word)
    return [word[start : start + size] for start in range(max(1, len(word) - size + 1))]


def _size(word: str) -> int:
    if _IS_HAN.match(word):
        return 2
    return 4 if _IS_SOUTH_EAST.match(word) else 0
