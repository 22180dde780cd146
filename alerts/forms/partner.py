"""The form that adds another network."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.sharing import partners
from safety_app.privacy.text_fields import PlainText
from safety_app.vault import retirement, sharing


class PartnerForm(forms.Form):
    """Another network's name, and its identity as text."""

    use_required_attribute = False
    retired: tuple[bytes, ...] = ()
    name = PlainText(
        label=gettext_lazy("Name of the network"),
        longest=partners.NAME_LIMIT,
        required=True,
        error_messages={"required": gettext_lazy("Give it a name.")},
    )
    identity = forms.CharField(
        label=gettext_lazy("Its identity"),
        widget=forms.Textarea(
            attrs={"rows": 5, "cols": False, "dir": "ltr", "spellcheck": "false"}
        ),
        error_messages={"required": gettext_lazy("Paste the text that the other network sent.")},
    )

    def clean_identity(self) -> sharing.Identity:
        """The identity, parsed; `retired` then holds the fingerprints (32 bytes) of earlier ones.

        Raises ValidationError if something is missing.
        """
        try:
            ours, statement = retirement.split_text(self.cleaned_data["identity"])
            identity = sharing.from_text(ours)
            self.retired = retirement.read_retirement(identity, statement)
            return identity
        except sharing.BadIdentity:
            raise forms.ValidationError(
                _(
                    "This is no network's identity, or something was lost in copying. Copy all of "
                    "it, from “nightjar network 1” to the end."
                )
            ) from None
