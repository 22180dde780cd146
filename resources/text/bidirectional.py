"""Numbers inside text that runs from right to left: each is kept apart, so it reads as it should.

A telephone number or "10–33" would otherwise change the order of its parts (Unicode Standard
Annex 9; HTML's `bdi`). One plain number needs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

# None begins inside a number, so the time stays proportional to the length.
_NUMBERS = re.compile(r"((?:\+|(?<!\d))\d++(?:[ \u00a0\u202f().,/:–—-]{1,3}\d++)+|\+\d++)")


def keep_apart(tokens: Sequence[Token]) -> None:
    """Put `<bdi>` around numbers of several parts in the text of parsed Markdown."""
    for token in tokens:
        if token.children:
            token.children = [part for child in token.children for part in _parts(child)]


def _parts(token: Token) -> list[Token]:
    if token.type != "text":
        return [token]
    parts = []
    for place, text in enumerate(_NUMBERS.split(token.content)):
        is_number = place % 2 == 1
        # These two tags alone go in as HTML; the words stay words, which the renderer escapes.
        parts += [_tag("<bdi>")] if is_number else []
        parts.append(Token("text", "", 0, content=text))
        parts += [_tag("</bdi>")] if is_number else []
    return parts


def _tag(html: str) -> Token:
    return Token("html_inline", "", 0, content=html)
