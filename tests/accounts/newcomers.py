"""Applicants, for several test files."""

from __future__ import annotations

from contextlib import suppress

from django.test import Client

from safety_app.accounts.flows import applications, sign_in
from safety_app.accounts.keys import arrival_words
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Application, Member, Organisation
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests import offers
from tests.cast import ORGANISATION, Person

PASSPHRASE = MadePassphrase("four herons wait beside the canal")
NOTE = "We met at the drop-in on Thursdays."


def fields(**other: str) -> dict[str, str]:
    """The form fields of `/apply/`."""
    passphrase = other.get("passphrase", PASSPHRASE)
    chosen = Organisation.objects.get(name=other.pop("organisation_name", ORGANISATION))
    return {
        "organisation": str(chosen.pk),
        "pseudonym": "Calm Heron",
        **offers.typed("apply", passphrase),
        "note": NOTE,
        **other,
    }


def applicant(
    pseudonym: str = "Calm Heron", organisation: str = ORGANISATION, *, words_typed: bool = True
) -> Person:
    """Someone who has applied and waits, and usually has typed the words of her desk already."""
    chosen = Organisation.objects.get(name=organisation)
    account = applications.apply(chosen.pk, pseudonym, PASSPHRASE, NOTE)
    if words_typed:
        words = arrival_words.own_comparison_words(account.ring, account.member)
        assert arrival_words.type_words(account.ring, account.member, words)
    return Person("applicant", "member", pseudonym, PASSPHRASE, organisation)


def application_of(person: Person) -> Application:
    return Application.objects.get(member=person.row)


def can_sign_in(person: Person) -> bool:
    """Whether pseudonym and passphrase still open an account."""
    try:
        sign_in.find_account(person.pseudonym, person.passphrase)
    except sign_in.UnknownAccount:
        return False
    return True


def signs_in(person: Person) -> int:
    """The status of signing in over HTTP."""
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    return Client().post("/en/in/", typed).status_code


def comparison_words(person: Person) -> str:
    """The words that the moderator of somebody who waits reads out and ticks."""
    return arrival_words.own_comparison_words(person.ring, person.row)


def accept(ring: KeyRing, moderator: Member, application: int, person: int | None = None) -> str:
    """Accept an application after reading out its words, if there are any."""
    row, words = applications.find_application(moderator, application), ""
    if row is not None:
        with suppress(VaultError):
            words = applications.open_application(ring, moderator, row).words
    return applications.approve(ring, moderator, application, person, compared=words)
