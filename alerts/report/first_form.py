"""The first screen: what happened, where, and anything pasted. It can be the only one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from alerts.report import paste
from alerts.report.forms import WhatForm
from alerts.report.identifier_forms import filled_rows
from alerts.report.places import RegionField, region_choices
from alerts.vocabulary.choices import WHAT, WHAT_LABELS, Label

_LONGEST = 20_000
# What is written about most, in the order of the list. The others are below it, by group.
FIRST_TICKS = (
    "sexual_assault",
    "physical_assault",
    "condom_removal",
    "non_payment",
    "theft",
    "threats",
)


class FirstForm(WhatForm):
    """Step 1. With `whole` it is to be sent as it is, so the region is required here.

    Her own regions, `mine`, are offered first.
    """

    region = RegionField(
        label=_("Region"),
        error_messages={
            "required": _("Choose a region, or “not sure”."),
            "invalid_choice": _("Choose a region of this country."),
        },
    )
    paste_ok = forms.BooleanField(label=_("Take it as it is"), required=False)
    paste = forms.CharField(
        label=_("Number, profile, e-mail, plate or name"),
        required=False,
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        language: str,
        country: str,
        whole: bool = False,
        mine: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.country = country
        region = cast(forms.ChoiceField, self.fields["region"])
        region.required = whole
        offered = region_choices(country, language)
        offered.sort(key=lambda choice: choice[0] not in mine)
        region.choices = [("", _("Choose")), *offered]

    @property
    def boxes(self) -> set[str]:
        """Names of the fields that the page shows."""
        return super().boxes - (set() if self.doubtful else {"paste_ok"})

    @property
    def doubtful(self) -> bool:
        """Whether the page asks about something pasted."""
        return self.has_error("paste", "doubt")

    @property
    def first_ticks(self) -> list[tuple[str, Label, bool]]:
        """Key, label and whether ticked, of the rows on top."""
        ticked = self["what"].value() or ()
        return [(key, WHAT_LABELS[key], key in ticked) for key in FIRST_TICKS]

    @property
    def groups(self) -> list[tuple[Label, list[tuple[str, Label, bool]]]]:
        """Heading and rows, as in `first_ticks`, of each group below."""
        ticked = self["what"].value() or ()
        rows = [
            (
                group.label,
                [
                    (term.key, term.label, term.key in ticked)
                    for term in group.terms
                    if term.key not in FIRST_TICKS
                ],
            )
            for group in WHAT
        ]
        return [group for group in rows if group[1]]

    @property
    def is_more_open(self) -> bool:
        """Whether something in the groups is ticked, so that they are not folded away."""
        return any(ticked for _heading, rows in self.groups for _key, _label, ticked in rows)

    def clean_paste(self) -> str:
        """What was pasted and not taken: the reader had something to ask."""
        text: str = self.cleaned_data["paste"]
        if paste.is_too_much(text, self.country, filled_rows(cast(QueryDict, self.data))):
            raise ValidationError(_("This holds more numbers and names than one note takes."))
        asked = paste.doubts(text, self.country)
        if asked and not self.cleaned_data.get("paste_ok"):
            raise ValidationError([ValidationError(question, "doubt") for question in asked])
        return text
