"""Passphrases made here: enough bits, and none lost when spaces, accents or capitals are."""

from __future__ import annotations

import math
import secrets
import unicodedata
from typing import Any

import pytest

from safety_app.vault import made_passphrases
from safety_app.vault.codes import SYLLABLES
from safety_app.vault.made_passphrases import LISTS, MadePassphrase, new_passphrase, word_list
from safety_app.vault.passphrase import fold_passphrase


def is_uniquely_decodable(code: set[str]) -> bool:
    """Sardinas and Patterson, 1953: no text can be cut into words of the code in two ways.

    A rest is what one way of cutting is ahead of the other. Each way the rests can go on is
    followed; two ways of cutting meet when a rest is itself a word.
    """
    by_start: dict[str, list[str]] = {}
    for word in code:
        for end in range(1, len(word) + 1):
            by_start.setdefault(word[:end], []).append(word)
    rests = {word[len(start) :] for start in code for word in by_start[start] if word != start}
    seen: set[str] = set()
    while rests:
        if rests & code:
            return False
        seen |= rests
        longer = {word[len(rest) :] for rest in rests for word in by_start.get(rest, [])}
        left = {rest[end:] for rest in rests for end in range(1, len(rest)) if rest[:end] in code}
        rests = (longer | left) - seen
    return True


@pytest.mark.parametrize(
    ("code", "is_unique"),
    [
        ({"ba", "be"}, True),
        ({"sun", "flower", "sunflower"}, False),
        ({"a", "ab", "ba"}, False),
        ({"a", "ab", "bb"}, True),
        ({"car", "pet", "carpet"}, False),
        ({"in", "put", "inputs", "s"}, False),
    ],
)
def test_the_check_itself(code: set[str], is_unique: bool) -> None:
    assert is_uniquely_decodable(code) is is_unique


@pytest.mark.thorough
@pytest.mark.parametrize("language", LISTS)
def test_a_list_is_uniquely_decodable_after_folding(language: str) -> None:
    words = word_list(language)
    folded = {fold_passphrase(word) for word in words}
    assert len(folded) == len(words)
    assert is_uniquely_decodable(folded)
    assert all(word.isascii() and word.isalpha() and len(word) >= 3 for word in folded)


def test_syllables_are_uniquely_decodable() -> None:
    assert len(set(SYLLABLES)) == 80
    assert is_uniquely_decodable(set(SYLLABLES))


@pytest.mark.parametrize("language", LISTS)
def test_words_of_a_language_have_seventy_bits(language: str) -> None:
    made = new_passphrase(language)
    words = word_list(language)
    assert isinstance(made, MadePassphrase)
    assert set(made.split(" ")) <= set(words)
    assert len(made.split(" ")) * math.log2(len(words)) >= 70
    assert 70 <= made_passphrases.word_count(language) * math.log2(len(words)) < 84
    assert made.split(" ") == [unicodedata.normalize("NFC", word) for word in made.split(" ")]


@pytest.mark.parametrize("language", ["", "ru", "zh-hans", "xx", "../en"])
def test_where_there_is_no_list_words_are_made_up(language: str) -> None:
    made = new_passphrase(language)
    folded = fold_passphrase(made)
    assert len(folded) == 24
    assert {folded[at : at + 2] for at in range(0, 24, 2)} <= set(SYLLABLES)
    assert 12 * math.log2(len(SYLLABLES)) > 75


def test_every_word_can_come(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def last(words: Any) -> Any:
        asked.append(len(words))
        return words[-1]

    monkeypatch.setattr(secrets, "choice", last)
    assert new_passphrase("es") == " ".join([word_list("es")[-1]] * 6)
    assert set(asked) == {len(word_list("es"))}


def test_an_ordinary_text_is_none() -> None:
    made = new_passphrase("en")
    for text in (str(made), made.strip(" "), made.lower(), f"{made}", made + ""):
        assert type(text) is str
