"""Forms of this app. What was typed is normalised and checked in the fields."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from safety_app.accounts import roles
from safety_app.accounts.flows import vouch
from safety_app.accounts.keys import application_seals, passphrase_strength
from safety_app.accounts.models import Organisation
from safety_app.privacy.text_fields import PlainText

LONGEST_TYPED = 200
LONGEST_PASSPHRASE = 256
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
        return passphrase_strength.spaced(super().to_python(value) or "")


class CodeField(forms.CharField):
    """A code on paper. Any text: whether it is one is found out after the same work."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_TYPED)
        super().__init__(
            widget=Unseen(attrs={**_NO_HELP, "autocapitalize": "characters"}), **kwargs
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


class SignInForm(forms.Form):
    """`/in/`"""

    pseudonym = PseudonymField()
    passphrase = PassphraseField()
    pin = PinField()


class SecondStepForm(forms.Form):
    """`/in/code/`"""

    code = CodeField(
        label=_("Code"),
        help_text=_("Six digits from your app, or one of the ten codes on paper."),
    )


class ChoosePassphrase(forms.Form):
    """Part of forms in which a new passphrase is chosen, beside a pseudonym.

    `offered` brings back the one that was made for this page, so that it stays the same when
    something else has to be corrected.
    """

    passphrase = PassphraseField(
        help_text=_("Type the one above, or one of your own. Write it down on paper first.")
    )
    passphrase_again = PassphraseField(label=_("The same passphrase again"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check_new_passphrase(
            self,
            "passphrase",
            cleaned.get("passphrase", ""),
            cleaned.get("passphrase_again", ""),
            cleaned.get("pseudonym", ""),
        )
        return cleaned


def check_new_passphrase(
    form: forms.Form, name: str, typed: str, again: str, pseudonym: str
) -> None:
    """Add an error to the form unless a new passphrase is strong enough and typed twice alike."""
    if typed and passphrase_strength.bits(typed, pseudonym) < passphrase_strength.LEAST_BITS:
        form.add_error(
            name, _("This one is too easy to guess. Make it longer, or take the one above.")
        )
    if typed and again and typed != again:
        form.add_error("passphrase_again", _("The two are not the same. Type both again."))


class JoinForm(ChoosePassphrase):
    """`/join/`"""

    code = CodeField(
        label=_("Invitation code"),
        help_text=_("26 letters and digits. Capitals and dashes do not matter."),
    )
    pseudonym = NewPseudonymField()

    field_order = ["code", "pseudonym", "passphrase", "passphrase_again"]


def offered_organisations() -> list[tuple[str, Any]]:
    """Organisations that take people, as a select lists them; one that is leaving does not."""
    offered = Organisation.objects.filter(leaves__isnull=True).order_by("name")
    return [("", _("Please choose")), *((str(row.pk), row.name) for row in offered)]


class ApplyForm(ChoosePassphrase):
    """`/apply/`"""

    organisation = forms.TypedChoiceField(
        label=_("Organisation"), choices=offered_organisations, coerce=int
    )
    pseudonym = NewPseudonymField()
    note = PlainText(
        longest=application_seals.NOTE_LIMIT,
        lines=True,
        label=_("A note to them, if you want"),
        help_text=_(
            "How they can know that you belong here, for example who knows you there. Not your "
            "legal name. Only this organisation's moderators can read it. Up to 500 characters."
        ),
    )

    field_order = ["organisation", "pseudonym", "passphrase", "passphrase_again", "note"]


class VouchForm(forms.Form):
    """`/vouch/`"""

    note = PlainText(
        longest=vouch.NOTE_LIMIT,
        lines=True,
        required=True,
        label=_("Who it is for, in your words"),
        help_text=_(
            "How you know each other, and why you trust this person. No legal name. Only your "
            "organisation's moderators can read it. Up to 500 characters."
        ),
    )


class QuotaForm(forms.Form):
    """`/desk/invite/`: how many people each member may vouch for"""

    vouchings = forms.IntegerField(
        label=_("People each member may vouch for in a month"),
        min_value=0,
        max_value=vouch.MOST_A_MONTH,
        help_text=_("0 to 20. A moderator approves each of them all the same."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class RecoverForm(ChoosePassphrase):
    """`/in/recover/`"""

    recovery_code = CodeField(
        label=_("Recovery code"), help_text=_("26 letters and digits, from your paper.")
    )
    pseudonym = NewPseudonymField(
        help_text=_("The one you had, or a new one: not your legal name, not that of your adverts.")
    )

    field_order = ["recovery_code", "pseudonym", "passphrase", "passphrase_again"]


class ChangeForm(forms.Form):
    """`/me/change/`: what it is now, and what it shall be. Empty means: stays."""

    pseudonym = PseudonymField(label=_("Pseudonym now"))
    passphrase = PassphraseField(label=_("Passphrase now"))
    new_pseudonym = NewPseudonymField(label=_("New pseudonym"), required=False)
    new_passphrase = PassphraseField(label=_("New passphrase"), required=False)
    passphrase_again = PassphraseField(label=_("New passphrase again"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        new, again = cleaned.get("new_passphrase", ""), cleaned.get("passphrase_again", "")
        if "new_pseudonym" in cleaned and not new and not cleaned["new_pseudonym"]:
            self.add_error(None, _("Type a new pseudonym, a new passphrase, or both."))
        if bool(new) != bool(again):
            self.add_error("passphrase_again", _("The two are not the same. Type both again."))
        name = cleaned.get("new_pseudonym") or cleaned.get("pseudonym", "")
        check_new_passphrase(self, "new_passphrase", new, again, name)
        return cleaned


class ConfirmForm(forms.Form):
    """A passphrase asked for once more."""

    passphrase = PassphraseField()


class EraseForm(ConfirmForm):
    """`/me/erase/`, with a box for each offer."""

    def __init__(self, *args: Any, offers: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in offers:
            self.fields[name] = forms.BooleanField(label=label, required=False)


class InviteForm(forms.Form):
    """`/desk/invite/`"""

    role = forms.ChoiceField(
        label=_("For whom"), choices=lambda: list(roles.WORDS.items()), widget=forms.RadioSelect
    )
    stay = forms.ChoiceField(
        label=_("For how long"),
        choices=[("good", _("For good")), ("guest", _("For a stay of 30 days"))],
        widget=forms.RadioSelect,
        initial="good",
        required=False,
    )
