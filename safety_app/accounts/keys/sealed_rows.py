"""Content sealed to a desk or a person, and the MAC that says a member sealed it.

A seal does not say who made it, and everyone who can read the database knows a desk's public key.
So each seal has a MAC beside it, under the network key's row key, over the seal, the row's id and
the other columns that must not change. A rotation of the network key renews the MACs without
opening anything; a renewal of a desk reseals everything to the new key. Both iterate over
`sealed_row_kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.db.models import Model

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import month_of
from safety_app.registry import Registry
from safety_app.vault import network, seals
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError


class DeskSeed(bytes):
    """A desk's seed (32 bytes) together with the previous one, while rows are being resealed."""

    previous: bytes

    def __new__(cls, seed: bytes, previous: bytes = b"") -> DeskSeed:
        """`previous` is empty when everything is sealed under the seed itself."""
        instance = super().__new__(cls, seed)
        instance.previous = previous
        return instance


def previous_of(seed: bytes) -> bytes:
    """The seed before a desk's seed (32 bytes); empty when everything is sealed under this one."""
    return seed.previous if isinstance(seed, DeskSeed) else b""


@dataclass(frozen=True)
class SealedRow:
    """A column in which something is sealed to a public key, and the MAC that authenticates it.

    kind    names it in the seal's context, `make_context(kind, row)`, and in the MAC
    column  the seal's; `mac` the MAC's, or empty
    bound   other columns that the MAC covers
    by_month  those of them that are days of which housekeeping keeps the month: no more is covered
    desk    whose key opens it; empty when it is a person's
    """

    kind: str
    model: type[Model]
    column: str = "sealed"
    mac: str = "mac"
    bound: tuple[str, ...] = ()
    by_month: tuple[str, ...] = ()
    desk: Literal["organisation", "moderation", ""] = "organisation"


sealed_row_kinds: Registry[SealedRow] = Registry()

# Authorship is resealed with its alert, which is re-encrypted later than other rows.
RESEALED_WITH_ITS_ALERT = "alert author"


@cache
def kinds() -> dict[str, SealedRow]:
    """Every kind of sealed row, by name."""
    return {row.kind: row for row in sealed_row_kinds}


def seal_row(
    kind: str, row: Model, public_key: bytes, content: bytes, ring: KeyRing | None
) -> None:
    """Seal `content` (padded by the caller to its kind's fixed size) into a row. Does not save.

    Without a ring there is no MAC, as for content from outside. Set the `bound` columns first.
    Raises VaultError for a malformed key.
    """
    shape = kinds()[kind]
    setattr(row, shape.column, seals.seal(public_key, content, make_context(kind, row.pk)))
    if shape.mac:
        setattr(row, shape.mac, None if ring is None else mac_of(kind, row, ring.row_key))


def open_row(kind: str, row: Model, seed: bytes, ring: KeyRing | None) -> bytes:
    """The content of a sealed row, with the seed (32 bytes) it was sealed to.

    With a ring, its MAC must be right under one of the ring's epochs. While a desk is being
    renewed, its seed also opens what the previous one opened. Raises VaultError.
    """
    if ring is not None:
        check_mac(kind, row, ring)
    return try_open_row(kind, row, desk_opener(seed))


def desk_opener(seed: bytes) -> seals.Opener:
    """`seals.opener` of a desk's seed (32 bytes) and, while the desk is being renewed, of the
    previous one. For many rows: a seed is expanded only once. Raises VaultError.
    """
    opener, previous = seals.opener(seed), previous_of(seed)
    if not previous:
        return opener
    opener_before = seals.opener(previous)

    def either(sealed: bytes, info: bytes) -> bytes:
        try:
            return opener(sealed, info)
        except VaultError:
            return opener_before(sealed, info)

    return either


def try_open_row(kind: str, row: Model, opener: seals.Opener) -> bytes:
    """The content of one of many rows, with the opener of a desk or `seals.opener` of the seed of
    a person for whom it may be.

    Check its MAC separately. Raises VaultError, also for what is sealed to someone else.
    """
    return opener(_bytes(row, kinds()[kind].column), make_context(kind, row.pk))


def check_mac(kind: str, row: Model, ring: KeyRing) -> None:
    """Raises VaultError unless a holder of the newest network key made the MAC.

    A rotation renews all MACs at once, so an older key vouches for nothing; only authors of alerts
    that are still to be re-encrypted are vouched for with an older key that is open.
    """
    row_mac = _bytes(row, kinds()[kind].mac)
    row_keys = ring.row_keys.values() if kind == RESEALED_WITH_ITS_ALERT else [ring.row_key]
    if not any(network.equal(mac_of(kind, row, key), row_mac) for key in row_keys):
        raise VaultError(f"{kind}: not from a member of the network")


def mac_of(kind: str, row: Model, row_key: bytes) -> bytes:
    """The MAC (32 bytes) a sealed row must carry."""
    shape = kinds()[kind]
    bound = [
        _plain(month_of(getattr(row, name)) if name in shape.by_month else getattr(row, name))
        for name in shape.bound
    ]
    return network.sealed_mac(row_key, kind, row.pk, _bytes(row, shape.column), *bound)


def _bytes(row: Model, column: str) -> bytes:
    value = getattr(row, column)
    # SQLite stores any type in any column: one such row must not hide all the others.
    return bytes(value) if isinstance(value, bytes | memoryview) else b""


def _plain(value: Any) -> bytes | str | int:
    if value is None:
        return 0
    return value if isinstance(value, bytes | str | int) else str(value)
