"""What acts inside the database beside this program: triggers, rules, views, foreign keys that
delete or change other rows, and whatever else calls a function.

Our migrations make none. Somebody who can write to the database could, and they would change rows
in the middle of a transaction, where nobody else can. On SQLite every statement of the schema has
to be one that our models make; on PostgreSQL, whose catalogue keeps no statements, our tables have
nothing that could act.
"""

from __future__ import annotations

import logging
import re
from functools import cache

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

_log = logging.getLogger(__name__)

# Made by SQLite itself: for AUTOINCREMENT, and by ANALYZE.
_SQLITES_OWN = (
    "CREATE TABLE sqlite_sequence(name,seq)",
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
)

# `ours` are the tables that our statements reach by their bare names, in whatever schema they are.
# A view of an extension, as those of pg_stat_statements, is its operator's.
_POSTGRESQL = """SELECT found FROM (
WITH seen AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND pg_table_is_visible(c.oid)
), ours AS (
    SELECT * FROM seen WHERE relname = ANY(%s)
)
SELECT
    EXISTS (SELECT 1 FROM ours WHERE relkind <> 'r' OR relrowsecurity)
    OR EXISTS (
        SELECT 1 FROM seen WHERE relkind IN ('v', 'm', 'f', 'p') AND NOT EXISTS (
            SELECT 1 FROM pg_depend
            WHERE classid = 'pg_class'::regclass AND objid = seen.oid AND deptype = 'e'
        )
    )
    OR EXISTS (SELECT 1 FROM pg_trigger, ours WHERE tgrelid = ours.oid AND NOT tgisinternal)
    OR EXISTS (SELECT 1 FROM pg_rewrite, ours WHERE ev_class = ours.oid)
    OR EXISTS (SELECT 1 FROM pg_policy, ours WHERE polrelid = ours.oid)
    OR EXISTS (SELECT 1 FROM pg_inherits, ours WHERE ours.oid IN (inhrelid, inhparent))
    OR EXISTS (SELECT 1 FROM pg_attrdef, ours WHERE adrelid = ours.oid)
    OR EXISTS (
        SELECT 1 FROM pg_attribute a JOIN ours ON a.attrelid = ours.oid
        JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attnum > 0 AND NOT a.attisdropped
            AND t.typnamespace <> 'pg_catalog'::regnamespace
    )
    OR EXISTS (
        SELECT 1 FROM pg_constraint k JOIN ours ON ours.oid IN (k.conrelid, k.confrelid)
        WHERE k.contype = 'f' AND (
            k.confdeltype <> 'a' OR k.confupdtype <> 'a'
            OR k.conrelid NOT IN (SELECT oid FROM ours)
        )
    )
    OR EXISTS (
        SELECT 1 FROM pg_depend d JOIN ours ON d.refobjid = ours.oid
        JOIN pg_depend f ON f.classid = d.classid AND f.objid = d.objid
        WHERE d.refclassid = 'pg_class'::regclass AND f.refclassid = 'pg_proc'::regclass
    )
    AS found
) AS looked
"""


def has_foreign_programs() -> bool:
    """Whether there are any. A query of the catalogue; in a transaction of SQLite that writes, none
    can be added until it ends.
    """
    found = _postgresql_has_any() if connection.vendor == "postgresql" else _sqlite_has_any()
    if found:
        _log.error(
            "The database has a table, a trigger, a rule, a view or a foreign key that this "
            "program never makes. Somebody wrote it there. See docs/operations.md."
        )
    return found


def _sqlite_has_any() -> bool:
    with connection.cursor() as cursor:
        # Not by its type: SQLite runs the statement, whatever that column says.
        cursor.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
        statements = {str(sql) for (sql,) in cursor.fetchall()}
    return any(_in_any_order(sql) not in _of_our_models() for sql in statements - _known())


@cache
def _of_our_models() -> frozenset[tuple[str, ...]]:
    """Every statement that our models make, in the order of its columns or another."""
    return frozenset(map(_in_any_order, _known()))


@cache
def _known() -> frozenset[str]:
    """Every statement that our models make, as if all tables were new."""
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    for model in _models():
        editor.create_model(model)
    made = (str(sql).removesuffix(";") for sql in (*editor.collected_sql, *editor.deferred_sql))
    return frozenset((*made, *_SQLITES_OWN))


def _in_any_order(sql: str) -> tuple[str, ...]:
    """The parts of a statement: a column that was added later stands at the end of its table. What
    has the same parts has no other words, so nothing in it deletes, changes or calls anything.
    """
    return tuple(sorted(re.split(r", (?=[\"C])", sql.removesuffix(")"))))


def _postgresql_has_any() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL, [_tables()])
        return bool(cursor.fetchone()[0])


@cache
def _tables() -> list[str]:
    joined = apps.get_models(include_auto_created=True)
    return sorted({model._meta.db_table for model in (*joined, *_models())})


def _models() -> list[type[Model]]:
    """Those with a table of their own, and the one of Django's migrations."""
    models = [one for one in apps.get_models() if one._meta.managed and not one._meta.proxy]
    return [*models, MigrationRecorder(connection).Migration]
