"""What organisations fill into a page's open places: law, numbers and addresses of one country.

A note belongs to the organisation that wrote it. Others leave it alone, unless that organisation
is gone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from safety_app.privacy.text_fields import PlainText

LONGEST = 2_000


@dataclass(frozen=True)
class OpenPlace:
    """An open place of a page, its question as it is asked on the site, and what fills it."""

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
    found: dict[str, tuple[SafeString, str]] = {}
    for _role, texts, chosen in shown_texts(page, language):
        source = parse(texts.source.text)
        if source.kind == "local" and source.label not in found:
            runs = direction(chosen.language)
            html = render(parse(chosen.text).markdown, rtl=runs == "rtl")
            found[source.label] = (html, text_block(chosen, language).language)
    return found


def open_places(
    page: Page, organisation: int, country: str, language: str, shown_in: str
) -> list[OpenPlace]:
    """The open places of a page with their notes for one country and language."""
    rows = page.local_notes.filter(country=country, language=language)
    notes = {note.key: note for note in rows}
    here = set(Organisation.objects.values_list("pk", flat=True))
    found = []
    for key, (question, foreign) in open_questions(page, shown_in).items():
        note = notes.get(key)
        found.append(
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
    return found


def note_digest(note: LocalNote | None) -> str:
    """32 hex digits of a note's text, or nothing."""
    return digest(note.text) if note else ""


class LocalNotesForm(forms.Form):
    """A text and a tick for each place that is ours; named by key."""

    def __init__(self, typed: QueryDict | None, places: Iterable[OpenPlace], language: str) -> None:
        """`language` is the one the notes are written in."""
        numbered = {place.key: (number, place) for number, place in enumerate(places, 1)}
        self.places = {key: place for key, (_number, place) in numbered.items() if place.may_edit}
        initial = {
            f"text_{key}": place.note.text for key, place in self.places.items() if place.note
        }
        super().__init__(typed, initial=initial)
        for key in self.places:
            self.fields[f"text_{key}"] = PlainText(
                longest=LONGEST,
                lines=True,
                label=_("What is true here: %(key)s") % {"key": numbered[key][0]},
                help_text=gettext_lazy("Empty it to take it off the page."),
            )
            written_in = {"lang": language, "dir": direction(language)}
            self.fields[f"text_{key}"].widget.attrs |= written_in
            self.fields[f"checked_{key}"] = forms.BooleanField(
                required=False, label=gettext_lazy("I checked today that this is true")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for key, place in self.places.items():
            text = cleaned.get(f"text_{key}")
            if text is None or not self._was_sent(key):
                continue
            old = place.note.text if place.note else ""
            if text == old:
                continue
            if self.data.get(f"seen_{key}", "") != place.seen:
                words = _("Somebody changed this meanwhile. It now says: %(text)s")
                self.add_error(f"text_{key}", words % {"text": old or "—"})
            elif text and not cleaned[f"checked_{key}"]:
                words = _(
                    "Check it first: call the number, ask the place. Then tick that you have."
                )
                self.add_error(f"text_{key}", words)
        return cleaned

    def typed(self) -> dict[str, tuple[str, bool]]:
        """What was typed into each place, and whether it was checked."""
        return {
            key: (self.cleaned_data[f"text_{key}"], self.cleaned_data[f"checked_{key}"])
            for key in self.places
            if self._was_sent(key)
        }

    def _was_sent(self, key: str) -> bool:
        """Whether the form held this place at all: a part of a form empties nothing."""
        return f"text_{key}" in self.data


def save_notes(
    page: Page, form: LocalNotesForm, organisation: int, country: str, language: str
) -> None:
    """Store what was typed. Inside the transaction in which the places were read."""
    gone = False
    for key, (text, checked) in form.typed().items():
        note = form.places[key].note
        if note is None:
            if text:
                LocalNote.objects.create(
                    page=page,
                    key=key,
                    country=country,
                    language=language,
                    text=text,
                    checked=today(),
                    owner=organisation,
                )
        elif not text:
            note.delete()
            gone = True
        elif text != note.text or checked:
            gone = gone or text != note.text
            note.text, note.checked, note.owner = text, today(), organisation
            note.save()
    if gone:
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
    """Pages that `pages_with_texts` fetched and that have open places; what is old comes first."""
    found = []
    for page in pages:
        keys = open_questions(page, language)
        if not keys or (page.country and page.country != country):
            continue
        notes = list(page.local_notes.filter(country=country, key__in=keys))
        title = next((chosen.text for _r, _t, chosen in shown_texts(page, language)), "")
        old = {note.key for note in notes if is_old(note.checked, day)}
        empty = len(keys) - len({note.key for note in notes})
        found.append(PlacesSummary(page, title, len(keys), empty, len(old)))
    return sorted(found, key=lambda one: (not one.old, not one.empty, one.page.number))
