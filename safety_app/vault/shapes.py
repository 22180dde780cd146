"""The shapes that decoded JSON may have: every type, length and range is declared, once.

Whoever holds the key can seal anything. What opens is therefore read as strictly as what a stranger
sends, before anything else sees it. A shape takes a decoded value and gives what the program works
with: tuples for lists, booleans for 0 and 1, dates for their texts. It raises Malformed for any
other value; nothing is converted that merely could be.

Opening a card is what the list of notes and a check do thousands of times, so shapes are plain
functions and look at each value once.
"""

from __future__ import annotations

import binascii
import datetime
from base64 import b64decode
from collections.abc import Callable, Collection, Mapping
from operator import call
from typing import Any, TypeVar

Value = TypeVar("Value")
Shape = Callable[[Any], Value]

# A row's id, and whatever else a column of numbers holds.
LARGEST = 2**63 - 1
# With these, nothing that is reckoned from a day leaves the calendar.
FIRST_DAY, LAST_DAY = datetime.date(1970, 1, 1), datetime.date(2999, 12, 31)
_FIRST, _LAST = FIRST_DAY.toordinal(), LAST_DAY.toordinal()


class Malformed(ValueError):
    """A value of another shape. Says nothing of the value."""


def text(longest: int, shortest: int = 0) -> Shape[str]:
    """A text of so many characters."""

    def read(value: Any) -> str:
        if type(value) is str and shortest <= len(value) <= longest:
            return value
        raise Malformed

    return read


def number(least: int, most: int) -> Shape[int]:
    """A whole number, both ends included; true and 1.0 are none."""

    def read(value: Any) -> int:
        if type(value) is int and least <= value <= most:
            return value
        raise Malformed

    return read


def flag(value: Any) -> bool:
    """0 or 1."""
    if type(value) is int and 0 <= value <= 1:
        return value == 1
    raise Malformed


def one_of(*allowed: str) -> Shape[str]:
    """One of these texts."""
    known = frozenset(allowed)

    def read(value: Any) -> str:
        if type(value) is str and value in known:
            return value
        raise Malformed

    return read


def optional(shape: Shape[Value]) -> Shape[Value | None]:
    """This shape, or null."""
    return lambda value: None if value is None else shape(value)


def listed(shape: Shape[Value], most: int, least: int = 0) -> Shape[tuple[Value, ...]]:
    """A list of so many values of one shape."""

    def read(value: Any) -> tuple[Value, ...]:
        if type(value) is list and least <= len(value) <= most:
            return tuple(map(shape, value))
        raise Malformed

    return read


def row(*shapes: Shape[Any]) -> Shape[tuple[Any, ...]]:
    """A list with one value of each shape, in this order."""
    count = len(shapes)

    def read(value: Any) -> tuple[Any, ...]:
        if type(value) is list and len(value) == count:
            return tuple(map(call, shapes, value))
        raise Malformed

    return read


def fields(
    needed: Mapping[str, Shape[Any]], others: Mapping[str, Shape[Any]] | None = None
) -> Shape[dict[str, Any]]:
    """An object with all `needed` fields, perhaps `others`, and no more."""
    known = {**needed, **(others or {})}

    def read(value: Any) -> dict[str, Any]:
        if type(value) is dict and needed.keys() <= value.keys() <= known.keys():
            return {name: known[name](one) for name, one in value.items()}
        raise Malformed

    return read


def mapping(key: Shape[str], shape: Shape[Value], most: int) -> Shape[dict[str, Value]]:
    """An object with at most so many fields, all of one shape, whatever they are called."""

    def read(value: Any) -> dict[str, Value]:
        if type(value) is dict and len(value) <= most:
            return {key(name): shape(one) for name, one in value.items()}
        raise Malformed

    return read


def day(value: Any) -> datetime.date:
    """A day as "2026-11-21"."""
    if type(value) is not str or len(value) != len("2026-11-21"):
        raise Malformed
    try:
        read = datetime.date.fromisoformat(value)
    except ValueError:
        raise Malformed from None
    if not FIRST_DAY <= read <= LAST_DAY or read.isoformat() != value:
        raise Malformed
    return read


def day_number(value: Any) -> datetime.date:
    """A day as its number, counted from 1 January of the year 1, which is 1."""
    if type(value) is int and _FIRST <= value <= _LAST:
        return datetime.date.fromordinal(value)
    raise Malformed


def base64(sizes: Collection[int]) -> Shape[bytes]:
    """Bytes of one of these sizes, as base 64 with padding signs and no other character."""

    def read(value: Any) -> bytes:
        if type(value) is not str:
            raise Malformed
        try:
            content = b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise Malformed from None
        if len(content) not in sizes:
            raise Malformed
        return content

    return read
