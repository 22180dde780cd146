"""Forms that ask the vault; what it refuses becomes a form error with an HTTP status of its own.

`clean` opens what was typed, with one Argon2id run for every attempt. allauth's views call what
writes once the form is valid (`login`, `try_save`, `save`); refusals there become form errors too.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.vault.errors import VaultBusy

BUSY = _("Many people are signing in at this moment. Wait a few seconds and send it again.")


class Refusal(NamedTuple):
    """A form error: its field (None: above the form), its text and the HTTP status."""

    field: str | None
    words: str | Promise
    status: int = 400


class VaultForm(forms.Form):
    """`status` is the HTTP status of the page that shows the form's errors."""

    status = 400
    refusals: dict[type[Exception], Refusal] = {}

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal."""
        self.add_error(refusal.field, str(refusal.words))
        self.status = refusal.status

    def refuse_error(self, error: Exception) -> bool:
        """Show what an error means here. False for one this form does not know."""
        if isinstance(error, VaultBusy):
            self.refuse(Refusal(None, BUSY, 503))
            return True
        if isinstance(error, EpochNotPinned):
            self.refuse(Refusal(None, error.words, 503))
            return True
        for kind, refusal in self.refusals.items():
            if isinstance(error, kind):
                self.refuse(refusal)
                return True
        return False

    def clean(self) -> dict[str, Any]:
        """The cleaned data; asks the vault if every field is valid."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.open(cleaned)
            except Exception as error:
                if not self.refuse_error(error):
                    raise
        return cleaned

    def open(self, typed: dict[str, Any]) -> None:
        """For forms whose fields open something. May raise what is in `refusals`, and
        VaultBusy.
        """
