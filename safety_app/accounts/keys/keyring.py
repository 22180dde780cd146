"""The signed-in person's keys: opened at sign-in, kept only in their sealed session."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from safety_app.accounts.keys import contexts, epoch_pin
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.registry import Registry
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultError

SESSION_KEY = "keys"


@dataclass(frozen=True)
class KeyRing:
    """What a signed-in person's session holds.

    `seed` is 32 bytes. `epochs` maps an epoch's number to its network key (32 bytes); empty for
    translators' and editors' accounts.
    """

    seed: bytes
    pseudonym: str
    epochs: dict[int, bytes] = field(default_factory=dict)

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

    @cached_property
    def row_key(self) -> bytes:
        """The key (32 bytes) that authenticates rows, derived once per request.

        Without a network key it is derived from the person's own key and authenticates only
        their own row, which they wrote themselves.
        """
        return network.row_key(self.network_key if self.epochs else own_key(self.seed))

    @cached_property
    def row_keys(self) -> dict[int, bytes]:
        """The row keys of all epochs, newest first; without a network key, the person's own
        under 0.
        """
        if not self.epochs:
            return {0: self.row_key}
        newest_first = sorted(self.epochs, reverse=True)
        return {number: network.row_key(self.epochs[number]) for number in newest_first}


def own_key(seed: bytes) -> bytes:
    """The symmetric key (32 bytes) under which a member stores things for themselves."""
    return boxes.derive(seed, "own")


def welcome_key(seed: bytes) -> bytes:
    """The key (32 bytes) an applicant sends to the desk with the application.

    The network key arrives in a box under it. Only the applicant and the desk can make that
    box, while anyone could seal some key to the applicant.
    """
    return boxes.derive(seed, "welcome")


def open_epochs(seed: bytes, member: Member) -> dict[int, bytes]:
    """The network keys a member can use now; empty for accounts without one.

    Raises VaultError for a key that is not chained to the one held (see `open_epochs_of`).
    """
    if member.state == "approved":
        context = contexts.welcome_box(member.pk, member.epoch)
        return open_epochs_of(member, welcome_key(seed), seed, context)
    return open_epochs_of(member, own_key(seed), seed)


def open_epochs_of(
    row: Member | Invitation, box_key: bytes, seed: bytes, context: bytes | None = None
) -> dict[int, bytes]:
    """The network keys of any row that carries one: `box_key` opens its box, `seed` its seal.

    The newest key is in the seal. It opens the previous ones, each in its successor's box, down
    to the one in the row's box; every step must be chained. Returns the newest key and those of
    unfinished epochs, under which data may remain. Raises VaultError.
    """
    if row.epoch == 0 or row.network_box is None:
        return {}
    context = context or contexts.network_box(row.pk, row.epoch)
    held = boxes.open_box(box_key, bytes(row.network_box), context)
    epochs = list(Epoch.objects.order_by("number"))
    newer = [epoch for epoch in epochs if epoch.number > row.epoch]
    keys = {row.epoch: held}
    if newer and row.network_seal is not None:
        keys |= _newer_keys(row, held, seed, newer)
    epoch_pin.check(keys, epochs)
    return _in_use(keys, epochs)


def _newer_keys(
    row: Member | Invitation, held: bytes, seed: bytes, newer: list[Epoch]
) -> dict[int, bytes]:
    """Every key after the one a row holds, each chained to the previous. Raises VaultError."""
    newest = newer[-1].number
    context = contexts.network_seal(row.pk, newest)
    key = seals.unseal(seed, bytes(row.network_seal or b""), context)
    return _chained(row.epoch, held, key, newer)


def _chained(number: int, held: bytes, key: bytes, newer: list[Epoch]) -> dict[int, bytes]:
    """Every key after `held`, the key of epoch `number`, up to the newest; see `_newer_keys`."""
    if [epoch.number for epoch in newer] != list(range(number + 1, number + 1 + len(newer))):
        raise VaultError("keys: an epoch is missing")
    keys = {newer[-1].number: key}
    for epoch in reversed(newer[1:]):
        keys[epoch.number - 1] = network.open_previous(
            keys[epoch.number], epoch.number, bytes(epoch.previous_box or b"")
        )
    for epoch in newer:
        network.check_chain(held, epoch.number, keys[epoch.number], bytes(epoch.chain_mac))
        held = keys[epoch.number]
    return keys


def _in_use(keys: dict[int, bytes], epochs: list[Epoch]) -> dict[int, bytes]:
    """The newest of these keys, and those of older epochs under which data remains.

    An epoch's `done` is not trusted alone: the rows themselves decide.
    """
    newest = max(keys)
    in_use = {newest: keys[newest]}
    for epoch in reversed([epoch for epoch in epochs if epoch.number <= newest]):
        if epoch.previous_box is None or (epoch.done and not is_older_in_use(epoch.number)):
            break
        older = epoch.number - 1
        in_use[older] = network.open_previous(
            in_use[epoch.number], epoch.number, bytes(epoch.previous_box)
        )
    return dict(sorted(in_use.items()))


@dataclass(frozen=True)
class RotationStep:
    """What an app has to re-encrypt under a new network key (`accounts.rotation.reencrypt`).

    reencrypt        takes a ring with all keys in use and returns an iterator: each `next`
                     re-encrypts some rows in a short transaction and yields how many; it ends when
                     nothing is left that the ring opens
    count_remaining  takes the newest epoch's number; returns how many rows are under older keys,
                     and how many there are
    has_older        takes an epoch's number; returns whether any row may be under an older key
    finish           takes the ring, in the transaction that ends the rotation: False while the ring
                     opens anything under an older key; marks what nobody can open, so that
                     `has_older` is False from then on
    """

    reencrypt: Callable[[KeyRing], Iterator[int]]
    count_remaining: Callable[[int], tuple[int, int]]
    has_older: Callable[[int], bool]
    finish: Callable[[KeyRing], bool]


rotation_steps: Registry[RotationStep] = Registry()


def is_older_in_use(number: int) -> bool:
    """Whether any row may be under a key older than epoch `number`. Reads every row."""
    return any(step.has_older(number) for step in rotation_steps)


def with_newer_epochs(ring: KeyRing, member: Member) -> KeyRing:
    """A session's ring with the keys that came after its newest, each chained to the previous.

    The newest is in the row's seal or, if another session of the same member stored it, in its
    box. Raises VaultError when no newer key follows.
    """
    epochs = list(Epoch.objects.order_by("number"))
    newer = [epoch for epoch in epochs if epoch.number > ring.current]
    if not newer or not ring.epochs:
        raise VaultError("keys: none is newer")
    newest = newer[-1].number
    if member.epoch == newest and member.network_seal is None:
        context = contexts.network_box(member.pk, newest)
        key = boxes.open_box(own_key(ring.seed), bytes(member.network_box or b""), context)
    else:
        context = contexts.network_seal(member.pk, newest)
        key = seals.unseal(ring.seed, bytes(member.network_seal or b""), context)
    keys = _chained(ring.current, ring.network_key, key, newer)
    epoch_pin.check({ring.current: ring.network_key, **keys}, epochs)
    return replace(ring, epochs=_in_use(keys, epochs))


def without_finished_epochs(ring: KeyRing) -> KeyRing:
    """The ring without keys under which nothing is any more. A query, when it holds several; the
    rows are looked at as well before a key is let go.
    """
    if len(ring.epochs) < 2:
        return ring
    done = Epoch.objects.filter(done=True, number__in=ring.epochs)
    least = max(done.values_list("number", flat=True), default=0)
    kept = {number: key for number, key in ring.epochs.items() if number >= least}
    if len(kept) == len(ring.epochs) or is_older_in_use(least):
        return ring
    return replace(ring, epochs=kept)


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


def require_current_epoch(ring: KeyRing) -> None:
    """Lock the epoch until the transaction ends, so that nothing is sealed under an older key.

    Raises EpochMoved, which restarts the request with the new key
    (`accounts.middleware.trusted_row`). `current_epoch` also opens the transaction.
    """
    if not is_newest(ring):
        raise EpochMoved


def lock_epoch() -> None:
    """Keep the newest key the newest until the transaction ends.

    For transactions that open a ring themselves or seal nothing; others use `current_epoch`.
    """
    # The first row always exists, so locking it keeps others from adding an epoch.
    Epoch.objects.select_for_update().order_by("number").first()


def is_newest(ring: KeyRing) -> bool:
    """Whether the ring holds the newest key, and will until the transaction ends.

    True for an account without a network key, which seals nothing under one.
    """
    lock_epoch()
    # A separate query, to see an epoch that was added while waiting for the lock (READ COMMITTED).
    newest = Epoch.objects.order_by("-number").values_list("number", flat=True).first()
    return newest is None or not ring.epochs or newest == ring.current


def require_no_newer_epoch(ring: KeyRing) -> None:
    """Raise EpochMoved when there is a newer key than the ring's, so that a read may be
    incomplete.

    Locks nothing.
    """
    if ring.epochs and Epoch.objects.filter(number__gt=ring.current).exists():
        raise EpochMoved


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
        "pseudonym": ring.pseudonym,
        "epochs": {str(number): _text(key) for number, key in ring.epochs.items()},
    }


def unpack(kept: dict[str, Any]) -> KeyRing:
    """Undo `pack`."""
    return KeyRing(
        seed=_raw(kept["seed"]),
        pseudonym=kept["pseudonym"],
        epochs={int(number): _raw(key) for number, key in kept["epochs"].items()},
    )


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.b64decode(text)
