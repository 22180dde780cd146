"""Cards and long lists of options, put together here: a template would take forty nodes for each.

Everything that comes in is escaped. What somebody chose or wrote is kept in no cache.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from html import escape
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alerts.cards import CardRow
from alerts.check.paste import PARTIAL
from alerts.content import Card
from alerts.presentation import level_of, place_words
from alerts.report.places import country_choices, region_choices
from alerts.vocabulary.choices import KINDS, SETTINGS, WHAT, WHAT_LABELS
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.locales.interface_texts import text_cache
from safety_app.locales.regions import region_name
from safety_app.template_tags import rendered

Pairs = tuple[tuple[str, str], ...]

_DOT = " · "
_CODE = re.compile(r"[\w-]+", re.ASCII)


def card_html(
    url: str, row: CardRow, card: Card, *, others: int, is_own: bool, language: str
) -> SafeString:
    """An alert as one link, with what a list shows of it. `others` confirmed it, besides."""
    day = today()
    level = level_html(level_of(card), language)
    what = _DOT.join([_what_words(language).get(key, key) for key in card.what])
    place = _DOT.join(place_words(card, language))
    masked = "".join([f"<bdi>{escape(shown)}</bdi>" for _kind, shown in card.masked])
    notes = _notes(row, card, max(others, card.at_least), _words(language), is_own=is_own)
    return mark_safe(  # noqa: S308  # nosec B308 B703 (all of it is escaped, or our own template)
        f'<a class="card" href="{escape(url)}">'
        f"<span>{level} <small>{escape(age_words(row.day, day))}</small></span>"
        f"<b>{escape(what)}</b><span>{escape(place)}</span>"
        f"{f'<span>{masked}</span>' if masked else ''}<small>{escape(_DOT.join(notes))}</small></a>"
    )


def level_html(level: int, language: str) -> SafeString:
    """A level as its shape and its word."""
    return rendered("partials/level.html", language, (("level", level),))


class _Words(NamedTuple):
    """What a card can say of its alert, in one language."""

    own: str
    reviewed: str
    unreviewed: str
    shared: str
    on_behalf: str


@text_cache(100)
def _words(language: str) -> _Words:
    return _Words(
        own=pgettext("note", "yours"),
        reviewed=pgettext("note", "reviewed"),
        unreviewed=pgettext("note", "not reviewed yet"),
        shared=_("from another network"),
        on_behalf=_("written through an organisation"),
    )


@text_cache(100)
def _what_words(language: str) -> Mapping[str, str]:
    """What can have happened, in words."""
    return {key: str(label) for key, label in WHAT_LABELS.items()}


def _notes(row: CardRow, card: Card, others: int, words: _Words, *, is_own: bool) -> Iterable[str]:
    """What is known of the alert itself, in a few words each."""
    if is_own:
        yield words.own
    if others:
        counted = (
            ngettext("at least %(number)s other", "at least %(number)s others", others)
            if card.at_least
            else ngettext("%(number)s other", "%(number)s others", others)
        )
        yield "✓ " + counted % {"number": others}
    yield words.reviewed if row.state == "reviewed" else words.unreviewed
    if card.shared:
        yield words.shared
    if card.on_behalf:
        yield words.on_behalf
    yield expires_words(row.expires, today())


def what_html(nuisance: bool, chosen: str, language: str) -> SafeString:
    """What can have happened, as options of a filter."""
    return _options(_what_pairs(nuisance, language), {chosen})


def settings_html(chosen: str, language: str) -> SafeString:
    """Kinds of places, as options of a filter."""
    return _options(_setting_pairs(language), {chosen})


def regions_html(country: str, chosen: tuple[str, ...], language: str) -> SafeString:
    """A country's regions as options, after chosen ones of other countries."""
    listed = _region_pairs(country, language)
    here = {code for code, _name in listed}
    elsewhere = _escaped((code, region_name(code, language)) for code in chosen if code not in here)
    return _options((*elsewhere, *listed), chosen)


def towns_html(named: Sequence[str], chosen: str) -> SafeString:
    """Towns, which people typed, as options of a filter; the chosen one always among them."""
    listed = named if chosen in named or not chosen else [chosen, *named]
    option, selected = '<option value="{0}">{0}', '<option value="{0}" selected>{0}'
    pairs = [(selected if town == chosen else option, town) for town in listed]
    return format_html_join("", "{}", ((format_html(form, town),) for form, town in pairs))


def countries_html(chosen: str, language: str, *, every: bool, nearby: bool = True) -> SafeString:
    """Countries as options: every one, or those nearby and the chosen one, or that one alone."""
    choices = country_choices(language, chosen, every=every)
    if not (every or nearby):
        choices = [choice for choice in choices if choice[0] == chosen]
    return _options(_escaped(choices), {chosen})


def kinds_html(chosen: str, language: str, ruled_out: Container[str] = ()) -> SafeString:
    """What a line of a check can be, as options; the chosen one always."""
    pairs = _kind_pairs(language)
    possible = tuple(pair for pair in pairs if pair[0] not in ruled_out or pair[0] == chosen)
    return _options(possible, {chosen})


def ruled_out(typed: str) -> set[str]:
    """Kinds that a line cannot be. Twenty lists of all of them would be a third of the page."""
    out = set() if "*" in typed or "…" in typed else {"partial"}
    if not any(map(str.isalpha, typed)):
        out |= {"email", "name"}
        # People write telephone numbers in groups, and no site lets a user name have spaces.
        if " " in typed:
            out.add("username")
    return out


def _options(pairs: Pairs, chosen: Container[str]) -> SafeString:
    """Options from escaped values and names; values are codes, which need no quotes."""
    return mark_safe(  # noqa: S308  # nosec B308 B703 (see `_escaped`)
        "".join(
            [
                f"<option value={value}{' selected' if value in chosen else ''}>{name}"
                for value, name in pairs
            ]
        )
    )


def _escaped(choices: Iterable[tuple[str, object]]) -> Pairs:
    """Values and escaped names; a value that is no code is left out."""
    return tuple((value, escape(str(label))) for value, label in choices if _CODE.fullmatch(value))


@text_cache(100)
def _what_pairs(nuisance: bool, language: str) -> Pairs:
    groups = [group for group in WHAT if nuisance or group.key != "nuisance"]
    return _escaped(term for group in groups for term in group.terms)


@text_cache(100)
def _setting_pairs(language: str) -> Pairs:
    return _escaped(SETTINGS)


@text_cache(100)
def _kind_pairs(language: str) -> Pairs:
    return _escaped((*KINDS, (PARTIAL, _("Part of a plate"))))


@text_cache(1_000)
def _region_pairs(country: str, language: str) -> Pairs:
    return _escaped(region_choices(country, language))
