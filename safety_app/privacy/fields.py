"""Model fields that survive tampering: whoever can write to the database can put anything in.

SQLite accepts text in a bytes column, and dates that do not exist. Such a value is read as a
harmless one of the right type: no bytes, no text, 0, or a date long past. Seals and MACs then
reject the row with a clear page, and nothing crashes on the way.
"""

from __future__ import annotations

import datetime
import sqlite3
from typing import TYPE_CHECKING, Any

import django.db.backends.sqlite3.base  # noqa: F401  registers its date converter first
from django.db import models

from safety_app.privacy.ids import NO_ID

LONG_AGO = datetime.date(1900, 1, 1)
_LAST_YEAR = 2999  # later dates would overflow in date arithmetic
LARGEST = 2**31 - 1  # of PostgreSQL's integer

if TYPE_CHECKING:  # for the type checker they are Django's own
    SealedField = models.BinaryField
    DayField = models.DateField
    LineField = models.CharField
    WordsField = models.TextField
    FlagField = models.BooleanField
    SmallNumberField = models.PositiveSmallIntegerField
    NumberField = models.PositiveIntegerField
    ReferenceField = models.BigIntegerField
else:

    class SealedField(models.BinaryField):
        """Bytes; anything else is read as empty. A BinaryField to migrations."""

        def from_db_value(self, value: Any, *_where: Any) -> bytes | memoryview | None:
            return value if value is None or isinstance(value, bytes | memoryview) else b""

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            name, _path, args, kwargs = super().deconstruct()
            return name, "django.db.models.BinaryField", args, kwargs

    class DayField(models.DateField):
        """A date, never null: SQLite passes an empty text to no converter and yields None."""

        def from_db_value(self, value: Any, *_where: Any) -> datetime.date:
            return LONG_AGO if value is None else value

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            name, _path, args, kwargs = super().deconstruct()
            return name, "django.db.models.DateField", args, kwargs

    class _Words:
        """Text; anything else is read as empty. Django's own field to migrations."""

        def from_db_value(self, value: Any, *_where: Any) -> str | None:
            return value if value is None or isinstance(value, str) else ""

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            return _as_djangos(super().deconstruct(), self.get_internal_type())

    class _Number:
        """A number from 0 up; anything else is read as 0, NULL as None."""

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

    class ReferenceField(models.BigIntegerField):
        """The id of another table's row, without a constraint; no number is read as NO_ID."""

        def from_db_value(self, value: Any, *_where: Any) -> int | None:
            return value if value is None or isinstance(value, int) else NO_ID

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            return _as_djangos(super().deconstruct(), self.get_internal_type())

    class FlagField(models.BooleanField):
        """Yes or no: SQLite passes an empty text to no converter and yields None: no."""

        def from_db_value(self, value: Any, *_where: Any) -> bool:
            return bool(value)

        def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
            return _as_djangos(super().deconstruct(), self.get_internal_type())

    def _as_djangos(
        parts: tuple[Any, ...], name: str
    ) -> tuple[str, str, list[Any], dict[str, Any]]:
        """What migrations are to write: Django's own field, since the column is the same."""
        return parts[0], f"django.db.models.{name}", parts[2], parts[3]


def read_day(stored: bytes) -> datetime.date:
    """A date as SQLite stores it; LONG_AGO for anything malformed or out of range."""
    try:
        day = datetime.date.fromisoformat(stored.decode())
    except ValueError:
        return LONG_AGO
    return in_range(day)


def in_range(day: datetime.date) -> datetime.date:
    """The day, or LONG_AGO if no arithmetic may be done with it."""
    return day if LONG_AGO.year <= day.year <= _LAST_YEAR else LONG_AGO


# Replaces Django's converter, which raises or returns None.
sqlite3.register_converter("date", read_day)
