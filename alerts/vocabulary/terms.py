"""The types that the lists of a report are made of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Label: TypeAlias = "str | _StrPromise"


class Term(NamedTuple):
    """One thing to choose. A pair, so that form fields accept it as a choice."""

    key: str
    label: Label


class Group(NamedTuple):
    """Terms shown together under one heading."""

    key: str
    label: Label
    terms: tuple[Term, ...]


class Level(NamedTuple):
    """How dangerous an alert is, and how long it lives: `months`, or `days` for nuisance."""

    number: int
    word: Label
    shape: str
    means: Label
    months: int
    days: int


class TimeOfDay(NamedTuple):
    """Six hours of a day, from `start` up to (not including) `end`, in whole hours."""

    key: str
    label: Label
    start: int
    end: int


class Question(NamedTuple):
    """One optional list of the description; `multiple` if several answers may be true."""

    key: str
    label: Label
    multiple: bool
    choices: tuple[Term, ...]


def label_of(terms: Iterable[Term | TimeOfDay], key: str) -> Label:
    """The label of `key` in a list; a key that is no longer listed is returned as it is."""
    return next((term.label for term in terms if term.key == key), key)
