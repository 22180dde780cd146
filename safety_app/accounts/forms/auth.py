"""Forms that lead in: sign-in, second step, joining, applying, recovery."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from safety_app.accounts.flows import applications, join, recover, second_step, sign_in
from safety_app.accounts.flows.login_stages import SecondStepStage
from safety_app.accounts.flows.sign_in import (
    AbsentAccount,
    DamagedAccount,
    OpenedAccount,
    UnknownAccount,
    attach,
    begin_sign_in,
)
from safety_app.accounts.forms.fields import (
    NO_HELP,
    AnswerField,
    CodeField,
    NewPseudonymField,
    PassphraseField,
    PinField,
    PseudonymField,
)
from safety_app.accounts.forms.new_passphrase import TYPE_IT, NewPassphraseForm
from safety_app.accounts.forms.vault_form import Refusal, VaultForm
from safety_app.accounts.keys import application_seals
from safety_app.accounts.keys import second_step as settings_of_step
from safety_app.accounts.models import Member, Organisation
from safety_app.accounts.presentation import WRONG_CODE
from safety_app.privacy.budgets import BudgetSpent
from safety_app.privacy.text_fields import PlainText
from safety_app.vault.errors import VaultError

ANOTHER_PASSPHRASE = Refusal("passphrase", _("Please choose another passphrase."))


class SignInForm(VaultForm):
    """`/in/`"""

    pseudonym = PseudonymField()
    passphrase = PassphraseField()
    pin = PinField()

    refusals = {
        AbsentAccount: Refusal(
            None,
            _(
                "Nobody signed in to this account for a year, so it got no new keys and no longer "
                "opens. Ask your organisation for a new invitation."
            ),
            403,
        ),
        DamagedAccount: Refusal(
            None,
            _(
                "What is stored for this account was changed or damaged, so it does not open. "
                "Tell your organisation, and whoever runs this site."
            ),
            403,
        ),
        UnknownAccount: Refusal(
            None, _("Pseudonym and passphrase do not match. Check both and type them again."), 403
        ),
    }

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        """allauth's view passes the request, which is not needed before `login`."""
        super().__init__(*args, **kwargs)

    def open(self, typed: dict[str, Any]) -> None:
        """Opens the account; nothing that was typed goes any further."""
        member, ring = sign_in.open_account(typed["pseudonym"], typed["passphrase"])
        try:
            settings_of_step.open_settings(ring, member)
        except VaultError as failure:  # someone else wrote that box
            raise DamagedAccount from failure
        self.opened = OpenedAccount(member, ring, typed["pin"])

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Called by allauth's view when the form is valid."""
        return begin_sign_in(request, self.opened)


