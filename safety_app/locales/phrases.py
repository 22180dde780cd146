"""Words put together as each language does it: lists, a label before its value, days.

Templates have the same as filters (`safety_app/template_filters.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import reduce

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.lists import format_list
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from safety_app.locales.languages import locale_of


def join_words(words: Iterable[object]) -> str:
    """A list of equals, without the empty ones: "red, green and blue"."""
    shown = [str(word) for word in words if word]
    return str(format_list(shown, "standard", locale=_locale()))


def join_signs(signs: Iterable[str]) -> str:
    """A list of numbers, addresses or placeholders, each as it is typed: "72, 1.5 and %(day)s".

    Among words from right to left each is kept apart, or its parts would change places.
    """
    apart = "\u2066{}\u2069" if get_language_bidi() else "{}"
    return join_words(map(apart.format, signs))


def join_facts(facts: Iterable[object]) -> str:
    """Unlike things side by side, without the empty ones: "yesterday · evening"."""
    return " · ".join(str(fact) for fact in facts if fact)


def join_places(places: Iterable[object]) -> str:
    """From the smaller to the larger, without the empty ones: "Nantes, France"."""
    shown = [str(place) for place in places if place]
    # Translators: a place within a larger one, such as “Nantes, France”.
    pattern = _("%(smaller)s, %(larger)s")
    return reduce(lambda one, other: pattern % {"smaller": one, "larger": other}, shown or [""])


def label_value(label: object, value: object) -> str:
    """A label and what it labels; French, for one, has a space before the colon."""
    # Translators: a label before its value, such as “Title: the text is too long”.
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def long_date(day: datetime.date) -> str:
    """ "29 November 2026". It can end with a full stop, so none may follow it."""
    return str(format_date(day, "long", locale=_locale()))


def short_date(day: datetime.date) -> str:
    """ "29 Nov 2026", where there is little room."""
    return str(format_date(day, "medium", locale=_locale()))


def month_range(first: datetime.date, last: datetime.date) -> str:
    """ "October–December 2026"."""
    return str(format_interval(first, last, "yMMMM", locale=_locale()))


def month_and_year(day: datetime.date) -> str:
    """ "October 2026"."""
    return str(format_skeleton("yMMMM", day, locale=_locale()))


def _locale() -> Locale:
    language = get_language() or "en"
    # The site's English is British, as its spelling is.
    return locale_of("en-GB" if language == "en" else language)
