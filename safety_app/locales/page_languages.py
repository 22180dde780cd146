"""Languages as shown: which one a page is in, what it calls itself, its direction."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language, get_language_info


def shown_in() -> str:
    """The language of the current response."""
    return get_language() or settings.LANGUAGE_CODE


def for_pages() -> dict[str, str]:
    """What pages are translated into: code and own name, in the operator's order."""
    return dict(settings.PAGE_LANGUAGES)


def is_spoken(language: str) -> bool:
    """Whether the interface itself is in this language, so that readers see pages in it."""
    return language in dict(settings.LANGUAGES)


def direction(language: str) -> str:
    """`rtl` or `ltr`; left to right for a language Django does not know."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def own_name(language: str) -> str:
    """A language's name for itself: from the settings, else from Django, else its code."""
    listed = (settings.ALL_PAGE_LANGUAGES | dict(settings.LANGUAGES)).get(language)
    if listed is not None:
        return listed
    try:
        return str(get_language_info(language)["name_local"])
    except KeyError:
        return language
