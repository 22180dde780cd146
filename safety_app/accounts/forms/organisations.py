"""Forms about organisations: proposing a new one, and asking one to accept a transfer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from safety_app.accounts.flows import proposals
from safety_app.accounts.keys import application_seals
from safety_app.accounts.models import Organisation
from safety_app.privacy.text_fields import PlainText


class OrganisationNameField(PlainText):
    """The name of a new organisation: one line with at least one letter or digit."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not proposals.normalised_name(value):
            raise ValidationError(_("A name needs letters."))


class ProposeForm(forms.Form):
    """The name of the proposed organisation."""

    name = OrganisationNameField(
        longest=proposals.NAME_LIMIT,
        required=True,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("Everyone can read it, also newcomers who have no account yet."),
    )


class TransferForm(forms.Form):
    """The organisation to ask, and a note for its moderators."""

    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisation"), widget=forms.RadioSelect, choices=[]
    )
    note = PlainText(
        longest=application_seals.NOTE_LIMIT,
        lines=True,
        label=gettext_lazy("A few words, if you like"),
        help_text=gettext_lazy("Up to 500 characters. Only its moderators read them."),
    )

    def __init__(self, *args: Any, offered: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = forms.ChoiceField(
            choices=[(str(organisation.pk), organisation.name) for organisation in offered]
        ).choices
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]
