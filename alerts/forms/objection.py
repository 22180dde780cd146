"""The two forms of `/object/`: an objection, and the return code of an earlier one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy, ngettext

from alerts.flows import objections
from alerts.flows.objections import IDENTIFIER_LIMIT, TEXT_LIMIT
from safety_app.accounts.forms.fields import CodeField
from safety_app.privacy.text_fields import PlainText


class ObjectionForm(forms.Form):
    """The identifier it is about, and the statement."""

    use_required_attribute = False

    identifier = PlainText(
        label=gettext_lazy("The number, e-mail, name or plate that is meant"),
        longest=IDENTIFIER_LIMIT,
        required=True,
        error_messages={"required": gettext_lazy("Say which one it is about.")},
    )
    text = PlainText(
        label=gettext_lazy("What you want to say"),
        help_text=gettext_lazy(
            "Up to 2,000 characters. What is not right, and why. Do not write where anyone "
            "lives or works."
        ),
        longest=TEXT_LIMIT,
        lines=True,
        required=True,
        error_messages={"required": gettext_lazy("Write what you want to say.")},
    )

    def clean(self) -> dict[str, Any]:
        """The limit is in bytes: fewer characters fit in scripts that need more for each."""
        cleaned = super().clean() or self.cleaned_data
        text = cleaned.get("text", "")
        over = objections.bytes_over(cleaned.get("identifier", ""), text) if text else 0
        if over and not self.errors:
            each = len(text.encode()) / len(text)
            count = min(len(text), int(over / each) + 1)
            message = ngettext(
                "This is a little too long. Please remove %(count)s character.",
                "This is too long. Please remove about %(count)s characters.",
                count,
            )
            raise ValidationError({"text": ValidationError(message, "long", {"count": count})})
        return cleaned


class ReturnCodeForm(forms.Form):
    """The code that came with an objection."""

    use_required_attribute = False

    return_code = CodeField(
        label=gettext_lazy("Return code"),
        error_messages={"required": gettext_lazy("Type the code that you were shown.")},
    )
