"""Put anything into a column, as whoever can write to the database can."""

from __future__ import annotations

from typing import Any

from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction
from django.db.models import QuerySet, Value


def put(rows: QuerySet[Any], column: str, value: object) -> bool:
    """Into these rows; False where a constraint refuses, or PostgreSQL, which takes only what fits
    into the column. SQLite takes anything.
    """
    is_postgres = connection.vendor == "postgresql"
    refused = (IntegrityError, *((DataError, ProgrammingError) if is_postgres else ()))
    try:
        with transaction.atomic():
            rows.update(**{column: Value(value, output_field=models.Field())})
    except refused:
        return False
    return True
