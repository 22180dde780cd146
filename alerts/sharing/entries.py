"""One alert as it goes from network to network, and the strict reading of what comes.

An entry is compact JSON in UTF-8 of at most 8,192 bytes with the fields of `_FIELDS` and no others.
It is made field by field from what an alert says: no author, no tags, no ids, no confirmations, not
whether its author may be written to. Identifiers go in full and are read anew on the other side.

Whoever made an entry may mean harm: each value has to be one that our own form could have given.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alerts.identifiers import IdentifierError, normalise
from alerts.report.compose import when_of
from alerts.report.fields import holds_number
from alerts.report.vocabulary import (
    DESCRIPTION,
    KINDS,
    MINOR,
    SETTINGS,
    TIMES_OF_DAY,
    WHAT_LABELS,
    WHEN,
    Label,
    Term,
    TimeOfDay,
)
from alerts.sealing import (
    CITY_LIMIT,
    HELPED_LIMIT,
    MARKS_LIMIT,
    MOST_IDENTIFIERS,
    TEXT_LIMIT,
    Report,
    Reported,
    ReportTooLong,
    report_bytes,
)
from safety_app.locales.countries import is_country
from safety_app.locales.regions import coarse, country_of
from safety_app.privacy.text_fields import tidy

LEVELS = (1, 2, 3)
# What each field is on the screen; without a name it is the entry as a whole.
FIELD_WORDS: dict[str, Label] = {
    "": _("how it is laid out"),
    "what": _("What happened"),
    "level": _("How dangerous"),
    "region": _("Region"),
    "country": _("Country"),
    "city": _("Town or district"),
    "setting": _("Setting"),
    "when": _("When"),
    "day": _("The day"),
    "time_of_day": _("Time of day"),
    "identifiers": _("Number, e-mail, name or plate"),
    "description": _("Description"),
    "marks": _("Marks"),
    "text": _("What they wrote"),
    "helped": _("What helped"),
    "language": _("Written in"),
    "posted": _("The day it was sent"),
}
_FIELDS = frozenset(FIELD_WORDS) - {""}
_LONGEST_IDENTIFIER = 500
_OLDEST_DAYS = 10 * 366
# How many days before an alert was sent it can have happened, by what its sender said.
_REACH = {"today": 0, "week": 6, "month": 30}


class BadEntry(ValueError):
    """An entry is not what our own form could have given; `field` is the name of what is odd."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class SharedAlert:
    """An alert on its way: what it says, and the day it was sent in the network it comes from."""

    report: Report
    posted: datetime.date

    def as_of(self, day: datetime.date) -> Report:
        """The report as one that is posted on `day`: "today" was on another day."""
        report = self.report
        if report.day:
            when = when_of(datetime.date.fromisoformat(report.day), day)
        elif report.when in _REACH:
            when = when_of(self.posted - datetime.timedelta(days=_REACH[report.when]), day)
        else:
            when = report.when
        return replace(report, when=when)


def write_entry(report: Report, posted: datetime.date) -> bytes:
    """An alert that was sent on `posted`, to be read with `read_entry`."""
    fields: dict[str, Any] = {
        "what": report.what,
        "level": report.level,
        "region": report.region,
        "country": report.country,
        "city": report.city,
        "setting": report.setting,
        "when": report.when,
        "day": report.day,
        "time_of_day": report.time_of_day,
        "identifiers": [
            [one.kind, one.shown, int(one.sure), int(one.spoofable)] for one in report.identifiers
        ],
        "description": report.description,
        "marks": report.marks,
        "text": report.text,
        "helped": report.helped,
        "language": report.language,
        "posted": posted.isoformat(),
    }
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def read_entry(raw: bytes, today: datetime.date) -> SharedAlert:
    """What an entry says, with identifiers read anew. Raises BadEntry with the odd field's name."""
    fields = _parsed(raw)
    posted = _date(fields, "posted")
    if posted is None or not _recent(posted, today):
        raise BadEntry("posted")
    what = _what(fields)
    region = _region(fields)
    report = Report(
        what=what,
        level=_level(fields),
        region=region,
        country=_country(fields, region),
        city=_city(fields),
        setting=_one_of(fields, "setting", SETTINGS, empty=True),
        when=_one_of(fields, "when", WHEN),
        day=_happened(fields, posted),
        time_of_day=_one_of(fields, "time_of_day", TIMES_OF_DAY, empty=True),
        identifiers=_identifiers(fields, what),
        description=_description(fields),
        marks=_line(fields, "marks", MARKS_LIMIT),
        text=_text(fields, "text", TEXT_LIMIT, tidy),
        helped=_text(fields, "helped", HELPED_LIMIT, tidy),
        language=_language(fields),
    )
    try:
        report_bytes(report)
    except ReportTooLong:
        raise BadEntry("text") from None
    return SharedAlert(report, posted)


