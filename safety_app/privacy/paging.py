"""Long lists in parts of twenty, counted from 1; the address or a button names the part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from safety_app.privacy.numbers import parse_number

ON_A_PAGE = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Pager:
    """The number of a part, and of those before and after it: 0 where there is none.

    `partials/pager.html` shows it.
    """

    number: int
    before: int
    after: int


@dataclass(frozen=True)
class Part(Pager, Generic[T]):
    """One part of a list."""

    rows: Sequence[T]


def pager(number: int, *, more: bool) -> Pager:
    """What leads on from a part; `more` says whether something comes after it."""
    return Pager(number, number - 1, number + 1 if more else 0)


def page_number(typed: str, last: int = 99_999) -> int:
    """The page that was asked for, from 1 to `last`: 1 for anything malformed."""
    return min(max(1, parse_number(typed, 5) or 1), last)


def part_of(rows: Sequence[T], typed: str) -> Part[T]:
    """The part that was asked for: the first for anything malformed, the last for one beyond it."""
    last = max(1, -(-len(rows) // ON_A_PAGE))
    number = page_number(typed, last)
    return Part(
        rows=rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE],
        number=number,
        before=number - 1,
        after=number + 1 if number < last else 0,
    )
