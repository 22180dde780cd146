"""What people choose for a passphrase in the site's languages, and how little it takes to guess it.

zxcvbn knows English, and no sentences. Three things are added to it: a sentence costs no more than
its words, common ones by their frequency; an excerpt of a prayer, song or proverb costs next to
nothing; rows of keys are rows of keys on other keyboards too. Bits are log2 of guesses.
"""

from __future__ import annotations

import importlib.resources
import math
import unicodedata
from functools import lru_cache

from safety_app.vault.passphrase import fold_passphrase

Graph = dict[str, list[str | None]]

_DATA = importlib.resources.files(__package__) / "estimate_data"
_WORD_LIMIT = 10.0  # bits: in a sentence, a rare word follows from those around it
_LONGEST_WORD = 24  # characters
_PHRASE = 20.0  # bits: where an excerpt begins and how long it is
_SHORTEST_PHRASE = 10  # characters
_LETTER, _IDEOGRAPH, _DIGIT = 4.7, 8.0, 3.3  # bits of a character that is in no word


def sentence_bits(folded: str) -> float:
    """The bits of the cheapest way to put the text together from excerpts, characters, and the
    words of one language.
    """
    excerpts = _excerpts(folded)
    return min(_cheapest(folded, words, excerpts) for words in _common_words())


def _cheapest(folded: str, words: dict[str, float], excerpts: list[tuple[int, int]]) -> float:
    cheapest = [0.0] * (len(folded) + 1)
    for end in range(1, len(folded) + 1):
        ways = [cheapest[end - 1] + _character_bits(folded[end - 1])]
        for start in range(max(0, end - _LONGEST_WORD), end):
            cost = words.get(folded[start:end])
            if cost is not None:
                ways.append(cheapest[start] + cost)
        ways.extend(cheapest[start] + _PHRASE for start, last in excerpts if start < end <= last)
        cheapest[end] = min(ways)
    return cheapest[-1]


@lru_cache(maxsize=1)
def keyboards() -> dict[str, Graph]:
    """Which keys lie beside which, as zxcvbn has it: six places around each, clockwise."""
    return {name: _graph(rows) for name, *rows in map(str.split, _lines("keyboards.txt"))}


def _graph(rows: list[str]) -> Graph:
    keys = {
        (across, down): fold_passphrase(key)
        for down, row in enumerate(rows)
        for across, key in enumerate(row)
    }
    around = ((-1, 0), (0, -1), (1, -1), (1, 0), (0, 1), (-1, 1))
    return {
        key: [keys.get((across + x, down + y)) for x, y in around]
        for (across, down), key in keys.items()
    }


def _excerpts(folded: str) -> list[tuple[int, int]]:
    """For each place where a well-known phrase begins or goes on: from where to where it is one."""
    phrases = _phrases()
    found, end = [], 0
    for start in range(len(folded)):
        end = max(end, start)
        while end < len(folded) and folded[start : end + 1] in phrases:
            end += 1
        if end - start >= _SHORTEST_PHRASE:
            found.append((start, end))
    return found


def _character_bits(character: str) -> float:
    if character.isdecimal():
        return _DIGIT
    return _IDEOGRAPH if is_ideograph(character) else _LETTER


def is_ideograph(character: str) -> bool:
    """Whether it is one of the thousands of Chinese characters."""
    return unicodedata.name(character, "").startswith("CJK")


@lru_cache(maxsize=1)
def _common_words() -> list[dict[str, float]]:
    """For each language, the bits of its common words."""
    files = [file for file in _DATA.iterdir() if file.name.startswith("common_words_")]
    return [
        {
            word: min(_WORD_LIMIT, math.log2(place) + 1)
            for place, word in enumerate(file.read_text(encoding="utf-8").split(), 1)
        }
        for file in files
    ]


@lru_cache(maxsize=1)
def _phrases() -> str:
    return "\n".join(map(fold_passphrase, _lines("well_known_phrases.txt")))


def _lines(name: str) -> list[str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
