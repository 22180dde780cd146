"""The signed-in person's keys: opened at sign-in, kept only in their sealed session."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.keys.network_box import NetworkBox
from safety_app.accounts.models import Epoch
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.server_key import server_key
from safety_app.privacy.backends.foreign_programs import has_foreign_programs
from safety_app.privacy.prepared import select
from safety_app.vault import boxes, network
from safety_app.vault.errors import VaultError
from safety_app.vault.member_secret import MemberSecret, new_secret, tag_root
from safety_app.vault.witnesses import UNKNOWN, Signers

SESSION_KEY = "keys"


@dataclass(frozen=True)
class KeyRing:
    """What a signed-in person's session holds.

    `seed` is 32 bytes. `epochs` maps an epoch's number to its network key (32 bytes); empty for
    translators' and editors' accounts. `floor` is the lowest epoch that is still open: it only
    rises, and no key of an epoch below it is ever held. `older_roots` are the tag roots of earlier
    seeds (`vault.member_secret`). `verifying_key` (32 bytes; empty without a network key) tells
    what moderators signed, and `witnesses` (a digest of 32 bytes) who signs its successor beside
    it (`keys.verifying_keys`). `memory_key` (32 bytes) is this session's own, and goes with it
    (`accounts.sealed_memory`). To change one of these use `dataclasses.replace`, which keeps the
    others.
    """

    seed: bytes
    pseudonym: str
    epochs: dict[int, bytes] = field(default_factory=dict)
    floor: int = 0
    older_roots: tuple[bytes, ...] = ()
    verifying_key: bytes = b""
    witnesses: bytes = b""
    memory_key: bytes = field(default_factory=lambda: secrets.token_bytes(32), compare=False)

    @property
    def secret(self) -> MemberSecret:
        """What the seed box and the recovery seal hold."""
        return MemberSecret(self.seed, self.older_roots)

    def with_secret(self, secret: MemberSecret) -> KeyRing:
        """The ring of the same account with another secret."""
        return replace(self, seed=secret.seed, older_roots=secret.older_roots)

    @property
    def current(self) -> int:
        """The newest epoch's number; 0 without a network key."""
        return max(self.epochs, default=0)

    @property
    def network_key(self) -> bytes:
        """The newest network key, 32 bytes. Raises VaultError for an account without one."""
        if not self.epochs:
            raise VaultError("keys: this account holds no network key")
        return self.epochs[self.current]

    def raised(self, floor: int) -> KeyRing:
        """The ring with at least this floor, and without the keys of epochs below it."""
        if floor <= self.floor:
            return self
        kept = {number: key for number, key in self.epochs.items() if number >= floor}
        return replace(self, epochs=kept, floor=floor)

    @property
    def network_box(self) -> NetworkBox:
        """What a row's box holds for its owner. Raises VaultError without a network key."""
        return NetworkBox(self.network_key, self.floor, self.verifying_key, self.witnesses)

    @property
    def signers(self) -> Signers:
        """By whom what moderators signed is recognised."""
        return Signers(self.verifying_key, self.witnesses)

    def with_signers(self, signers: Signers) -> KeyRing:
        """The same ring, knowing newer ones."""
        return replace(self, verifying_key=signers.verifying_key, witnesses=signers.witnesses)

    @cached_property
    def tag_roots(self) -> tuple[bytes, ...]:
        """The roots of this person's tags, the newest first: new tags use that one."""
        return (tag_root(self.seed), *self.older_roots)

    @cached_property
    def tag_keys(self) -> dict[str, tuple[bytes, ...]]:
        """By purpose, the keys of this person's tags as far as `keys.tags` derived them."""
        return {}

    @cached_property
    def row_key(self) -> bytes:
        """The key (32 bytes) that authenticates rows, derived once per request. Raises VaultError
        for an account without a network key: the server vouches for its row (`keys.row_auth`).
        """
        return _row_key(self.current, self.network_key)

    @cached_property
    def row_keys(self) -> dict[int, bytes]:
        """The row keys of all epochs, newest first; none without a network key."""
        newest_first = sorted(self.epochs, reverse=True)
        return {number: _row_key(number, self.epochs[number]) for number in newest_first}

    @cached_property
    def content_keys(self) -> dict[int, bytes]:
        """By epoch, the key (32 bytes) from which those of notes, labels and partner networks are
        derived, once per request. None without a network key.
        """
        return {
            number: network.content_key(key, binding_key(number))
            for number, key in self.epochs.items()
        }


def _row_key(number: int, key: bytes) -> bytes:
    """The row key of an epoch with this network key (32 bytes each). Every member holds that one:
    without the server's they could all vouch for rows that they write past this program.
    """
    return network.row_key(key, binding_key(number))


def binding_key(number: int) -> bytes | None:
    """The server's key (32 bytes), if rows, contents and link of this epoch take it. None for one
    that was made with 0.2.0.
    """
    return server_key() if number >= epoch_pin.bound_from() else None


def new_ring(
    pseudonym: str,
    epochs: dict[int, bytes] | None = None,
    floor: int = 0,
    signers: Signers = UNKNOWN,
) -> KeyRing:
    """The ring of a new account, with a new secret."""
    secret = new_secret()
    ring = KeyRing(secret.seed, pseudonym, epochs or {}, floor, secret.older_roots)
    return ring.with_signers(signers)


