"""Languages as Babel knows them."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError


@cache
def locale_of(language: str) -> Locale:
    """Babel's data for a language of the site ("pt-br"); English for one it does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def language_name(code: str, shown_in: str) -> str:
    """The name of a language in the language of the page; the code when nobody has a name."""
    return str(locale_of(shown_in).languages.get(code.replace("-", "_"), code))


def language_label(code: str, shown_in: str) -> str:
    """The same as a line of its own begins: with a capital, where the script has them."""
    name = language_name(code, shown_in)
    return name[:1].upper() + name[1:]


def is_language(code: str) -> bool:
    """Whether Babel has a name for this code."""
    return code.replace("-", "_") in locale_of("en").languages
