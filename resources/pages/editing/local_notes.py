"""What organisations fill into a page's open places: law, numbers and addresses of one country.

A note belongs to the organisation that wrote it. Others leave it alone, unless that organisation
is gone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from resources.freshness import is_old
from resources.pages.editing import checks
from resources.pages.models import LocalNote, Page
from resources.pages.presentation import shown_texts, text_block
from resources.text.markdown import render
from resources.text.segments import digest, parse
from safety_app.accounts.models import Organisation
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction
from safety_app.privacy.storage import checkpoint_wal

LONGEST_NOTE = 2_000  # characters


@dataclass(frozen=True)
class OpenPlace:
    """An open place of a page: its question as shown on the site, and the note that fills it."""

    key: str
    question: SafeString
    language: str
    direction: str
    note: LocalNote | None
    may_edit: bool
    is_old: bool
    shown: SafeString
    findings: tuple[checks.Finding, ...]

    @property
    def seen(self) -> str:
        """What a form carries so that it is known which text was seen."""
        return note_digest(self.note)


def open_questions(page: Page, language: str) -> dict[str, tuple[SafeString, str]]:
    """Every open place of a page that `pages_with_texts` fetched: key → (question, language).

    The language is empty where it is the one that was asked for.
    """
    questions: dict[str, tuple[SafeString, str]] = {}
    for _role, texts, chosen in shown_texts(page, language):
        source = parse(texts.source.text)
        if source.kind == "local" and source.label not in questions:
            runs = direction(chosen.language)
            html = render(parse(chosen.text).markdown, rtl=runs == "rtl")
            questions[source.label] = (html, text_block(chosen, language).language)
    return questions


def open_places(
    page: Page, organisation: int, country: str, language: str, shown_in: str
) -> list[OpenPlace]:
    """The open places of a page with their notes for one country and language."""
    rows = page.local_notes.filter(country=country, language=language)
    notes = {note.key: note for note in rows}
    here = set(Organisation.objects.values_list("pk", flat=True))
    places = []
    for key, (question, foreign) in open_questions(page, shown_in).items():
        note = notes.get(key)
        places.append(
            OpenPlace(
                key=key,
                question=question,
                language=foreign,
                direction=direction(foreign) if foreign else "",
                note=note,
                may_edit=note is None or note.owner == organisation or note.owner not in here,
                is_old=note is not None and is_old(note.checked, today()),
                shown=render(note.text, rtl=direction(language) == "rtl")
                if note
                else SafeString(""),
                findings=tuple(checks.check_text(note.text)) if note else (),
            )
        )
    return places


def note_digest(note: LocalNote | None) -> str:
    """32 hex digits of a note's text, or nothing."""
    return digest(note.text) if note else ""


def save_notes(
    page: Page,
    typed: Iterable[tuple[OpenPlace, str, bool]],
    organisation: int,
    country: str,
    language: str,
) -> None:
    """Store the text typed into each place; true where it was checked today.

    Call it inside the transaction in which the places were read.
    """
    overwritten = False
    for place, text, checked in typed:
        note = place.note
        if note is None:
            if text:
                LocalNote.objects.create(
                    page=page,
                    key=place.key,
                    country=country,
                    language=language,
                    text=text,
                    checked=today(),
                    owner=organisation,
                )
        elif not text:
            note.delete()
            overwritten = True
        elif text != note.text or checked:
            overwritten = overwritten or text != note.text
            note.text, note.checked, note.owner = text, today(), organisation
            note.save()
    if overwritten:
        checkpoint_wal()


@dataclass(frozen=True)
class PlacesSummary:
    """A page with open places, and how they stand for one country."""

    page: Page
    title: str
    places: int
    empty: int
    old: int


def summarise_places(
    pages: Iterable[Page], country: str, language: str, day: datetime.date
) -> list[PlacesSummary]:
    """The pages (from `pages_with_texts`) that have open places; those with old notes first."""
    summaries = []
    for page in pages:
        keys = open_questions(page, language)
        if not keys or (page.country and page.country != country):
            continue
        notes = list(page.local_notes.filter(country=country, key__in=keys))
        title = next((chosen.text for _r, _t, chosen in shown_texts(page, language)), "")
        old = {note.key for note in notes if is_old(note.checked, day)}
        empty = len(keys) - len({note.key for note in notes})
        summaries.append(PlacesSummary(page, title, len(keys), empty, len(old)))
    return sorted(
        summaries, key=lambda summary: (not summary.old, not summary.empty, summary.page.number)
    )
