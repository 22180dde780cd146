"""Filters that every template has: days and labels as each language writes them."""

import datetime

from django import template

from safety_app.locales import phrases

register = template.Library()


@register.filter
def long_date(day: datetime.date | None) -> str:
    """ "29 November 2026"; nothing for no day."""
    return phrases.long_date(day) if day else ""


@register.filter
def short_date(day: datetime.date | None) -> str:
    """ "29 Nov 2026"; nothing for no day."""
    return phrases.short_date(day) if day else ""


@register.filter
def labelled(label: object, value: object) -> str:
    """ "Label: value", which the template then escapes as a whole."""
    return phrases.label_value(label, value)


@register.filter
def listed(words: list[str]) -> str:
    """ "red, green and blue"."""
    return phrases.join_words(words)
