"""Which network keys a person can use: the newest, and those of older epochs that are still open.

Each epoch's row states its floor, the lowest epoch that was still open, with a MAC under its own
key. Once everything has been re-encrypted the floor is the epoch itself: all older ones are closed.
A ring takes over a floor that is right and keeps the higher of what it reads and what it knew,
first in its session, then in the row's box; the server remembers it too (`keys.epoch_pin`). So
neither rows put back nor rows sealed under an old key open an epoch again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from safety_app.accounts.keys import contexts, epoch_pin, verifying_keys
from safety_app.accounts.keys.epoch_pin import EpochNotPinned
from safety_app.accounts.keys.keyring import KeyRing, own_key, welcome_key
from safety_app.accounts.keys.network_box import NetworkBox, open_network_box
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.vault import network, seals
from safety_app.vault.errors import VaultError


@dataclass(frozen=True)
class OpenEpochs:
    """Network keys (32 bytes) by number, none below `floor`, and the newest verifying key (32
    bytes); all empty without a network key.
    """

    keys: dict[int, bytes] = field(default_factory=dict)
    floor: int = 0
    verifying_key: bytes = b""


def open_epochs(seed: bytes, member: Member) -> OpenEpochs:
    """The network keys a member can use now; none for accounts without one.

    Raises VaultError for a key that is not chained to the one held (see `open_epochs_of`).
    """
    if member.state == "approved":
        context = contexts.welcome_box(member.pk, member.epoch)
        return open_epochs_of(member, welcome_key(seed), seed, context)
    return open_epochs_of(member, own_key(seed), seed)


def open_epochs_of(
    row: Member | Invitation, box_key: bytes, seed: bytes, context: bytes | None = None
) -> OpenEpochs:
    """The network keys of any row that carries one: `box_key` opens its box, `seed` its seal.

    The newest key is in the seal. It opens the previous ones, each in its successor's box, down
    to the one in the row's box; every step must be chained. Raises VaultError.
    """
    if row.epoch == 0 or row.network_box is None:
        return OpenEpochs()
    context = context or contexts.network_box(row.pk, row.epoch)
    held = open_network_box(box_key, row.network_box, context)
    epochs = _epochs()
    keys = {row.epoch: held.key}
    if max(epochs, default=0) > row.epoch:
        # Whoever was not given the newest key has no part in the network any more.
        keys |= _newer_keys(row, held.key, seed, epochs)
    return _vouched_for(keys, held, epochs, is_newer=len(keys) > 1)


def is_behind(row: Member | Invitation) -> bool:
    """Whether there is a newer network key than the row's box holds."""
    return 0 < row.epoch < max(_epochs(), default=0)


def with_newer_epochs(ring: KeyRing, member: Member) -> KeyRing:
    """A session's ring with the keys that came after its newest, each chained to the previous.

    The newest is in the row's seal or, if another session of the same member stored it, in its
    box. Raises VaultError when no newer key follows.
    """
    epochs, held = _epochs(), ring.network_box
    newest = max(epochs, default=0)
    if newest <= ring.current or not ring.epochs:
        raise VaultError("keys: none is newer")
    if member.epoch == newest and member.network_seal is None:
        context = contexts.network_box(member.pk, newest)
        box = open_network_box(own_key(ring.seed), member.network_box or b"", context)
        key, held = box.key, replace(held, floor=max(held.floor, box.floor))
    else:
        context = contexts.network_seal(member.pk, newest)
        key = seals.unseal(ring.seed, bytes(member.network_seal or b""), context)
    keys = ring.epochs | _chained(ring.current, ring.network_key, key, epochs)
    opened = _vouched_for(keys, held, epochs, is_newer=member.network_seal is not None)
    return replace(ring, epochs=opened.keys, floor=opened.floor, verifying_key=opened.verifying_key)


def with_floor(ring: KeyRing) -> KeyRing:
    """The ring without keys of epochs that were closed since; the same one if none were.

    A query, while an older epoch is open.
    """
    if not ring.epochs or ring.floor == ring.current:
        return ring
    stated = _stated_floor(Epoch.objects.filter(number=ring.current).first(), ring.network_key)
    return ring.raised(min(max(stated, epoch_pin.pinned_floor()), ring.current))


