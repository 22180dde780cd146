"""Filters that every template has: days and labels as each language writes them."""

import datetime

from django import template
from django.utils.html import format_html, format_html_join

from safety_app.locales import inventory, phrases
from safety_app.locales.catalogue_checks import PLACEHOLDER

register = template.Library()
_APART = '<bdi dir="ltr">{}</bdi>'


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
def signs_apart(text: str, direction: str) -> str:
    """A text of the catalogue whose placeholders read as they are typed, in any direction."""
    if direction == "ltr":
        return text
    signs = [*PLACEHOLDER.findall(text), ""]
    pieces = zip(PLACEHOLDER.split(text), signs, strict=True)
    return format_html_join(
        "", "{}{}", ((piece, sign and format_html(_APART, sign)) for piece, sign in pieces)
    )


@register.filter
def inventory_text(text: str) -> str:
    """Why a column exists, in the page's language; else in English, marked as English."""
    found = inventory.shown(text)
    if not found.language:
        return found.words
    return format_html('<span lang="{}" dir="ltr">{}</span>', found.language, found.words)
