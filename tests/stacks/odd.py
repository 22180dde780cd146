"""Somebody who can write to the database puts something into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

# SQLite takes any type into any column; what PostgreSQL refuses, nobody can put there.
_REFUSED = (DataError, IntegrityError, ProgrammingError)


@contextmanager
def somebody_writes() -> Iterator[None]:
    """Nothing has changed where the database did not take it."""
    refused = _REFUSED if connection.vendor == "postgresql" else (IntegrityError,)
    with suppress(*refused), transaction.atomic():
        yield


def put(statement: str, values: Sequence[object] = ()) -> bool:
    """Whether the database took it. On SQLite all that is not against a constraint is taken."""
    with somebody_writes(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return True
    return False