def state_floor(ring: KeyRing) -> None:
    """Write the ring's floor into its newest epoch's row, unless it says so already.

    Someone who writes to the database can take it out again, for those who have not read it.
    """
    epoch = Epoch.objects.filter(number=ring.current).first()
    if epoch is not None and _stated_floor(epoch, ring.network_key) < ring.floor:
        mac = network.floor_mac(ring.network_key, ring.current, ring.floor)
        unchanged = Epoch.objects.filter(pk=epoch.pk, floor_mac=epoch.floor_mac)
        unchanged.update(floor=ring.floor, floor_mac=mac)


def _epochs() -> dict[int, Epoch]:
    return {epoch.number: epoch for epoch in Epoch.objects.all()}


def _newer_keys(
    row: Member | Invitation, held: bytes, seed: bytes, epochs: Mapping[int, Epoch]
) -> dict[int, bytes]:
    """Every key after the one a row holds, each chained to the previous. Raises VaultError."""
    context = contexts.network_seal(row.pk, max(epochs))
    key = seals.unseal(seed, bytes(row.network_seal or b""), context)
    return _chained(row.epoch, held, key, epochs)


def _vouched_for(
    keys: dict[int, bytes], held: NetworkBox, epochs: Mapping[int, Epoch], *, is_newer: bool
) -> OpenEpochs:
    """What a row opens, if the server knows the newest of these keys.

    A server that has lost what it knew takes a newer key than the row's box holds only with a
    moderator's signature. Raises EpochNotPinned and VaultError.
    """
    newest = max(keys)
    try:
        verifying_key = verifying_keys.newest_key(held.verifying_key)
        if is_newer and epoch_pin.is_lost():
            verifying_keys.check_epoch(verifying_key, epochs.get(newest), keys[newest])
    except VaultError:  # of rows that are everybody's
        raise EpochNotPinned from None
    epoch_pin.check(keys, list(epochs.values()))
    epoch_pin.pin_verifying_key(verifying_key)
    return replace(_still_open(keys, held.floor, epochs), verifying_key=verifying_key)


def _chained(number: int, held: bytes, key: bytes, epochs: Mapping[int, Epoch]) -> dict[int, bytes]:
    """Every key after `held`, the key of epoch `number`, up to the newest, `key`.

    The newest must state its floor, so that nobody who is led there is led past it. Raises
    VaultError.
    """
    newest = max(epochs)
    newer = [epochs[one] for one in range(number + 1, newest + 1) if one in epochs]
    if len(newer) != newest - number:
        raise VaultError("keys: an epoch is missing")
    keys = {newest: key}
    for epoch in reversed(newer[1:]):
        keys[epoch.number - 1] = _previous(epoch, keys[epoch.number])
    for epoch in newer:
        network.check_chain(held, epoch.number, keys[epoch.number], bytes(epoch.chain_mac))
        held = keys[epoch.number]
    if not _stated_floor(epochs[newest], key):
        raise VaultError("keys: the newest epoch states no floor")
    return keys


def _still_open(keys: dict[int, bytes], floor: int, epochs: Mapping[int, Epoch]) -> OpenEpochs:
    """The newest of these keys, and those of older epochs down to the floor. Raises VaultError."""
    newest = max(keys)
    stated = _stated_floor(epochs.get(newest), keys[newest])
    epoch_pin.raise_floor(stated)
    # The server may know better than someone who was away when older epochs were closed.
    floor = max(floor, stated, epoch_pin.pinned_floor())
    if not 1 <= floor <= newest:
        raise VaultError("keys: no such floor")
    still_open = {newest: keys[newest]}
    for number in range(newest - 1, floor - 1, -1):
        newer = epochs.get(number + 1)
        if number in keys:
            still_open[number] = keys[number]
        elif newer is None or newer.previous_box is None:
            break
        else:
            still_open[number] = _previous(newer, still_open[number + 1])
    return OpenEpochs(dict(sorted(still_open.items())), floor)


def _previous(epoch: Epoch, key: bytes) -> bytes:
    return network.open_previous(key, epoch.number, bytes(epoch.previous_box or b""))


def _stated_floor(epoch: Epoch | None, key: bytes) -> int:
    """The floor that an epoch's row states, 0 if nobody who held its key stated one."""
    if epoch is None:
        return 0
    try:
        network.check_floor(key, epoch.number, epoch.floor, bytes(epoch.floor_mac))
    except (OverflowError, TypeError, VaultError):  # malformed, or not from a member
        return 0
    return epoch.floor
