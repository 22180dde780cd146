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
# What belongs to an extension, as the views of pg_stat_statements do, is its operator's.
_POSTGRESQL = (
    "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
    " AND (EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal)"
    " OR EXISTS (SELECT 1 FROM pg_rewrite WHERE ev_class = pg_class.oid))"
    " AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass"
    " AND objid = pg_class.oid AND deptype = 'e')"
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
