"""Notes that wait for a moderator, in the order of the queue: the most dangerous first, then the
newest.

Not reviewed, held, or hidden and soon shown again. Without those under a closed key, which nobody
can open, and without flagged ones, which come as flags; nuisance has a list of its own.

Each state has an index that holds its rows in this order, so a page of the queue reads that many
rows however many wait. SQLite uses such an index only where the state stands in the SQL itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from django.db import connection

from alerts.models import Alert, Flag
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import today
from safety_app.privacy.prepared import select

_COLUMNS = ("id", "day", "state", "level")


class WaitingNote(NamedTuple):
    """The clear columns of a note that waits."""

    pk: int
    day: datetime.date
    state: str
    level: int

    @property
    def order(self) -> tuple[int, datetime.date, int]:
        """The larger, the earlier in the queue."""
        return self.level, self.day, self.pk


def waiting_notes(
    ring: KeyRing,
    count: int,
    *,
    behind: tuple[int, datetime.date, int] | None = None,
    without: Collection[int] = (),
) -> list[WaitingNote]:
    """The first `count` that wait, or the first behind a place in the order; not these ids."""
    rest, values = "", [ring.floor]
    if without:
        rest += f" AND id NOT IN ({', '.join(['%s'] * len(without))})"
        values += without
    if behind is not None:
        level, day, pk = behind
        rest += " AND (level, day, id) < (%s, %s, %s)"
        values += [level, _date(day), pk]
    flagged = f"SELECT 1 FROM {Flag._meta.db_table} WHERE alert_id = {Alert._meta.db_table}.id"  # noqa: S608  # nosec
    rows: list[WaitingNote] = []
    for condition, dates in _states():
        # Not as "at least the floor": SQLite would then walk the index of epochs, row by row.
        where = (
            f"WHERE {condition} AND NOT (epoch < %s) AND NOT EXISTS ({flagged}){rest}"
            " ORDER BY level DESC, day DESC, id DESC LIMIT %s"
        )
        given = [*dates, *values, count]
        rows += [WaitingNote._make(row) for row in select(Alert, _COLUMNS, where, given)]
    return sorted(rows, key=lambda row: row.order, reverse=True)[:count]


def count_waiting_notes(ring: KeyRing) -> int:
    """How many wait. Counting reads an index alone: about 2 ms for 100,000."""
    table = Alert._meta.db_table
    total, left_out = 0, set[int]()
    flagged = f"id IN (SELECT alert_id FROM {Flag._meta.db_table})"  # noqa: S608  # nosec
    with connection.cursor() as cursor:
        for condition, dates in _states():
            # The names are our own, and every value is a parameter.
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {condition}", dates)  # noqa: S608  # nosec
            total += cursor.fetchone()[0]
    for condition, dates in _states():
        for which, values in (("epoch < %s", [ring.floor]), (flagged, [])):
            where = f"WHERE {which} AND {condition.replace('state', _UNINDEXED)}"
            left_out.update(pk for (pk,) in select(Alert, ("id",), where, [*values, *dates]))
    return total - len(left_out)


# An expression that no index holds, so that the few flagged rows are looked at, not all that wait.
_UNINDEXED = "(state || '')"


def _states() -> Sequence[tuple[str, list[Any]]]:
    """The condition of each state, with its values."""
    last = today() + datetime.timedelta(days=1)
    return (
        ("state = 'new' AND level > 0", []),
        ("state = 'held'", []),
        ("state = 'hidden' AND hidden_until <= %s", [_date(last)]),
    )


def _date(day: datetime.date) -> Any:
    """A day as the database compares it."""
    return connection.ops.adapt_datefield_value(day)
