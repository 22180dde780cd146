"""What PostgreSQL would keep, and what makes it forget: once a day, with housekeeping.

It never writes over a row. Old versions stay on their pages, also after a plain VACUUM, which only
marks their place as free; each row carries the number of the transaction that wrote it, which is a
clock, and tells what was written together; long values have numbers that count up; the journal has
everything once more. So all tables are written anew, in the order of their random keys and in one
transaction, and the journal from before is dropped.

The planner's statistics quote values out of columns (pg_statistic). No sealed column is sampled.
"""

from __future__ import annotations

import datetime
import logging

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.models import BinaryField, CharField, Model, TextField

_log = logging.getLogger(__name__)

# While it waits for its turn everybody else waits as well. It tries this often.
_ATTEMPTS, _LONGEST_WAIT = 5, "2s"
# Where the day of the last one is kept: a comment on a table that holds nothing of anyone.
_MARKED = "django_migrations"
_PRIVATE = ("accounts", "alerts")


def sample_no_secrets() -> None:
    """The planner takes no samples of what is sealed or typed. Call it when tables are new."""
    with connection.cursor() as cursor:
        for model in _models():
            if model._meta.app_label not in _PRIVATE:
                continue
            for field in model._meta.concrete_fields:
                if isinstance(field, BinaryField | CharField | TextField):
                    cursor.execute(
                        f"ALTER TABLE {_quoted(model._meta.db_table)} "
                        f"ALTER COLUMN {_quoted(str(field.column))} SET STATISTICS 0"
                    )


def sampled_columns() -> list[str]:
    """Columns with secrets of which the planner takes samples: none, after `sample_no_secrets`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a "
            "JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace "
            "AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget <> 0 "
            "AND a.atttypid IN ('bytea'::regtype, 'varchar'::regtype, 'text'::regtype) "
            "AND split_part(c.relname, '_', 1) = ANY(%s) ORDER BY 1",
            [list(_PRIVATE)],
        )
        return [name for (name,) in cursor.fetchall()]


def forget(day: datetime.date) -> bool:
    """Write everything anew and drop the journal, once a day. False if that did not work."""
    if last_rewrite() == day:
        return True
    if not _write_anew():
        _log.warning("PostgreSQL's tables could not be written anew: others were using them")
        return False
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        # The samples from before; the times of migrations from before `blur_migrations`.
        cursor.execute(f"VACUUM (FULL) pg_catalog.pg_statistic, {_MARKED}")
        cursor.execute(f"COMMENT ON TABLE {_MARKED} IS 'rewritten {day.isoformat()}'")
    return drop_journal()


def last_rewrite() -> datetime.date | None:
    """The day of the last `forget`; None before the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass(%s))", [_MARKED])
        (comment,) = cursor.fetchone()
    try:
        return datetime.date.fromisoformat(str(comment).removeprefix("rewritten "))
    except ValueError:
        return None


def drop_journal() -> bool:
    """Begin a new file of the journal (WAL) and let go of those before it.

    They are deleted if `wal_recycle` is off and nothing else needs them (archive, replica, slot).
    False where the operator did not allow it: docs/operations.md, "PostgreSQL".
    """
    try:
        with connection.cursor() as cursor:
            # The first ends what the old files are needed for; the second deletes them.
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
    except DatabaseError as error:
        _log.warning(
            "PostgreSQL's journal keeps what was deleted (%s): see docs/operations.md, "
            '"PostgreSQL", for what to grant',
            type(error).__name__,
        )
        return False
    return True


def _write_anew() -> bool:
    for _attempt in range(_ATTEMPTS):
        try:
            with transaction.atomic():
                _copy_in_order()
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != "55P03":  # somebody else has a lock
                raise
        else:
            return True
    return False


def _copy_in_order() -> None:
    """All tables at once, since they refer to each other. The copies on the way are unlogged."""
    names = {model._meta.db_table: _primary_key(model) for model in _models()}
    tables = ", ".join(map(_quoted, names))
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{_LONGEST_WAIT}'")
        cursor.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
        for number, table in enumerate(names):
            # Tables and columns of our own models, no input.
            cursor.execute(
                f"CREATE TEMPORARY TABLE anew_{number} ON COMMIT DROP AS "  # noqa: S608  # nosec
                f"SELECT * FROM {_quoted(table)}"
            )
        cursor.execute(f"TRUNCATE {tables}")
        for number, (table, key) in enumerate(names.items()):
            cursor.execute(
                f"INSERT INTO {_quoted(table)} SELECT * FROM anew_{number} "  # noqa: S608  # nosec
                f"ORDER BY {_quoted(key)}"
            )


def _models() -> list[type[Model]]:
    if connection.vendor != "postgresql":
        raise ImproperlyConfigured("This is for PostgreSQL.")
    there = set(connection.introspection.table_names())
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.db_table in there]


def _primary_key(model: type[Model]) -> str:
    return str(model._meta.pk.column)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
