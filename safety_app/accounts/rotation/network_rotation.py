"""A new network key: made, sealed to everyone who remains, and the rows vouched for under it.

Whoever is left out holds the old key and nothing else: she gets no seal, and what is posted from
now on is under the new key. What was there before moves to it afterwards (`members.moving`).

Everything slow is done before the transaction. Inside it only the MACs are read again; what is
new or was changed meanwhile is computed then, and all is written at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from safety_app.accounts.keys import contexts, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.keys.row_auth import desk_mac, invitation_mac, member_mac
from safety_app.accounts.models import Desk, Epoch, Invitation, Member
from safety_app.locales.dates import today
from safety_app.privacy.bulk_update import update_rows
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.registry import Registry
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultError

# Authorship goes with the alert it belongs to, which moves later.
RESEALED_WITH_ITS_ALERT = "alert author"
# A pseudonym's MAC is written together with its row's.
PSEUDONYM = "pseudonym"

Row = TypeVar("Row", bound=Model)
MacOf = Callable[[bytes, Any], bytes]
Values = tuple[Any, ...]
# By id: the MACs a row carries, and what is to be written, if anything.
Plan = dict[int, tuple[tuple[bytes, ...], Values | None]]


@dataclass(frozen=True)
class RowMac:
    """A MAC under the network key's row key that is made in a way of its own.

    `column` is the MAC's; `mac_of` takes a row key (32 bytes) and a row and gives the MAC (32
    bytes) the row must carry. A rotation makes it anew where it was right.
    """

    model: type[Model]
    column: str
    mac_of: MacOf


row_macs: Registry[RowMac] = Registry()


@dataclass(frozen=True)
class _RowKind:
    """Rows of one kind, and how each is renewed.

    rows      those that may have to be
    guards    the MACs a row must still carry when what was planned is written; the first is the one
              that vouches for the row
    columns   what is written anew, that MAC last; `renewed` gives it for a row, or None for one
              that nobody who held the key before vouched for
    """

    rows: QuerySet[Any]
    guards: tuple[str, ...]
    columns: tuple[str, ...]
    renewed: Callable[[Any], Values | None]

    def plan(self) -> Plan:
        """Every row's MACs as they are now, and what is to be written."""
        rows = self.rows.iterator(chunk_size=200)
        return {row.pk: (self._macs(row), self.renewed(row)) for row in rows}

    def write(self, planned: Plan) -> None:
        """Write what was planned for rows that are as they were, and what has to be for others.

        In a few statements, and reading only what is new or changed: see `privacy.bulk`.
        """
        mac = self.guards[0]
        ready = [(pk, *macs, *new) for pk, (macs, new) in planned.items() if new is not None]
        others = self.rows.exclude(pk__in=planned)
        if ready and self._update(ready) != len(ready):
            written = [new[-1] for _macs, new in planned.values() if new is not None]
            others = self.rows.exclude(**{f"{mac}__in": written})
        refused = {pk: macs[0] for pk, (macs, new) in planned.items() if new is None}
        changed = self.rows.filter(pk__in=refused).exclude(**{f"{mac}__in": refused.values()})
        late = {row.pk: row for row in (*others, *changed)}
        late_values = [(row, self.renewed(row)) for row in late.values()]
        self._update(
            [(row.pk, *self._macs(row), *new) for row, new in late_values if new is not None]
        )

    def _macs(self, row: Model) -> tuple[bytes, ...]:
        return tuple(bytes(getattr(row, name)) for name in self.guards)

    def _update(self, rows: list[Values]) -> int:
        return update_rows(self.rows.model, self.guards, self.columns, rows) if rows else 0


@dataclass(frozen=True)
class PreparedRotation:
    """A rotation that only has to be written. Holds the new key: keep it no longer than needed."""

    ring: KeyRing
    renewed: KeyRing
    gone: frozenset[int]
    closed: frozenset[int]
    parts: list[tuple[_RowKind, Plan]] = field(repr=False)

    def apply(self) -> KeyRing:
        """Delete who goes, make the epoch, write everything; the ring to remember in the session.

        Call it inside a transaction. Raises EpochMoved when another rotation came first.
        """
        require_current_epoch(self.ring)
        Member.objects.filter(pk__in=self.gone).delete()
        Invitation.objects.filter(pk__in=self.closed).delete()
        number, key, before = self.renewed.current, self.renewed.network_key, self.ring.network_key
        Epoch(
            id=random_id(),
            number=number,
            chain_mac=network.chain_mac(before, number, key),
            previous_box=network.box_previous(key, number, before),
        ).save(force_insert=True)
        for part, planned in self.parts:
            part.write(planned)
        checkpoint_wal()
        return self.renewed


def prepare(ring: KeyRing, gone: Collection[int], closed: Collection[int]) -> PreparedRotation:
    """Make the next network key and everything that has to be sealed and vouched for with it.

    `gone` are ids of members who no longer get the key and whose rows go, `closed` the same for
    invitations. A row that does not carry a right MAC gets neither a seal nor a new MAC. Takes
    about 0.2 ms for each person; raises VaultError for an account without a network key.
    """
    number = ring.current + 1
    old_key, key = ring.network_key, boxes.new_key()
    epochs = ring.epochs | {ring.current: old_key, number: key}
    renewed = KeyRing(ring.seed, ring.pseudonym, epochs)
    parts = [
        *_member_rows(ring, renewed, gone),
        _invitation_rows(ring, renewed, closed),
        _mac_only_rows(Desk.objects.all(), "row_mac", desk_mac, ring, renewed),
        *_sealed_rows(ring, renewed),
        *_registered_rows(ring, renewed),
    ]
    planned = [(part, part.plan()) for part in parts]
    return PreparedRotation(ring, renewed, frozenset(gone), frozenset(closed), planned)


