"""Founding a network, and adding organisations to it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from django.db import transaction

from safety_app.accounts.flows import invite
from safety_app.accounts.keys import contexts, credentials, epoch_month, epoch_pin
from safety_app.accounts.keys.desk_keys import desk_of, moderation_seed, seal_desk
from safety_app.accounts.keys.keyring import KeyRing, new_ring
from safety_app.accounts.keys.row_auth import desk_mac
from safety_app.accounts.models import Desk, Epoch, Instance, Member, Organisation
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, codes, network, seals
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
    key = boxes.new_key()
    # No epoch precedes the first, so its MAC is made with its own key.
    Epoch.objects.create(
        number=1,
        chain_mac=network.chain_mac(key, 1, key),
        floor=1,
        floor_mac=network.floor_mac(key, 1, 1),
        month_box=epoch_month.seal_month(1, key),
    )
    epoch_pin.found(key)
    founder = new_ring("", {1: key}, floor=1)
    moderation, moderation_key, _no_code = _create_desk(founder, None)
    return _create_organisation(founder, organisation_name, moderation, moderation_key)


@transaction.atomic
def add_organisation(ring: KeyRing, moderator: Member, name: str) -> Founding:
    """Add an organisation. Any moderator can, since all it takes is the network key.

    While the moderator's own desk lacks the moderation desk, so does the new one (see
    `desk_rotation.share_moderation`). Raises VaultError when the desk is not the moderator's,
    ValueError for a name that is taken.
    """
    if Organisation.objects.filter(name=name).exists():
        raise ValueError("There is an organisation of that name.")
    seed = moderation_seed(ring, moderator)
    return _create_organisation(ring, name, desk_of(ring, None), seed)


def _create_organisation(
    ring: KeyRing, name: str, moderation: Desk, moderation_key: bytes | None
) -> Founding:
    organisation = Organisation.objects.create(name=name)
    desk, seed, recovery_code = _create_desk(ring, organisation)
    if moderation_key is not None:
        seal_desk(moderation, moderation_key, desk).save(force_insert=True)
    code = invite.issue_invitation(ring, organisation, desk, "moderator", desk_seed=seed)
    return Founding(organisation, code, recovery_code)


def _create_desk(ring: KeyRing, organisation: Organisation | None) -> tuple[Desk, bytes, str]:
    """The desk, its seed (32 bytes) and, for an organisation's desk, its recovery code."""
    seed = seals.new_seed()
    desk = Desk(id=random_id(), organisation=organisation, public_key=seals.public_key(seed))
    code = ""
    if organisation is not None:
        code = codes.new_code()
        keys = credentials.keys_of_code(code, "desk recovery")
        desk.recovery_box = boxes.seal_box(keys.key, seed, contexts.desk_recovery(desk.pk))
    desk.row_mac = desk_mac(ring.row_key, desk)
    desk.save(force_insert=True)
    return desk, seed, code


def open_desk_with_code(desk: Desk, code: str) -> bytes:
    """The desk's seed (32 bytes), from a folded desk recovery code. Raises VaultError."""
    if desk.recovery_box is None:
        raise VaultError("desk: has no recovery code")
    keys = credentials.keys_of_code(code, "desk recovery")
    return boxes.open_box(keys.key, bytes(desk.recovery_box), contexts.desk_recovery(desk.pk))
