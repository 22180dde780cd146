"""The form of a page: what an editor types becomes a Content.

Only what could not be stored is an error here; what keeps a text from being published stands in
`checks`, so that a draft can be saved at any time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from resources.pages.editing.content import FIELD_NAMES, NEVER_CHECKED, PageContent
from resources.pages.editing.local_notes import LONGEST_NOTE, OpenPlace
from resources.pages.models import Topic
from safety_app.locales.countries import countries, is_country
from safety_app.locales.dates import today
from safety_app.locales.page_languages import direction, shown_in
from safety_app.privacy.text_fields import PlainText

LONGEST = {"title": 120, "answer": 300, "keywords": 600, "body": 40_000}
MOST_SOURCES = 40
# Characters of a source's name, address and date.
SOURCE_LONGEST = (200, 300, 20)
# What is typed in the language of the original; labels and hints are in the reader's own.
IN_ORIGINAL = ("title", "answer", "keywords", "body", "sources", "change_note")
_WEB = URLValidator(["http", "https"])


class PageForm(forms.Form):
    """A page's original."""

    title = PlainText(longest=LONGEST["title"], label=pgettext_lazy("of a page", "Title"))
    answer = PlainText(
        longest=LONGEST["answer"],
        lines=True,
        label=gettext_lazy("Answer in one sentence"),
        help_text=gettext_lazy("What someone needs to know first."),
    )
    keywords = PlainText(
        longest=LONGEST["keywords"],
        lines=True,
        label=gettext_lazy("Search words"),
        help_text=gettext_lazy(
            "Other words people look for, with commas between them. They find the page and are "
            "shown nowhere."
        ),
    )
    body = PlainText(longest=LONGEST["body"], lines=True, label=pgettext_lazy("of a page", "Text"))
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), choices=Topic.choices)
    country = forms.ChoiceField(required=False, label=gettext_lazy("Country"))
    urgent = forms.BooleanField(
        required=False,
        label=gettext_lazy("Urgent help"),
        help_text=gettext_lazy("It then comes first on the first screen."),
    )
    sources = PlainText(
        longest=MOST_SOURCES * sum(SOURCE_LONGEST),
        lines=True,
        label=gettext_lazy("Sources"),
        help_text=gettext_lazy("One a line: name | address | date. The last two may be missing."),
    )
    checked_today = forms.BooleanField(
        required=False, label=gettext_lazy("I checked today that all of it is still true")
    )
    change_note = PlainText(
        longest=200,
        label=gettext_lazy("What changed, in one line"),
        help_text=gettext_lazy("Everyone can read it."),
    )
    correction = forms.BooleanField(
        required=False,
        label=gettext_lazy("Urgent correction: older translations give way to the original"),
    )

    def __init__(self, typed: QueryDict | None, *, language: str, now: PageContent | None):
        """`language` is the original's, `now` what there is to go on working from."""
        self.now = now
        given = {name: getattr(now, name) for name in FIELD_NAMES} if now else {}
        super().__init__(typed, initial=given)
        codes = [("", _("Everywhere")), *countries(shown_in())]
        if now and now.country and not is_country(now.country):
            codes.append((now.country, now.country))
        self.fields["country"].choices = codes  # type: ignore[attr-defined]
        for name in IN_ORIGINAL:
            self.fields[name].widget.attrs |= {"lang": language, "dir": direction(language)}

    def clean_answer(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["answer"]).split())

    def clean_keywords(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["keywords"]).split())

    def clean_sources(self) -> str:
        """Tidy lines. Raises ValidationError that names each line that is not right."""
        lines = [line for line in str(self.cleaned_data["sources"]).split("\n") if line.strip()]
        if len(lines) > MOST_SOURCES:
            raise ValidationError(
                ngettext(
                    "At most %(most)s source fits here.",
                    "At most %(most)s sources fit here.",
                    MOST_SOURCES,
                ),
                params={"most": MOST_SOURCES},
            )
        wrong = [
            _("Line %(line)s: %(what)s") % {"line": number, "what": what}
            for number, line in enumerate(lines, 1)
            if (what := _source_problem(line))
        ]
        if wrong:
            raise ValidationError(wrong)
        return "\n".join(" | ".join(_parts(line)).rstrip(" |") for line in lines)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            checked = self.now.checked if self.now else NEVER_CHECKED
            if cleaned["checked_today"]:
                checked = today()
            names = [name for name in FIELD_NAMES if name != "checked"]
            self.content = PageContent(checked=checked, **{name: cleaned[name] for name in names})
        return cleaned


class SendBackForm(forms.Form):
    """Why something goes back."""

    why = PlainText(
        longest=200,
        label=gettext_lazy("What has to change, in one line"),
        help_text=gettext_lazy("For whoever wrote it. Editors and moderators can read it."),
    )


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
                longest=LONGEST_NOTE,
                lines=True,
                label=_("What is true in our country: %(key)s") % {"key": numbered[key][0]},
                help_text=gettext_lazy("Empty it to remove it from the page."),
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
                words = _("Someone changed this meanwhile. It now says: %(text)s")
                self.add_error(f"text_{key}", words % {"text": old or "—"})
            elif text and not cleaned[f"checked_{key}"]:
                words = _(
                    "Check it first: call the number, ask the place. Then tick that you have."
                )
                self.add_error(f"text_{key}", words)
        return cleaned

    def typed(self) -> list[tuple[OpenPlace, str, bool]]:
        """Each place with what was typed into it, and whether that was checked today."""
        return [
            (place, self.cleaned_data[f"text_{key}"], self.cleaned_data[f"checked_{key}"])
            for key, place in self.places.items()
            if self._was_sent(key)
        ]

    def _was_sent(self, key: str) -> bool:
        """Whether the form held this place at all: a part of a form empties nothing."""
        return f"text_{key}" in self.data


def _parts(line: str) -> list[str]:
    return [" ".join(part.split()) for part in line.split("|")]


def _source_problem(line: str) -> str:
    parts = _parts(line)
    if len(parts) > 3:
        return _("write a name, an address and a date, with | between them.")
    if not parts[0]:
        return _("the name is missing.")
    for part, most in zip(parts, SOURCE_LONGEST, strict=False):
        if len(part) > most:
            return _("“%(start)s…” is too long.") % {"start": part[:20]}
    if len(parts) > 1 and parts[1]:
        try:
            _WEB(parts[1])
        except ValidationError:
            return _("the address is not one that begins with https://.")
    return ""
