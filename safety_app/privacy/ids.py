"""Primary keys that say nothing: random integers from 2^62 up to 2^63."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from safety_app.locales.inventory import ColumnText
from safety_app.privacy.numbers import parse_number

if TYPE_CHECKING:
    _BigIntegerField = models.BigIntegerField[int, int]
else:  # generic for the type checker only
    _BigIntegerField = models.BigIntegerField

LOWEST = 2**62
NO_ID = -1  # stands for what is no number: no context takes it, so that nothing opens by it


def random_id() -> int:
    """A random id with 62 random bits; a smaller number could be mistaken for a time."""
    return LOWEST + secrets.randbelow(LOWEST)


def parse_id(text: str) -> int | None:
    """The id in a form or an address; None for anything that cannot be one of ours."""
    number = parse_number(text, 19)
    return number if number is not None and LOWEST <= number < 2 * LOWEST else None


class RandomIdField(_BigIntegerField):
    """A random primary key that on SQLite is the row's only key.

    SQLite makes a column an alias of its rowid only when its type is spelled `integer`. With any
    other spelling a hidden, sequential rowid would remember the order in which rows came.

    What a reference holds that is no whole number is read as NO_ID. An id too small for ours is
    read as it is, so that its row can be re-encrypted and deleted; no address leads to it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("primary_key", True)
        kwargs.setdefault("default", random_id)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("help_text", ColumnText("Random number, so that rows have no order."))
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, *_where: Any) -> int | None:
        return value if value is None or isinstance(value, int) else NO_ID

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "sqlite":
            return "integer"
        return super().db_type(connection)
