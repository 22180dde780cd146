"""Countries and regions as choices."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext

from safety_app.locales.countries import countries, is_country
from safety_app.locales.regions import (
    NOT_SURE,
    ONLINE,
    coarse,
    country_of,
    region_name,
    regions,
)

Choice = tuple[str, str]
_MOST_REGIONS = 40


class RegionField(forms.ChoiceField):
    """A coarse region; a finer code ("FR-75") becomes the region that contains it."""

    def to_python(self, value: Any) -> str:
        """The key of the coarse region."""
        return coarse_or_same(super().to_python(value))


def coarse_or_same(code: str) -> str:
    """The coarse region that contains a code; anything else is returned unchanged."""
    try:
        return coarse(code)
    except ValueError:
        return code


def country_choices(language: str, chosen: str = "", *, every: bool = True) -> list[Choice]:
    """(ISO 3166-1 alpha-2, name) by name; with `every` false those nearby and the chosen one."""
    near = {*settings.NEAR_COUNTRIES, chosen}
    return [choice for choice in countries(language) if every or choice[0] in near]


def region_choices(country: str, language: str) -> list[Choice]:
    """(key, name) of a country's regions between "online" and "not sure"."""
    return [
        *regions(country, language),
        (ONLINE, gettext("Online, nowhere in particular")),
        (NOT_SURE, gettext("Not sure")),
    ]


def region_options(
    country: str, chosen: tuple[str, ...], language: str
) -> list[tuple[str, str, bool]]:
    """(key, name, whether chosen) of a country's regions, after chosen ones of other countries."""
    listed = region_choices(country, language)
    here = {code for code, _name in listed}
    elsewhere = [(code, region_name(code, language)) for code in chosen if code not in here]
    return [(code, name, code in chosen) for code, name in [*elsewhere, *listed]]


def coarse_regions(codes: Iterable[str]) -> tuple[str, ...]:
    """The coarse regions of at most 40 codes, each once; unknown codes are left out."""
    regions: dict[str, None] = {}
    for code in islice(codes, _MOST_REGIONS):
        with suppress(ValueError):
            regions[coarse(code)] = None
    return tuple(regions)


def country_meant(region: str, chosen: str | None) -> str:
    """The country whose regions to offer: the chosen one, the region's own, or ours.

    `chosen` is None if the form did not ask for a country.
    """
    if chosen is not None and is_country(chosen):
        return chosen
    country = country_of(coarse_or_same(region))
    return country if chosen is None and is_country(country) else settings.HOME_COUNTRY
