"""Forms about an alert: flagging it, reviewing it, disclosing its author."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.flows.change_requests import WHY_LIMIT
from alerts.flows.flags import WORDS_LIMIT
from alerts.vocabulary.choices import FLAGS, LEVELS
from safety_app.accounts.flows.disclosures import REASON_LIMIT
from safety_app.privacy.text_fields import PlainText


class FlagForm(forms.Form):
    """A reason, and a few words if the sender likes."""

    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("What is wrong"),
        choices=FLAGS,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of these."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    words = PlainText(
        label=_("A few words, if you like"),
        help_text=_("Up to 300 characters. Not your own name or place."),
        longest=WORDS_LIMIT,
        lines=True,
    )


class ReviewForm(forms.Form):
    """All fields of the review page. Each button uses those it needs."""

    use_required_attribute = False

    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[(str(level.number), level.word) for level in LEVELS],
        error_messages={"invalid_choice": _("Choose one of these.")},
    )
    why = PlainText(
        label=_("Why, for the other organisation"),
        help_text=_("Up to 80 characters."),
        longest=WHY_LIMIT,
    )


class DisclosureForm(forms.Form):
    """Asks for a reason, and for a confirmation."""

    reason = PlainText(
        longest=REASON_LIMIT,
        required=True,
        label=_("Reason, in a few words"),
        help_text=_("All moderators of your organisation read it."),
    )
    sure = forms.BooleanField(label=_("Show me who it is, and record that I looked"), required=True)
