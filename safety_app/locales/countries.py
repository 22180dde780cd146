"""Countries (ISO 3166-1 alpha-2), named in the reader's language. Names come from Babel."""

from __future__ import annotations

import unicodedata
from functools import cache

import phonenumbers

from safety_app.locales.collation import sort_key
from safety_app.locales.languages import locale_of

# Inhabited, and without telephone numbers of their own.
_MORE = frozenset({"PN"})
COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS) | _MORE


def is_country(code: str) -> bool:
    """Whether `code` is that of a country or territory where people live."""
    return code in COUNTRIES


def country_name(code: str, language: str) -> str:
    """A country's name in `language`, with a capital; the code when Babel knows none."""
    return _names(language).get(code) or code[:1].upper() + code[1:]


@cache
def _names(language: str) -> dict[str, str]:
    territories = locale_of(language).territories
    return {code: name[:1].upper() + name[1:] for code, name in territories.items()}


def countries(language: str) -> list[tuple[str, str]]:
    """All countries and territories as (code, name in `language`), sorted by name."""
    return list(_countries(language))


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    named = ((code, country_name(code, language)) for code in COUNTRIES)
    return tuple(sorted(named, key=lambda pair: sort_key(pair[1], language)))


def country_called(name: str, language: str) -> str:
    """The code of the country that `name` is in `language` or in English, or whose code it is.

    Capitals and accents do not matter. Empty if there is none.
    """
    if is_country(name.upper()):
        return name.upper()
    return _codes(language).get(_plain(name)) or _codes("en").get(_plain(name), "")


@cache
def _codes(language: str) -> dict[str, str]:
    return {_plain(name): code for code, name in _countries(language)}


def _plain(name: str) -> str:
    parted = unicodedata.normalize("NFKD", name.casefold())
    return "".join(filter(str.isalnum, parted))
