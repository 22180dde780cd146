"""The form for a member's translation of an alert's free text."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.content import HELPED_LIMIT, MARKS_LIMIT, TEXT_LIMIT
from alerts.flows.translations import TranslatedText
from alerts.report.forms import ReportStepForm
from alerts.report.streets import looks_like_street
from alerts.vocabulary.choices import DESCRIPTION
from safety_app.locales.collation import sort_key
from safety_app.locales.languages import language_name
from safety_app.privacy.text_fields import PlainText

TEXTS = ("text", "helped", "marks")
_STREET = _("This looks like a street address. Remove it, or tick below that it is not one.")


class TranslationForm(ReportStepForm):
    """The language, and a box for each text that the original has."""

    written_in = forms.ChoiceField(
        label=_("Language of your translation"),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    text = PlainText(label=_("What they wrote"), longest=TEXT_LIMIT, lines=True)
    helped = PlainText(label=_("What helped"), longest=HELPED_LIMIT, lines=True)
    marks = PlainText(label=_("Scars, tattoos and other marks"), longest=MARKS_LIMIT)
    street_ok = forms.BooleanField(label=_("This is not a street address"), required=False)
    version = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=2**31, required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        original: TranslatedText,
        language: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        for name in TEXTS:
            if not getattr(original, name):
                del self.fields[name]
        choices = languages(language, original.language)
        base = language.partition("-")[0]
        field = cast(forms.ChoiceField, self.fields["written_in"])
        field.choices = choices
        field.initial = base if base in dict(choices) else ""

    def clean(self) -> dict[str, Any]:
        """Require at least one text; point out once what looks like a street address."""
        cleaned = super().clean()
        names = [name for name in TEXTS if name in self.fields]
        if not self.errors and not any(cleaned.get(name) for name in names):
            self.add_error(names[0], _("Write your translation here."))
        for name in names:
            if not cleaned.get("street_ok") and looks_like_street(cleaned.get(name, "")):
                self.add_error(name, forms.ValidationError(_STREET, "street"))
        return cleaned

    @property
    def street_tick(self) -> forms.BoundField | None:
        """The box to tick if a text only looks like a street address."""
        is_pointed_out = any(
            self.has_error(name, "street") for name in TEXTS if name in self.fields
        )
        return self["street_ok"] if is_pointed_out else None

    @property
    def texts(self) -> list[forms.BoundField]:
        """The boxes for what the original has."""
        return [self[name] for name in TEXTS if name in self.fields]


def languages(shown_in: str, left_out: str) -> list[tuple[str, str]]:
    """(code, name) of the languages to translate into: the site's first, then all others."""
    known = next(question.choices for question in DESCRIPTION if question.key == "languages")
    site = [code.partition("-")[0] for code, _name in settings.LANGUAGES]
    others = sorted(
        (term.key for term in known),
        key=lambda code: sort_key(language_name(code, shown_in), shown_in),
    )
    codes = dict.fromkeys([*site, *others])
    named = [(code, language_name(code, shown_in)) for code in codes if code != left_out]
    return [(code, name[:1].upper() + name[1:]) for code, name in named]
