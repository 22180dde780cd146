"""Which network keys a person can use: the newest, and those of older epochs that are still open.

Each epoch's row states its floor, the lowest epoch that was still open, with a MAC under its own
key and the server's. Once everything has been re-encrypted the floor is the epoch itself: all older
ones are closed. A ring takes over a floor that is right and keeps the higher of what it reads and
what it knew, first in its session, then in the row's box; the server remembers it too
(`keys.epoch_pin`). So neither rows put back nor rows sealed under an old key open an epoch again.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

from django.db import transaction

from safety_app.accounts.epoch_links import is_linked
from safety_app.accounts.keys import contexts, epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import (
    KeyRing,
    binding_key,
    is_link,
    own_key,
    welcome_key,
)
from safety_app.accounts.keys.network_box import NetworkBox, open_network_box
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.vault import network, seals
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import UNKNOWN, Signers


class LeftOut(VaultError):
    """There is a newer network key that this account was not given."""


@dataclass(frozen=True)
class OpenEpochs:
    """Network keys (32 bytes) by number, none below `floor`, and by whom what moderators signed is
    recognised; all empty without a network key.
    """

    keys: dict[int, bytes] = field(default_factory=dict)
    floor: int = 0
    signers: Signers = UNKNOWN


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
    number, key = _newest_given(row, row.epoch, held.key, seed, epochs)
    keys = {row.epoch: held.key}
    if number > row.epoch:
        keys |= _chained(row.epoch, held.key, number, key, epochs)
    return _vouched_for(keys, held, epochs, is_newer=number > row.epoch)


def with_newer_epochs(ring: KeyRing, member: Member) -> KeyRing:
    """A session's ring with the keys that came after its newest, each chained to the previous.

    The newest is in the row's seal or, if another session of the same member stored it, in its
    box. Raises VaultError when no newer key follows.
    """
    epochs, held = _epochs(), ring.network_box
    number, key = ring.current, ring.network_key
    if member.epoch > number:
        context = contexts.network_box(member.pk, member.epoch)
        box = open_network_box(own_key(ring.seed), member.network_box or b"", context)
        number, key, held = member.epoch, box.key, replace(held, floor=max(held.floor, box.floor))
    number, key = _newest_given(member, number, key, ring.seed, epochs)
    if number == ring.current:
        raise VaultError("keys: none is newer")
    keys = ring.epochs | _chained(ring.current, ring.network_key, number, key, epochs)
    opened = _vouched_for(keys, held, epochs, is_newer=number > member.epoch)
    return replace(ring, epochs=opened.keys, floor=opened.floor).with_signers(opened.signers)


def with_floor(ring: KeyRing) -> KeyRing:
    """The ring without keys of epochs that were closed since; the same one if none were.

    A query, while an older epoch is open.
    """
    if not ring.epochs or ring.floor == ring.current:
        return ring
    return ring.raised(known_floor(ring))


def known_floor(ring: KeyRing) -> int:
    """The highest floor that was stated with the ring's newest key, or that this server has seen
    stated. A query, while an older epoch is open.

    The ring's own may be higher, since it also comes from its owner's box, into which she can put
    any number: that closes older epochs to herself, and to nobody else.
    """
    pinned = epoch_pin.pinned_floor()
    if pinned >= ring.current:
        return ring.current
    epoch = Epoch.objects.filter(number=ring.current).first()
    return max(_stated_floor(epoch, ring.network_key), pinned)


def state_floor(ring: KeyRing, floor: int) -> None:
    """Write a floor into the row of the ring's newest epoch, unless it states that or a higher one.

    Only for one that this server knows, or when everything has moved. Someone who writes to the
    database can take it out again, for those who have not read it.
    """
    epoch = Epoch.objects.filter(number=ring.current).first()
    if epoch is not None and _stated_floor(epoch, ring.network_key) < floor:
        bound = binding_key(ring.current)
        mac = network.floor_mac(ring.network_key, ring.current, floor, bound)
        unchanged = Epoch.objects.filter(pk=epoch.pk, floor_mac=epoch.floor_mac)
        if unchanged.update(floor=floor, floor_mac=mac):
            # Not before: a server killed in between would find an older database than it knows.
            transaction.on_commit(partial(epoch_pin.raise_floor, floor))


def _epochs() -> dict[int, Epoch]:
    return {epoch.number: epoch for epoch in Epoch.objects.all()}


def _newest_given(
    row: Member | Invitation, number: int, key: bytes, seed: bytes, epochs: Mapping[int, Epoch]
) -> tuple[int, bytes]:
    """Number and key (32 bytes) of the newest epoch that a row was given: the one it has, or the
    one in its seal, which only opens under its own number.

    Raises LeftOut where another one follows: whoever was not given the newest key has no part in
    the network any more. What follows is told by its link, or by the server, which saw it; any
    other row above counts as absent, since anybody who writes to the database can add one.
    """
    sealed = bytes(row.network_seal or b"")
    for newer in count(number + 1):
        if not sealed or newer not in epochs:
            break
        with suppress(VaultError):
            key = seals.unseal(seed, sealed, contexts.network_seal(row.pk, newer))
            number = newer
            break
    following = epochs.get(number + 1)
    if following is None:
        return number, key
    if number < epoch_pin.pinned_epoch() or is_link(key, number + 1, following.chain_mac):
        raise LeftOut("keys: a newer one was not given to this account")
    return number, key


def _vouched_for(
    keys: dict[int, bytes], held: NetworkBox, epochs: Mapping[int, Epoch], *, is_newer: bool
) -> OpenEpochs:
    """What a row opens, if the server knows the newest of these keys.

    Where an operator gave her word for it, a newer key than the row's box holds also needs the
    moderator's signature that she was shown. Raises EpochNotPinned and VaultError.
    """
    newest = max(keys)
    needs_signature = is_newer and epoch_pin.needs_signature(newest)
    try:
        signers = verifying_keys.newest_signers(held.signers)
        if needs_signature:
            verifying_keys.check_epoch(signers.verifying_key, epochs.get(newest), keys[newest])
    except VaultError:  # of rows that are everybody's
        raise EpochNotPinned from None
    epoch_pin.check(keys, list(epochs.values()))
    verifying_keys.pin_newest(signers)
    return replace(_still_open(keys, held.floor, epochs), signers=signers)


def _chained(
    number: int, held: bytes, newest: int, key: bytes, epochs: Mapping[int, Epoch]
) -> dict[int, bytes]:
    """Every key after `held`, the key of epoch `number`, up to `key`, that of the newest.

    The newest must state its floor, so that nobody who is led there is led past it. Raises
    VaultError.
    """
    newer = [epochs[one] for one in range(number + 1, newest + 1) if one in epochs]
    if len(newer) != newest - number:
        raise VaultError("keys: an epoch is missing")
    keys = {newest: key}
    for epoch in reversed(newer[1:]):
        keys[epoch.number - 1] = _previous(epoch, keys[epoch.number])
    for epoch in newer:
        following = keys[epoch.number]
        if not is_linked(held, epoch, following, binding_key(epoch.number)):
            if not is_linked(held, epoch, following, None):
                raise VaultError("keys: an epoch does not follow from the one before")
            # Made with 0.2.0, or by somebody with the key before. A server's link to the newest
            # vouches for the key before it too, and so on; nothing vouches for the newest.
            if epoch.number == newest:
                epoch_pin.refuse()
        held = following
    if not _stated_floor(epochs[newest], key):
        raise VaultError("keys: the newest epoch states no floor")
    return keys


def _still_open(keys: dict[int, bytes], floor: int, epochs: Mapping[int, Epoch]) -> OpenEpochs:
    """The newest of these keys, and those of older epochs down to the floor: at least the one that
    a row's box held. Raises VaultError.
    """
    newest = max(keys)
    stated = _stated_floor(epochs.get(newest), keys[newest])
    epoch_pin.raise_floor(stated)
    # The server may know better than someone who was away when older epochs were closed.
    floor = max(floor, stated, epoch_pin.pinned_floor())
    if not 1 <= floor <= newest:
        raise VaultError("keys: no such floor")
    still_open = {newest: keys[newest]}
    for number in range(newest - 1, floor - 1, -1):
        key = keys.get(number) or _linked_previous(epochs.get(number + 1), still_open[number + 1])
        if key is None:
            break
        still_open[number] = key
    return OpenEpochs(dict(sorted(still_open.items())), floor)


def _linked_previous(epoch: Epoch | None, key: bytes) -> bytes | None:
    """The key before an epoch's key, from its box; None where none opens, or where the epoch's link
    does not lead from it: whoever holds the newest key makes a box of any other, under which
    nothing would be left to re-encrypt.
    """
    if epoch is None:
        return None
    try:
        previous = _previous(epoch, key)
    except VaultError:
        return None
    return previous if is_linked(previous, epoch, key, binding_key(epoch.number)) else None


def _previous(epoch: Epoch, key: bytes) -> bytes:
    return network.open_previous(key, epoch.number, bytes(epoch.previous_box or b""))


def _stated_floor(epoch: Epoch | None, key: bytes) -> int:
    """The floor that an epoch's row states, 0 if nobody who held its key stated one."""
    if epoch is None:
        return 0
    bound = binding_key(epoch.number)
    try:
        network.check_floor(key, epoch.number, epoch.floor, bytes(epoch.floor_mac), bound)
    except (OverflowError, TypeError, VaultError):  # malformed, or not from a member
        return 0
    return epoch.floor
