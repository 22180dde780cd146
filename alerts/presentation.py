"""Cards and reports in words, in the reader's language. Nothing here opens anything."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alerts.content import Card, Report, Reported
from alerts.identifiers import mask
from alerts.vocabulary.choices import (
    DESCRIPTION,
    KINDS,
    LEVELS,
    SETTINGS,
    TIMES_OF_DAY,
    WHAT_LABELS,
    WHEN,
    label_of,
)
from safety_app.locales.phrases import join_facts, join_places, join_words, long_date
from safety_app.locales.regions import country_of, region_name

_ANYWHERE = {"online", "not-sure"}


def level_of(card: Card | Report) -> int:
    """The level, 0 to 3; 0 for an unknown one, such as a newer version of the site may write."""
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
    day = _day_words(report.day)
    when = [day or str(label_of(WHEN, report.when)), _label(TIMES_OF_DAY, report.time_of_day)]
    country = report.country or country_of(report.region)
    region = report.region if report.region not in _ANYWHERE else ""
    place = [report.city, region_name(region, language) if region else ""]
    if country and country != region:
        place.append(region_name(country, language))
    if not any(place):
        place.append(region_name(report.region, language))
    facts = [
        (_("When"), join_facts(when)),
        (_("Where"), join_places(place)),
        (_("Kind of place"), _label(SETTINGS, report.setting)),
    ]
    return [(question, answer) for question, answer in facts if answer]


def described(report: Report) -> list[tuple[str, str]]:
    """(question, answer) about the person, in the order of the form, without free text."""
    facts = []
    for question in DESCRIPTION:
        chosen = report.description.get(question.key, ())
        words = join_words(label_of(question.choices, key) for key in chosen)
        if words:
            facts.append((str(question.label), words))
    return facts


def identifier_words(identifiers: Iterable[Reported]) -> list[tuple[str, str, str]]:
    """(kind, masked form, doubts of its sender) of each identifier."""
    return [
        (
            str(label_of(KINDS, reported.kind)),
            mask(reported.identifier),
            join_words(
                word
                for word, applies in (
                    (pgettext("identifier", "not sure"), not reported.sure),
                    (pgettext("identifier", "may be shared or faked"), reported.spoofable),
                )
                if applies
            ),
        )
        for reported in identifiers
    ]


def full_identifiers(identifiers: tuple[Reported, ...]) -> list[tuple[str, str, str]]:
    """The same with full identifiers, for the desk that a report was left at."""
    return [
        (kind, reported.shown, doubts)
        for reported, (kind, _masked, doubts) in zip(
            identifiers, identifier_words(identifiers), strict=True
        )
    ]


def _label(terms: Iterable[object], key: str) -> str:
    return str(label_of(terms, key)) if key else ""  # type: ignore[arg-type]


def _day_words(day: str) -> str:
    try:
        date = parse_date(day)
    except ValueError:
        return ""
    return long_date(date) if date else ""
