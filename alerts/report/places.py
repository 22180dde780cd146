"""Countries and regions as choices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext

from safety_app.locales.countries import countries, is_country
from safety_app.locales.regions import NOT_SURE, ONLINE, coarse, country_of, regions

Choice = tuple[str, str]


class RegionField(forms.ChoiceField):
    """A coarse region; a finer code ("FR-75") is read as the region it lies in."""

    def to_python(self, value: Any) -> str:
        """The key of the coarse region."""
        return coarse_or_same(super().to_python(value))


def coarse_or_same(code: str) -> str:
    """The region that a code lies in; what is no code stays as it is."""
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


def country_meant(region: str, chosen: str | None) -> str:
    """The country whose regions are meant: the chosen one, else the region's own, else ours.

    `chosen` is None when the question of the country was not asked.
    """
    if chosen is not None and is_country(chosen):
        return chosen
    own = country_of(coarse_or_same(region))
    return own if chosen is None and is_country(own) else settings.HOME_COUNTRY
