"""Figures for donors: how many alerts by level, by region and by quarter, without small counts.

A count under LEAST is never given, not even that it is zero. Each table also leaves something out,
so that small counts cannot be derived from sums: the levels leave out nuisance, the regions all
those under LEAST, the quarters the current one and those long past. No table contains these, so no
table adds up to a number known from another, and a small count can be anything from 0 to LEAST - 1.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from alerts.cards import CardRow, card_rows, open_cards
from alerts.flows.lifecycle import visible_alerts
from alerts.presentation import level_of
from alerts.sealing import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing

LEAST = 10
MOST_COUNTED = 10_000
QUARTERS = 8


@dataclass(frozen=True)
class Figures:
    """Counts; None means fewer than LEAST.

    levels    (3, 2, 1) with their counts
    regions   the keys of regions with LEAST alerts or more, the largest first
    quarters  the first days of the last full quarters, newest first
    whole     False if there are more than MOST_COUNTED alerts and only the newest were counted
    """

    levels: list[tuple[int, int | None]]
    regions: list[tuple[str, int]]
    quarters: list[tuple[datetime.date, int | None]]
    whole: bool


def count(ring: KeyRing, today: datetime.date) -> Figures:
    """Count the alerts that members can see. The cards decide on level and region."""
    rows, whole = _rows()
    keys = AlertKeys(ring)
    levels: Counter[int] = Counter()
    regions: Counter[str] = Counter()
    quarters: Counter[datetime.date] = Counter()
    for row, card in open_cards(keys, rows):
        levels[level_of(card)] += 1
        regions[card.region] += 1
        quarters[quarter_of(row.day)] += 1
    large = [(region, number) for region, number in regions.items() if number >= LEAST]
    return Figures(
        levels=[(level, _unless_small(levels[level])) for level in (3, 2, 1)],
        regions=sorted(large, key=lambda pair: (-pair[1], pair[0])),
        quarters=[(first, _unless_small(quarters[first])) for first in _full_quarters(today)],
        whole=whole,
    )


def quarter_of(day: datetime.date) -> datetime.date:
    """The first day of a day's quarter."""
    return datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _full_quarters(today: datetime.date) -> list[datetime.date]:
    """The first days of the last QUARTERS quarters that have ended, newest first."""
    quarters = [quarter_of(today)]
    for _number in range(QUARTERS):
        quarters.append(quarter_of(quarters[-1] - datetime.timedelta(days=1)))
    return quarters[1:]


def _rows() -> tuple[list[CardRow], bool]:
    """The newest alerts, in whole days, and whether these are all.

    A cut in the middle of a day would reveal the total, and with it every sum.
    """
    listed = visible_alerts().order_by("-day", "-pk")
    rows = list(card_rows(listed[: MOST_COUNTED + 1]))
    if len(rows) <= MOST_COUNTED:
        return rows, True
    last = rows[-1].day
    return [row for row in rows if row.day != last], False


def _unless_small(number: int) -> int | None:
    return number if number >= LEAST else None
