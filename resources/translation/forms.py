"""Forms of the desk: a text that is translated, reviewed or sent back; a remark at a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from resources.text.segments import LONGEST
from resources.translation.remarks import LONGEST_REMARK
from safety_app.locales.page_languages import direction, for_pages
from safety_app.locales.translation_states import HOW_FAR, Level
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
            "A draft from elsewhere, for example from a machine: someone still has to work "
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


class LevelForm(forms.Form):
    """With what knowledge somebody reviewed it."""

    level = forms.ChoiceField(label=HOW_FAR, widget=forms.RadioSelect)

    def __init__(self, typed: Any, levels: Sequence[Level]) -> None:
        super().__init__(typed, initial={"level": levels[0].value})
        self.fields["level"].choices = [(one.value, one.label) for one in levels]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Level:
        """What was ticked; the least for anything else."""
        return Level(self.cleaned_data["level"]) if self.is_valid() else Level.CHECKED


class RemarkForm(forms.Form):
    """What to say, and about what."""

    text = PlainText(longest=LONGEST_REMARK, lines=True, label=_("Your remark"))
    language = forms.ChoiceField(
        required=False, label=_("What it is about"), widget=forms.RadioSelect
    )

    def __init__(self, typed: QueryDict | None, source_language: str, at: str) -> None:
        """`at` is the language she is working in; empty for none."""
        super().__init__(typed, initial={"language": at})
        codes = [at] if at else [code for code in for_pages() if code != source_language]
        if not at:
            self.fields["language"].widget = forms.Select()  # too many to stand below one another
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            *((code, for_pages()[code]) for code in codes),
            ("", gettext("the original")),
        ]

    def clean_text(self) -> str:
        """Not empty."""
        text: str = self.cleaned_data["text"]
        if not text:
            raise ValidationError(gettext("Write your remark."))
        return text
