"""The keys of the person who is signed in: opened at sign-in, kept in her sealed session only."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from safety_app.accounts.keys import contexts
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.registry import Registry
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultError

SESSION_KEY = "keys"


@dataclass(frozen=True)
class KeyRing:
    """What a signed-in person's session holds.

    `seed` is 32 bytes; `epochs` maps an epoch's number to its network key (32 bytes) and is empty
    for translators' and editors' accounts; `current` is the newest epoch, 0 for none.
    """

    seed: bytes
    pseudonym: str
    epochs: dict[int, bytes] = field(default_factory=dict)

    @property
    def current(self) -> int:
        """The newest epoch's number, 0 without a network key."""
        return max(self.epochs, default=0)

    @property
    def network_key(self) -> bytes:
        """The newest network key, 32 bytes. Raises VaultError for an account without one."""
        if not self.epochs:
            raise VaultError("keys: this account holds no network key")
        return self.epochs[self.current]

    @cached_property
    def row_key(self) -> bytes:
        """The key that authenticates rows, derived once per request.

        Without a network key it is made from the person's own: it vouches for her own row, which
        she wrote herself, and for no other.
        """
        return network.row_key(self.network_key if self.epochs else own_key(self.seed))

    @cached_property
    def row_keys(self) -> dict[int, bytes]:
        """The keys of rows of all its epochs, the newest first; under 0 a person's own."""
        if not self.epochs:
            return {0: self.row_key}
        newest_first = sorted(self.epochs, reverse=True)
        return {number: network.row_key(self.epochs[number]) for number in newest_first}


def own_key(seed: bytes) -> bytes:
    """The symmetric key (32 bytes) under which a member keeps things for herself."""
    return boxes.derive(seed, "own")


def welcome_key(seed: bytes) -> bytes:
    """The key (32 bytes) that a newcomer gives to the desk with her application.

    The network key comes in a box under it: nobody but she and the desk she asked can have made
    that, while anyone could seal some key to her.
    """
    return boxes.derive(seed, "welcome")


def open_epochs(seed: bytes, member: Member) -> dict[int, bytes]:
    """The network keys a member can use now; empty for accounts without one.

    Raises VaultError for a key that does not follow from the one she holds (see `open_epochs_of`).
    """
    if member.state == "approved":
        context = contexts.welcome_box(member.pk, member.epoch)
        return open_epochs_of(member, welcome_key(seed), seed, context)
    return open_epochs_of(member, own_key(seed), seed)


def open_epochs_of(
    row: Member | Invitation, box_key: bytes, seed: bytes, context: bytes | None = None
) -> dict[int, bytes]:
    """The same for any row that carries a network key: `box_key` opens its box, `seed` its seal.

    The newest key comes in the seal. With it the keys before are opened, each in the box of the
    next, down to the one in the row's box: every step has to be chained. Kept are the newest key
    and those in whose epochs something may still be (until an epoch is done). Raises VaultError.
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
    return _in_use(keys, epochs)


def _newer_keys(
    row: Member | Invitation, held: bytes, seed: bytes, newer: list[Epoch]
) -> dict[int, bytes]:
    """Every key after the one a row holds, chained to it one by one. Raises VaultError."""
    newest = newer[-1].number
    context = contexts.network_seal(row.pk, newest)
    key = seals.unseal(seed, bytes(row.network_seal or b""), context)
    return _chained(row.epoch, held, key, newer)


def _chained(number: int, held: bytes, key: bytes, newer: list[Epoch]) -> dict[int, bytes]:
    """Every key after `held`, that of epoch `number`, up to the newest; see `_newer_keys`."""
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
    """The newest of the found keys, and those of older epochs that are not empty yet.

    An epoch that only says so is not done: the rows themselves count.
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

    reencrypt        takes a ring with all keys in use and gives an iterator: each `next`
                     re-encrypts some rows in a short transaction and says how many; it ends when
                     nothing is left that the ring opens
    count_remaining  takes the newest epoch's number and says how many rows are not there yet, and
                     how many there are
    has_older        takes an epoch's number and says whether anything may still be under an older
                     key
    finish           takes the ring, in the transaction that ends the rotation: False while the
                     ring opens anything under an older key; what nobody can open it marks, so that
                     `has_older` is False from then on
    """

    reencrypt: Callable[[KeyRing], Iterator[int]]
    count_remaining: Callable[[int], tuple[int, int]]
    has_older: Callable[[int], bool]
    finish: Callable[[KeyRing], bool]


rotation_steps: Registry[RotationStep] = Registry()


def is_older_in_use(number: int) -> bool:
    """Whether anything may be under a key older than that of epoch `number`. Reads every row."""
    return any(step.has_older(number) for step in rotation_steps)


def with_newer_epochs(ring: KeyRing, member: Member) -> KeyRing:
    """The ring of a session with the keys that came after its newest, chained to that one by one.

    The newest is sealed in her row, or locked in it when another session of hers took it over.
    Raises VaultError when there is none that follows.
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

    Every transaction that seals or vouches for something runs in one. Raises EpochMoved.
    """
    with transaction.atomic():
        require_current_epoch(ring)
        yield


def require_current_epoch(ring: KeyRing) -> None:
    """Lock the epoch until the transaction ends, so that nothing is sealed to an older key.

    Raises EpochMoved, which starts the request again with the new key
    (`accounts.middleware.trusted_row`). `current_epoch` opens the transaction as well.
    """
    if not is_newest(ring):
        raise EpochMoved


def lock_epoch() -> None:
    """Keep the newest key the newest until the transaction ends.

    For transactions that open a ring themselves, or seal nothing; others use `current_epoch`.
    """
    # The first row is always there: whoever holds it keeps others from adding one.
    Epoch.objects.select_for_update().order_by("number").first()


def is_newest(ring: KeyRing) -> bool:
    """Whether the ring holds the newest key, and does until the transaction ends.

    True for an account without a network key, which seals nothing under one.
    """
    lock_epoch()
    # Read apart from that, so that an epoch added while this waited is seen (READ COMMITTED).
    newest = Epoch.objects.order_by("-number").values_list("number", flat=True).first()
    return newest is None or not ring.epochs or newest == ring.current


def require_no_newer_epoch(ring: KeyRing) -> None:
    """Raises EpochMoved when there is a newer key than the ring's newest, so that what was read
    meanwhile may be only a part. Locks nothing.
    """
    if ring.epochs and Epoch.objects.filter(number__gt=ring.current).exists():
        raise EpochMoved


def remember(session: SessionBase, ring: KeyRing) -> None:
    """Put the ring into the (sealed) session."""
    session[SESSION_KEY] = pack(ring)


def recall(session: SessionBase) -> KeyRing | None:
    """The ring of this session, or None when nobody is signed in."""
    kept: dict[str, Any] | None = session.get(SESSION_KEY)
    return None if kept is None else unpack(kept)


def pack(ring: KeyRing) -> dict[str, Any]:
    """The ring as a session can hold it; only ever put into a sealed one."""
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
