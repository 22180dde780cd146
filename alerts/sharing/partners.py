"""Partner networks, and our own identity towards them.

Our identity comes from the seed of the network's moderation desk, so every moderator can show it
and sign with it, and it changes when the desk's key is renewed. A partner is a name and an
identity, sealed under the network key; a rotation re-encrypts the boxes.

    partner: 2,048 + 29 bytes
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from alerts.desk_seals import open_moderation_desk
from alerts.models import Partner
from alerts.sealing import AlertKeys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, sharing
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

PARTNER_SIZE = 2048
PURPOSE = "partners"
NAME_LIMIT = 80
MOST_PARTNERS = 20


class NotAdded(Exception):
    """A partner was not added, because of "own", "known", "name" or "many"."""


@dataclass(frozen=True)
class KnownPartner:
    """A network we know, with its row's id."""

    pk: int
    name: str
    identity: sharing.Identity


def _to_json(content: tuple[str, sharing.Identity]) -> list[str]:
    name, identity = content
    return [name, b64encode(sharing.to_bytes(identity)).decode()]


def _from_json(content: Any) -> tuple[str, sharing.Identity]:
    name, identity = content
    return str(name), sharing.from_bytes(b64decode(identity))


_CODEC = Codec[tuple[str, sharing.Identity]]("partner", PARTNER_SIZE, _to_json, _from_json)


def seal_partner(keys: AlertKeys, row: int, name: str, identity: sharing.Identity) -> bytes:
    """The box of a partner's row, 2,077 bytes, in the newest epoch."""
    content = _CODEC.encode((name, identity))
    return boxes.seal_box(keys.newest(PURPOSE), content, make_context("partner", row))


def open_partner(keys: AlertKeys, epoch: int, row: Partner) -> KnownPartner:
    """Undo `seal_partner`. Raises VaultError for another epoch or row, and for a damaged box."""
    box = bytes(row.box)
    padded = boxes.open_box(keys.derived(PURPOSE, epoch), box, make_context("partner", row.pk))
    return KnownPartner(row.pk, *_CODEC.decode(padded))


def list_partners(keys: AlertKeys) -> list[KnownPartner]:
    """All partners by name, without rows that someone without the network key put there."""
    partners = [partner for row in Partner.objects.all() for partner in _open_row(keys, row)]
    return sorted(partners, key=lambda partner: (partner.name.casefold(), partner.pk))


def add(ring: KeyRing, moderator: Member, name: str, identity: sharing.Identity) -> None:
    """Add a network whose words were compared. Raises NotAdded, NotModerator and VaultError."""
    keys = AlertKeys(ring)
    with moderator_decision(moderator, ring):
        partners = list_partners(keys)
        ours = sharing.own_identity(open_moderation_desk(ring, moderator))
        if identity.fingerprint == ours.fingerprint:
            raise NotAdded("own")
        if identity.fingerprint in {partner.identity.fingerprint for partner in partners}:
            raise NotAdded("known")
        if name.casefold() in {partner.name.casefold() for partner in partners}:
            raise NotAdded("name")
        if len(partners) >= MOST_PARTNERS:
            raise NotAdded("many")
        row = Partner(id=random_id())
        row.box = seal_partner(keys, row.pk, name, identity)
        row.save(force_insert=True)


def remove(moderator: Member, partner: int) -> bool:
    """Remove a network. Returns whether there was one. Raises NotModerator."""
    with moderator_decision(moderator):
        deleted, _by_model = Partner.objects.filter(pk=partner).delete()
    checkpoint_wal()
    return deleted > 0


def _open_row(keys: AlertKeys, row: Partner) -> Iterator[KnownPartner]:
    """The partner in a row, or nothing. The box does not name its epoch, so each is tried."""
    for epoch in keys.epochs:
        with suppress(VaultError):
            yield open_partner(keys, epoch, row)
            return