def _parsed(raw: bytes) -> dict[str, Any]:
    """The fields: all of them, each once, and no others."""
    try:
        read = json.loads(raw.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise BadEntry("") from None
    if not isinstance(read, dict) or read.keys() != _FIELDS:
        raise BadEntry("")
    return read


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("twice")
    return found


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise BadEntry(name)
    return value


def _text(fields: dict[str, Any], name: str, longest: int, clean: Callable[[str], str]) -> str:
    """A text that our own field would keep just as it is."""
    text = _string(fields, name)
    if len(text) > longest or clean(text) != text:
        raise BadEntry(name)
    return text


def _line(fields: dict[str, Any], name: str, longest: int) -> str:
    return _text(fields, name, longest, lambda text: " ".join(tidy(text).split()))


def _keys(value: Any, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """One or more different keys of a list, in the order of that list."""
    order = list(allowed)
    if not isinstance(value, list) or not value or len(value) > len(order):
        raise BadEntry(name)
    if any(not isinstance(key, str) or key not in order for key in value):
        raise BadEntry(name)
    if len(set(value)) != len(value):
        raise BadEntry(name)
    return tuple(sorted(value, key=order.index))


def _one_of(
    fields: dict[str, Any], name: str, terms: Iterable[Term | TimeOfDay], *, empty: bool = False
) -> str:
    key = _string(fields, name)
    if key not in {term.key for term in terms} and not (empty and not key):
        raise BadEntry(name)
    return key


def _what(fields: dict[str, Any]) -> tuple[str, ...]:
    """What happened. Nothing about a minor goes from network to network."""
    what = _keys(fields["what"], "what", WHAT_LABELS)
    if MINOR.key in what:
        raise BadEntry("what")
    return what


def _level(fields: dict[str, Any]) -> int:
    level = fields["level"]
    if type(level) is not int or level not in LEVELS:
        raise BadEntry("level")
    return level


def _region(fields: dict[str, Any]) -> str:
    region = _string(fields, "region")
    try:
        if coarse(region) == region:
            return region
    except ValueError:
        pass
    raise BadEntry("region")


def _country(fields: dict[str, Any], region: str) -> str:
    country = _string(fields, "country")
    if country and not (is_country(country) and country_of(region) in ("", country)):
        raise BadEntry("country")
    return country


def _city(fields: dict[str, Any]) -> str:
    city = _line(fields, "city", CITY_LIMIT)
    if holds_number(city):
        raise BadEntry("city")
    return city


def _date(fields: dict[str, Any], name: str) -> datetime.date | None:
    """A day as `2026-11-21`, or None for an empty one."""
    said = _string(fields, name)
    if not said:
        return None
    try:
        day = datetime.date.fromisoformat(said)
    except ValueError:
        raise BadEntry(name) from None
    if day.isoformat() != said:
        raise BadEntry(name)
    return day


def _recent(day: datetime.date, today: datetime.date) -> bool:
    """Not to come (it may be tomorrow already elsewhere), and not before anyone wrote here."""
    return -1 <= (today - day).days <= _OLDEST_DAYS


def _happened(fields: dict[str, Any], posted: datetime.date) -> str:
    day = _date(fields, "day")
    if day is None:
        return ""
    if not _recent(day, posted):
        raise BadEntry("day")
    return day.isoformat()


def _identifiers(fields: dict[str, Any], what: tuple[str, ...]) -> tuple[Reported, ...]:
    """Each read anew, as if it were typed. Those of police only where the operator takes them."""
    rows = fields["identifiers"]
    if not isinstance(rows, list) or len(rows) > MOST_IDENTIFIERS:
        raise BadEntry("identifiers")
    found = [_identifier(row) for row in rows]
    if len({(one.kind, one.key) for one in found}) != len(found):
        raise BadEntry("identifiers")
    taken = settings.POLICE_IDENTIFIERS or "police" not in what
    return tuple(found) if taken else ()


def _identifier(row: Any) -> Reported:
    match row:
        case [str(kind), str(shown), int(sure), int(spoofable)]:
            pass
        case _:
            raise BadEntry("identifiers")
    kinds = {term.key for term in KINDS}
    if kind not in kinds or len(shown) > _LONGEST_IDENTIFIER or not {sure, spoofable} <= {0, 1}:
        raise BadEntry("identifiers")
    try:
        read = normalise(kind, shown)
    except IdentifierError:
        raise BadEntry("identifiers") from None
    if read.kind != kind or (kind == "name" and holds_number(read.shown)):
        raise BadEntry("identifiers")
    return Reported(read.kind, read.key, read.shown, read.similar, bool(sure), bool(spoofable))


def _description(fields: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    given = fields["description"]
    questions = {question.key: question for question in DESCRIPTION}
    if not isinstance(given, dict) or not given.keys() <= questions.keys():
        raise BadEntry("description")
    found = {}
    for question in DESCRIPTION:
        if question.key in given:
            allowed = [term.key for term in question.choices]
            chosen = _keys(given[question.key], "description", allowed)
            if len(chosen) > 1 and not question.multiple:
                raise BadEntry("description")
            found[question.key] = chosen
    return found


def _language(fields: dict[str, Any]) -> str:
    listed = next(one.choices for one in DESCRIPTION if one.key == "languages")
    return _one_of(fields, "language", listed, empty=True)
