"""A new network key: sealed to everyone who remains, with the rows re-authenticated under it.

Whoever is left out gets no seal and holds only the old key; alerts from now on are encrypted under
the new one. Existing alerts are re-encrypted afterwards (`rotation.reencrypt`).

Everything slow happens before the transaction. Inside it only the MACs are read again, what is new
or changed is computed, and everything is written at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.keys import epoch_pin, verifying_keys
from safety_app.accounts.keys.epochs import known_floor, with_floor
from safety_app.accounts.keys.keyring import (
    KeyRing,
    current_epoch,
    lock_epoch,
    require_current_epoch,
)
from safety_app.accounts.models import (
    Desk,
    DeskSeal,
    Epoch,
    Invitation,
    Member,
    Organisation,
    Vouching,
)
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import RENEWAL_REMINDER_MONTHS
from safety_app.accounts.pin_file import Pin
from safety_app.accounts.rotation import epoch_month
from safety_app.accounts.rotation.renewed_rows import Plan, RowKind, rows_to_renew
from safety_app.accounts.server_key import server_key
from safety_app.locales.dates import add_months, today
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, network

# Who is there, and who knows which code: what is read to decide who is given a key.
_DECIDED_BY = (Epoch, Organisation, Member, Invitation, Vouching, Desk, DeskSeal)


@dataclass(frozen=True)
class PreparedRotation:
    """A rotation ready to be written. Holds the new key: keep it no longer than needed."""

    ring: KeyRing
    renewed: KeyRing
    gone: frozenset[int]
    closed: frozenset[int]
    parts: list[tuple[RowKind, Plan]] = field(repr=False)

    def apply(self) -> KeyRing:
        """Delete the excluded rows, create the epoch and write everything. Returns the new
        ring.

        Call it inside a transaction, after `keep_others_out` and whatever is read to decide, and
        store the ring in the session. Raises EpochMoved when another rotation came first.
        """
        require_current_epoch(self.ring)
        # Another session may have closed the epochs before since this was prepared.
        renewed, floor = self.renewed.raised(with_floor(self.ring).floor), known_floor(self.ring)
        Member.objects.filter(pk__in=self.gone).delete()
        Invitation.objects.filter(pk__in=self.closed).delete()
        number, key, before = self.renewed.current, self.renewed.network_key, self.ring.network_key
        pin = Pin.of(number, key)
        # A session may have come here from another machine, whose server has seen more.
        epoch_pin.check(self.ring.epochs, list(Epoch.objects.all()))
        epoch_pin.expect(self.ring.current, before, pin)
        transaction.on_commit(partial(epoch_pin.confirm, pin))
        # What stands above the newest was made by nobody who held its key.
        Epoch.objects.filter(number__gt=self.ring.current).delete()
        Epoch(
            id=random_id(),
            number=number,
            chain_mac=network.chain_link(before, number, key, server_key()),
            previous_box=network.box_previous(key, number, before),
            floor=floor,
            floor_mac=network.floor_mac(key, number, floor, server_key()),
            month_box=epoch_month.seal_month(number, key),
        ).save(force_insert=True)
        for part, planned in self.parts:
            part.write(planned)
        checkpoint_wal()
        return renewed


def prepare(ring: KeyRing, gone: Collection[int], closed: Collection[int]) -> PreparedRotation:
    """Create the next network key, and compute all seals and MACs for it.

    `gone` are ids of members who lose the key and whose rows are deleted, `closed` those of
    invitations. A row with a wrong MAC gets neither a seal nor a new MAC, and one that no moderator
    sees gets no seal (`models.listed`). Takes about 0.2 ms per person. Raises VaultError for an
    account without a network key, and EpochNotPinned.
    """
    number = ring.current + 1
    key = boxes.new_key()
    renewed = replace(ring, epochs=ring.epochs | {number: key})
    verifying_keys.newest_signers(ring.signers)  # where it is unknown, nobody would be listed
    kinds = rows_to_renew(ring, renewed, gone, closed)
    planned = [(kind, kind.plan()) for kind in kinds]
    return PreparedRotation(ring, renewed, frozenset(gone), frozenset(closed), planned)


def keep_others_out() -> None:
    """Nobody else, in whatever program, writes people, codes or desks until the transaction ends:
    a row that is hidden while it is decided who goes could be back when the key is given out.

    SQLite has one writer anyway. Raises EpochNotPinned where something in the database would write.
    """
    if connection.vendor == "postgresql":
        tables = (connection.ops.quote_name(model._meta.db_table) for model in _DECIDED_BY)
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        lock_epoch()  # for what was made before the tables were locked


def renew_network_key(ring: KeyRing) -> KeyRing:
    """A new network key for everyone who holds one now. Returns the ring to store in the session.

    Raises EpochMoved when another rotation came first.
    """
    prepared = prepare(ring, (), ())
    with current_epoch(ring):
        keep_others_out()
        return prepared.apply()


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """A reminder, once the network key is three months old: see `rotation.epoch_month`."""
    made = epoch_month.month_of_key(ring)
    if made is None or today() < add_months(made, RENEWAL_REMINDER_MONTHS):
        return []
    title = _("Renew the network's key: it is more than three months old")
    return [QueueItem(title, reverse("accounts:network_key"), today())]
