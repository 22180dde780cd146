"""Fields shared by several forms. They normalise and check what was typed."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from safety_app.vault import codes
from safety_app.vault.passphrase import fold_passphrase

LONGEST_TYPED = 200
LONGEST_CODE = 400  # a link with the code in it can be longer
LONGEST_PIN = 40
LONGEST_PASSPHRASE = 256
LONGEST_ANSWER = 4_000  # characters of what a browser sends for a security key
SHORTEST_PSEUDONYM, LONGEST_PSEUDONYM = 2, 40
# Persian, Hindi and others need these joiners; all other invisible characters are refused.
_JOINERS = "\u200c\u200d"
NO_HELP = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class Unseen(forms.TextInput):
    """A text box whose value never appears in a response."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class PseudonymField(forms.CharField):
    """A pseudonym as typed to sign in: any text of sane length."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Pseudonym"))
        kwargs.setdefault("max_length", LONGEST_TYPED)
        super().__init__(widget=forms.TextInput(attrs=dict(NO_HELP)), **kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())


class NewPseudonymField(PseudonymField):
    """A new pseudonym: 2 to 40 visible characters that can be typed again."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            _("A name for this site only: not your legal name, not the name in your adverts."),
        )
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        if not SHORTEST_PSEUDONYM <= len(value) <= LONGEST_PSEUDONYM:
            raise ValidationError(_("It needs 2 to 40 characters."))
        if any(_is_invisible(character) for character in value):
            raise ValidationError(_("It holds characters that cannot be seen. Type it again."))


def _is_invisible(character: str) -> bool:
    # Control, format (such as right-to-left overrides), private use, lone surrogates.
    return unicodedata.category(character)[0] == "C" and character not in _JOINERS


class PassphraseField(forms.CharField):
    """A passphrase, in the one spelling of all ways of typing it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Passphrase"))
        kwargs.setdefault("max_length", LONGEST_PASSPHRASE)
        # Words for static/entry.js, which makes a button of them.
        words = {"data-show": pgettext_lazy("button", "Show"), "data-hide": _("Hide")}
        super().__init__(widget=forms.PasswordInput(attrs={**NO_HELP, **words}), **kwargs)

    def to_python(self, value: Any) -> str:
        return fold_passphrase(super().to_python(value) or "")


class CodeField(forms.CharField):
    """A code on paper. Accepts any text: whether it is a code turns out after the same work.

    With `stays`, a page with an error shows it again: 26 letters need not be typed twice.
    """

    def __init__(self, *, stays: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_CODE)
        widget = forms.TextInput if stays else Unseen
        super().__init__(widget=widget(attrs={**NO_HELP, "autocapitalize": "characters"}), **kwargs)

    def stay(self) -> None:
        """Show the code again on this page after all."""
        self.widget = forms.TextInput(attrs=self.widget.attrs)


class AnswerField(forms.CharField):
    """A browser's answer from a security key; filled in by the page's script."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Security key"),
            max_length=LONGEST_ANSWER,
            widget=forms.HiddenInput,
            error_messages={"required": _("The key did not answer.")},
        )


class PinField(forms.CharField):
    """Six digits of any script, or nothing."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("PIN, if you want one"),
            help_text=_(
                "Six digits of your choice. They unlock this again for 12 hours when you were away "
                "for a while, and are kept nowhere else."
            ),
            max_length=LONGEST_PIN,
            widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )

    def to_python(self, value: Any) -> str:
        typed = codes.fold_digits(super().to_python(value) or "")
        if typed and not (len(typed) == 6 and typed.isdecimal()):
            raise ValidationError(_("A PIN has six digits. It can also stay empty."))
        return typed
