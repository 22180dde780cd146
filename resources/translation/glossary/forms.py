"""The form of a word of the glossary."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resources.translation.glossary.entries import COLUMNS, LONGEST, TermEntry, entry_problems
from safety_app.locales.page_languages import for_pages
from safety_app.privacy.text_fields import PlainText


class TermForm(forms.Form):
    """A word, and what the glossary says about it."""

    source_language = forms.ChoiceField(
        label=gettext_lazy("Language of the word"),
        error_messages={"required": gettext_lazy("Choose a language.")},
    )
    term = PlainText(longest=LONGEST["term"], label=gettext_lazy("The word, as originals have it"))
    language = forms.ChoiceField(required=False, label=gettext_lazy("For translations into"))
    preferred = PlainText(
        longest=LONGEST["preferred"],
        label=gettext_lazy("What to write"),
        help_text=gettext_lazy("Put commas between several."),
    )
    avoided = PlainText(
        longest=LONGEST["avoided"],
        label=gettext_lazy("What not to write"),
        help_text=gettext_lazy("Put commas between several."),
    )
    keep = forms.BooleanField(
        required=False, label=gettext_lazy("It stays as it is and is not translated")
    )
    note = PlainText(longest=LONGEST["note"], label=gettext_lazy("Why, in a line"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, list[tuple[str, str]]] = {
            "source_language": list(settings.LANGUAGES),
            "language": [("", _("all languages")), *for_pages().items()],
        }
        for name, offered in choices.items():
            now = self.initial.get(name)
            # A language that is not offered any more stays what it is until somebody changes it.
            if now and now not in dict(offered):
                offered.append((now, now))
            self.fields[name].choices = offered  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self.entry = TermEntry(**{name: cleaned[name] for name in COLUMNS})
            for name, words in entry_problems(self.entry):
                self.add_error(name, words)
        return cleaned
