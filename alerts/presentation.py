"""Cards and reports in the reader's language. Nothing here opens or looks anything up."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alerts.identifiers import mask
from alerts.report.vocabulary import (
    DESCRIPTION,
    KINDS,
    LEVELS,
    SETTINGS,
    TIMES_OF_DAY,
    WHAT_LABELS,
    WHEN,
    label_of,
)
from alerts.sealing import Card, Report, Reported
from safety_app.locales.regions import country_of, region_name

_ANYWHERE = {"online", "not-sure"}


def level_of(card: Card | Report) -> int:
    """The level, 0 to 3, also of a card that a newer program wrote."""
    return card.level if card.level in range(len(LEVELS)) else 0


def what_words(keys: Iterable[str]) -> list[str]:
    """What was ticked, in words."""
    return [str(WHAT_LABELS.get(key, key)) for key in keys]


def place_words(card: Card | Report, language: str) -> list[str]:
    """Where, in what setting, and whether they were several."""
    words = [card.city] if card.city else []
    if card.region not in _ANYWHERE or not words:
        words.append(region_name(card.region, language))
    if card.setting and card.setting != card.region:
        words.append(str(label_of(SETTINGS, card.setting)))
    if card.group and "group" not in card.what:
        words.append(pgettext("who", "a group"))
    return words


def when_and_where(report: Report, language: str) -> list[tuple[str, str]]:
    """(question, answer) about time and place."""
    day = _parsed(report.day)
    when = [day or str(label_of(WHEN, report.when)), _label(TIMES_OF_DAY, report.time_of_day)]
    country = report.country or country_of(report.region)
    region = report.region if report.region not in _ANYWHERE else ""
    place = [report.city, region_name(region, language) if region else ""]
    if country and country != region:
        place.append(region_name(country, language))
    if not any(place):
        place.append(region_name(report.region, language))
    facts = [
        (_("When"), ", ".join(filter(None, when))),
        (_("Where"), ", ".join(filter(None, place))),
        (_("Setting"), _label(SETTINGS, report.setting)),
    ]
    return [(question, answer) for question, answer in facts if answer]


def described(report: Report) -> list[tuple[str, str]]:
    """(question, answer) about the person, in the order of the form; free text is not in it."""
    facts = []
    for question in DESCRIPTION:
        chosen = report.description.get(question.key, ())
        words = ", ".join(str(label_of(question.choices, key)) for key in chosen)
        if words:
            facts.append((str(question.label), words))
    return facts


def identifier_words(identifiers: Iterable[Reported]) -> list[tuple[str, str, str]]:
    """(kind, masked form, what its sender thinks of it) of each identifier."""
    return [
        (
            str(label_of(KINDS, one.kind)),
            mask(one.identifier),
            ", ".join(
                word
                for word, holds in (
                    (pgettext("identifier", "not sure"), not one.sure),
                    (pgettext("identifier", "may be shared or faked"), one.spoofable),
                )
                if holds
            ),
        )
        for one in identifiers
    ]


def full_identifiers(identifiers: tuple[Reported, ...]) -> list[tuple[str, str, str]]:
    """The same with nothing masked, for the desk it was left at."""
    return [
        (kind, one.shown, doubts)
        for one, (kind, _masked, doubts) in zip(
            identifiers, identifier_words(identifiers), strict=True
        )
    ]


def _label(terms: Iterable[object], key: str) -> str:
    return str(label_of(terms, key)) if key else ""  # type: ignore[arg-type]


def _parsed(day: str) -> str:
    try:
        read = parse_date(day)
    except ValueError:
        return ""
    return date_format(read, "DATE_FORMAT") if read else ""
