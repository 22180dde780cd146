"""The rows that a new network key reaches: who is given it, and what carries a MAC.

Each kind is computed before the transaction and written in it; there only the MACs are read again,
and what is new or changed since is computed anew.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from django.db.models import Model, QuerySet

from safety_app.accounts.keys import contexts, epoch_pin, sealed_rows
from safety_app.accounts.keys.credentials import server_row_key
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import (
    check_desk_row,
    check_invitation,
    check_member,
    invitation_mac,
    member_mac,
    sign_desk,
)
from safety_app.accounts.models import (
    APPLICANTS,
    OPEN_CODES,
    Desk,
    Epoch,
    Invitation,
    Member,
    listed_people,
)
from safety_app.accounts.roles import known_roles
from safety_app.accounts.rotation.absence import without_new_keys
from safety_app.locales.dates import today
from safety_app.privacy.bulk_update import update_rows
from safety_app.privacy.ids import LOWEST
from safety_app.registry import Registry
from safety_app.vault import network, seals
from safety_app.vault.errors import VaultError

# A pseudonym's MAC is written together with its row's MAC.
PSEUDONYM = "pseudonym"

MacOf = Callable[[bytes, Any], bytes]
Values = tuple[Any, ...]
# By id: the MACs a row carries, and the values to write, if any.
Plan = dict[int, tuple[tuple[bytes, ...], Values | None]]
IsListed = Callable[[Member | Invitation], bool]
MacOfServer = Callable[[MacOf, Member | Invitation], bytes | None]

_MEMBER_COLUMNS = (
    "public_key", "organisation_id", "roles", "state", "stay_until", "epoch", "network_seal",
    "pseudonym_seal", "pseudonym_mac", "second_factor_box", "row_mac",
)  # fmt: skip

# What values of another kind raise in a row that was written past this program.
_MALFORMED = (AttributeError, OverflowError, TypeError, ValueError)


@dataclass(frozen=True)
class RowMac:
    """A MAC under the network key's row key that an app computes itself.

    `column` is the MAC's. `mac_of` takes a row key (32 bytes) and a row, and returns the MAC
    (32 bytes) the row must carry. A rotation renews it where it was right.
    """

    model: type[Model]
    column: str
    mac_of: MacOf


row_macs: Registry[RowMac] = Registry()


@dataclass(frozen=True)
class RowKind:
    """Rows of one kind, and how to renew them.

    rows      the rows that may need renewal
    guards    the MACs a row must still carry when the plan is written; the first authenticates
              the row
    columns   the columns to write, that MAC last; `renewed` returns their values for a row, or None
              if the row was not authenticated under the previous key
    """

    rows: QuerySet[Any]
    guards: tuple[str, ...]
    columns: tuple[str, ...]
    renewed: Callable[[Any], Values | None]

    def plan(self) -> Plan:
        """For every row, its current MACs and the values to write."""
        rows = self.rows.iterator(chunk_size=200)
        return {row.pk: (self._macs(row), self.renewed(row)) for row in rows}

    def write(self, planned: Plan) -> None:
        """Write the plan for unchanged rows, and compute it anew for new and changed ones.

        Takes a few statements, and reads only new and changed rows: see
        `privacy.bulk_update`.
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


def rows_to_renew(
    ring: KeyRing, renewed: KeyRing, gone: Collection[int], closed: Collection[int]
) -> list[RowKind]:
    """All of them: people, those who wait, codes, desks, and what is sealed or registered.

    `gone` are ids of members who lose the key, `closed` those of invitations. A row with a wrong
    MAC gets neither a seal nor a new MAC, and one that no moderator sees gets no seal
    (`models.listed`).
    """
    is_listed = _listed_where_moderators_are_known(ring)
    mac_of_server = _renewed_by_server(ring, renewed)
    return [
        *_member_rows(ring, renewed, gone, is_listed, mac_of_server),
        _applicant_rows(mac_of_server),
        _invitation_rows(ring, renewed, {*closed, *gone}, is_listed, mac_of_server),
        _desk_rows(ring, renewed),
        *_sealed_rows(ring, renewed),
        *_registered_rows(ring, renewed),
    ]


