"""Recovery with the recovery code, and changes of pseudonym and passphrase."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from django.db import transaction

from safety_app.accounts import roles
from safety_app.accounts.budgets import EXPOSED_RENEWALS
from safety_app.accounts.flows.join import CredentialsTaken, NotGeneratedPassphrase
from safety_app.accounts.flows.renew_seed import renew_seed
from safety_app.accounts.flows.sign_in import (
    UnknownAccount,
    activate,
    count_guess,
    may_come_in,
    open_ring,
)
from safety_app.accounts.keys import credentials, epoch_pin, second_step
from safety_app.accounts.keys.credentials import Openers
from safety_app.accounts.keys.desk_keys import mark_desks_for_renewal, own_desk
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing, lock_epoch, own_account
from safety_app.accounts.keys.second_step import SecondStep
from safety_app.accounts.models import Member
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import network_rotation
from safety_app.privacy.budgets import spend
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.passphrase import SignInKeys


@dataclass(frozen=True)
class Recovered:
    """An account with a new seed, its new recovery code and its open keys."""

    member: Member
    recovery_code: str
    ring: KeyRing


class DeskRenewed(Exception):
    """A new pseudonym cannot be sealed: this account cannot tell whether the desk's row is
    authentic.
    """


class NotRenewed(Exception):
    """The network key was not renewed: this server has forgotten what it knew of the one before, or
    cannot remember the next one.
    """


def recover_account(code: str, pseudonym: str, passphrase: str) -> Recovered:
    """Give the account behind a recovery code a new passphrase, recovery code and seed.

    Switches the second step off and ends every session. Argon2id runs first, and identically
    for every code. If the desk's row is not known to be authentic, the sealed pseudonym stays
    the old one. Raises UnknownAccount for any code that opens nothing, NotGeneratedPassphrase,
    CredentialsTaken and VaultBusy.
    """
    count_guess(pseudonym, passphrase)
    keys = credentials.stretch(pseudonym, passphrase)
    code_keys = credentials.keys_of_typed_code(code, "recovery")
    with transaction.atomic():
        lock_epoch()
        member = _lock_member(recovery_handle=code_keys.handle)
        try:
            secret = credentials.open_with_code(member, code_keys)
            ring = open_ring(member, secret, pseudonym)
            if may_come_in(member, ring):
                activate(member, ring)
            ring = renew_seed(member, ring, SecondStep())
        except VaultError as failure:
            raise UnknownAccount from failure
        passphrase_key = _set_passphrase(member, keys, passphrase)
        with suppress(VaultError):
            credentials.seal_pseudonym(member, ring, own_desk(ring, member))
        recovery_code, code_key = credentials.use_new_code(member)
        credentials.seal_secret(member, ring, Openers(passphrase_key, code_key))
        member.save()
    checkpoint_wal()
    return Recovered(member, recovery_code, ring)


def change_credentials(
    member_id: int, ring: KeyRing, pseudonym: str, passphrase: str
) -> tuple[Member, KeyRing]:
    """Change pseudonym or passphrase of an account whose current passphrase was checked.

    The seed is a new one; the recovery code stays valid; other sessions end. Returns the row and
    the ring from now on. Raises UnknownAccount, NotGeneratedPassphrase, CredentialsTaken,
    DeskRenewed, VaultBusy, and VaultError when somebody else wrote a part of the row.
    """
    if not ring.epochs:
        # Also with the passphrase she has: it may be one that she chose to guess another's with.
        count_guess(pseudonym, str(passphrase))
    keys = credentials.stretch(pseudonym, passphrase)
    with own_account(ring):
        member = _lock_member(pk=member_id)
        step = second_step.open_settings(ring, member)
        openers = credentials.openers_of(member, ring)
        renewed = renew_seed(member, ring, step, pseudonym)
        passphrase_key = _set_passphrase(member, keys, passphrase)
        credentials.seal_secret(member, renewed, replace(openers, passphrase=passphrase_key))
        if pseudonym != ring.pseudonym:
            try:
                credentials.seal_pseudonym(member, renewed, own_desk(renewed, member))
            except VaultError as failure:
                raise DeskRenewed from failure
        member.save()
    checkpoint_wal()
    return member, renewed


def renew_network_key(member: Member, ring: KeyRing) -> KeyRing:
    """A new network key, after somebody may have known the old passphrase of this account.

    Whoever also has a copy of the disk from before holds the network key of that day, and with a
    moderator's passphrase the moderation keys too: these are marked as due for renewal. Returns the
    ring from now on. Raises BudgetSpent and NotRenewed; the change of passphrase stands in any
    case.
    """
    if member.has_role("moderator"):
        mark_desks_for_renewal(Member.objects.filter(pk=member.pk))
    try:
        epoch_pin.require_memory()  # or it is not made, and should not cost a budget
        spend(EXPOSED_RENEWALS, member.pk)
        return network_rotation.renew_network_key(ring)
    except EpochMoved:  # somebody else renewed it since: that key is after the change too
        return ring
    except (EpochNotPinned, OSError, VaultError) as error:
        raise NotRenewed from error


def renew_recovery_code(member_id: int, ring: KeyRing) -> Recovered:
    """Replace the recovery code; the old one opens nothing from now on.

    The seed is a new one, for who has the old code and an old copy of the disk; other sessions
    end. Raises UnknownAccount, and VaultError when somebody else wrote a part of the row.
    """
    with own_account(ring):
        member = _lock_member(pk=member_id)
        step = second_step.open_settings(ring, member)
        openers = credentials.openers_of(member, ring)
        renewed = renew_seed(member, ring, step)
        code, code_key = credentials.use_new_code(member)
        credentials.seal_secret(member, renewed, replace(openers, code=code_key))
        member.stamp = credentials.new_stamp()
        member.save()
    checkpoint_wal()
    return Recovered(member, code, renewed)


def end_all_sessions(member: Member) -> None:
    """End every session of an account."""
    member.stamp = credentials.new_stamp()
    member.save(update_fields=["stamp"])


def _lock_member(**found_by: object) -> Member:
    members = Member.objects.select_for_update(of=("self",)).select_related("organisation")
    member = members.filter(**found_by).first()
    if member is None:
        raise UnknownAccount
    return member


def _set_passphrase(member: Member, keys: SignInKeys, passphrase: str) -> bytes:
    must_be_made = roles.holds_network_key(member.roles)
    if must_be_made and not isinstance(passphrase, MadePassphrase):
        raise NotGeneratedPassphrase
    if Member.objects.filter(handle=keys.handle).exclude(pk=member.pk).exists():
        raise CredentialsTaken
    member.stamp = credentials.new_stamp()
    return credentials.use_passphrase(member, keys)
