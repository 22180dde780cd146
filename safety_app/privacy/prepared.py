"""Selects that every request makes, put together once.

Preparing one takes the ORM several times longer than the database takes to answer it. The ORM
still writes the list of columns, and its fields read what comes back; only the condition is SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Model


def select(
    model: type[Model], columns: tuple[str, ...], condition: str, parameters: Sequence[Any]
) -> list[list[Any]]:
    """The values of some columns of a table, in rows that fit a condition.

    `condition` is SQL of our own, such as "WHERE id = %s"; values go into `parameters`.
    """
    beginning, readers = _prepared(model, columns)
    with connection.cursor() as cursor:
        cursor.execute(f"{beginning} {condition}", parameters)
        rows = cursor.fetchall()
    return [[read(value) for read, value in zip(readers, row, strict=True)] for row in rows]


@lru_cache(maxsize=100)
def _prepared(
    model: type[Model], columns: tuple[str, ...]
) -> tuple[str, list[Callable[[Any], Any]]]:
    """The select without a condition, and what makes the value of each column harmless."""
    fields = [model._meta.get_field(name) for name in columns]
    readers = [getattr(field, "from_db_value", _as_it_is) for field in fields]
    return str(model._default_manager.order_by().values_list(*columns).query), readers


def _as_it_is(value: Any) -> Any:
    return value
