"""What a backup holds: the rows of our own tables, one JSON line each, for either database.

    {"format": 1, "migrations": [[app, name], …]}
    {"table": name, "columns": [name, …]}    then a line for each row: [value, …]
    …
    {"rows": how many there were}

Bytes are in base64, days as in ISO 8601. Rows are in the order of their random keys, so a copy
tells nothing of the order in which they came.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import BinaryField, Field, Model
from django.db.models.expressions import RawSQL

from safety_app.registry import Registry

FORMAT = 1
_AT_ONCE = 500


class LeftOut(NamedTuple):
    """What of a table never gets into a backup: these columns (NULL there), and the rows for which
    this SQL condition is true.
    """

    table: str
    columns: tuple[str, ...] = ()
    rows: str = "FALSE"


# An app registers what of its own tables no backup may hold. Nothing cascades: rows that point at
# what is left out are named as well, or the backup cannot be restored.
left_out: Registry[LeftOut] = Registry()


class BackupError(Exception):
    """A backup that cannot be restored here; the text says why, in plain words."""


def lines() -> Generator[bytes, None, None]:
    """The lines of a backup, all of one moment. Holds no more than some hundred rows in memory."""
    count = 0
    with _one_moment():
        yield _line({"format": FORMAT, "migrations": _migrations("default")})
        for model in _models():
            fields = model._meta.concrete_fields
            yield _line(
                {"table": model._meta.db_table, "columns": [field.column for field in fields]}
            )
            for values in _rows(model, fields):
                yield _line(values)
                count += 1
        yield _line({"rows": count})


def restore(given: Iterable[bytes], using: str = "default") -> dict[str, int]:
    """Write the lines of a backup into an empty database with today's tables: all or nothing.

    Returns how many rows each table got. Raises BackupError.
    """
    for model in _models():
        if model._base_manager.using(using).exists():
            raise BackupError(
                "This database is not empty. A backup is restored into a new data directory."
            )
    try:
        with transaction.atomic(using=using):
            counts = _restore_lines(_objects(given), using)
            connections[using].check_constraints()
    except (
        ArithmeticError,
        AttributeError,
        DatabaseError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        ValidationError,
    ) as error:  # whoever has the public key can make a file that opens
        raise BackupError(f"This is not a whole backup ({type(error).__name__}).") from None
    return counts


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, and lets others write meanwhile."""
    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            # Before the moment is fixed: tables written anew (`retention.postgres`) after it would
            # be empty for us.
            tables = ", ".join(model._meta.db_table for model in _models())
            cursor.execute(f"LOCK TABLE {tables}, django_migrations IN ACCESS SHARE MODE")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _models() -> list[type[Model]]:
    """Ours. Django's own tables say which tables there are, and hold nothing of anyone."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if not model.__module__.startswith(("django.", "allauth."))
    ]


def _migrations(using: str) -> list[list[str]]:
    return sorted(map(list, MigrationRecorder(connections[using]).applied_migrations()))


def _rows(model: type[Model], fields: Iterable[Field[Any, Any]]) -> Iterator[list[Any]]:
    """A table's rows as JSON takes them, without what is left out."""
    table = model._meta.db_table
    rows = model._base_manager.order_by("pk")
    hidden: set[str] = set()
    for entry in left_out:
        if entry.table == table:
            hidden |= set(entry.columns)
            # Conditions of our own apps, without any input.
            out = f"SELECT id FROM {table} WHERE {entry.rows}"  # noqa: S608  # nosec
            rows = rows.exclude(pk__in=RawSQL(out, ()))  # noqa: S611  # nosec
    kept = [field for field in fields if field.column not in hidden]
    for values in rows.values_list(*(field.attname for field in kept)).iterator(_AT_ONCE):
        known = {field.column: _as_json(value) for field, value in zip(kept, values, strict=True)}
        yield [known.get(field.column) for field in fields]


def _as_json(value: Any) -> Any:
    match value:
        case bytes() | memoryview():
            return b64encode(value).decode()
        case date():
            return value.isoformat()
        case _:
            return value


def _line(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def _objects(given: Iterable[bytes]) -> Iterator[Any]:
    for line in given:
        yield json.loads(line)


def _restore_lines(objects: Iterator[Any], using: str) -> dict[str, int]:
    first = next(objects, None)
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        raise BackupError("This is not a backup that this program can read.")
    if first["migrations"] != _migrations(using):
        raise BackupError(
            "Another release of the program made this backup. Install that release, restore "
            "there, then upgrade."
        )
    models = {model._meta.db_table: model for model in _models()}
    counts: dict[str, int] = {}
    ahead = next(objects, None)
    while isinstance(ahead, dict) and "table" in ahead:
        model = models.pop(ahead["table"], None)
        if model is None or ahead["columns"] != [
            field.column for field in model._meta.concrete_fields
        ]:
            raise BackupError(f"The table {ahead['table']} is not one of this release.")
        counts[ahead["table"]], ahead = _restore_table(model, objects, using)
    if models or ahead != {"rows": sum(counts.values())} or next(objects, None) is not None:
        raise BackupError("This is not a whole backup: something is missing at its end.")
    return counts


def _restore_table(model: type[Model], objects: Iterator[Any], using: str) -> tuple[int, Any]:
    """Write the rows that come next; returns how many, and what comes after them."""
    count, ahead = 0, None
    fields = model._meta.concrete_fields

    def rows() -> Iterator[Model]:
        nonlocal ahead
        for ahead in objects:
            if not isinstance(ahead, list):
                return
            values = zip(fields, ahead, strict=True)
            yield model(**{field.attname: _from_json(field, value) for field, value in values})

    coming = rows()
    while batch := list(islice(coming, _AT_ONCE)):
        model._base_manager.using(using).bulk_create(batch)
        count += len(batch)
    return count, ahead


def _from_json(field: Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BinaryField):
        return b64decode(value, validate=True)
    return field.to_python(value)
