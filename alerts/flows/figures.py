"""Figures for donors: how many alerts by level, by region and by quarter, and no small number.

A count under LEAST is never given, not even that it is zero. What is left out of each table keeps
small counts from being worked out of sums: the nuisance list from the levels, all regions under
LEAST from the regions, the quarter that runs and those long ago from the quarters. None of these
is given in any table, so no table adds up to a number that is known from another one, and each
small count can be anything from 0 to LEAST - 1.
"""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass

from alerts.flows.feed import CardRow, rows_of
from alerts.flows.lifecycle import VISIBLE_STATES
from alerts.models import Alert
from alerts.presentation import level_of
from alerts.sealing import AlertKeys, open_card
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault.errors import VaultError

LEAST = 10
MOST_COUNTED = 10_000
QUARTERS = 8


@dataclass(frozen=True)
class Figures:
    """Counts; None stands for fewer than LEAST.

    levels    (3, 2, 1) with their counts
    regions   the keys of regions with LEAST alerts or more, the largest first
    quarters  the first day of the last full quarters, the newest first
    whole     False when there are more than MOST_COUNTED alerts: then only the newest are counted
    """

    levels: list[tuple[int, int | None]]
    regions: list[tuple[str, int]]
    quarters: list[tuple[datetime.date, int | None]]
    whole: bool


def count(ring: KeyRing, today: datetime.date) -> Figures:
    """Count the alerts that members can see. Level and region are the cards'; nothing is kept."""
    rows, whole = _rows()
    keys = AlertKeys(ring)
    levels: Counter[int] = Counter()
    regions: Counter[str] = Counter()
    quarters: Counter[datetime.date] = Counter()
    for row in rows:
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
        except VaultError:
            continue
        levels[level_of(card)] += 1
        regions[card.region] += 1
        quarters[quarter_of(row.day)] += 1
    large = [(region, number) for region, number in regions.items() if number >= LEAST]
    return Figures(
        levels=[(level, _shown(levels[level])) for level in (3, 2, 1)],
        regions=sorted(large, key=lambda pair: (-pair[1], pair[0])),
        quarters=[(first, _shown(quarters[first])) for first in _full_quarters(today)],
        whole=whole,
    )


def quarter_of(day: datetime.date) -> datetime.date:
    """The first day of a day's quarter."""
    return datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _full_quarters(today: datetime.date) -> list[datetime.date]:
    """The first days of the last QUARTERS quarters that have ended, the newest first."""
    found = [quarter_of(today)]
    for _number in range(QUARTERS):
        found.append(quarter_of(found[-1] - datetime.timedelta(days=1)))
    return found[1:]


def _rows() -> tuple[list[CardRow], bool]:
    """The newest alerts, whole days of them, and whether these are all.

    A cut in the middle of a day would make their number known, and with it every sum.
    """
    listed = Alert.objects.filter(state__in=VISIBLE_STATES).order_by("-day", "-pk")
    rows = list(rows_of(listed[: MOST_COUNTED + 1]))
    if len(rows) <= MOST_COUNTED:
        return rows, True
    last = rows[-1].day
    return [row for row in rows if row.day != last], False


def _shown(number: int) -> int | None:
    return number if number >= LEAST else None