def _member_rows(ring: KeyRing, renewed: KeyRing, gone: Collection[int]) -> Iterable[_RowKind]:
    """Members: those who hold a network key and whose stay has not ended get the new one.

    A row is long, so its pseudonym's MAC is written at the same time. Rows without one come last:
    one that was just given a MAC is found as new by the first.
    """
    rows = Member.objects.exclude(pk__in=gone).only(
        "public_key", "organisation_id", "roles", "state", "stay_until", "epoch", "network_seal",
        "pseudonym_seal", "pseudonym_mac", "row_mac",
    )  # fmt: skip

    def renewed_values(row: Member) -> Values | None:
        gets_key = row.state in ("active", "approved") and row.is_active
        return _with_key(ring, renewed, member_mac, gets_key, row)

    pseudonym_mac: MacOf = partial(_sealed_mac, PSEUDONYM)

    def renewed_with_pseudonym(row: Member) -> Values | None:
        new, mac = renewed_values(row), bytes(row.pseudonym_mac or b"")
        if new is not None and _is_right(pseudonym_mac, ring.row_key, row, mac):
            mac = pseudonym_mac(renewed.row_key, row)
        return new and (mac, *new)

    named, others = (rows.filter(pseudonym_mac__isnull=none) for none in (False, True))
    columns = ("network_seal", "row_mac")
    yield _RowKind(
        named, ("row_mac", "pseudonym_mac"), ("pseudonym_mac", *columns), renewed_with_pseudonym
    )
    yield _RowKind(others, ("row_mac",), columns, renewed_values)


def _invitation_rows(ring: KeyRing, renewed: KeyRing, closed: Collection[int]) -> _RowKind:
    """Invitations: open ones that still work and bring a network key bring the new one."""
    rows = Invitation.objects.exclude(pk__in=closed).only(
        "public_key", "organisation_id", "roles", "guest", "state", "expires", "epoch",
        "network_seal", "row_mac",
    )  # fmt: skip
    day = today()

    def renewed_values(row: Invitation) -> Values | None:
        gets_key = row.state == "open" and row.expires >= day
        return _with_key(ring, renewed, invitation_mac, gets_key, row)

    return _RowKind(rows, ("row_mac",), ("network_seal", "row_mac"), renewed_values)


def _with_key(
    ring: KeyRing,
    renewed: KeyRing,
    mac_of: MacOf,
    gets_key: bool,
    row: Member | Invitation,
) -> Values | None:
    """(network seal, row MAC) of a row whose MAC is right, else None."""
    if not _is_right(mac_of, ring.row_key, row, row.row_mac):
        return None
    sealed = row.network_seal
    # SQLite keeps a text in a number column as well, and the MAC does not hold this one.
    holds_key = isinstance(row.epoch, int) and row.epoch > 0
    if holds_key and gets_key:
        context = contexts.network_seal(row.pk, renewed.current)
        try:
            sealed = seals.seal(bytes(row.public_key), renewed.network_key, context)
        except VaultError:  # no key at all: someone who held the network key wrote it
            return None
    return sealed, mac_of(renewed.row_key, row)


def _sealed_rows(ring: KeyRing, renewed: KeyRing) -> Iterable[_RowKind]:
    """What is sealed to desks and people stays as it is, and is vouched for anew."""
    for kind, shape in sealed_rows.kinds().items():
        if not shape.mac or kind in (RESEALED_WITH_ITS_ALERT, PSEUDONYM):
            continue
        rows = shape.model._default_manager.exclude(**{f"{shape.mac}__isnull": True})
        bound = (name.removesuffix("_id") for name in shape.bound)
        kind_mac = partial(_sealed_mac, kind)
        yield _mac_only_rows(
            rows.only(shape.column, shape.mac, *bound), shape.mac, kind_mac, ring, renewed
        )


def _sealed_mac(kind: str, row_key: bytes, row: Model) -> bytes:
    return sealed_rows.mac_of(kind, row, row_key)


def _registered_rows(ring: KeyRing, renewed: KeyRing) -> Iterable[_RowKind]:
    """What apps vouch for in a way of their own."""
    for own in row_macs:
        yield _mac_only_rows(
            own.model._default_manager.all(), own.column, own.mac_of, ring, renewed
        )


def _mac_only_rows(
    rows: QuerySet[Any], column: str, mac_of: MacOf, ring: KeyRing, renewed: KeyRing
) -> _RowKind:
    """Rows that only get a new MAC, where the one they have is right."""

    def renewed_values(row: Model) -> Values | None:
        if not _is_right(mac_of, ring.row_key, row, getattr(row, column)):
            return None
        return (mac_of(renewed.row_key, row),)

    return _RowKind(rows, (column,), (column,), renewed_values)


def _is_right(mac_of: MacOf, row_key: bytes, row: Model, actual: bytes | memoryview) -> bool:
    """Whether someone who held the key before vouched for the row."""
    try:
        return network.equal(mac_of(row_key, row), bytes(actual))
    except (AttributeError, OverflowError, TypeError, ValueError):
        return False  # values of no form that we write
