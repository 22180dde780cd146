"""Forms with which moderators manage the people of their organisation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from safety_app.accounts import roles
from safety_app.accounts.flows import messages
from safety_app.accounts.forms.fields import CodeField
from safety_app.privacy.text_fields import PlainText


class FindPersonForm(forms.Form):
    """A part of a pseudonym. Sent by POST, never part of an address."""

    q = PlainText(
        longest=80,
        label=gettext_lazy("Part of a pseudonym"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class RolesForm(forms.Form):
    """A member's further roles; `seen` are those shown when the page was made."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=60)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Also"),
        required=False,
        choices=lambda: [(role, roles.LABELS[role]) for role in roles.GRANTABLE],
        widget=forms.CheckboxSelectMultiple,
    )


class StayForm(forms.Form):
    """The end of a guest's stay, as the page showed it."""

    seen = forms.DateField(widget=forms.HiddenInput)


class RevokeForm(forms.Form):
    """The people this person admitted, to be ticked."""

    also = forms.MultipleChoiceField(
        label=gettext_lazy("Accepted by this person in the last 30 days"),
        help_text=gettext_lazy("Whoever is ticked loses access too."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class RenewalForm(forms.Form):
    """The moderation recovery code of now, for a renewal that it signs beside the moderators."""

    code = CodeField(
        label=gettext_lazy("Moderation recovery code"),
        help_text=gettext_lazy(
            "If you have it at hand. If not, keep that paper: Moderation asks for it later."
        ),
        required=False,
    )


class WitnessForm(forms.Form):
    """The one from before, for a renewal that waits for it."""

    code = CodeField(label=gettext_lazy("Moderation recovery code"))


class MessageForm(forms.Form):
    """The text of a message."""

    text = PlainText(
        longest=messages.TEXT_LIMIT,
        lines=True,
        required=True,
        label=gettext_lazy("Your message"),
        help_text=gettext_lazy("Up to 500 characters. Only the person it is for can read it."),
    )


class InviteForOrganisationForm(forms.Form):
    """One of the organisations without a moderator."""

    organisation = forms.ChoiceField(
        label=gettext_lazy("Organisation"), widget=forms.RadioSelect, choices=[]
    )