def _member_rows(
    ring: KeyRing,
    renewed: KeyRing,
    gone: Collection[int],
    is_listed: IsListed,
    mac_of_server: MacOfServer,
) -> Iterable[RowKind]:
    """Members: those listed to moderators who hold a network key, and whose stay has not ended, get
    the new one, unless they have not signed in for a year.

    A row is long, so its pseudonym's MAC is written at the same time. Rows without that MAC
    come last: if one just got it, the first kind finds it as a new row.
    """
    rows = listed_people().exclude(pk__in=gone).only(*_MEMBER_COLUMNS)
    absent = frozenset(without_new_keys(today()))

    def renewed_values(row: Member) -> Values | None:
        if not _passes(partial(check_member, ring), row):
            mac = mac_of_server(member_mac, row)
            return None if mac is None else (row.network_seal, mac)
        is_here = row.is_active and row.pk not in absent
        gets_key = row.state in ("active", "approved") and is_here and is_listed(row)
        return _with_key(renewed, member_mac, gets_key, row)

    pseudonym_mac: MacOf = partial(_sealed_mac, PSEUDONYM)

    def renewed_with_pseudonym(row: Member) -> Values | None:
        new, mac = renewed_values(row), bytes(row.pseudonym_mac or b"")
        if new is not None and _is_right(pseudonym_mac, ring.row_key, row, mac):
            mac = pseudonym_mac(renewed.row_key, row)
        return new and (mac, *new)

    named, others = (rows.filter(pseudonym_mac__isnull=none) for none in (False, True))
    columns = ("network_seal", "row_mac")
    yield RowKind(
        named, ("row_mac", "pseudonym_mac"), ("pseudonym_mac", *columns), renewed_with_pseudonym
    )
    yield RowKind(others, ("row_mac",), columns, renewed_values)


def _applicant_rows(mac_of_server: MacOfServer) -> RowKind:
    """Those who wait get no key, but the server goes on vouching for their rows."""

    def renewed_values(row: Member) -> Values | None:
        mac = mac_of_server(member_mac, row)
        return None if mac is None else (mac,)

    rows = Member.objects.filter(APPLICANTS, pk__gte=LOWEST).only(*_MEMBER_COLUMNS)
    return RowKind(rows, ("row_mac",), ("row_mac",), renewed_values)


def _renewed_by_server(ring: KeyRing, renewed: KeyRing) -> MacOfServer:
    """The next MAC of a row for which the server vouches; None for any other.

    An account that is removed with this renewal, and put back afterwards, keeps the MAC of before.
    """
    stated = network.commitment(ring.network_key)
    if ring.current < epoch_pin.bound_from():
        links = Epoch.objects.filter(number=ring.current).values_list("chain_mac", flat=True)
        stated = bytes(links.first() or b"")
    before = server_row_key(ring.current, stated)
    after = server_row_key(renewed.current, network.commitment(renewed.network_key))

    def renewed_mac(mac_of: MacOf, row: Member | Invitation) -> bytes | None:
        is_right = _is_right(mac_of, before, row, row.row_mac)
        return mac_of(after, row) if is_right else None

    return renewed_mac


def _invitation_rows(
    ring: KeyRing,
    renewed: KeyRing,
    closed: Collection[int],
    is_listed: IsListed,
    mac_of_server: MacOfServer,
) -> RowKind:
    """Invitations: open, unexpired ones that carry a network key, and that are listed to
    moderators, get the new one; for those without one the server goes on vouching. An invitation
    has the id of the account that comes of it: where that is there, or goes now (`closed`),
    somebody has put back a code that was used.
    """
    unused = Invitation.objects.exclude(pk__in=Member.objects.values("pk"))
    rows = unused.exclude(pk__in=closed).only(
        "public_key", "organisation_id", "roles", "guest", "state", "expires", "epoch",
        "network_seal", "row_mac",
    )  # fmt: skip
    day = today()

    def renewed_values(row: Invitation) -> Values | None:
        if not _passes(partial(check_invitation, ring.row_key), row):
            mac = mac_of_server(invitation_mac, row)
            return None if mac is None else (row.network_seal, mac)
        gets_key = row.state in OPEN_CODES and row.expires >= day and is_listed(row)
        return _with_key(renewed, invitation_mac, gets_key, row)

    return RowKind(rows, ("row_mac",), ("network_seal", "row_mac"), renewed_values)


