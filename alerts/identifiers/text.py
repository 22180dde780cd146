"""Cleaning what was typed and folding spellings together. Work is linear in the length."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from django.utils.translation import gettext_lazy as _

from alerts.identifiers.identifier import IdentifierError

# Invisible without being format characters: Hangul fillers, the grapheme joiner, Khmer inherent
# vowels, variation selectors, and the keycap that makes an emoji of the digit before it.
_INVISIBLE = frozenset(
    [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x20E3, 0x3164, 0xFFA0]
    + [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
)

# Letters with a stroke or joined letters, which no Unicode decomposition takes apart.
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d"}
    | {"þ": "th", "ĸ": "k", "ŋ": "n", "ȷ": "j", "ß": "ss", "ς": "σ"}
)

# Styled letters that Unicode does not call compatible with the plain ones: small capitals, and
# white letters in black squares and circles.
_STYLED = {
    **dict(zip(map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"), "abcdefghijklmnopqrstuvwyz", strict=True)),
    **{start + at: chr(65 + at) for start in (0x1F150, 0x1F170) for at in range(26)},
}
# How Arabic letters are typed on different keyboards, and the stroke that only lengthens a word.
_ARABIC = {
    0x0640: "",  # tatweel
    0x0649: "ي",  # alef maksura
    0x06CC: "ي",  # Persian yeh
    0x06A9: "ك",  # Persian kaf
    0x06C1: "ه",
    0x06BE: "ه",
    0x06D5: "ه",
    0x0622: "ا",
    0x0623: "ا",
    0x0625: "ا",
    0x0671: "ا",
}
_FLAG = re.compile(
    "(?<![\U0001f1e6-\U0001f1ff])[\U0001f1e6-\U0001f1ff]{2}(?![\U0001f1e6-\U0001f1ff])"
)
_REGIONAL_A = 0x1F1E6
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")
_LINES = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BLANK = ("Cc", "Cs", "Co", "Cn", "Zs")
_APOSTROPHES = "‘’‚‛′`´ʹʼ"
_QUOTES = "“”„‟″«»‹›"


def words(text: str) -> frozenset[str]:
    """The words of a list that reads better as one text."""
    return frozenset(text.split())


class _Plain(dict[int, str]):
    """The plain form of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if code in _INVISIBLE or category == "Cf":
            plain = ""
        elif category in _BLANK or 0x2800 <= code <= 0x28FF or code == 0xFFFC:
            plain = " "
        elif category == "Pd" or code == 0x2212:
            plain = "-"
        elif character in _APOSTROPHES:
            plain = "'"
        elif character in _QUOTES:
            plain = '"'
        elif category in ("Nd", "No"):  # also digits in black circles
            number = unicodedata.numeric(character, -1)
            plain = str(int(number)) if number in range(10) else character
        elif _REGIONAL_A <= code < _REGIONAL_A + 26:
            plain = chr(65 + code - _REGIONAL_A)
        else:
            plain = {
                0x3001: ",",
                0x060C: ",",
                0x3002: ".",
                0x2044: "/",
                0x2022: "·",
                0x2027: "·",
            }.get(code, character)
        if len(self) < 5_000:
            self[code] = plain
        return plain


_PLAIN = _Plain(_STYLED | {10: "\n", 9: " "})


def plain_lines(text: str) -> list[str]:
    """The lines of a text that hold anything, each with plain signs and single spaces.

    HTML entities are read, styled letters and digits of every script become plain ones, invisible
    characters go, what cannot be shown becomes a space.
    """
    if "&" in text:
        text = _ENTITY.sub(lambda match: unescape(match.group()), text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _FLAG.sub(" ", text))
    lines = (" ".join(line.translate(_PLAIN).split()) for line in _LINES.split(text))
    if text.isascii():
        return [line for line in lines if line]
    return [unicodedata.normalize("NFKC", line) for line in lines if line]


def plain(text: str) -> str:
    """`plain_lines` as one line."""
    return " ".join(plain_lines(text))


def arabic(text: str) -> str:
    """Arabic letters in one spelling, without marks on them."""
    if text.isascii():
        return text
    return "".join(
        character for character in text.translate(_ARABIC) if not "\u064b" <= character <= "\u065f"
    )


def lower(text: str) -> str:
    """Small letters as sites compare them: a dotted capital I is an i, ß stays itself."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text.replace("İ", "i").lower().replace("i̇", "i"))


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
    if text.isascii():
        return text.lower()
    return ascii_digits(without_accents(without_accents(text).casefold())).translate(_STROKES)


def is_letter_or_number(character: str) -> bool:
    """True for what distinguishes one word from another, in any script."""
    category = unicodedata.category(character)
    return category[0] in "LN" or (category in ("Mn", "Mc") and ord(character) not in _INVISIBLE)


def fold_word(text: str) -> str:
    """Only the letters and numbers of `text`, folded. Empty when there are none."""
    return "".join(character for character in fold(text) if is_letter_or_number(character))


def mistakable(text: str) -> str:
    """What two names have in common that a person could mix up: `fold_word`, and I, L, 1; O, 0."""
    return arabic(fold_word(text)).translate(_MISTAKABLE)


_MISTAKABLE = str.maketrans("oil", "011")
