"""A member's own country and regions: the list of notes begins with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alerts.content import CODE_LIMIT
from alerts.report.places import coarse_regions
from safety_app.accounts.keys import personal_settings
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.countries import is_country
from safety_app.vault import shapes

MOST_REGIONS = 12
_NAME = "places"

_code = shapes.text(CODE_LIMIT)
_fields = shapes.fields({"country": _code, "regions": shapes.listed(_code, MOST_REGIONS)})


@dataclass(frozen=True)
class OwnPlaces:
    """`country` is ISO 3166-1 alpha-2, or empty; `regions` are keys of coarse regions."""

    country: str = ""
    regions: tuple[str, ...] = ()


def own_places(content: dict[str, Any]) -> OwnPlaces:
    """The places in somebody's personal settings; what is no place any more is left out."""
    try:
        kept = _fields(content.get(_NAME))
    except shapes.Malformed:
        return OwnPlaces()
    country, regions = kept["country"], coarse_regions(kept["regions"])
    return OwnPlaces(country if is_country(country) else "", regions[:MOST_REGIONS])


def save(ring: KeyRing, member_id: int, places: OwnPlaces) -> None:
    """Keep these places instead of the ones before."""
    kept = {"country": places.country, "regions": list(places.regions[:MOST_REGIONS])}
    personal_settings.change(ring, member_id, lambda content: {**content, _NAME: kept})