class StepForm(VaultForm):
    """Base of the forms that pass the second step of a pending sign-in.

    Raises UnknownAccount when that has ended, and BudgetSpent.
    """

    def __init__(
        self, *args: Any, request: HttpRequest, stage: SecondStepStage, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.stage = request, stage


class CodeForm(StepForm):
    """`/in/code/`: an app's code or a paper code."""

    code = CodeField(
        label=pgettext_lazy("secret code", "Code"),
        help_text=_("Six digits from your app, or one of the ten codes on paper."),
    )

    def open(self, typed: dict[str, Any]) -> None:
        """A paper code is used up."""
        try:
            passes = second_step.passes_with_code(self.request, self.stage, typed["code"])
        except BudgetSpent as spent:
            words = ngettext(
                "Too many codes of the app were tried. Use a code on paper or a security key, or "
                "wait %(minutes)s minute.",
                "Too many codes of the app were tried. Use a code on paper or a security key, or "
                "wait %(minutes)s minutes.",
                spent.minutes,
            ) % {"minutes": spent.minutes}
            self.refuse(Refusal("code", words, 429))
            return
        if not passes:
            self.refuse(Refusal("code", WRONG_CODE, 403))


class KeyForm(StepForm):
    """`/in/code/`: a security key; filled in by the page's script."""

    credential = AnswerField()

    def open(self, typed: dict[str, Any]) -> None:
        """One of the account's keys must have signed the answer, for this sign-in."""
        if not second_step.passes_with_key(self.request, self.stage, typed["credential"]):
            words = _("That was not one of your keys. Try again, or type a code.")
            self.refuse(Refusal(None, words, 403))


class ChoosePassphrase(NewPassphraseForm):
    """Base of forms in which a new passphrase is set, beside a pseudonym."""

    passphrase = PassphraseField(help_text=TYPE_IT)
    passphrase_again = PassphraseField(
        required=False,
        label=_("The same passphrase again"),
        help_text=_("Only for translators and editors who chose a passphrase of their own."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_new_passphrase(cleaned, cleaned.get("pseudonym", ""))
        return cleaned


class SignUpForm(ChoosePassphrase):
    """Base of forms that create an account.

    allauth's view calls `try_save` on a valid form. It may raise what is in `refusals`, and
    VaultBusy.
    """

    by_passkey = False  # read by allauth's view: nobody signs up with a security key alone
    recovery_code = ""

    def hand_over(self, account: join.NewAccount) -> tuple[Member, None]:
        """What allauth's view expects: the new account with its keys attached, and no
        response yet.
        """
        self.recovery_code = account.recovery_code
        return attach(OpenedAccount(account.member, account.ring)), None


class JoinForm(SignUpForm):
    """`/join/`"""

    code = CodeField(
        stays=True,
        label=_("Invitation code"),
        help_text=_("26 letters and digits. Capitals and dashes do not matter."),
    )
    pseudonym = NewPseudonymField()

    offered_on = "join"
    field_order = ["code", "pseudonym", "passphrase", "passphrase_again"]
    refusals = {
        join.NotApproved: Refusal(
            "code",
            _(
                "This code is not accepted yet. Nothing was used up: try again later, or ask "
                "the person who gave it to you."
            ),
            403,
        ),
        join.InvitationRefused: Refusal(
            "code",
            _(
                "This code does not open anything. A code works once, for 14 days; whoever invited "
                "you can make a new one."
            ),
            403,
        ),
        join.NotGeneratedPassphrase: Refusal(
            "passphrase", _("Members and moderators use the passphrase shown above.")
        ),
        join.CredentialsTaken: ANOTHER_PASSPHRASE,
    }

    def try_save(self, request: HttpRequest) -> tuple[Member, None]:
        """Use the invitation."""
        typed = self.cleaned_data
        return self.hand_over(join.join(typed["code"], typed["pseudonym"], typed["passphrase"]))


def offered_organisations() -> list[tuple[str, Any]]:
    """Choices of organisations that accept people; leaving ones do not."""
    offered = Organisation.objects.filter(leaves__isnull=True).order_by("name")
    return [("", _("Please choose")), *((str(row.pk), row.name) for row in offered)]


class ApplyForm(SignUpForm):
    """`/apply/`"""

    organisation = forms.TypedChoiceField(
        label=_("Organisation"), choices=offered_organisations, coerce=int
    )
    pseudonym = NewPseudonymField()
    note = PlainText(
        longest=application_seals.NOTE_LIMIT,
        lines=True,
        label=_("A message to them, if you want"),
        help_text=_(
            "How they can know that you belong here, for example who knows you there. Not your "
            "legal name. Only this organisation's moderators can read it. Up to 500 characters."
        ),
    )

    offered_on = "apply"
    own_allowed = False  # she asks for the network key
    field_order = ["organisation", "pseudonym", "passphrase", "note"]
    refusals = {
        applications.DeskFull: Refusal(
            "organisation",
            _(
                "Very many people are asking this organisation at the moment. Nothing was sent. "
                "Try again in a few days, or ask another one."
            ),
            503,
        ),
        applications.NotOffered: Refusal(
            "organisation", _("This organisation cannot be asked now. Choose another.")
        ),
        join.CredentialsTaken: ANOTHER_PASSPHRASE,
    }

    def try_save(self, request: HttpRequest) -> tuple[Member, None]:
        """Creates a waiting account, and the application for the organisation's desk."""
        typed = self.cleaned_data
        waits = applications.apply(
            typed["organisation"], typed["pseudonym"], typed["passphrase"], typed["note"]
        )
        return self.hand_over(waits)


class ArrivalForm(forms.Form):
    """`/me/words/`: what the moderator reads out to somebody who applied."""

    words = forms.CharField(
        label=_("Four words"),
        help_text=_("Your moderator reads them to you, when you meet or on the telephone."),
        max_length=200,
        widget=forms.TextInput(attrs=dict(NO_HELP)),
    )


class RecoverForm(ChoosePassphrase):
    """`/in/recover/`: a sign-in with a recovery code."""

    recovery_code = CodeField(
        label=_("Recovery code"), help_text=_("26 letters and digits, from your paper.")
    )
    pseudonym = NewPseudonymField(
        help_text=_("The one you had, or a new one: not your legal name, not that of your adverts.")
    )

    offered_on = "recover"
    field_order = ["recovery_code", "pseudonym", "passphrase", "passphrase_again"]
    refusals = {
        UnknownAccount: Refusal(
            "recovery_code", _("This code does not open anything. Look at it again."), 403
        ),
        join.NotGeneratedPassphrase: Refusal(
            "passphrase", _("Members and moderators use the passphrase shown above.")
        ),
        join.CredentialsTaken: ANOTHER_PASSPHRASE,
    }

    def __init__(self, *args: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
        """allauth's view passes the request, which is not needed before `login`."""
        super().__init__(*args, **kwargs)
        if "another" in kwargs:
            self._show_code()

    def clean(self) -> dict[str, Any]:
        """A code that was not tried yet stays when something beside it has to be corrected."""
        cleaned = super().clean()
        if self.errors:
            self._show_code()
        return cleaned

    def _show_code(self) -> None:
        cast(CodeField, self.fields["recovery_code"]).stay()

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Called by allauth's view when the form is valid; may raise what is in `refusals`."""
        typed = self.cleaned_data
        back = recover.recover_account(
            typed["recovery_code"], typed["pseudonym"], typed["passphrase"]
        )
        self.new_code = back.recovery_code
        return begin_sign_in(request, OpenedAccount(back.member, back.ring))
