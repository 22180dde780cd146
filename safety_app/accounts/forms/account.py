"""Forms of one's own account."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from safety_app.accounts import roles
from safety_app.accounts.flows import join, reauthenticate, recover
from safety_app.accounts.forms.fields import (
    AnswerField,
    CodeField,
    NewPseudonymField,
    PassphraseField,
    PseudonymField,
)
from safety_app.accounts.forms.new_passphrase import TYPE_IT, NewPassphraseForm
from safety_app.accounts.forms.vault_form import Refusal, VaultForm
from safety_app.accounts.keys import passphrase_offers
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.second_step import KEY_NAME_LIMIT
from safety_app.accounts.models import Member
from safety_app.privacy.text_fields import PlainText
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.passphrase import fold_passphrase


class ConfirmForm(VaultForm):
    """The passphrase of whoever is signed in, again."""

    passphrase = PassphraseField()

    def __init__(self, *args: Any, user: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def open(self, typed: dict[str, Any]) -> None:
        """One Argon2id run."""
        if not get_adapter().reauthenticate(cast(Any, self.user), typed["passphrase"]):
            words = _("That is not your passphrase. Type it again.")
            self.refuse(Refusal("passphrase", words, 403))


class EraseForm(ConfirmForm):
    """`/me/erase/`, with a box for each offer."""

    def __init__(self, *args: Any, offers: list[tuple[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, label in offers:
            self.fields[name] = forms.BooleanField(label=label, required=False)


class ChangeForm(NewPassphraseForm):
    """`/me/change/`: the current and the new credentials; an empty field keeps the current one.

    It asks for the current pseudonym and passphrase itself: without them the keys cannot be
    encrypted under another pseudonym. What was typed of the current passphrase stays, sealed, when
    another new one is asked for.
    """

    pseudonym = PseudonymField(label=_("Current pseudonym"))
    passphrase = PassphraseField(label=_("Current passphrase"))
    new_pseudonym = NewPseudonymField(label=_("New pseudonym"), required=False)
    new_passphrase = PassphraseField(label=_("New passphrase"), required=False, help_text=TYPE_IT)
    passphrase_again = PassphraseField(
        label=_("New passphrase again"),
        required=False,
        help_text=_("Only for a passphrase of your own, not for the one above."),
    )

    exposed = forms.ChoiceField(
        label=_("Could someone know your old passphrase?"),
        help_text=_(
            "If so, the whole network gets a new key, and nobody can read new notes with the old "
            "passphrase. Nobody has to do anything."
        ),
        choices=[("yes", _("Yes, or I am not sure")), ("no", _("No"))],
        widget=forms.RadioSelect,
        required=False,
    )

    typed_into = "new_passphrase"
    refusals = {
        join.NotGeneratedPassphrase: Refusal(
            "new_passphrase", _("Members and moderators use the passphrase shown above.")
        ),
        join.CredentialsTaken: Refusal("new_passphrase", _("Please choose another passphrase.")),
        recover.DeskRenewed: Refusal(
            "new_pseudonym", _("Your pseudonym cannot be changed. Ask your organisation.")
        ),
    }

    def __init__(self, *args: Any, user: Member, ring: KeyRing, **kwargs: Any) -> None:
        self.user, self.ring = user, ring
        self.offered_on = f"change {user.pk}"
        self.own_allowed = not roles.holds_network_key(user.roles)
        super().__init__(*args, **kwargs)
        sent = self.data if self.is_bound else self.initial
        self._typed = passphrase_offers.open_typed(
            sent.get("typed_passphrase", ""), self.offered_on
        )
        if "another" in kwargs:
            self._typed = fold_passphrase(sent.get("passphrase", "")) or self._typed
        self.typed_token = passphrase_offers.keep_typed(self._typed, self.offered_on)
        if self._typed:
            field = self.fields["passphrase"]
            field.required = False
            field.help_text = _("You have typed it already. It can stay empty.")
        if not ring.epochs:  # nothing that others wrote opens with this passphrase
            del self.fields["exposed"]

    def clean(self) -> dict[str, Any]:
        """Checks the new credentials first, so that a typing error there costs no Argon2id
        run.
        """
        typed = self.cleaned_data
        new, again = typed.get("new_passphrase", ""), typed.get("passphrase_again", "")
        typed["passphrase"] = typed.get("passphrase") or self._typed
        if "new_pseudonym" in typed and not new and not typed["new_pseudonym"]:
            self.add_error(None, _("Type a new pseudonym, a new passphrase, or both."))
        if again and not new:
            self.add_error("passphrase_again", _("The two are not the same. Type both again."))
        if new and "exposed" in self.fields and not typed.get("exposed"):
            self.add_error("exposed", _("Choose one of the two."))
        name = typed.get("new_pseudonym") or typed.get("pseudonym", "")
        self.check_new_passphrase(typed, name)
        return super().clean()

    def open(self, typed: dict[str, Any]) -> None:
        """Current pseudonym and passphrase must be the account's."""
        if not reauthenticate.credentials_match(self.user, typed["pseudonym"], typed["passphrase"]):
            words = _("This is not your current pseudonym and passphrase.")
            self.refuse(Refusal("passphrase", words, 403))

    def save(self) -> None:
        """Called by allauth's view when the form is valid; updates `user` and `ring`.

        May raise what is in `refusals`, VaultBusy, and UnknownAccount for a deleted
        account.
        """
        typed = self.cleaned_data
        name = typed["new_pseudonym"] or self.ring.pseudonym
        # The one she has was made here too, if she holds a network key: else she had not got it.
        passphrase = typed["new_passphrase"] or MadePassphrase(typed["passphrase"])
        self.user, self.ring = recover.change_credentials(self.user.pk, self.ring, name, passphrase)


class AppCodeForm(forms.Form):
    """`/me/second-step/`: a code of the app that is being set up."""

    # No hint at paper codes: there are none yet.
    code = CodeField(
        label=pgettext_lazy("secret code", "Code"),
        help_text=_("The six digits that the app shows now."),
    )


class SecondStepForm(forms.Form):
    """A code of the second step, where it is on, for whatever could lead around it."""

    code = CodeField(
        label=pgettext_lazy("secret code", "Code"),
        help_text=_("Six digits from your app, or one of the ten codes on paper."),
    )


class AddKeyForm(SecondStepForm):
    """`/me/second-step/key/`; the page's script fills in `credential`."""

    field_order = ("name", "code")

    name = PlainText(
        longest=KEY_NAME_LIMIT,
        required=True,
        label=_("What you call it"),
        help_text=_("So that you know it again, for example by its colour. Up to 20 characters."),
    )
    credential = AnswerField()


class DeskRecoveryForm(forms.Form):
    """`/me/desk/`: the code and the current passphrase."""

    code = CodeField(
        label=pgettext_lazy("secret code", "Code"),
        help_text=_("A moderator's code, or your organisation's moderation recovery code."),
    )
    passphrase = PassphraseField(label=_("Current passphrase"))
