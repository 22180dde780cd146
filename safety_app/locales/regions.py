"""Coarse regions of countries, named in the reader's language.

A region's key is an ISO 3166-2 code of a country's first level ("FR-IDF"), the country's own code
where there are no such regions ("MC", "GP"), ONLINE or NOT_SURE. Names of subdivisions come from
an extract of Unicode CLDR (see data/README.md), read once, on first use.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext, override, pgettext

from safety_app.locales.collation import sort_key
from safety_app.locales.countries import COUNTRIES, country_name

ONLINE = "online"
NOT_SURE = "not-sure"

_DATA = Path(__file__).with_name("data") / "subdivisions.json"


class _Extract(NamedTuple):
    """The data file: regions by country, finer code → its region, names joined by country."""

    regions: dict[str, list[str]]
    inside: dict[str, str]
    names: dict[str, dict[str, str]]


def regions(country: str, language: str) -> list[tuple[str, str]]:
    """The coarse regions of `country` as (key, name in `language`), sorted by name.

    The country itself, alone, where it has none; nothing for an unknown country.
    """
    if country not in COUNTRIES:
        return []
    language = _language(language)
    codes = _extract().regions.get(country, [country])
    named = [(code, region_name(code, language)) for code in codes]
    return sorted(named, key=lambda pair: sort_key(pair[1], language))


def region_name(code: str, language: str) -> str:
    """The name of a region or country in `language`, else in English; an unknown code as it is.

    A finer code gives the name of the region it lies in.
    """
    language = _language(language)
    if code in (ONLINE, NOT_SURE):
        with override(language.lower()):
            return pgettext("region", "Online") if code == ONLINE else gettext("Not sure")
    try:
        code = coarse(code)
    except ValueError:
        return code
    if code in COUNTRIES:
        return country_name(code, language)
    return _own_name(code, language) or _own_name(code, "en") or code


def coarse(code: str) -> str:
    """The region that any known ISO 3166 code lies in: FR-75 → FR-IDF, FR-971 → GP.

    Countries, ONLINE and NOT_SURE are given back unchanged. Raises ValueError for anything else.
    """
    if code in (ONLINE, NOT_SURE) or code in COUNTRIES:
        return code
    region = _extract().inside.get(code)
    if region is None:
        raise ValueError("unknown region code")
    return region


def country_of(code: str) -> str:
    """The country (ISO 3166-1 alpha-2) of a region's key; empty for ONLINE and NOT_SURE."""
    return "" if code in (ONLINE, NOT_SURE) else code[:2]


@cache
def _extract() -> _Extract:
    data = json.loads(_DATA.read_text(encoding="utf-8"))
    own = {country: codes.split() for country, codes in data["top"].items()}
    inside = {code: code for codes in own.values() for code in codes}
    for region, codes in data["inside"].items():
        inside.update(dict.fromkeys(codes.split(), region))
    return _Extract(own, inside, data["names"])


def _own_name(code: str, language: str) -> str:
    """The subdivision's name from the extract; empty where this language has none."""
    extract = _extract()
    joined = extract.names.get(language, {}).get(code[:2], "")
    names = joined.split("|") if joined else []
    place = extract.regions[code[:2]].index(code)
    return names[place] if names else ""


def _language(language: str) -> str:
    """`language` as the extract spells it ("pt-br" → "pt-BR"); "en" for one it does not have."""
    wanted = language.replace("_", "-").casefold()
    known = _extract().names
    exact = next((name for name in known if name.casefold() == wanted), "")
    base = wanted.split("-", 1)[0]
    return exact or next((name for name in known if name.split("-", 1)[0] == base), "en")