def own_key(seed: bytes) -> bytes:
    """The symmetric key (32 bytes) under which a member stores things for themselves."""
    return boxes.derive(seed, "own")


def welcome_key(seed: bytes) -> bytes:
    """The key (32 bytes) an applicant sends to the desk with the application.

    The network key arrives in a box under it. Only the applicant and the desk can make that
    box, while anyone could seal some key to the applicant.
    """
    return boxes.derive(seed, "welcome")


class EpochMoved(Exception):
    """The network key was renewed while this request was under way: it has to start again."""


@contextmanager
def current_epoch(ring: KeyRing) -> Iterator[None]:
    """A transaction during which the ring's network key stays the newest.

    Every transaction that seals or authenticates something runs in one. Raises EpochMoved.
    """
    with transaction.atomic():
        require_current_epoch(ring)
        yield


@contextmanager
def own_account(ring: KeyRing) -> Iterator[None]:
    """`current_epoch` for what somebody changes of her own account only: she can do that while this
    server remembers nothing, too.
    """
    with transaction.atomic():
        if not is_newest(ring):
            raise EpochMoved
        yield


def require_current_epoch(ring: KeyRing) -> None:
    """Lock the epoch until the transaction ends, so that nothing is sealed under an older key.

    Raises EpochMoved, which restarts the request with the new key
    (`accounts.middleware.trusted_row`), and EpochNotPinned where the database is older than what
    this server has seen. `current_epoch` also opens the transaction.
    """
    if not is_newest(ring):
        raise EpochMoved
    if ring.epochs:
        epoch_pin.require_newest(ring.current, ring.network_key)


def lock_epoch() -> None:
    """Keep the newest key the newest until the transaction ends.

    For transactions that open a ring themselves or seal nothing; others use `current_epoch`. Raises
    EpochNotPinned where something else in the database would write along.
    """
    # The first row always exists, so locking it keeps others from adding an epoch.
    Epoch.objects.select_for_update().order_by("number").first()
    if has_foreign_programs():
        raise EpochNotPinned


def is_newest(ring: KeyRing) -> bool:
    """Whether the ring holds the newest key, and will until the transaction ends.

    True for an account without a network key, which seals nothing under one.
    """
    lock_epoch()
    if not ring.epochs:
        return True
    # A separate query, to see an epoch that was added while waiting for the lock (READ COMMITTED).
    numbers = (ring.current, ring.current + 1)
    links = dict(Epoch.objects.filter(number__in=numbers).values_list("number", "chain_mac"))
    return ring.current in links and not is_link(
        ring.network_key, numbers[1], links.get(numbers[1])
    )


def require_no_newer_epoch(ring: KeyRing) -> None:
    """Raise EpochMoved when there is a newer key than the ring's, so that a read may be
    incomplete.

    Locks nothing.
    """
    if not ring.epochs:
        return
    number = ring.current + 1
    if any(
        is_link(ring.network_key, number, link)
        for (link,) in select(Epoch, ("chain_mac",), "WHERE number = %s", [number])
    ):
        raise EpochMoved


def is_link(key: bytes, number: int, link: bytes | memoryview | None) -> bool:
    """Whether a server made the epoch with this number, for a holder of the key before (32 bytes).

    Anybody who writes to the database can add a row. One that no server made counts as absent; a
    true one is told from it also by those who were not given its key.
    """
    try:
        network.check_link(key, number, bytes(link or b""), binding_key(number))
    except VaultError:
        return False
    return True


def remember(session: SessionBase, ring: KeyRing) -> None:
    """Store the ring in the (sealed) session."""
    session[SESSION_KEY] = pack(ring)


def recall(session: SessionBase) -> KeyRing | None:
    """The session's ring, or None when nobody is signed in."""
    kept: dict[str, Any] | None = session.get(SESSION_KEY)
    return None if kept is None else unpack(kept)


def pack(ring: KeyRing) -> dict[str, Any]:
    """The ring as JSON values, for sealed sessions only."""
    return {
        "seed": _text(ring.seed),
        "older_roots": [_text(root) for root in ring.older_roots],
        "pseudonym": ring.pseudonym,
        "epochs": {str(number): _text(key) for number, key in ring.epochs.items()},
        "floor": ring.floor,
        "verifying_key": _text(ring.verifying_key),
        "witnesses": _text(ring.witnesses),
        "memory_key": _text(ring.memory_key),
    }


def unpack(kept: dict[str, Any]) -> KeyRing:
    """Undo `pack`."""
    return KeyRing(
        seed=_raw(kept["seed"]),
        pseudonym=kept["pseudonym"],
        epochs={int(number): _raw(key) for number, key in kept["epochs"].items()},
        floor=kept["floor"],
        older_roots=tuple(_raw(root) for root in kept["older_roots"]),
        verifying_key=_raw(kept["verifying_key"]),
        witnesses=_raw(kept["witnesses"]),
        memory_key=_raw(kept["memory_key"]),
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text)
