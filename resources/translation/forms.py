"""The form in which a text is translated, reviewed or sent back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from resources.text.segments import LONGEST
from safety_app.locales.page_languages import direction
from safety_app.privacy.text_fields import PlainText

LONGEST_REASON = 600
# Lines of the box: as many as the original needs on a phone, in characters a line.
_LINE, _FEWEST, _MOST = 38, 3, 24


class TextForm(forms.Form):
    """The text, whether it is a rough draft, and for a reviewer why it goes back."""

    text = PlainText(
        label=_("Translation"),
        help_text=_("Keep the signs: **bold**, [words](address), ## and :::"),
        longest=LONGEST,
        lines=True,
    )
    fuzzy = forms.BooleanField(
        label=_(
            "A draft from elsewhere, for example from a machine: somebody still has to work "
            "through it"
        ),
        required=False,
    )
    reason = PlainText(
        label=_("What should change"),
        longest=LONGEST_REASON,
        lines=True,
    )

    def __init__(self, typed: Any, *, language: str, source: str, **kwargs: Any) -> None:
        super().__init__(typed, **kwargs)
        lines = sum(1 + len(line) // _LINE for line in source.split("\n"))
        self.fields["text"].widget.attrs |= {
            "lang": language,
            "dir": direction(language),
            "rows": min(max(lines + 1, _FEWEST), _MOST),
        }
