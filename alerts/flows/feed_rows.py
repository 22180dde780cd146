"""Which rows of alerts a list reads, in which order, by the clear columns alone.

Level 3 of the last seven days comes first, then everything by day. Each way through the table
follows an index and goes on behind the last row it gave, so what a page costs depends on how many
rows it reads, not on how many there are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.db import connection

from alerts.cards import COLUMNS, CardRow
from alerts.models import Alert
from alerts.status import VISIBLE_STATES
from safety_app.locales.dates import today
from safety_app.privacy.prepared import select

FRESH_DAYS = 7
ALL_LEVELS: tuple[int, ...] = ()  # every one, nuisance among them
_FIRST, _AT_ONCE = 50, 800  # rows of one query
_ON_TOP = " AND level = 3 AND day > %s"
# Beyond that many, a region's own way is no shorter: most notes are in one of them.
_MOST_WAYS = 24


class Behind(NamedTuple):
    """A row of a walk, to go on behind it. `top`: whether it was one of those on top."""

    top: bool
    day: datetime.date
    pk: int


class Wanted(NamedTuple):
    """What clear columns have to be. Empty regions are all; `ids` are of one's own, or None."""

    levels: tuple[int, ...]
    regions: tuple[bytes, ...] = ()
    ids: tuple[int, ...] | None = None

    @property
    def has_top(self) -> bool:
        """Whether some of these may be on top."""
        return 3 in self.levels


def newest_first(wanted: Wanted, start: int, count: int) -> list[CardRow]:
    """`count` rows from `start` on."""
    if not wanted.has_top:
        return _rows(wanted, _Part(), count, start)
    top, rest = _parts(wanted)
    rows = _rows(wanted, top, count, start)
    if len(rows) == count:
        return rows
    # Whoever saw the last of them knows how many there are.
    seen = start + len(rows) if rows or not start else len(_rows(wanted, top, start, 0))
    return rows + _rows(wanted, rest, count - len(rows), max(0, start - seen))


def walk(wanted: Wanted, behind: Behind | None, most: int) -> Iterator[tuple[CardRow, Behind]]:
    """At most `most` rows behind this one, some at once, each with its place."""
    top, rest = _parts(wanted)
    parts = [top, rest] if wanted.has_top else [_Part()]
    if behind is not None and wanted.has_top and not behind.top:
        parts = [rest]
    for part in parts:
        is_top = part is top
        after = behind if behind is not None and (behind.top is is_top) else None
        at_once = _FIRST
        while most > 0:
            asked = min(most, at_once)
            at_once = min(2 * at_once, _AT_ONCE)
            rows = _rows(wanted, part, asked, 0, after)
            for row in rows:
                after = Behind(is_top, row.day, row.pk)
                yield row, after
            most -= len(rows)
            if len(rows) < asked:
                break


class _Part(NamedTuple):
    """A condition on rows, and its values."""

    sql: str = ""
    values: tuple[Any, ...] = ()


def _parts(wanted: Wanted) -> tuple[_Part, _Part]:
    """Those on top, and the others. Two ways along an index cost less than sorting the table."""
    week = _date(today() - datetime.timedelta(days=FRESH_DAYS))
    # Where all are of that level, the others begin behind the week: it is not read again.
    others = " AND day <= %s" if wanted.levels == (3,) else " AND NOT (level = 3 AND day > %s)"
    return _Part(_ON_TOP, (week,)), _Part(others, (week,))


def _rows(
    wanted: Wanted, part: _Part, count: int, start: int, behind: Behind | None = None
) -> list[CardRow]:
    """The feed is what people open most, and the ORM takes longer to prepare its two queries than
    the database to answer them."""
    more, values = part
    if behind is not None:
        more += " AND (day, id) < (%s, %s)"
        values = (*values, _date(behind.day), behind.pk)
    ways = [
        (region, level)
        for region in wanted.regions
        for level in wanted.levels
        # On top there is level 3 alone.
        if part.sql != _ON_TOP or level == 3
    ]
    newest = "ORDER BY day DESC, id DESC LIMIT %s"
    if wanted.ids is None and 0 < len(ways) <= _MOST_WAYS:
        way = (
            f"SELECT id FROM (SELECT id FROM {Alert._meta.db_table}"  # noqa: S608  # nosec
            f" WHERE region = %s AND level = %s AND {_VISIBLE}{more} {newest}) AS way"
        )
        given: list[Any] = []
        for region, level in ways:
            given += [region, level, *_visible_values(), *values, start + count]
        condition = f"WHERE id IN ({' UNION ALL '.join([way] * len(ways))}) {newest} OFFSET %s"
        return _select(condition, (*given, count, start))
    clear, clear_values = _clear(wanted)
    return _select(
        f"WHERE {clear}{more} {newest} OFFSET %s", (*clear_values, *values, count, start)
    )


_VISIBLE = f"state IN ({', '.join(['%s'] * len(VISIBLE_STATES))}) AND expires > %s"


def _visible_values() -> tuple[Any, ...]:
    return *VISIBLE_STATES, _date(today())


def _clear(wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
    """The condition on columns; held and hidden ones are for authors only."""
    parts: list[tuple[str, tuple[Any, ...]]] = []
    # Whatever is not nuisance: the card says how dangerous it is, and may be of a newer version.
    if wanted.levels == (3, 2, 1):
        parts.append(("level <> 0", ()))
    elif wanted.levels != ALL_LEVELS:
        parts.append(_one_of("level", wanted.levels))
    if wanted.ids is None:
        parts.append((_VISIBLE, _visible_values()))
    else:
        parts.append(_one_of("id", wanted.ids))
    if wanted.regions:
        parts.append(_one_of("region", wanted.regions))
    return " AND ".join(sql for sql, _values in parts), tuple(
        value for _sql, values in parts for value in values
    )


def _one_of(column: str, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    places = ", ".join(["%s"] * len(values)) or "NULL"
    return f"{column} IN ({places})", tuple(values)


def _select(condition: str, values: Sequence[Any]) -> list[CardRow]:
    return [CardRow._make(row) for row in select(Alert, COLUMNS, condition, values)]


def _date(day: datetime.date) -> Any:
    """A day as the database compares it."""
    return connection.ops.adapt_datefield_value(day)
