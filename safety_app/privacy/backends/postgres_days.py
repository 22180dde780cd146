"""Dates that PostgreSQL sends, which may be `infinity`. Loaded only where it is the database:
psycopg takes 5 MB of memory.
"""

from __future__ import annotations

import datetime
from typing import Any

import psycopg
from psycopg.types.datetime import DateLoader

from safety_app.privacy.fields import LONG_AGO, in_range


class DayLoader(DateLoader):
    """Never fails: what is no date that arithmetic can be done with is long past."""

    def load(self, data: Any) -> datetime.date:
        try:
            return in_range(super().load(data))
        except psycopg.DataError:
            return LONG_AGO


psycopg.adapters.register_loader("date", DayLoader)
