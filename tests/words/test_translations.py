"""French and Spanish: what readers of both found wrong does not come back."""

import re
from collections.abc import Sequence
from itertools import combinations

import pytest

from deploy import strings
from tests.words.messages import translated

BANNED = {
    "fr": (
        # A money word, and with a gender.
        r"garante?s?",
        # The reader's or anyone's gender.
        r"invitée|payée|aidée|étais absente|modératrices?|traductrices?|rédactrices?|autrices?",
        r"une membre",
        r"travailleuses du sexe(?! et)|travailleuses? du sexe$",
        # Also "not safe", beside a client's number.
        r"pas sûre?",
        r"code de retour",
        r"analyse de drogues",
        r"place libre",
    ),
    "es": (
        # Tingling, where numbness is the sign of danger.
        r"hormigueo",
        r"bandejas?",
        r"frases? de paso",
        # A link on a page, where a role is meant.
        r"para enlaces",
        r"moderadoras?|traductoras?|editoras?|nosotras|vuestras?",
        r"las demás(?! (personas|regiones))",
        r"centro de día",
        r"análisis de drogas",
        r"\bhuecos?\b",
        r"nadie tiene la culpa",
    ),
}


@pytest.mark.parametrize("language", BANNED)
def test_no_banned_word(language: str) -> None:
    pattern = re.compile(rf"\b({'|'.join(BANNED[language])})", re.IGNORECASE)
    assert [text for text in translated(language) if pattern.search(text)] == []


def test_french_has_one_kind_of_space_before_punctuation() -> None:
    """U+00A0: the narrow one, U+202F, is missing in the fonts of old phones."""
    assert [text for text in translated("fr") if text != strings.french_spaces(text)] == []
    assert strings.french_spaces("« oui » : ##, :::") == "«\u00a0oui\u00a0»\u00a0: ##, :::"


def _last_form(words: str | Sequence[str]) -> str:
    return words if isinstance(words, str) else words[-1]


@pytest.mark.thorough
def test_no_catalogue_holds_another_languages_texts() -> None:
    texts = {
        language: {
            (message.context, str(message.id)): message.string
            for message in strings.read(language)
            if len(_last_form(message.string).split()) > 4
        }
        for language in strings.languages()
    }
    for one, other in combinations(texts.values(), 2):
        assert [key for key in one if one[key] == other.get(key)] == []
