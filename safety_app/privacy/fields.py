"""Columns that are read carefully: whoever can write to the database can put anything into one.

SQLite takes text where bytes belong, and days that are none. Such a value is read as one that
fits and proves nothing: no bytes, no words, 0, or a day long past. Seals and MACs then refuse the
row, with a clear page, and nothing stumbles.
"""

from __future__ import annotations

import datetime
import sqlite3
from typing import TYPE_CHECKING, Any

import django.db.backends.sqlite3.base  # noqa: F401  registers its own reading of days first
from django.db import models

LONG_AGO = datetime.date(1900, 1, 1)
_LAST_YEAR = 2999  # later days leave no room to reckon with
LARGEST = 2**31 - 1  # of PostgreSQL's integer

if TYPE_CHECKING:  # the type checker knows what Django's own gives
    SealedField = models.BinaryField
    DayField = models.DateField
    LineField = models.CharField
    WordsField = models.TextField
    FlagField = models.BooleanField
    SmallNumberField = models.PositiveSmallIntegerField
    NumberField = models.PositiveIntegerField
else:

    class SealedField(models.BinaryField):
        """Bytes; anything else that is found there is read as none. The same in the tables."""

        def from_db_value(self, value: Any, *_where: Any) -> bytes | memoryview | None:
            return value if value is None or isinstance(value, bytes | memoryview) else b""

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            name, _path, args, kwargs = super().deconstruct()
            return name, "django.db.models.BinaryField", args, kwargs

    class DayField(models.DateField):
        """A day that is never empty: SQLite gives an empty text to no converter, and reads none."""

        def from_db_value(self, value: Any, *_where: Any) -> datetime.date:
            return LONG_AGO if value is None else value

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            name, _path, args, kwargs = super().deconstruct()
            return name, "django.db.models.DateField", args, kwargs

    class _Words:
        """Text; anything else that is found there is read as none. The same in the tables."""

        def from_db_value(self, value: Any, *_where: Any) -> str | None:
            return value if value is None or isinstance(value, str) else ""

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            return _as_djangos(super().deconstruct(), self.get_internal_type())

    class _Number:
        """A number from 0 up; anything else that is found there is read as 0, nothing as None."""

        def from_db_value(self, value: Any, *_where: Any) -> int | None:
            fits = value is None or (isinstance(value, int) and 0 <= value <= LARGEST)
            return value if fits else 0

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            return _as_djangos(super().deconstruct(), self.get_internal_type())

    class LineField(_Words, models.CharField):
        """A line of text."""

    class WordsField(_Words, models.TextField):
        """Text of any length."""

    class SmallNumberField(_Number, models.PositiveSmallIntegerField):
        """A small number."""

    class NumberField(_Number, models.PositiveIntegerField):
        """A number."""

    class FlagField(models.BooleanField):
        """Yes or no; SQLite gives an empty text to no converter, and reads none: that is no."""

        def from_db_value(self, value: Any, *_where: Any) -> bool:
            return bool(value)

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            return _as_djangos(super().deconstruct(), self.get_internal_type())

    def _as_djangos(
        parts: tuple[Any, ...], name: str
    ) -> tuple[str, str, list[Any], dict[str, Any]]:
        """A field as migrations write it: under the name of Django's own."""
        return parts[0], f"django.db.models.{name}", parts[2], parts[3]


def read_day(stored: bytes) -> datetime.date:
    """A day as SQLite stores it; LONG_AGO for what is none or lies in another millennium."""
    try:
        day = datetime.date.fromisoformat(stored.decode())
    except ValueError:
        return LONG_AGO
    return day if LONG_AGO.year <= day.year <= _LAST_YEAR else LONG_AGO


# In the place of Django's own, which raises or gives nothing at all.
sqlite3.register_converter("date", read_day)
