"""One alert in a file between networks, and the strict parser for entries from others.

An entry is compact JSON in UTF-8 of at most 8,192 bytes with exactly the fields of `_FIELDS`. It is
built field by field from an alert's report: without author, tags, ids, confirmations or whether its
author may be written to. Identifiers are sent in full and normalised again by the receiver.

The sender may be hostile: each value has to be one that our own form could have produced.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alerts.content import (
    CITY_LIMIT,
    HELPED_LIMIT,
    MARKS_LIMIT,
    MOST_IDENTIFIERS,
    TEXT_LIMIT,
    Report,
    Reported,
)
from alerts.identifiers import IdentifierError, normalise
from alerts.report.compose import when_of
from alerts.report.fields import holds_number
from alerts.sealing.bodies import ReportTooLong, report_bytes
from alerts.vocabulary.choices import (
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
from safety_app.locales.countries import is_country
from safety_app.locales.regions import coarse, country_of
from safety_app.privacy.text_fields import tidy

LEVELS = (1, 2, 3)
# Each field's name on the screen; the empty one stands for the entry as a whole.
FIELD_WORDS: dict[str, Label] = {
    "": _("how it is laid out"),
    "what": _("What happened"),
    "level": _("How dangerous"),
    "region": _("Region"),
    "country": _("Country"),
    "city": _("Town or district"),
    "setting": _("Kind of place"),
    "when": _("When"),
    "day": _("The day"),
    "time_of_day": _("Time of day"),
    "identifiers": _("Number, e-mail, name or plate"),
    "description": _("Description"),
    "marks": _("Scars, tattoos and other marks"),
    "text": _("What they wrote"),
    "helped": _("What helped"),
    "language": _("Written in"),
    "posted": _("The day it was sent"),
}
_FIELDS = frozenset(FIELD_WORDS) - {""}
_LONGEST_IDENTIFIER = 500
_OLDEST_DAYS = 10 * 366
# How many days before it was sent an event can have happened, by the key of WHEN.
_REACH = {"today": 0, "week": 6, "month": 30}


class BadEntry(ValueError):
    """An entry that our own form could not have produced; `field` is the name of the odd one."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True)
class SharedAlert:
    """A report from another network, and the day it was sent there."""

    report: Report
    posted: datetime.date

    def as_of(self, day: datetime.date) -> Report:
        """The report as posted here on `day`, since its "today" was another day."""
        report = self.report
        if report.day:
            when = when_of(datetime.date.fromisoformat(report.day), day)
        elif report.when in _REACH:
            when = when_of(self.posted - datetime.timedelta(days=_REACH[report.when]), day)
        else:
            when = report.when
        return replace(report, when=when)


def write_entry(report: Report, posted: datetime.date) -> bytes:
    """The entry of a report that was sent on `posted`, for `read_entry`."""
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
            [reported.kind, reported.shown, int(reported.sure), int(reported.spoofable)]
            for reported in report.identifiers
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
    """Parse an entry, normalising identifiers again. Raises BadEntry with the odd field's name."""
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
        fields = json.loads(raw.decode(), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise BadEntry("") from None
    if not isinstance(fields, dict) or fields.keys() != _FIELDS:
        raise BadEntry("")
    return fields


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field appears twice")
    return fields


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields[name]
    if not isinstance(value, str):
        raise BadEntry(name)
    return value


def _text(fields: dict[str, Any], name: str, longest: int, clean: Callable[[str], str]) -> str:
    """A text that our own form field would leave unchanged."""
    text = _string(fields, name)
    if len(text) > longest or clean(text) != text:
        raise BadEntry(name)
    return text


def _line(fields: dict[str, Any], name: str, longest: int) -> str:
    return _text(fields, name, longest, lambda text: " ".join(tidy(text).split()))


def _keys(value: Any, name: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """One or more distinct keys of a list, in the order of that list."""
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
    """What happened. Reports about a minor are never shared."""
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
    """A day such as "2026-11-21", or None for an empty string."""
    text = _string(fields, name)
    if not text:
        return None
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise BadEntry(name) from None
    if day.isoformat() != text:
        raise BadEntry(name)
    return day


def _recent(day: datetime.date, today: datetime.date) -> bool:
    """Not in the future (it may be tomorrow already elsewhere) and not over ten years ago."""
    return -1 <= (today - day).days <= _OLDEST_DAYS


def _happened(fields: dict[str, Any], posted: datetime.date) -> str:
    day = _date(fields, "day")
    if day is None:
        return ""
    if not _recent(day, posted):
        raise BadEntry("day")
    return day.isoformat()


def _identifiers(fields: dict[str, Any], what: tuple[str, ...]) -> tuple[Reported, ...]:
    """Normalised again, as if typed. Those of police only if the operator accepts them."""
    rows = fields["identifiers"]
    if not isinstance(rows, list) or len(rows) > MOST_IDENTIFIERS:
        raise BadEntry("identifiers")
    identifiers = [_identifier(row) for row in rows]
    if len({(reported.kind, reported.key) for reported in identifiers}) != len(identifiers):
        raise BadEntry("identifiers")
    accepted = settings.POLICE_IDENTIFIERS or "police" not in what
    return tuple(identifiers) if accepted else ()


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
        identifier = normalise(kind, shown)
    except IdentifierError:
        raise BadEntry("identifiers") from None
    if identifier.kind != kind or (kind == "name" and holds_number(identifier.shown)):
        raise BadEntry("identifiers")
    return Reported(
        identifier.kind,
        identifier.key,
        identifier.shown,
        identifier.similar,
        bool(sure),
        bool(spoofable),
    )


def _description(fields: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    given = fields["description"]
    questions = {question.key: question for question in DESCRIPTION}
    if not isinstance(given, dict) or not given.keys() <= questions.keys():
        raise BadEntry("description")
    description = {}
    for question in DESCRIPTION:
        if question.key in given:
            allowed = [term.key for term in question.choices]
            chosen = _keys(given[question.key], "description", allowed)
            if len(chosen) > 1 and not question.multiple:
                raise BadEntry("description")
            description[question.key] = chosen
    return description


def _language(fields: dict[str, Any]) -> str:
    listed = next(question.choices for question in DESCRIPTION if question.key == "languages")
    return _one_of(fields, "language", listed, empty=True)
