"""Filters that every template has: days and labels as each language writes them."""

import datetime

from django import template
from django.utils.html import format_html

from safety_app.locales import inventory, phrases

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


@register.filter
def inventory_text(text: str) -> str:
    """Why a column exists, in the page's language; else in English, marked as English."""
    found = inventory.shown(text)
    if not found.language:
        return found.words
    return format_html('<span lang="{}" dir="ltr">{}</span>', found.language, found.words)
