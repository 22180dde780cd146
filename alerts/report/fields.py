"""Form fields of the report, which clean what was typed or say plainly what is wrong."""

from __future__ import annotations

from typing import Any

from django import forms

from alerts.identifiers.text import count_digits
from safety_app.privacy.text_fields import PlainText, tidy

__all__ = ["Choices", "PlainText", "holds_number", "tidy"]

# So many digits may be a telephone number, which would be shown in full to everyone.
_NUMBER_DIGITS = 6


class Choices(forms.MultipleChoiceField):
    """Tick boxes. The keys are returned in the order of the list, each once."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        """The ticked keys. Raises ValidationError for one that is not in the list."""
        order = [str(key) for key, _label in self.widget.choices]
        return sorted(set(super().clean(value)), key=order.index)


def holds_number(text: str) -> bool:
    """Whether a text may contain a telephone number or another long number."""
    return count_digits(text) >= _NUMBER_DIGITS
