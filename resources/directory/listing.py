"""Which published entries match a filter, sorted by name and nothing else."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from resources.directory.content import content_of
from resources.directory.hours import is_open
from resources.directory.models import Fact, Service, split_codes
from resources.directory.vocabulary import Answer, Kind
from resources.text.text_normalise import fold
from safety_app.locales.countries import is_country
from safety_app.locales.languages import is_language

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


def find_services(want: Filter, moment: datetime.datetime) -> list[Service]:
    """Published entries that match, sorted by name, with openings and facts fetched."""
    rows = published_services().filter(_narrowed(want))
    for name in want.ticks:
        for question, answer in TICKS[name].items():
            answered = Fact.objects.filter(service=OuterRef("pk"), question=question, answer=answer)
            rows = rows.filter(Exists(answered))
    services = [row for row in rows if _has_words(row, fold(want.q).split())]
    if want.open:
        services = [row for row in services if is_open_now(row, moment)]
    return sorted(services, key=lambda row: (fold(row.name), row.pk))


def published_services() -> QuerySet[Service]:
    """Entries that everybody may see."""
    return Service.objects.filter(published=True).prefetch_related("openings", "facts")


def published_places() -> list[tuple[str, list[str]]]:
    """Countries of published entries, each with the regions named there."""
    regions_of: dict[str, set[str]] = {}
    rows = Service.objects.filter(published=True).values_list("country", "region")
    for country, region in rows.distinct():
        if country:
            regions_of.setdefault(country, set()).update({region} - {""})
    return [(country, sorted(regions, key=fold)) for country, regions in regions_of.items()]


def spoken_languages() -> set[str]:
    """Languages spoken in any published entry."""
    rows = Service.objects.filter(published=True).values_list("languages", flat=True).distinct()
    return {code for joined in rows for code in split_codes(joined)}


def is_open_now(service: Service, moment: datetime.datetime) -> bool:
    """Whether it is open at `moment`, by its own clock."""
    return is_open(content_of(service).hours, service.time_zone, moment)


def _narrowed(want: Filter) -> Q:
    narrowed = Q()
    if want.kind:
        narrowed &= Q(kinds__contains=f",{want.kind},")
    if want.language:
        narrowed &= Q(languages__contains=f",{want.language},")
    if want.country:
        narrowed &= Q(country=want.country)
    if want.region:
        narrowed &= Q(region=want.region)
    return narrowed


def _has_words(service: Service, parts: list[str]) -> bool:
    if not parts:
        return True
    kinds = " ".join(
        str(Kind(kind).label) for kind in split_codes(service.kinds) if kind in Kind.values
    )
    texts = (service.name, service.organisation, service.description, service.city, service.region)
    whole = fold(" ".join((*texts, kinds)))
    return all(part in whole for part in parts)
