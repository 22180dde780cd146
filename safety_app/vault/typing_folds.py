"""What phones do to typed text, undone: one spelling for what a person means to type.

Keyboards put a capital first, curl quotes, lengthen hyphens, add a space or a full stop, write
digits of their own script; what is copied brings characters that cannot be seen. Passphrases,
pseudonyms, codes and PINs all pass here before anything is derived from them.
"""

import unicodedata

_QUOTES = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u02ba\u00ab\u00bb", '"'),
}
# Category Cf goes too; these cannot be seen either and belong to other categories.
_UNSEEN = {0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xFFFC, *range(0xFE00, 0xFE10)}
_UNSEEN.update(range(0xE0100, 0xE01F0))
_MINUS = "\u2212"


def fold_typing(typed: str) -> str:
    """`typed` without case, invisible characters, smart quotes and dashes, in ASCII digits.

    NFKC and case folding (Unicode 15, chapter 3.13) around those; runs of white space become one
    space, with none at the ends. Folding twice changes nothing.
    """
    seen = (c for c in typed if unicodedata.category(c) != "Cf" and ord(c) not in _UNSEEN)
    folded = unicodedata.normalize("NFKC", "".join(seen)).casefold()
    text = "".join(map(_fold_character, unicodedata.normalize("NFKC", folded)))
    return " ".join(text.split())


def _fold_character(character: str) -> str:
    if character in _QUOTES:
        return _QUOTES[character]
    if character == _MINUS or unicodedata.category(character) == "Pd":
        return "-"
    return str(unicodedata.decimal(character, character))
