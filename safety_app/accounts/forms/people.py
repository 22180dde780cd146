"""Forms for inviting people and vouching for them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from safety_app.accounts import roles
from safety_app.accounts.flows import vouch
from safety_app.accounts.keys import vouching_seals
from safety_app.privacy.text_fields import PlainText


class VouchForm(forms.Form):
    """`/vouch/`"""

    note = PlainText(
        longest=vouching_seals.NOTE_LIMIT,
        lines=True,
        required=True,
        label=_("Who it is for, in your words"),
        help_text=_(
            "How you know each other, and why you trust this person. No legal name. Only your "
            "organisation's moderators can read it. Up to 500 characters."
        ),
    )


class QuotaForm(forms.Form):
    """`/desk/invite/`: how many people each member may vouch for."""

    vouchings = forms.IntegerField(
        label=_("People each member may vouch for in a month"),
        min_value=0,
        max_value=vouch.MAX_PER_MONTH,
        help_text=_("0 to 20. A moderator still has to accept each of them."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class InviteForm(forms.Form):
    """`/desk/invite/`"""

    role = forms.ChoiceField(
        label=_("Who it is for"),
        choices=lambda: list(roles.LABELS.items()),
        widget=forms.RadioSelect,
    )
    stay = forms.ChoiceField(
        label=_("For how long"),
        choices=[("good", _("Without an end date")), ("guest", _("For 30 days"))],
        widget=forms.RadioSelect,
        initial="good",
        required=False,
    )
