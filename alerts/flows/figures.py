"""Figures for donors: how many alerts by level, harm, region, quarter and month, none small.

A count under LEAST is never given, not even that it is zero. Each table also leaves something out,
so that small counts cannot be derived from sums: the levels leave out nuisance, the regions all
those under LEAST, the quarters the current one and those long past. No table contains these, so no
table adds up to a number known from another, and a small count can be anything from 0 to LEAST - 1.

The counts by month and level are parts of the levels and of the quarters. So as many of them are
withheld, the smallest first, as it takes for every sum to keep at least LEAST alerts that are in no
count given (complementary suppression): nothing can be subtracted until a small count remains. What
was withheld for this reason looks the same as a small count.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from alerts.cards import OpenedCard, opened_or_none
from alerts.flows.feed_rows import ALL_LEVELS, Behind, Wanted, walk
from alerts.presentation import level_of
from alerts.sealing.keys import AlertKeys
from alerts.vocabulary.choices import WHAT
from safety_app.accounts import sealed_memory
from safety_app.accounts.keys.keyring import KeyRing

# (level, first day of a month) → alerts.
Cells = Counter[tuple[int, datetime.date]]

LEAST = 10
MOST_COUNTED = 3_000  # cards opened for one request
_MEMORY = "figures"
QUARTERS, MONTHS = 8, 12
GIVEN_LEVELS = (3, 2, 1)
# Everything that can be ticked but who somebody was.
HARMS = frozenset(term.key for group in WHAT if group.key != "who" for term in group.terms)


@dataclass(frozen=True)
class Figures:
    """Counts; None means fewer than LEAST.

    levels    (3, 2, 1) with their counts
    regions   the keys of regions with LEAST alerts or more, the largest first
    quarters  the first days of the last full quarters, newest first
    harms     the keys of what happened with LEAST alerts or more, the most frequent first
    months    the first days of the last full months, newest first, with the counts that are given,
              by level
    """

    levels: list[tuple[int, int | None]]
    regions: list[tuple[str, int]]
    quarters: list[tuple[datetime.date, int | None]]
    harms: list[tuple[str, int]]
    months: list[tuple[datetime.date, dict[int, int]]]


@dataclass
class _Tally:
    """What was counted so far. Levels and quarters follow from `cells`."""

    cells: Cells
    regions: Counter[str]
    harms: Counter[str]


def count(ring: KeyRing, today: datetime.date) -> Figures | None:
    """Count the alerts that members can see. The cards decide on level and region.

    None while not all are counted: then the next call goes on, MOST_COUNTED cards at a time. No
    count is given before, since two counts at two moments would tell a small one by their
    difference. What was counted stays sealed in memory for a quarter of an hour.
    """
    known = sealed_memory.recall(ring, _MEMORY) or {}
    tally, behind = _read(known)
    if "all" in known:
        return _figures(tally, today)
    keys, looked_at = AlertKeys(ring), 0
    for row, place in walk(Wanted(ALL_LEVELS), behind, MOST_COUNTED + 1):
        if looked_at == MOST_COUNTED:
            sealed_memory.remember(ring, _MEMORY, _written(tally, behind))
            return None
        looked_at, behind = looked_at + 1, place
        opened = opened_or_none(keys, row)
        if opened is not None and opened.is_visible:
            _add(tally, opened)
    if known:  # of few, each request counts all anew
        sealed_memory.remember(ring, _MEMORY, {**_written(tally, behind), "all": True})
    return _figures(tally, today)


def _add(tally: _Tally, opened: OpenedCard) -> None:
    card = opened.card
    tally.cells[level_of(card), opened.row.day.replace(day=1)] += 1
    tally.regions[card.region] += 1
    tally.harms.update(HARMS.intersection(card.what))


def _written(tally: _Tally, behind: Behind | None) -> dict[str, Any]:
    cells = [[level, month.isoformat(), number] for (level, month), number in tally.cells.items()]
    place = None if behind is None else [behind.top, behind.day.isoformat(), behind.pk]
    return {"cells": cells, "regions": tally.regions, "harms": tally.harms, "behind": place}


def _read(known: dict[str, Any]) -> tuple[_Tally, Behind | None]:
    """Undo `_written`; nothing counted where nothing is known."""
    cells: Cells = Counter()
    for level, month, number in known.get("cells", ()):
        cells[level, datetime.date.fromisoformat(month)] = number
    tally = _Tally(cells, Counter(known.get("regions", {})), Counter(known.get("harms", {})))
    if not known.get("behind"):
        return tally, None
    top, day, pk = known["behind"]
    return tally, Behind(top, datetime.date.fromisoformat(day), pk)


def _figures(tally: _Tally, today: datetime.date) -> Figures:
    """The counts that may be given."""
    cells, regions, harms = tally.cells, tally.regions, tally.harms
    levels: Counter[int] = Counter()
    quarters: Counter[datetime.date] = Counter()
    for (level, month), number in cells.items():
        levels[level] += number
        quarters[quarter_of(month)] += number
    months = _full_months(today)
    given = _without_small_remainders(cells, months, levels, quarters)
    return Figures(
        levels=[(level, _unless_small(levels[level])) for level in GIVEN_LEVELS],
        regions=_largest_first(regions),
        quarters=[(first, _unless_small(quarters[first])) for first in _full_quarters(today)],
        harms=_largest_first(harms),
        months=[
            (
                month,
                {level: given[level, month] for level in GIVEN_LEVELS if (level, month) in given},
            )
            for month in months
        ],
    )


def _largest_first(counts: Counter[str]) -> list[tuple[str, int]]:
    large = [(key, number) for key, number in counts.items() if number >= LEAST]
    return sorted(large, key=lambda pair: (-pair[1], pair[0]))


def _without_small_remainders(
    cells: Cells,
    months: list[datetime.date],
    levels: Counter[int],
    quarters: Counter[datetime.date],
) -> dict[tuple[int, datetime.date], int]:
    """The counts of level and month that may be given.

    A sum is the count of a level or of a quarter that is given too. Taking a part away only ever
    leaves more in the other sum, so each sum is looked at once.
    """
    given = {
        (level, month): cells[level, month]
        for level in GIVEN_LEVELS
        for month in months
        if cells[level, month] >= LEAST
    }
    sums = [(levels[level], [(level, month) for month in months]) for level in GIVEN_LEVELS]
    for quarter in {quarter_of(month) for month in months}:
        within = [month for month in months if quarter_of(month) == quarter]
        sums.append(
            (quarters[quarter], [(level, month) for level in GIVEN_LEVELS for month in within])
        )
    for total, parts in sums:
        shown = sorted((given[part], part) for part in parts if part in given)
        rest = total - sum(number for number, _part in shown)
        for number, part in shown:
            if rest >= LEAST:
                break
            rest += number
            del given[part]
    return given


def quarter_of(day: datetime.date) -> datetime.date:
    """The first day of a day's quarter."""
    return datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _full_quarters(today: datetime.date) -> list[datetime.date]:
    """The first days of the last QUARTERS quarters that have ended, newest first."""
    quarters = [quarter_of(today)]
    for _number in range(QUARTERS):
        quarters.append(quarter_of(quarters[-1] - datetime.timedelta(days=1)))
    return quarters[1:]


def _full_months(today: datetime.date) -> list[datetime.date]:
    """The first days of the last MONTHS months that have ended, newest first."""
    months = [today.replace(day=1)]
    for _number in range(MONTHS):
        months.append((months[-1] - datetime.timedelta(days=1)).replace(day=1))
    return months[1:]


def _unless_small(number: int) -> int | None:
    return number if number >= LEAST else None
