"""Languages as Babel knows them."""

from __future__ import annotations

from functools import cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import to_locale


@cache
def locale_of(language: str) -> Locale:
    """Babel's data for a language of the site ("pt-br"); English for one it does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def language_name(code: str, shown_in: str) -> str:
    """The name of a language in the language of the page; the code when nobody has a name.

    Where a variant has no name of its own, it is put together: "Português (Brasil)".
    """
    shown = locale_of(shown_in)
    known = to_locale(code)
    if known in shown.languages:
        return str(shown.languages[known])
    if "_" in known and is_language(code):
        return str(locale_of(code).get_display_name(shown) or code)
    return code


def language_label(code: str, shown_in: str) -> str:
    """The same as a line of its own begins: with a capital, where the script has them."""
    name = language_name(code, shown_in)
    return name[:1].upper() + name[1:]


def is_language(code: str) -> bool:
    """Whether Babel has a name for this code."""
    return to_locale(code) in locale_of("en").languages
