"""What organisations filled into a page's LOCAL blocks, for the one country a reader chose."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from resources.freshness import is_old
from resources.pages.models import LocalNote, Page
from resources.pages.presentation import NotesByKey, RenderedNote
from resources.text.markdown import render
from safety_app.locales.collation import sort_key
from safety_app.locales.countries import country_name, is_country
from safety_app.locales.page_languages import direction


@dataclass(frozen=True)
class NotesForCountry:
    """The notes of one country, and which countries a reader can choose from.

    `choices` are (code, name) by name, the chosen one among them; empty where there is no choice.
    """

    country: str
    name: str
    notes: NotesByKey
    choices: tuple[tuple[str, str], ...]


def notes_for_country(
    page: Page, language: str, wanted: str, today: datetime.date
) -> NotesForCountry:
    """The notes of the `wanted` country (a code; anything else means the site's own).

    A page of one country has only its own. However many countries have notes, one is shown.
    """
    rows = [row for row in page.local_notes.all() if is_country(row.country)]
    country = page.country or _country(wanted)
    there = {row.country for row in rows}
    named = {code: country_name(code, language) for code in there | {country}}
    can_choose = not page.country and bool(there - {country})
    return NotesForCountry(
        country=country,
        name=named[country],
        notes=_notes_by_key((row for row in rows if row.country == country), page, language, today),
        choices=_by_name(named, language) if can_choose else (),
    )


def _by_name(named: dict[str, str], language: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(named.items(), key=lambda pair: sort_key(pair[1], language)))


def _country(wanted: str) -> str:
    code = wanted.strip().upper()
    return code if is_country(code) else settings.HOME_COUNTRY


def _notes_by_key(
    rows: Iterable[LocalNote], page: Page, language: str, today: datetime.date
) -> NotesByKey:
    """One a key: in the reader's language, else in the page's own, else in any."""
    order = {language: 0, page.source_language: 1}
    best_last = sorted(
        rows, key=lambda row: (order.get(row.language, 2), row.language), reverse=True
    )
    return {row.key: _rendered_note(row, language, today) for row in best_last}


def _rendered_note(row: LocalNote, language: str, today: datetime.date) -> RenderedNote:
    runs = direction(row.language)
    foreign = row.language != language
    return RenderedNote(
        html=render(row.text, rtl=runs == "rtl"),
        checked=row.checked,
        old=is_old(row.checked, today),
        language=row.language if foreign else "",
        direction=runs if foreign else "",
    )
