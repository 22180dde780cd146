"""Founding a network, and adding organisations to it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.db import transaction

from safety_app.accounts.flows import invite
from safety_app.accounts.keys import contexts, credentials, epoch_pin, verifying_keys
from safety_app.accounts.keys.desk_keys import (
    ModerationDeskUnavailable,
    desk_of,
    moderation_seed,
    seal_desk,
)
from safety_app.accounts.keys.keyring import KeyRing, new_ring
from safety_app.accounts.keys.row_auth import desk_mac
from safety_app.accounts.models import Desk, Epoch, Instance, Member, Organisation
from safety_app.accounts.rotation import epoch_month
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, codes, network, seals, signatures
from safety_app.vault.errors import VaultError

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
    verifying_key = signatures.verifying_key(signer)
    founder = new_ring("", {1: key}, floor=1, verifying_key=verifying_key)
    # No epoch precedes the first, so its MAC is made with its own key.
    Epoch.objects.create(
        number=1,
        chain_mac=network.chain_mac(key, 1, key),
        floor=1,
        floor_mac=network.floor_mac(key, 1, 1),
        month_box=epoch_month.seal_month(1, key),
        signature=verifying_keys.epoch_signature(founder, signer),
    )
    epoch_pin.found(key, verifying_key)
    moderation = Desk(id=random_id(), organisation=None)
    _install_first_key(founder, moderation, signer, signer)
    return _create_organisation(founder, organisation_name, moderation, signer)


@transaction.atomic
def add_organisation(ring: KeyRing, moderator: Member, name: str) -> Founding:
    """Add an organisation. Any moderator can whose desk opens the moderation desk, which signs the
    new desk's keys.

    Raises ModerationDeskUnavailable, VaultError when the desk is not the moderator's, ValueError
    for a name that is taken.
    """
    if Organisation.objects.filter(name=name).exists():
        raise ValueError("There is an organisation of that name.")
    seed = moderation_seed(ring, moderator)
    if seed is None:
        raise ModerationDeskUnavailable("desk: nothing to sign a new one with")
    return _create_organisation(ring, name, desk_of(ring, None), seed)


def _create_organisation(
    ring: KeyRing, name: str, moderation: Desk, moderation_key: bytes
) -> Founding:
    organisation, seed = Organisation.objects.create(name=name), seals.new_seed()
    desk, recovery_code = Desk(id=random_id(), organisation=organisation), codes.new_code()
    keys = credentials.keys_of_code(recovery_code, "desk recovery")
    desk.recovery_box = boxes.seal_box(keys.key, seed, contexts.desk_recovery(desk.pk))
    _install_first_key(ring, desk, seed, moderation_key)
    seal_desk(moderation, moderation_key, desk).save(force_insert=True)
    code = invite.issue_invitation(ring, organisation, desk, "moderator", desk_seed=seed)
    return Founding(organisation, code, recovery_code)


def _install_first_key(ring: KeyRing, desk: Desk, seed: bytes, signer: bytes) -> None:
    """Save a new desk with the key pair of its seed, signed with the moderation desk's seed (32
    bytes each).
    """
    desk.public_key = seals.public_key(seed)
    verifying_keys.certify_desk(desk, signer, signatures.verifying_key(seed))
    desk.row_mac = desk_mac(ring.row_key, desk)
    desk.save(force_insert=True)


def open_desk_with_code(desk: Desk, code: str) -> bytes:
    """The desk's seed (32 bytes), from a folded desk recovery code. Raises VaultError."""
    if desk.recovery_box is None:
        raise VaultError("desk: has no recovery code")
    keys = credentials.keys_of_code(code, "desk recovery")
    return boxes.open_box(keys.key, bytes(desk.recovery_box), contexts.desk_recovery(desk.pk))
