"""An entry as its readers see it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise

from resources.directory import hours, vocabulary
from resources.directory.content import EntryContent, KnownAnswer, content_of
from resources.directory.listing import (
    TICKS,
    Filter,
    is_open_now,
    published_places,
    spoken_languages,
)
from resources.directory.models import Service
from resources.directory.vocabulary import Answer, Kind
from resources.freshness import is_old
from safety_app.locales.collation import sort_key
from safety_app.locales.countries import country_name
from safety_app.locales.languages import language_label
from safety_app.locales.page_languages import direction, shown_in
from safety_app.locales.phrases import join_facts, join_places


@dataclass(frozen=True)
class Line:
    """A question with its answer. `known` is false for "not known", `old` after six months."""

    question: str | Promise
    answer: str | Promise
    known: bool
    says: str = ""
    checked: datetime.date | None = None
    old: bool = False


def card(service: Service, moment: datetime.datetime) -> dict[str, Any]:
    """What a list shows of an entry: kinds, place and the two most important questions."""
    content = content_of(service)
    return {
        "service": service,
        "kinds": kind_words(content.kinds),
        "place": place(content),
        "lines": [
            fact_line(name, content.facts.get(name), moment) for name in vocabulary.MUST_BE_ANSWERED
        ],
        "is_open": is_open_now(service, moment),
        "old": is_old(service.checked, moment.date()),
    } | foreign(service)


def details(service: Service, moment: datetime.datetime) -> dict[str, Any]:
    """Everything the entry's own page shows."""
    content = content_of(service)
    return {
        "service": service,
        "kinds": kind_words(content.kinds),
        "place": place(content),
        "spoken": [language_label(code, shown_in()) for code in content.languages],
        "lines": [
            fact_line(name, content.facts.get(name), moment) for name in vocabulary.QUESTIONS
        ],
        "hours": [
            (WEEKDAYS[day], hours.day_text(content.hours, day).replace("-", "–"))
            for day in range(7)
            if content.hours
        ],
        "is_open": is_open_now(service, moment),
        "old": is_old(service.checked, moment.date()),
        "dial": "".join(letter for letter in service.phone if letter in "+0123456789"),
    } | foreign(service)


def foreign(service: Service) -> dict[str, str]:
    """Language and direction of its texts where they are not the page's."""
    if service.language == shown_in():
        return {"language": "", "direction": ""}
    return {"language": service.language, "direction": direction(service.language)}


def kind_words(kinds: tuple[str, ...]) -> list[str]:
    """Kinds in the language of the page; unknown ones are left out."""
    return [str(Kind(kind).label) for kind in kinds if kind in Kind.values]


def place(content: EntryContent) -> str:
    """Town, region, country, as far as they are there."""
    texts = content.texts
    country = country_name(texts["country"], shown_in()) if texts["country"] else ""
    parts = (texts["city"], texts["region"], country)
    return join_places(dict.fromkeys(parts))


def fact_line(question: str, known: KnownAnswer | None, moment: datetime.datetime) -> Line:
    """A question's line; a value the database should not hold counts as not known."""
    asked = vocabulary.QUESTIONS[question]
    if known is None or known.answer not in Answer.values:
        return Line(asked, vocabulary.NOT_KNOWN, known=False)
    old = is_old(known.checked, moment.date())
    label = Answer(known.answer).label
    return Line(asked, label, True, says=known.says, checked=known.checked, old=old)


def choices(want: Filter) -> dict[str, Any]:
    """The options of the filter: what some published entry has, and what is chosen."""
    codes = spoken_languages() | ({want.language} - {""})
    named = [(code, language_label(code, shown_in())) for code in codes]
    areas = dict(published_places())
    if want.country:
        areas.setdefault(want.country, [])
    return {
        "kinds": Kind.choices,
        "languages": sorted(named, key=lambda pair: sort_key(pair[1], shown_in())),
        "regions": _areas(areas),
        "region": f"{want.country}/{want.region}" if want.region else want.country,
        "ticks": {name: name in want.ticks for name in TICKS},
    }


def _areas(regions: dict[str, list[str]]) -> list[tuple[str, str]]:
    """(value, words) of each country and, under it, its regions."""
    areas = []
    named = [(country_name(code, shown_in()), code) for code in regions]
    for name, code in sorted(named, key=lambda pair: sort_key(pair[0], shown_in())):
        areas.append((code, name))
        areas += [(f"{code}/{region}", join_facts([name, region])) for region in regions[code]]
    return areas
