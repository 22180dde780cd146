"""Founding a network, and adding organisations to it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.db import transaction

from safety_app.accounts.flows import invite
from safety_app.accounts.keys import (
    contexts,
    credentials,
    epoch_pin,
    verifying_keys,
)
from safety_app.accounts.keys.desk_keys import (
    ModerationDeskUnavailable,
    desk_of,
    moderation_seed,
    seal_desk,
)
from safety_app.accounts.keys.keyring import KeyRing, new_ring
from safety_app.accounts.keys.row_auth import sign_desk
from safety_app.accounts.models import Desk, Epoch, Instance, Member, Organisation
from safety_app.accounts.rotation import epoch_month
from safety_app.accounts.server_key import server_key
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, codes, network, seals, signatures
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import Signers

SALT_SIZE = 32


class AlreadyFounded(ValueError):
    """This installation already has a network."""


@dataclass(frozen=True)
class Founding:
    """A new organisation, its first moderator's invitation code and its desk recovery code."""

    organisation: Organisation
    invitation_code: str
    desk_recovery_code: str


def is_founded() -> bool:
    """Whether this installation has a network."""
    return Epoch.objects.exists()


@transaction.atomic
def found_network(organisation_name: str) -> Founding:
    """Create the first network key, the moderation desk and the first organisation with its
    desk.

    The keys made here survive only in seals: to the first moderator's invitation and, for the
    organisation's desk, under its recovery code. Raises AlreadyFounded.
    """
    if is_founded() or Instance.objects.exists():
        raise AlreadyFounded
    salt = os.urandom(SALT_SIZE)
    Instance.objects.create(salt=salt, pepper_check=credentials.pepper_check(salt))
    key, signer = boxes.new_key(), seals.new_seed()
    made = _new_organisation(organisation_name, signer)
    listed = verifying_keys.choose_witnesses([made.desk], is_single=True)
    witnesses = verifying_keys.store_witnesses(listed)
    founder = new_ring("", {1: key}, 1, Signers(signatures.verifying_key(signer), witnesses))
    # No epoch precedes the first, so its MAC is made with its own key.
    Epoch.objects.create(
        number=1,
        chain_mac=network.chain_link(key, 1, key, server_key()),
        floor=1,
        floor_mac=network.floor_mac(key, 1, 1, server_key()),
        month_box=epoch_month.seal_month(1, key),
        signature=verifying_keys.epoch_signature(founder, signer),
    )
    epoch_pin.found(key, founder.signers)
    moderation = Desk(id=random_id(), organisation=None)
    _set_first_key(moderation, signer, signer)
    _save(founder, moderation)
    return _found(founder, made, moderation, signer)


@transaction.atomic
def add_organisation(
    ring: KeyRing, moderator: Member, name: str, *, is_due: bool = False
) -> Founding:
    """Add an organisation. Any moderator can whose desk opens the moderation desk, which signs the
    new desk's keys, and with `is_due` that its own moderators should renew them.

    Raises ModerationDeskUnavailable, VaultError when the desk is not the moderator's, ValueError
    for a name that is taken.
    """
    if Organisation.objects.filter(name=name).exists():
        raise ValueError("There is an organisation of that name.")
    seed = moderation_seed(ring, moderator)
    if seed is None:
        raise ModerationDeskUnavailable("desk: nothing to sign a new one with")
    transaction.on_commit(epoch_pin.add_organisation)
    made = _new_organisation(name, seed, is_due=is_due)
    # Due, since somebody of another organisation sees its codes: so the first one is hers as well.
    return _found(ring, made, desk_of(ring, None), seed, is_outside=is_due)


@dataclass(frozen=True)
class _NewOrganisation:
    """An organisation, its desk, not saved yet, with its seed (32 bytes), and its recovery code."""

    organisation: Organisation
    desk: Desk
    seed: bytes
    recovery_code: str


def _new_organisation(
    name: str, moderation_key: bytes, *, is_due: bool = False
) -> _NewOrganisation:
    """Signed with the moderation desk's seed (32 bytes)."""
    organisation, seed = Organisation.objects.create(name=name), seals.new_seed()
    desk = Desk(id=random_id(), organisation=organisation, renewal_due=is_due)
    code = codes.new_code()
    keys = credentials.keys_of_code(code, "desk recovery")
    desk.recovery_box = boxes.seal_box(keys.key, seed, contexts.desk_recovery(desk.pk))
    verifying_keys.keep_code_key(desk, seed, keys.seed)
    _set_first_key(desk, seed, moderation_key)
    return _NewOrganisation(organisation, desk, seed, code)


def _found(
    ring: KeyRing,
    made: _NewOrganisation,
    moderation: Desk,
    moderation_key: bytes,
    *,
    is_outside: bool = False,
) -> Founding:
    _save(ring, made.desk)
    seal_desk(moderation, moderation_key, made.desk).save(force_insert=True)
    code = invite.issue_invitation(
        ring,
        made.organisation,
        made.desk,
        "moderator",
        desk_seed=made.seed,
        is_outside=is_outside,
    )
    return Founding(made.organisation, code, made.recovery_code)


def _set_first_key(desk: Desk, seed: bytes, signer: bytes) -> None:
    """The key pair of a new desk's seed, signed with the moderation desk's seed (32 bytes each)."""
    desk.public_key = seals.public_key(seed)
    key = signatures.verifying_key(seed)
    verifying_keys.certify_desk(desk, signer, key, is_due=desk.renewal_due)


def _save(ring: KeyRing, desk: Desk) -> None:
    sign_desk(ring, desk)
    desk.save(force_insert=True)


def open_desk_with_code(desk: Desk, code: str) -> bytes:
    """The desk's seed (32 bytes), from a folded desk recovery code. Raises VaultError."""
    if desk.recovery_box is None:
        raise VaultError("desk: has no recovery code")
    keys = credentials.keys_of_code(code, "desk recovery")
    return boxes.open_box(keys.key, bytes(desk.recovery_box), contexts.desk_recovery(desk.pk))
