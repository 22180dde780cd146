"""Boxes of the report: what was typed comes out clean, or says in plain words what is wrong."""

from __future__ import annotations

from typing import Any

from django import forms

from alerts.identifiers.text import count_digits
from safety_app.privacy.text_fields import PlainText, tidy

__all__ = ["Choices", "PlainText", "holds_number", "tidy"]

# As many digits can be a telephone number, which would stand in full where all can read it.
_NUMBER_DIGITS = 6


class Choices(forms.MultipleChoiceField):
    """Tick rows. Keys come out in the order of the list, each once."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        """The ticked keys. Raises ValidationError for one that is not in the list."""
        order = [str(key) for key, _label in self.widget.choices]
        return sorted(set(super().clean(value)), key=order.index)


def holds_number(text: str) -> bool:
    """Whether there can be a telephone number, or another long one, in a text that is shown."""
    return count_digits(text) >= _NUMBER_DIGITS
