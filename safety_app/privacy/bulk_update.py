"""Writing many rows in one statement.

A statement for each row would release the interpreter lock each time while the database's write
lock is held: with other threads busy, that can take a thousand times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model

_MOST_VALUES = 30_000  # SQLite takes 32,766 in a statement


def update_rows(
    model: type[Model], guards: Sequence[str], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> int:
    """Write `columns` of rows given as (id, guards …, values …); returns how many matched.

    A row is written only if its guards still have the given values, which must not be None. Needs
    SQLite 3.33 or PostgreSQL.
    """
    width = 1 + len(guards) + len(columns)
    size = _MOST_VALUES // width
    return sum(
        _update(model, guards, columns, rows[start : start + size], width)
        for start in range(0, len(rows), size)
    )


def _update(
    model: type[Model],
    guards: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    width: int,
) -> int:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    fields = [model._meta.get_field(name) for name in (*guards, *columns)]
    names = [quote(str(field.column)) for field in fields]  # type: ignore[union-attr]
    # Without a cast, PostgreSQL takes a column that is all NULL for text.
    given = [
        f"CAST(fresh.column{number} AS {field.db_type(connection)})"
        for number, field in enumerate(fields, start=2)
    ]
    pairs = [f"{name} = {value}" for name, value in zip(names, given, strict=True)]
    same = " AND ".join(
        [f"{table}.id = fresh.column1", *(f"{table}.{pair}" for pair in pairs[: len(guards)])]
    )
    one = "(" + ", ".join(["%s"] * width) + ")"
    with connection.cursor() as cursor:
        # Names of our own tables and columns; every value is a parameter.
        cursor.execute(
            f"UPDATE {table} SET {', '.join(pairs[len(guards) :])} "  # noqa: S608  # nosec B608
            f"FROM (VALUES {', '.join([one] * len(rows))}) AS fresh WHERE {same}",
            [value for row in rows for value in row],
        )
        return int(cursor.rowcount)
