"""Programs inside the database: triggers, rules, views and virtual tables.

This program makes none. Somebody who can write to the database could, and they would change rows in
the middle of a transaction, where nobody else can.
"""

from __future__ import annotations

import logging

from django.db import connection

_log = logging.getLogger(__name__)
_SQLITE = (
    "SELECT count(*) FROM sqlite_master WHERE type IN ('trigger', 'view')"
    " OR sql LIKE 'CREATE VIRTUAL%'"
)
_POSTGRESQL = (
    "SELECT (SELECT count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace)"
    " + (SELECT count(*) FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class"
    " WHERE relnamespace = current_schema()::regnamespace)"
)


def has_foreign_programs() -> bool:
    """Whether there are any. A query of the catalogue; in a transaction of SQLite that writes, none
    can be added until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)
        found = bool(cursor.fetchone()[0])
    if found:
        _log.error(
            "The database has a trigger, a rule, a view or a virtual table, which this program "
            "never makes. Somebody wrote it there. See docs/operations.md."
        )
    return found
