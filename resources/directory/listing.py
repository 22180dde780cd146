"""Which published entries match a filter, sorted by name and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from resources.directory.content import content_of
from resources.directory.hours import Hours, is_open
from resources.directory.models import Service, split_codes
from resources.directory.vocabulary import Answer, Kind
from resources.text.text_normalise import fold
from safety_app.locales.countries import is_country
from safety_app.locales.languages import is_language
from safety_app.privacy.public.made_once import made_once

LONGEST_QUERY = 100

# A tick box of the filter → the answers that must be known for certain.
TICKS: dict[str, dict[str, Answer]] = {
    "anonymous": {"anonymous": Answer.YES},
    "undocumented": {"undocumented": Answer.YES},
    "no_contact": {"police": Answer.NO, "immigration": Answer.NO},
    "children": {"children": Answer.YES},
}
_NO = frozenset({"", "0", "no", "off", "false"})


@dataclass(frozen=True)
class Filter:
    """A filter; empty values match all."""

    q: str = ""
    kind: str = ""
    country: str = ""
    region: str = ""
    language: str = ""
    ticks: frozenset[str] = frozenset()
    open: bool = False


def parse_filter(query: Mapping[str, str]) -> Filter:
    """Parse a query string. Values that are not offered count as not chosen, except `q`."""
    country, _slash, region = query.get("region", "").partition("/")
    country = country.upper()
    kind, language = query.get("kind", ""), query.get("language", "")
    return Filter(
        q=" ".join(query.get("q", "")[:LONGEST_QUERY].split()),
        kind=kind if kind in Kind.values else "",
        country=country if is_country(country) else "",
        region=region[:80] if is_country(country) else "",
        language=language if is_language(language) else "",
        ticks=frozenset(name for name in TICKS if is_ticked(query.get(name, ""))),
        open=is_ticked(query.get("open", "")),
    )


def is_ticked(value: str) -> bool:
    """Whether a query's value means yes."""
    return value.strip().lower() not in _NO


@dataclass(frozen=True)
class _Listed:
    """What the filter looks at, of one published entry. Codes are joined as in the table."""

    pk: int
    words: str
    kinds: str
    languages: str
    place: tuple[str, str]
    answers: frozenset[tuple[str, str]]
    hours: tuple[Hours, ...]
    time_zone: str


def find_services(want: Filter, moment: datetime.datetime, language: str) -> list[int]:
    """The ids of published entries that match, sorted by name, for a reader of a language."""
    parts = fold(want.q).split()
    asked = {(name, str(answer)) for tick in want.ticks for name, answer in TICKS[tick].items()}
    return [
        one.pk
        for one in _every_service(language)
        if (not want.kind or f",{want.kind}," in one.kinds)
        and (not want.language or f",{want.language}," in one.languages)
        and (not want.country or want.country == one.place[0])
        and (not want.region or want.region == one.place[1])
        and asked <= one.answers
        and all(part in one.words for part in parts)
        and (not want.open or is_open(one.hours, one.time_zone, moment))
    ]


def services_in_order(ids: Sequence[int]) -> list[Service]:
    """The rows of published entries, in this order."""
    rows = {row.pk: row for row in published_services().filter(pk__in=list(ids))}
    return [rows[pk] for pk in ids if pk in rows]


@made_once(20)
def _every_service(language: str) -> list[_Listed]:
    """All of them by name, made once for each version of the content and language."""
    rows = sorted(published_services(), key=lambda row: (fold(row.name), row.pk))
    return [
        _Listed(
            pk=row.pk,
            words=_words(row),
            kinds=row.kinds,
            languages=row.languages,
            place=(row.country, row.region),
            answers=frozenset((fact.question, fact.answer) for fact in row.facts.all()),
            hours=content_of(row).hours,
            time_zone=row.time_zone,
        )
        for row in rows
    ]


def published_services() -> QuerySet[Service]:
    """Entries that everybody may see."""
    return Service.objects.filter(published=True).prefetch_related("openings", "facts")


@made_once(1)
def published_places() -> list[tuple[str, list[str]]]:
    """Countries of published entries, each with the regions named there."""
    regions_of: dict[str, set[str]] = {}
    rows = Service.objects.filter(published=True).values_list("country", "region")
    for country, region in rows.distinct():
        if country:
            regions_of.setdefault(country, set()).update({region} - {""})
    return [(country, sorted(regions, key=fold)) for country, regions in regions_of.items()]


@made_once(1)
def spoken_languages() -> set[str]:
    """Languages spoken in any published entry."""
    rows = Service.objects.filter(published=True).values_list("languages", flat=True).distinct()
    return {code for joined in rows for code in split_codes(joined)}


def is_open_now(service: Service, moment: datetime.datetime) -> bool:
    """Whether it is open at `moment`, by its own clock."""
    return is_open(content_of(service).hours, service.time_zone, moment)


def _words(service: Service) -> str:
    kinds = " ".join(
        str(Kind(kind).label) for kind in split_codes(service.kinds) if kind in Kind.values
    )
    texts = (service.name, service.organisation, service.description, service.city, service.region)
    return fold(" ".join((*texts, kinds)))
