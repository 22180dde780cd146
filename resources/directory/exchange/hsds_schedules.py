"""The schedules of an HSDS service: weekly hours as ours, everything else in words.

No schedule keeps a place out. What has no column (every second week, a day of the month, a season,
hours on an unknown clock) is put into words; what has ended or cannot be read is left out. Both
are said, so that whoever brings the file in can look.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from babel import Locale
from babel.dates import format_date
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resources.directory.hours import DAYS, Hours, parse_clock, zone_of
from safety_app.privacy.text_fields import tidy

# A wall clock, and the zone that some write behind it.
_TIME = re.compile(r"(\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.I)
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_YEAR = [datetime.datetime(2026, month, 15, tzinfo=datetime.UTC) for month in (1, 4, 7, 10)]
_LONGEST = 200  # characters of somebody's own words about one schedule


class _Time(NamedTuple):
    """A time of day, "HH:MM", and its zone as written: empty, "Z" or an offset."""

    clock: str
    zone: str


@dataclass
class Schedules:
    """What was read: weekly hours, the rest in words, and what to say about what was left out."""

    hours: set[Hours] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_schedules(
    rows: Sequence[dict[str, Any]], zone: str, language: str, today: datetime.date
) -> Schedules:
    """The schedules of a place whose clock is `zone` (empty if unknown), in words of `language`."""
    read = Schedules()
    for row in rows:
        texts = {name: _text(row.get(name)) for name in row}
        _read_one(read, texts, zone, language, today)
    return read


def _read_one(
    read: Schedules, row: dict[str, str], zone: str, language: str, today: datetime.date
) -> None:
    ends, starts = _date(row, "valid_to") or _date(row, "until"), _date(row, "valid_from")
    if ends and ends < today:
        read.left_out.append(_("hours that ended on %(day)s") % {"day": _day(ends)})
        return
    opens, closes = _time(row.get("opens_at", "")), _time(row.get("closes_at", ""))
    days = _weekly_days(row)
    why = _why_not(days, bool(opens and closes), zone, bool(starts and starts > today))
    if not why and opens and closes:
        read.hours |= {Hours(day, opens.clock, closes.clock) for day in days}
        _say_zone(read, zone, opens, closes)
        if ends:
            read.words.append(_until(ends, language))
        return
    words = _in_words(row, opens, closes, language)
    if not words:
        read.left_out.append(_("hours that cannot be read"))
        return
    read.words.append(words)
    read.left_out.append(_("%(what)s; kept as words: %(words)s") % {"what": why, "words": words})


def _why_not(days: list[int], has_times: bool, zone: str, begins_later: bool) -> str:
    """Why a schedule does not become weekly hours; empty if it does."""
    if not days:
        return _("hours that are not weekly")
    if not has_times:
        return _("hours without times that can be read")
    if not zone:
        return _("hours on an unknown clock")
    return _("hours that begin later") if begins_later else ""


def _text(value: Any) -> str:
    """A value as text; numbers too, since tables have them as text and JSON as numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # an interval of 1.0 is one of 1
    return " ".join(tidy(str(value)).split())[:_LONGEST]


def _date(row: dict[str, str], name: str) -> datetime.date | None:
    """A day, also at the start of a time stamp; None for what is none."""
    try:
        return datetime.date.fromisoformat(row.get(name, "")[:10])
    except ValueError:
        return None


def _time(typed: str) -> _Time | None:
    match = _TIME.fullmatch(typed)
    try:
        return _Time(parse_clock(match[1]), (match[2] or "").upper()) if match else None
    except ValueError:
        return None


def _weekly_days(row: dict[str, str]) -> list[int]:
    """The weekdays of a schedule that is the same each week; none of any other."""
    days = [part.strip().upper() for part in row.get("byday", "").split(",") if part.strip()]
    repeats = row.get("freq", "").upper()
    other = any(row.get(name) for name in ("bymonthday", "byweekno", "byyearday", "count"))
    if other or row.get("interval", "") not in ("", "1"):
        return []
    if repeats == "DAILY" and not days:
        return list(range(7))
    if repeats in ("WEEKLY", "DAILY", "") and set(days) <= set(DAYS):
        return sorted({DAYS.index(day) for day in days})
    return []