def _desk_rows(ring: KeyRing, renewed: KeyRing) -> RowKind:
    def renewed_values(row: Desk) -> Values | None:
        if not _passes(partial(check_desk_row, ring), row):
            return None
        sign_desk(renewed, row)
        return (row.row_mac,)

    return RowKind(Desk.objects.all(), ("row_mac",), ("row_mac",), renewed_values)


def _listed_where_moderators_are_known(ring: KeyRing) -> IsListed:
    """Whether a row with the roles of somebody who holds a network key belongs to an organisation
    whose desk moderators made: theirs are the pages that list it.
    """

    @cache
    def has_desk(organisation: int) -> bool:
        return _passes(partial(desk_of, ring), organisation)

    return lambda row: "member" in known_roles(row.roles) and has_desk(row.organisation_id)


def _with_key(
    renewed: KeyRing, mac_of: MacOf, gets_key: bool, row: Member | Invitation
) -> Values | None:
    """(network seal, row MAC) for an authentic row; None for one with a malformed key."""
    sealed = row.network_seal
    # SQLite stores text in number columns too, and the MAC does not cover this one.
    holds_key = isinstance(row.epoch, int) and row.epoch > 0
    if holds_key and gets_key:
        context = contexts.network_seal(row.pk, renewed.current)
        try:
            sealed = seals.seal(bytes(row.public_key), renewed.network_key, context)
        except VaultError:  # a malformed key, written by a holder of the network key
            return None
    return sealed, mac_of(renewed.row_key, row)


def _sealed_rows(ring: KeyRing, renewed: KeyRing) -> Iterable[RowKind]:
    """What is sealed to desks and people stays as it is and only gets new MACs."""
    for kind, shape in sealed_rows.kinds().items():
        if not shape.mac or kind in (sealed_rows.RESEALED_WITH_ITS_ALERT, PSEUDONYM):
            continue
        rows = shape.model._default_manager.exclude(**{f"{shape.mac}__isnull": True})
        bound = (name.removesuffix("_id") for name in shape.bound)
        kind_mac = partial(_sealed_mac, kind)
        yield _mac_only_rows(
            rows.only(shape.column, shape.mac, *bound), shape.mac, kind_mac, ring, renewed
        )


def _sealed_mac(kind: str, row_key: bytes, row: Model) -> bytes:
    return sealed_rows.mac_of(kind, row, row_key)


def _registered_rows(ring: KeyRing, renewed: KeyRing) -> Iterable[RowKind]:
    """Rows whose MACs apps compute themselves."""
    for own in row_macs:
        yield _mac_only_rows(
            own.model._default_manager.all(), own.column, own.mac_of, ring, renewed
        )


def _mac_only_rows(
    rows: QuerySet[Any], column: str, mac_of: MacOf, ring: KeyRing, renewed: KeyRing
) -> RowKind:
    """Rows that only get a new MAC, where theirs is right."""

    def renewed_values(row: Model) -> Values | None:
        if not _is_right(mac_of, ring.row_key, row, getattr(row, column)):
            return None
        return (mac_of(renewed.row_key, row),)

    return RowKind(rows, (column,), (column,), renewed_values)


def _is_right(mac_of: MacOf, row_key: bytes, row: Model, actual: bytes | memoryview) -> bool:
    """Whether a holder of the previous key made the row's MAC."""
    try:
        return network.equal(mac_of(row_key, row), bytes(actual))
    except _MALFORMED:
        return False


def _passes(check: Callable[[Any], object], row: object) -> bool:
    """Whether a check finds nothing wrong."""
    try:
        check(row)
    except (VaultError, *_MALFORMED):
        return False
    return True
