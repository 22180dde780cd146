"""Copies of the database that hold no ties between people, kept for BACKUP_DAYS."""

import datetime
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from safety_app.privacy.retention import clock
from safety_app.registry import Registry

BACKUP_DAYS = 14
LEAST_COPIES = 3
NAME = "backup-{day}.sqlite3"
_UNFINISHED = ".unfinished"


class LeftOut(NamedTuple):
    """What of a table never gets into a copy: these columns (NULL there), and the rows for which
    this SQL condition is true.
    """

    table: str
    columns: tuple[str, ...] = ()
    rows: str = "FALSE"


# An app registers what of its own tables no backup may hold. Nothing cascades: rows that point at
# what is left out are named as well, or the copy fails.
left_out: Registry[LeftOut] = Registry()


def write_copy(directory: Path, today: datetime.date) -> Path:
    """Copy the database as it is now, without the ties between people and alerts.

    They are not even written and erased again, so a copy that was interrupted holds none either.
    Only a finished one gets its final name; what an earlier run left unfinished is removed.
    """
    path = directory / NAME.format(day=today.isoformat())
    for remains in directory.glob(NAME.format(day="*") + _UNFINISHED + "*"):
        remains.unlink()
    unfinished = path.with_name(path.name + _UNFINISHED)
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS copy", [str(unfinished)])
        try:
            cursor.execute("PRAGMA copy.journal_mode=OFF")
            _copy_into(cursor)
        finally:
            cursor.execute("DETACH DATABASE copy")
    return unfinished.replace(path)


def _copy_into(cursor: CursorWrapper) -> None:
    """Copy every table and index in one read transaction, so that all of it is of one moment."""
    cursor.execute("BEGIN DEFERRED")
    try:
        tables = _create(cursor, "table")
        for table in tables:
            _copy_rows(cursor, table)
        _create(cursor, "index")
        cursor.execute("COMMIT")  # fails if a row points at one that was left out
    except BaseException:
        cursor.execute("ROLLBACK")
        raise


def _create(cursor: CursorWrapper, kind: str) -> list[str]:
    """Create everything of this kind as it is in the database; return the names."""
    cursor.execute(
        "SELECT name, sql FROM main.sqlite_schema"
        " WHERE type = %s AND sql IS NOT NULL AND name NOT LIKE 'sqlite!_%%' ESCAPE '!'",
        [kind],
    )
    found = dict(cursor.fetchall())
    for sql in found.values():
        before, word, rest = sql.partition(f" {kind.upper()} ")
        cursor.execute(f"{before}{word}copy.{rest}")
    return list(found)


def _copy_rows(cursor: CursorWrapper, table: str) -> None:
    kept_out = [entry for entry in left_out if entry.table == table]
    emptied = {column for entry in kept_out for column in entry.columns}
    cursor.execute("SELECT name FROM pragma_table_info(%s, 'main')", [table])
    columns = [name for (name,) in cursor.fetchall()]
    values = ["NULL" if name in emptied else f'"{name}"' for name in columns]
    condition = " OR ".join(f"({entry.rows})" for entry in kept_out) or "FALSE"
    # Names of our own tables and columns, and conditions of our own apps.
    cursor.execute(
        f'INSERT INTO copy."{table}" '  # noqa: S608  # nosec B608
        f'SELECT {", ".join(values)} FROM main."{table}" WHERE ({condition}) IS NOT TRUE'
    )


def prune(directory: Path, today: datetime.date) -> None:
    """Delete copies that are older than BACKUP_DAYS by their names; leave other files alone.

    The newest LEAST_COPIES stay whatever their age, and while the clock is in doubt
    (`clock.is_in_doubt`) all of them do.
    """
    if clock.is_in_doubt(today):
        return
    oldest = NAME.format(day=(today - datetime.timedelta(days=BACKUP_DAYS)).isoformat())
    copies = sorted(directory.glob(NAME.format(day="*")), key=lambda path: path.name)
    for path in copies[:-LEAST_COPIES]:
        if path.name < oldest:
            path.unlink()


def newest(directory: Path) -> datetime.date | None:
    """The day of the newest finished copy in a directory, by its name; None if there is none."""
    before, after = NAME.split("{day}")
    days = []
    for path in directory.glob(NAME.format(day="*")):
        with suppress(ValueError):
            text = path.name.removeprefix(before).removesuffix(after)
            days.append(datetime.date.fromisoformat(text))
    return max(days, default=None)
