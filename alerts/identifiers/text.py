"""Cleaning what was typed and folding spellings together. Work is bounded by length limits."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import IdentifierError

# Invisible without being format characters: Hangul fillers, the grapheme joiner, Khmer inherent
# vowels, variation selectors.
_INVISIBLE = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0]
    + [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)

# Letters with a stroke or joined letters, which no Unicode decomposition takes apart.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"}
    | {"þ": "th", "ĸ": "k", "ŋ": "n", "ȷ": "j"}
)


def clean(value: str, limit: int) -> str:
    """`value` without invisible characters, each run of white space one space, ends trimmed.

    `limit` is in characters as typed. Raises IdentifierError when longer, when nothing is left,
    and for control characters and broken (surrogate) ones.
    """
    if len(value) > limit:
        raise IdentifierError(_("This is too long."))
    kept = []
    for character in value:
        category = unicodedata.category(character)
        if character.isspace():
            kept.append(" ")
        elif category in ("Cc", "Cs"):
            raise IdentifierError(_("This has characters that cannot be read. Type it again."))
        elif category != "Cf" and ord(character) not in _INVISIBLE:
            kept.append(character)
    text = " ".join("".join(kept).split())
    if not text:
        raise IdentifierError(_("This line is empty."))
    return text


def clean_compatible(value: str, limit: int) -> str:
    """`clean`, and full-width or styled letters and signs as plain ones (NFKC)."""
    text = " ".join(unicodedata.normalize("NFKC", clean(value, limit)).split())
    if not text:
        raise IdentifierError(_("This line is empty."))
    return text


def ascii_digits(text: str) -> str:
    """`text` in NFKC with the decimal digits of every script written 0 to 9."""
    return "".join(
        str(unicodedata.decimal(character, character))
        for character in unicodedata.normalize("NFKC", text)
    )


def count_digits(text: str) -> int:
    """How many digits there are in `text`, of any script and in any style."""
    return sum(map(str.isdecimal, ascii_digits(text)))


def without_accents(text: str) -> str:
    """`text` in NFKC without accents. Vowel signs, which are letters in many scripts, stay."""
    parted = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in parted if not unicodedata.combining(character))
    return unicodedata.normalize("NFKC", bare)


def fold(text: str) -> str:
    """Case, accents and digits of all scripts folded; punctuation and white space kept."""
    return ascii_digits(without_accents(without_accents(text).casefold())).translate(_STROKES)


def is_letter_or_number(character: str) -> bool:
    """True for what distinguishes one word from another, in any script."""
    category = unicodedata.category(character)
    return category[0] in "LN" or (category in ("Mn", "Mc") and ord(character) not in _INVISIBLE)


def fold_word(text: str) -> str:
    """Only the letters and numbers of `text`, folded. Empty when there are none."""
    return "".join(character for character in fold(text) if is_letter_or_number(character))