def _say_zone(read: Schedules, zone: str, *times: _Time) -> None:
    """Say if a time names a zone that is not the place's own; the wall clock is what counts."""
    place = zone_of(zone)
    if place is None:  # said of the entry itself
        return
    own = {moment.astimezone(place).strftime("%z") for moment in _YEAR}
    for written in {time.zone for time in times} - {""}:
        if written.replace("Z", "+0000").replace(":", "") not in own:
            read.left_out.append(
                _("the zone %(zone)s of a time: it is taken as the clock of the place")
                % {"zone": written}
            )


def _until(day: datetime.date, language: str) -> str:
    with translation.override(_site_language(language)):
        return _("until %(day)s") % {"day": _day(day)}


def _day(day: datetime.date) -> str:
    """ "9 November 2026", in the language that is switched on."""
    return str(format_date(day, "long", _locale()))


def _site_language(language: str) -> str:
    return language if language in dict(settings.LANGUAGES) else "en"


def _in_words(row: dict[str, str], opens: _Time | None, closes: _Time | None, language: str) -> str:
    """Rhythm, days and times in the language of the entry, then what the file itself says."""
    with translation.override(_site_language(language)):
        parts = [_rhythm(row), _days(row), *_season(row)]
    if opens and closes:
        parts.append(f"{opens.clock}–{closes.clock}")
    own = row.get("description", "") or row.get("notes", "")
    if not any(parts[1:]) and not own:
        return ""
    listed = ", ".join(part for part in parts if part)
    return " – ".join(part for part in (listed, own) if part)


def _rhythm(row: dict[str, str]) -> str:
    repeats, every = row.get("freq", "").upper(), row.get("interval", "")
    if repeats == "WEEKLY" and every == "2":
        return _("every second week")
    if repeats == "MONTHLY" and every in ("", "1"):
        return _("every month")
    if every.isdecimal() and every != "1" and repeats in ("WEEKLY", "MONTHLY"):
        number = int(every)
        if repeats == "WEEKLY":
            words = ngettext("every %(number)s week", "every %(number)s weeks", number)
        else:
            words = ngettext("every %(number)s month", "every %(number)s months", number)
        return words % {"number": number}
    return _("every week") if repeats == "WEEKLY" else ""


def _days(row: dict[str, str]) -> str:
    """ "2TU,-1FR" → "2nd Tuesday, last Friday", as plainly as any language allows."""
    names = _locale().days["stand-alone"]["wide"]
    said = []
    for part in row.get("byday", "").upper().replace(" ", "").split(","):
        match = _DAY.fullmatch(part)
        if match is None:
            continue
        name, which = str(names[DAYS.index(match[2])]), int(match[1] or 0)
        if which == -1:
            said.append(_("last %(day)s") % {"day": name})
        elif which > 0:
            # Translators: which Tuesday of the month: "Tuesday (number 2)" is the second one.
            said.append(_("%(day)s (number %(which)s)") % {"day": name, "which": which})
        else:
            said.append(name)
    if row.get("bymonthday"):
        # Translators: days of the month, as in "day 1,15".
        said.append(_("day %(days)s") % {"days": row["bymonthday"]})
    return ", ".join(said)


def _season(row: dict[str, str]) -> list[str]:
    starts, ends = _date(row, "valid_from"), _date(row, "valid_to") or _date(row, "until")
    said = [_("from %(day)s") % {"day": _day(starts)}] if starts else []
    return said + ([_("until %(day)s") % {"day": _day(ends)}] if ends else [])


def _locale() -> Locale:
    language = translation.get_language() or "en"
    return Locale("en", "GB") if language == "en" else Locale.parse(language, sep="-")
