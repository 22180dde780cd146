"""Opening hours: parsing, formatting, and whether a place is open at a moment.

Times are a place's own wall clock, "HH:MM". Closing at or before opening means the next day, so
00:00-00:00 is the whole day.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_A_DAY = 4
_YEAR = [datetime.datetime(2026, month, 15, tzinfo=datetime.UTC) for month in (1, 3, 7, 11)]
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2})?)?")


class Hours(NamedTuple):
    """Open on one weekday (0 is Monday) from `opens` to `closes`."""

    weekday: int
    opens: str
    closes: str


def parse_clock(typed: str) -> str:
    """ "9", "9:00", "9h", "09.00" → "09:00". Raises ValueError for what is no time of day."""
    match = _CLOCK.fullmatch(typed.strip().lower())
    hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 99)
    if (hour, minute) == (24, 0):
        return "00:00"
    if hour > 23 or minute > 59:
        raise ValueError(typed)
    return f"{hour:02}:{minute:02}"


def read_day(weekday: int, typed: str) -> list[Hours]:
    """ "9-12, 14:00-18:00" → two Hours. Raises ValueError with the part it cannot read."""
    parts = [part for part in re.split(r"[,;]", typed) if part.strip()]
    spans = []
    for part in parts:
        ends = re.split(r"[-–—]", part)
        if len(ends) != 2:
            raise ValueError(part.strip())
        spans.append(Hours(weekday, parse_clock(ends[0]), parse_clock(ends[1])))
    if len(spans) > MOST_A_DAY:
        raise ValueError(typed.strip())
    return sorted(set(spans))


def day_text(hours: Iterable[Hours], weekday: int) -> str:
    """What `read_day` reads, for one weekday; empty when closed."""
    return ", ".join(f"{row.opens}-{row.closes}" for row in sorted(hours) if row.weekday == weekday)


def zones(country: str) -> list[str]:
    """One time zone of each clock in a country, by its name in the tz database.

    Zones that tell the same time in winter and in summer count as one clock. None for an unknown
    country.
    """
    named = sorted(get_global("territory_zones").get(country, []))
    clocks: dict[tuple[object, ...], str] = {}
    for name in named:
        zone = zone_of(name)
        if zone is not None and not name.startswith("Etc/"):
            clocks.setdefault(tuple(moment.astimezone(zone).utcoffset() for moment in _YEAR), name)
    return sorted(clocks.values())


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that name; None if this machine does not know it."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_open(hours: Iterable[Hours], zone: str, moment: datetime.datetime) -> bool:
    """Whether a place with these hours is open at `moment`; without a known zone it is not."""
    place = zone_of(zone)
    if place is None:
        return False
    there = moment.astimezone(place)
    now, today, yesterday = there.strftime("%H:%M"), there.weekday(), (there.weekday() - 1) % 7
    for row in hours:
        overnight = row.closes <= row.opens
        if row.weekday == today and row.opens <= now and (overnight or now < row.closes):
            return True
        if row.weekday == yesterday and overnight and now < row.closes:
            return True
    return False
