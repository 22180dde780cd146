"""Alphabetical order for the site's languages, good enough for lists of names.

Full collation (UTS #10) needs ICU, which is not worth its size here. This covers what people
notice: accents do not push a name to the end, letters that count as separate in a language follow
the one they derive from, Thai sorts by consonant, Chinese by pinyin (for the 3,755 common
characters).
"""

from __future__ import annotations

import unicodedata

# Letters that sort after another one in a language, in order: "ñ" after every "n".
_AFTER: dict[str, tuple[str, ...]] = {
    "es": ("nñ",),
    "pl": ("aą", "cć", "eę", "lł", "nń", "oó", "sś", "zźż"),
    "ro": ("aăâ", "iî", "sșş", "tțţ"),
    "hu": ("oöő", "uüű"),
    "ru": ("ий",),
    "bg": ("ий",),
    "uk": ("гґ", "еє", "иіїй"),
    "sq": ("cç", "eë"),
}
# Two signs that are one letter, which follows the first of them: "Sh" after every "S".
_PAIRS: dict[str, tuple[str, ...]] = {
    "sq": ("dh", "gj", "ll", "nj", "rr", "sh", "th", "xh", "zh"),
    "hu": ("cs", "dz", "gy", "ly", "ny", "sz", "ty", "zs"),
}
_LAST = "\U0010ffff"
_ARTICLE = "ال"
_THAI_LEADING_VOWELS = "เแโใไ"


def _table(groups: tuple[str, ...]) -> dict[int, str]:
    return {
        ord(letter): group[0] + _LAST * place
        for group in groups
        for place, letter in enumerate(group)
        if place
    }


_TABLES = {language: _table(groups) for language, groups in _AFTER.items()}


def sort_key(name: str, language: str) -> tuple[bytes | str, str]:
    """A key that sorts names as readers of `language` ("fr", "zh-Hans") expect."""
    base = language.split("-", 1)[0]
    text = unicodedata.normalize("NFC", name).casefold()
    if base == "zh":
        return text.encode("gb18030").hex(), name
    if base == "th":
        text = _consonant_first(text)
    if base == "ar":
        text = " ".join(word.removeprefix(_ARTICLE) for word in text.split())
    tailored = text.translate(_TABLES.get(base, {}))
    for pair in _PAIRS.get(base, ()):
        tailored = tailored.replace(pair, pair[0] + _LAST)
    parted = unicodedata.normalize("NFKD", tailored)
    letters = (
        sign
        for sign in parted
        if sign == " " or sign == _LAST or unicodedata.category(sign)[0] in "LNM"
        if not unicodedata.combining(sign)
    )
    return "".join(letters), name


def _consonant_first(text: str) -> str:
    """Thai writes some vowels before the consonant they follow in speech and in dictionaries."""
    signs = list(text)
    for place in range(len(signs) - 1):
        if signs[place] in _THAI_LEADING_VOWELS:
            signs[place], signs[place + 1] = signs[place + 1], signs[place]
    return "".join(signs)
