"""Numbers that come as text from outside."""

from __future__ import annotations


def parse_number(text: str, most_digits: int) -> int | None:
    """The number written in 1 to `most_digits` ASCII digits; None for anything else.

    `int` alone takes signs, spaces, underscores and the digits of other scripts as well, fails on
    some that `str.isdigit` lets through, and needs quadratic time for a long row of them.
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= most_digits
    return int(text) if is_number else None
