"""Form fields for free text: it comes out clean, or the field says plainly what is wrong."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import ngettext

# Can reverse a line so that it reads as something else (UAX #9, explicit controls).
_BIDI_CONTROLS = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
)


class PlainText(forms.CharField):
    """Text of at most `longest` characters; one line unless `lines`.

    Control characters and bidirectional controls are removed; what joins letters or emoji stays.
    The length counted is that of the cleaned text.
    """

    def __init__(self, *, longest: int, lines: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": False, "cols": False}))
        super().__init__(**kwargs)
        # People may write in another language than that of the page.
        self.widget.attrs["dir"] = "auto"
        self.longest, self.lines = longest, lines

    def to_python(self, value: Any) -> str:
        """The text as it will be kept."""
        text = super().to_python(value) or ""
        return tidy(text) if self.lines else " ".join(tidy(text).split())

    def validate(self, value: str) -> None:
        """Raises ValidationError for a text that is too long, saying by how much."""
        super().validate(value)
        over = len(value) - self.longest
        if over > 0:
            message = ngettext(
                "%(longest)s characters at most. Remove %(over)s.",
                "%(longest)s characters at most. Remove %(over)s.",
                over,
            )
            raise ValidationError(message, "long", {"longest": self.longest, "over": over})


def tidy(text: str) -> str:
    """`text` without control characters and bidirectional controls; line breaks are line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    return "".join(
        character
        for character in text.replace("\t", " ").replace("\u2029", "\n")
        if character == "\n"
        or (character not in _BIDI_CONTROLS and unicodedata.category(character) not in ("Cc", "Cs"))
    ).strip()
