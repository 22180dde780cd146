"""Fields of several forms. What was typed is normalised and checked here."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from safety_app.accounts.keys import passphrase_strength

LONGEST_TYPED = 200
LONGEST_PASSPHRASE = 256
LONGEST_ANSWER = 4_000  # characters of what a browser sends for a security key
SHORTEST_PSEUDONYM, LONGEST_PSEUDONYM = 2, 40
# Joiners of words in Persian, Hindi and others; every other invisible character is refused.
_JOINERS = "\u200c\u200d"
_NO_HELP = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class Unseen(forms.TextInput):
    """A box whose text never comes back in an answer."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class PseudonymField(forms.CharField):
    """A pseudonym as someone types it to sign in: any text of sane length."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Pseudonym"))
        kwargs.setdefault("max_length", LONGEST_TYPED)
        super().__init__(widget=forms.TextInput(attrs=dict(_NO_HELP)), **kwargs)

    def to_python(self, value: Any) -> str:
        return " ".join(unicodedata.normalize("NFKC", super().to_python(value) or "").split())


class NewPseudonymField(PseudonymField):
    """A pseudonym someone chooses: 2 to 40 characters that can be seen and typed again."""

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
            raise ValidationError(_("It holds characters that cannot be seen. Type it anew."))


def _is_invisible(character: str) -> bool:
    # Control, format (right-to-left overrides among them), private, lone halves of characters.
    return unicodedata.category(character)[0] == "C" and character not in _JOINERS


class PassphraseField(forms.CharField):
    """A passphrase; spaces at its ends and double ones do not count."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Passphrase"))
        kwargs.setdefault("max_length", LONGEST_PASSPHRASE)
        super().__init__(widget=forms.PasswordInput(attrs=dict(_NO_HELP)), **kwargs)

    def to_python(self, value: Any) -> str:
        return passphrase_strength.normalise(super().to_python(value) or "")


class CodeField(forms.CharField):
    """A code on paper. Any text: whether it is one is found out after the same work."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_TYPED)
        super().__init__(
            widget=Unseen(attrs={**_NO_HELP, "autocapitalize": "characters"}), **kwargs
        )


class AnswerField(forms.CharField):
    """What a browser sends for a security key; filled in by the page's script."""

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
            max_length=12,
            widget=forms.PasswordInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        )

    def to_python(self, value: Any) -> str:
        typed = "".join((super().to_python(value) or "").split())
        if typed and not (len(typed) == 6 and typed.isdecimal()):
            raise ValidationError(_("A PIN has six digits. You can also leave it empty."))
        return typed
