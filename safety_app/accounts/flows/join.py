"""Joining: an invitation's code becomes an account and is used up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction

from safety_app.accounts import roles
from safety_app.accounts.flows.sign_in import count_guess
from safety_app.accounts.keys import (
    contexts,
    credentials,
    personal_settings,
    second_step,
)
from safety_app.accounts.keys.credentials import Openers
from safety_app.accounts.keys.desk_keys import desk_of, familiar_desk, seal_desk
from safety_app.accounts.keys.epochs import open_epochs_of
from safety_app.accounts.keys.keyring import KeyRing, lock_epoch, new_ring
from safety_app.accounts.keys.network_box import open_fingerprint
from safety_app.accounts.keys.row_auth import (
    check_code,
    check_desk,
    check_invitation,
    check_keyless_invitation,
    sign_member,
)
from safety_app.accounts.models import OPEN_CODES, Desk, DeskSeal, Invitation, Member, Vouching
from safety_app.accounts.periods import STAY_DAYS
from safety_app.locales.dates import month_of, today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import codes, seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.passphrase import SignInKeys


class InvitationRefused(Exception):
    """The code is wrong, used, expired, cancelled or tampered with: one answer for all."""


class NotApproved(Exception):
    """A member vouched with this code and no moderator has approved it yet. Only the holder of
    the code can find that out.
    """


class NotGeneratedPassphrase(Exception):
    """Whoever holds a network key has a passphrase made here; the code stays open."""


class CredentialsTaken(Exception):
    """Another account has this very pseudonym and passphrase; the code stays open."""


@dataclass(frozen=True)
class NewAccount:
    """A new account, its recovery code (26 characters, shown once) and its open keys."""

    member: Member
    recovery_code: str
    ring: KeyRing


def join(code: str, pseudonym: str, passphrase: str) -> NewAccount:
    """Use an invitation. Argon2id runs first, and identically for every code.

    Raises InvitationRefused, NotApproved, NotGeneratedPassphrase, CredentialsTaken, and
    VaultBusy when too many passphrases are being stretched.
    """
    count_guess(pseudonym, passphrase)
    sign_in_keys = credentials.stretch(pseudonym, passphrase)
    code_keys = credentials.keys_of_typed_code(code, "invitation")
    try:
        with transaction.atomic():
            lock_epoch()
            invitation = _find_invitation(code_keys)
            opened = open_epochs_of(invitation, code_keys.key, code_keys.seed)
            ring = new_ring(pseudonym, opened.keys, opened.floor, opened.signers)
            _check_row(invitation, ring, code_keys)
            desk = _checked_desk(invitation, ring, code_keys)
            must_be_made = roles.holds_network_key(invitation.roles)
            if must_be_made and not isinstance(passphrase, MadePassphrase):
                raise NotGeneratedPassphrase
            if Member.objects.filter(handle=sign_in_keys.handle).exists():
                raise CredentialsTaken
            return _create_account(invitation, ring, desk, sign_in_keys, code_keys)
    except VaultError as failure:
        raise InvitationRefused from failure


def _find_invitation(keys: codes.CodeKeys) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(handle=keys.handle, state__in=(*OPEN_CODES, "asked"), expires__gte=today())
        .first()
    )
    if invitation is None:
        raise VaultError("invitation: there is none")
    if invitation.state == "asked":
        raise NotApproved
    return invitation


def _check_row(invitation: Invitation, ring: KeyRing, keys: codes.CodeKeys) -> None:
    check_code(invitation, keys)
    if ring.epochs:
        check_invitation(ring.row_key, invitation)
    else:
        check_keyless_invitation(invitation)
    if roles.holds_network_key(invitation.roles) != bool(ring.epochs):
        raise VaultError("invitation: roles and keys do not go together")


def _checked_desk(invitation: Invitation, ring: KeyRing, keys: codes.CodeKeys) -> Desk:
    """The organisation's desk, authenticated by the network key or by the invitation's
    fingerprint.
    """
    if ring.epochs:
        return desk_of(ring, invitation.organisation_id)
    fingerprint = open_fingerprint(
        keys.key, invitation.network_box or b"", contexts.desk_fingerprint(invitation.pk)
    )
    return familiar_desk(invitation.organisation_id, fingerprint)


def _create_account(
    invitation: Invitation, ring: KeyRing, desk: Desk, keys: SignInKeys, code_keys: codes.CodeKeys
) -> NewAccount:
    day = today()
    member = Member(
        id=credentials.account_id(code_keys.key),
        organisation=invitation.organisation,
        roles=invitation.roles,
        public_key=seals.public_key(ring.seed),
        stamp=credentials.new_stamp(),
        renewed=month_of(day),
        stay_until=day + datetime.timedelta(days=STAY_DAYS) if invitation.guest else None,
    )
    passphrase_key = credentials.use_passphrase(member, keys)
    recovery_code, code_key = credentials.use_new_code(member)
    credentials.seal_secret(member, ring, Openers(passphrase_key, code_key))
    if ring.epochs:
        credentials.store_network_key(member, ring)
    else:
        credentials.store_desk_fingerprint(member, ring, credentials.desk_fingerprint(desk))
    credentials.seal_pseudonym(member, ring, desk)
    second_step.switch_off(ring, member)
    sign_member(ring, member)
    member.save(force_insert=True)
    personal_settings.create(ring, member)
    _reseal_desks(invitation, ring, member, code_keys)
    Vouching.objects.filter(invitation=invitation).update(member=member, invitation=None)
    invitation.delete()
    checkpoint_wal()  # a used code must not open anything in a copy of the files
    return NewAccount(member, recovery_code, ring)


def _reseal_desks(
    invitation: Invitation, ring: KeyRing, member: Member, keys: codes.CodeKeys
) -> None:
    """Seal every desk key the invitation held to the new moderator."""
    for held in DeskSeal.objects.select_related("desk").filter(invitation=invitation):
        check_desk(ring, held.desk)
        seed = seals.unseal(
            keys.seed, bytes(held.sealed), contexts.desk_seed(held.desk_id, invitation.pk)
        )
        if seals.public_key(seed) != bytes(held.desk.public_key):
            raise VaultError("desk: the key does not belong to this desk")
        seal_desk(held.desk, seed, member).save(force_insert=True)
