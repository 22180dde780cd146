"""One form for each step. Hidden fields carry what was typed from step to step, unchanged."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.content import CITY_LIMIT, HELPED_LIMIT, MARKS_LIMIT, TEXT_LIMIT
from alerts.report.fields import Choices, PlainText, holds_number
from alerts.report.places import RegionField, country_choices, region_choices
from alerts.report.streets import looks_like_street
from alerts.vocabulary.choices import (
    DESCRIPTION,
    LEVELS,
    MINOR,
    SETTINGS,
    TIMES_OF_DAY,
    WHAT_LABELS,
    WHEN,
    Label,
    Level,
    Question,
)
from safety_app.locales.collation import sort_key
from safety_app.locales.dates import today
from safety_app.locales.regions import NOT_SURE, ONLINE

SUGGEST = "suggest"
# For each text that is checked for street addresses, the box that says it is none.
STREET_TICKS = {
    "city": "city_ok",
    "marks_text": "marks_ok",
    "text": "text_ok",
    "helped": "text_ok",
}
# As tick boxes, longer lists would push the page over its fixed size, to twice as much.
_MOST_TICKS = 20
_WIDGETS = {"ticks": forms.CheckboxSelectMultiple, "several": forms.SelectMultiple}
_OLDEST_DAYS = 5 * 366
_STREET = _("This looks like a street address. Remove it, or tick below that it is not one.")
_NOT_STREET = _("This is not a street address")


class ReportStepForm(forms.Form):
    """Common to all steps: single answers are single, and no attribute blocks a button."""

    use_required_attribute = False

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", **kwargs)

    @property
    def street_tick(self) -> forms.BoundField | None:
        """The box to tick if a text only looks like a street address."""
        for text, tick in STREET_TICKS.items():
            if text in self.fields and self.has_error(text, "street"):
                return self[tick]
        return None

    @property
    def boxes(self) -> set[str]:
        """Names of the fields that the page shows."""
        ticks = set(STREET_TICKS.values())
        if self.street_tick:
            ticks.discard(self.street_tick.name)
        return self.fields.keys() - ticks

    def clean(self) -> dict[str, Any]:
        """Refuse several answers to a question that takes only one."""
        for name, field in self.fields.items():
            typed = cast(QueryDict, self.data).getlist(name)
            if not isinstance(field, forms.MultipleChoiceField) and len(set(typed)) > 1:
                self.add_error(name, _("Give one answer here."))
        return self.cleaned_data


class WhatForm(ReportStepForm):
    """Step 1: what happened, and how dangerous that is."""

    what = Choices(
        label=_("What happened"),
        choices=list(WHAT_LABELS.items()),
        error_messages={
            "required": _("Tick at least one."),
            "invalid_choice": _("One of these is not in the list."),
        },
    )
    level = forms.ChoiceField(
        label=_("How dangerous"),
        choices=[
            (SUGGEST, _("Suggest it for me")),
            *((str(level.number), level.word) for level in reversed(LEVELS)),
        ],
        initial=SUGGEST,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )

    @property
    def levels(self) -> list[tuple[str, bool, Level | None]]:
        """Key, whether it is chosen, and the level (None for "suggest") of each row."""
        chosen = str(self["level"].value())
        rows = [(str(level.number), level) for level in reversed(LEVELS)]
        return [(key, key == chosen, level) for key, level in [(SUGGEST, None), *rows]]

    @property
    def minor(self) -> tuple[str, Label, bool]:
        """The row that is apart from the groups."""
        return (MINOR.key, MINOR.label, MINOR.key in (self["what"].value() or ()))


class WhereForm(ReportStepForm):
    """Step 2: when and where, but never a street."""

    when = forms.ChoiceField(
        label=_("When"), choices=WHEN, required=False, widget=forms.RadioSelect
    )
    day = forms.DateField(
        label=_("The day, if you want to give it"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as year-month-day, such as 2026-03-31.")},
    )
    hours = forms.ChoiceField(
        label=_("Time of day"),
        required=False,
        choices=[("", _("Not sure")), *((term.key, term.label) for term in TIMES_OF_DAY)],
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    region = RegionField(
        label=_("Region"),
        error_messages={
            "required": _("Choose a region, or “not sure”."),
            "invalid_choice": _("Choose a region of this country."),
        },
    )
    city_ok = forms.BooleanField(label=_NOT_STREET, required=False)
    city = PlainText(label=_("Town or district"), longest=CITY_LIMIT)
    setting = forms.ChoiceField(
        label=_("Kind of place"), required=False, choices=[("", _("Not said")), *SETTINGS]
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        language: str,
        country: str,
        every_country: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        country_field = cast(forms.ChoiceField, self.fields["country"])
        country_field.choices = country_choices(language)
        country_field.widget.choices = country_choices(
            language, chosen=country, every=every_country
        )
        cast(forms.ChoiceField, self.fields["region"]).choices = [
            ("", _("Choose")),
            *region_choices(country, language),
        ]
        country_field.initial = country
        self.country_shown = country

    def clean_day(self) -> datetime.date | None:
        """The day: not in the future (it may be tomorrow already where she is), not long ago."""
        day: datetime.date | None = self.cleaned_data["day"]
        if day and day > today() + datetime.timedelta(days=1):
            raise ValidationError(_("This day is still to come."))
        if day and day < today() - datetime.timedelta(days=_OLDEST_DAYS):
            raise ValidationError(_("This day is too long ago. Choose “Earlier” instead."))
        return day

    def clean_city(self) -> str:
        """The town, without long numbers. What looks like a street is pointed out once."""
        city: str = self.cleaned_data["city"]
        if holds_number(city):
            raise ValidationError(
                _("“Town or district” is shown in full, so do not write long numbers.")
            )
        return _no_street(city, self.cleaned_data.get("city_ok", False))

    def clean(self) -> dict[str, Any]:
        """A region implies its country, even if that was left out."""
        cleaned = super().clean()
        if cleaned.get("region") and cleaned["region"] not in (ONLINE, NOT_SURE):
            cleaned["country"] = self.country_shown
        return cleaned


class DescriptionForm(ReportStepForm):
    """Step 4: what they looked like and how to recognise them, from lists and in words."""

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for question in DESCRIPTION:
            if question.multiple:
                self.fields[question.key] = Choices(
                    label=question.label,
                    choices=question.choices,
                    required=False,
                    widget=_WIDGETS[_shape(question)],
                    error_messages={"invalid_choice": _("One of these is not in the list.")},
                )
            else:
                self.fields[question.key] = forms.ChoiceField(
                    label=question.label,
                    choices=[("", "–"), *question.choices],
                    required=False,
                )
        self.fields["marks_ok"] = forms.BooleanField(label=_NOT_STREET, required=False)
        self.fields["marks_text"] = PlainText(
            label=_("Anything else to recognise them by"), longest=MARKS_LIMIT
        )

    @property
    def questions(self) -> list[tuple[forms.BoundField, str]]:
        """Each list in order, with "ticks" or "several" if it takes several answers."""
        return [
            (self[question.key], _shape(question) if question.multiple else "")
            for question in DESCRIPTION
        ]

    def clean_marks_text(self) -> str:
        """Marks in words. What looks like a street is pointed out once."""
        return _no_street(self.cleaned_data["marks_text"], self.cleaned_data.get("marks_ok", False))

    @property
    def answers(self) -> dict[str, tuple[str, ...]]:
        """Question key → chosen keys, for the questions that were answered."""
        answers: dict[str, tuple[str, ...]] = {}
        for question in DESCRIPTION:
            chosen = self.cleaned_data.get(question.key)
            if chosen:
                answers[question.key] = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        return answers


class WordsForm(ReportStepForm):
    """Step 5: her own words, and the consents."""

    text_ok = forms.BooleanField(label=_NOT_STREET, required=False)
    text = PlainText(label=_("What should others know"), longest=TEXT_LIMIT, lines=True)
    helped = PlainText(label=_("What helped"), longest=HELPED_LIMIT, lines=True)
    written_in = forms.ChoiceField(label=_("Written in"), required=False)
    note_ok = forms.BooleanField(
        label=_("My organisation may send me a message about this"), required=False
    )
    share_ok = forms.BooleanField(label=_("May be shared with partner networks"), required=False)
    on_behalf = forms.BooleanField(
        label=_("I write this for someone else, through my organisation"), required=False
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        language: str,
        for_others: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        if not for_others:
            del self.fields["on_behalf"]
        self.language = language.partition("-")[0]
        languages = next(
            question.choices for question in DESCRIPTION if question.key == "languages"
        )
        by_name: list[tuple[str, Any]] = sorted(
            languages, key=lambda term: sort_key(str(term[1]), language)
        )
        field = cast(forms.ChoiceField, self.fields["written_in"])
        field.choices = by_name
        field.initial = self.language

    def clean_text(self) -> str:
        """The text. What looks like a street is pointed out once."""
        return _no_street(self.cleaned_data["text"], self.cleaned_data.get("text_ok", False))

    def clean_helped(self) -> str:
        """What helped. What looks like a street is pointed out once."""
        return _no_street(self.cleaned_data["helped"], self.cleaned_data.get("text_ok", False))


def _shape(question: Question) -> str:
    return "several" if len(question.choices) > _MOST_TICKS else "ticks"


def _no_street(text: str, confirmed: bool) -> str:
    if text and not confirmed and looks_like_street(text):
        raise ValidationError(_STREET, "street")
    return text
