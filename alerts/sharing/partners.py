"""Partner networks, and our own identity towards them.

Our identity comes from the seed of the network's moderation desk, so every moderator can show it
and sign with it, and it changes when the desk's key is renewed. A partner is a name and an
identity, sealed under the network key; a rotation re-encrypts the boxes.

    partner: 2,048 + 29 bytes

It is known for a year: then identities are exchanged and compared again, since a network that lost
a moderator may have forgotten to say so.
"""

from __future__ import annotations

import datetime
from base64 import b64encode
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.desk_seals import open_moderation_desk
from alerts.models import Partner
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.desk_keys import (
    LOST_IDENTITIES,
    desk_of,
    open_desk,
    retired_identities,
)
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import add_months, today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, retirement, shapes, sharing
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

PARTNER_SIZE = 2048
PURPOSE = "partners"
NAME_LIMIT = 80
MOST_PARTNERS = 20
KNOWN_MONTHS = 12
REMINDER_DAYS = 30


class NotAdded(Exception):
    """A partner was not added, because of "own", "known", "name" or "many"."""


@dataclass(frozen=True)
class KnownPartner:
    """A network we know, with its row's id and the day its words were compared."""

    pk: int
    name: str
    identity: sharing.Identity
    added: datetime.date

    @property
    def ends(self) -> datetime.date:
        """The last day on which files are exchanged with it."""
        return add_months(self.added, KNOWN_MONTHS)

    @property
    def is_over(self) -> bool:
        """Whether identities have to be exchanged again."""
        return today() > self.ends


_Content = tuple[str, sharing.Identity, datetime.date]


def _to_json(content: _Content) -> list[str]:
    name, identity, added = content
    return [name, b64encode(sharing.to_bytes(identity)).decode(), added.isoformat()]


_row = shapes.row(shapes.text(NAME_LIMIT, 1), shapes.base64({sharing.IDENTITY_SIZE}), shapes.day)


def _from_json(content: Any) -> _Content:
    name, identity, added = _row(content)
    return name, sharing.from_bytes(identity), added


_CODEC = Codec[_Content]("partner", PARTNER_SIZE, _to_json, _from_json)


def seal_partner(
    keys: AlertKeys, row: int, name: str, identity: sharing.Identity, added: datetime.date
) -> bytes:
    """The box of a partner's row, 2,077 bytes, in the newest epoch."""
    content = _CODEC.encode((name, identity, added))
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


def count_unopened(keys: AlertKeys) -> int:
    """How many rows no key opens: somebody put them there or changed them."""
    return sum(1 for row in Partner.objects.all() if not list(_open_row(keys, row)))


def replaced_by(
    known: Collection[KnownPartner], name: str, retired: Collection[bytes]
) -> list[KnownPartner]:
    """Whom a network's new identity replaces: those it retires by fingerprint (32 bytes each), and
    one of the same name whose year is over.
    """
    return [
        partner
        for partner in known
        if partner.identity.fingerprint in retired
        or (partner.is_over and partner.name.casefold() == name.casefold())
    ]


def own_text(ring: KeyRing, moderator: Member) -> tuple[sharing.Identity, str, bool]:
    """Our own network's identity, what others paste (the identity and those it retires), and
    whether some of those are lost.

    Raises VaultError if the moderation desk or the list of those does not open.
    """
    desk = desk_of(ring, None)
    seed = open_desk(ring, moderator, desk)
    identity = sharing.own_identity(seed)
    listed = retired_identities(desk, seed)
    known = [one for one in listed if one != LOST_IDENTITIES]
    text = sharing.to_text(identity) + retirement.retirement_text(seed, known)
    return identity, text, len(known) < len(listed)


def add(
    ring: KeyRing,
    moderator: Member,
    name: str,
    identity: sharing.Identity,
    retired: Collection[bytes] = (),
) -> None:
    """Add a network whose words were compared, in place of those it replaces.

    Raises NotAdded, NotModerator and VaultError.
    """
    keys = AlertKeys(ring)
    with moderator_decision(moderator, ring):
        known = list_partners(keys)
        replaced = {partner.pk for partner in replaced_by(known, name, retired)}
        partners = [partner for partner in known if partner.pk not in replaced]
        ours = sharing.own_identity(open_moderation_desk(ring, moderator))
        if identity.fingerprint == ours.fingerprint:
            raise NotAdded("own")
        if identity.fingerprint in {partner.identity.fingerprint for partner in partners}:
            raise NotAdded("known")
        if name.casefold() in {partner.name.casefold() for partner in partners}:
            raise NotAdded("name")
        if len(partners) >= MOST_PARTNERS:
            raise NotAdded("many")
        Partner.objects.filter(pk__in=replaced).delete()
        row = Partner(id=random_id())
        row.box = seal_partner(keys, row.pk, name, identity, today())
        row.save(force_insert=True)
    if replaced:
        checkpoint_wal()


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


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Networks whose year is over, or ends within a month; and rows that do not open."""
    soon = today() + datetime.timedelta(days=REMINDER_DAYS)
    keys, page = AlertKeys(ring), reverse("alerts:shared_networks")
    unopened = count_unopened(keys)
    damaged = []
    if unopened:
        title = ngettext(
            "%(number)s network could not be opened",
            "%(number)s networks could not be opened",
            unopened,
        )
        damaged = [QueueItem(title % {"number": unopened}, page, today(), urgent=True)]
    return damaged + [
        QueueItem(
            _("Exchange identities again with %(name)s") % {"name": partner.name},
            page,
            partner.ends,
        )
        for partner in list_partners(keys)
        if partner.ends <= soon
    ]
