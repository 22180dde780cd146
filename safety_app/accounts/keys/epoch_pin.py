"""The newest network key and floor this server has seen, pinned in a file outside the database.

Someone who can write to the database and once held a network key can put a forged next epoch there,
or a whole older copy. A member who has not signed in since holds only the older key, and a former
moderator knew everything that vouched for the next one, so no member can tell. The server can: it
was there when the key was renewed. What it pins comes from the founding, and only ever moves
forward, as versions do in TUF (https://theupdateframework.github.io/specification/latest/, section
5). The floor (`keys.epochs`) is pinned for those who were away when older epochs were closed; so is
the newest verifying key with its witnesses (`keys.verifying_keys`), which also serves those who
hold no network key.

The file is there from the founding on. Where it was lost, whoever comes first would decide what is
pinned, and that may be somebody with an older database. So a network without its file is one with a
damaged file: nobody signs in until an operator has compared what the database holds with what a
moderator sees, and gives her word (`manage.py trust_database`).

The file holds numbers and commitments (`vault.network.commitment`), which tell nothing about a key.
`settings.EPOCH_PIN_FILE` should not lie where the database does.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import NamedTuple, NoReturn

from safety_app.accounts import pin_file
from safety_app.accounts.epoch_links import first_bound, is_led_to, key_at
from safety_app.accounts.models import Epoch
from safety_app.accounts.pin_file import EpochNotPinned, Pin, Pinned, PinUnreadable
from safety_app.accounts.server_key import server_key
from safety_app.vault import network
from safety_app.vault.witnesses import CODE, DESK, NEEDED, Signers

_log = logging.getLogger(__name__)
_ANOTHER_KEY = (
    "The network key in the database is not the one this server knows. If you restored a backup, "
    "run manage.py trust_database; if not, see docs/operations.md."
)


def found(key: bytes, signers: Signers) -> None:
    """Pin a new network's first keys (32 bytes each), whatever was pinned before.

    Raises OSError.
    """
    with pin_file.alone():
        pin_file.write(Pinned(Pin.of(1, key)).with_signers(signers))


def trust(
    epoch: Epoch, signers: Signers, *, is_signed: bool, is_single: bool, is_bound: bool = True
) -> None:
    """Pin what an operator vouches for: an epoch by its row, and these signers; `is_single` is
    whether there is one organisation, `is_bound` whether a later version than 0.2.0 made the epoch,
    which a file that can still be read says too.

    Raises OSError.
    """
    signed, following = epoch.number if is_signed else 0, epoch.number + 1
    with pin_file.alone():
        first = _first_bound(epoch) if is_bound else following
        pinned = Pinned(
            _stated(epoch, is_bound=first <= epoch.number),
            floor=epoch.floor,
            is_unbroken=False,
            signed=signed,
            is_single=is_single,
            bound_from=first,
        )
        pin_file.write(pinned.with_signers(signers))


def _first_bound(epoch: Epoch) -> int:
    """The first epoch that takes the server's key, or the one after this if none up to it does:
    what the file says, and only where no file can be read, what older epochs' links say.
    """
    try:
        pinned = pin_file.read()
    except PinUnreadable:
        return first_bound(epoch.number)
    is_long = len(epoch.chain_mac) == network.LINK_SIZE
    if pinned.bound_from > epoch.number and is_long and not pinned.is_unbroken:
        # The operator said by mistake that 0.2.0 made it. Nobody came in since: nothing is lost.
        return first_bound(epoch.number)
    return min(pinned.bound_from, epoch.number + 1)


def _stated(epoch: Epoch, *, is_bound: bool) -> Pin:
    """What an epoch's row states of its key; up to 0.2.0 no commitment."""
    if is_bound:
        return Pin(epoch.number, stated_commitment(epoch).hex())
    return Pin(epoch.number, bytes(epoch.floor_mac).hex(), epoch.floor)


def stated_commitment(epoch: Epoch) -> bytes:
    """The commitment (32 bytes) that the row of an epoch states, in its link."""
    return bytes(epoch.chain_mac)[: network.MAC_SIZE]


def add_organisation() -> None:
    """From now on no recovery code is a witness (`needed_witnesses`)."""
    pin_file.change(lambda pinned: replace(pinned, is_single=False))


def expect(known: int, key: bytes, pin: Pin) -> None:
    """Before a transaction that adds an epoch after a known one with its key (32 bytes): it may be
    there from now on. Raises OSError and EpochNotPinned, the latter also when this server has seen
    another or a later one than the one known.

    If the transaction fails, the one before remains valid.
    """
    with pin_file.alone():
        pinned = pin_file.read()
        if not _knows(pinned, known, key):
            raise EpochNotPinned
        pin_file.write(replace(pinned, expected=pin))


def confirm(pin: Pin) -> None:
    """After that transaction: the epoch is there, and no other can take its place."""
    pin_file.change(lambda at: replace(at, seen=pin, expected=None) if at.expected == pin else at)


def require_memory() -> None:
    """Raises PinUnreadable where this server remembers nothing."""
    pin_file.read()


def require_newest(number: int, key: bytes) -> None:
    """Raises EpochNotPinned where this server has seen a later epoch than this one, or another key
    (32 bytes) of it: a session from before it was led there would seal under an old key.
    """
    pinned = pin_file.read()
    # A later one is from another machine.
    if number <= pinned.newest.number and not _knows(pinned, number, key):
        raise EpochNotPinned


def pins() -> tuple[Pin, Pin]:
    """The epoch seen, and the one expected or the same. Raises PinUnreadable."""
    pinned = pin_file.read()
    return pinned.seen, pinned.newest


def needs_signature(number: int) -> bool:
    """Whether an operator took this epoch for one that a moderator has signed, or a lower one, and
    this server has not seen it since. Raises PinUnreadable.
    """
    pinned = pin_file.read()
    return pinned.signed == number or 0 < pinned.signed < number > pinned.newest.number


def is_older(newest: Epoch | None) -> bool:
    """Whether the newest epoch's number or floor is lower than the pinned one, as in a restored
    older database. Raises PinUnreadable.
    """
    pinned = pin_file.read()
    seen = (newest.number, newest.floor) if newest else (0, 0)
    return seen[0] < pinned.seen.number or seen[1] < pinned.floor


def newest_number() -> int:
    """The number of the newest epoch that this server has seen or expects. Raises PinUnreadable."""
    return pin_file.read().newest.number


def bound_from() -> int:
    """The first epoch whose rows and link take the server's key; 1 where nothing is remembered."""
    with suppress(PinUnreadable):
        return pin_file.read().bound_from
    return 1


def pinned_epoch() -> int:
    """The number of the newest epoch that this server has seen; 0 where it remembers nothing."""
    with suppress(PinUnreadable):
        return pin_file.read().seen.number
    return 0


def pinned_floor() -> int:
    """The highest floor that this server has seen. Raises PinUnreadable."""
    return pin_file.read().floor


def raise_floor(floor: int) -> None:
    """Pin a floor that somebody with the newest key has stated, if it is higher."""
    if floor > pinned_floor():
        pin_file.change(lambda at: replace(at, floor=max(floor, at.floor)))


def pinned_signers() -> Signers | None:
    """The newest verifying key and witnesses seen; None where the file cannot be read."""
    with suppress(PinUnreadable):
        return pin_file.read().signers
    return None


def needed_witnesses() -> tuple[int, frozenset[int]]:
    """How many a step beyond the pinned signers needs, and of which kinds they may be.

    None while this server remembers all since the founding.
    """
    try:
        pinned = pin_file.read()
    except PinUnreadable:
        return NEEDED, frozenset({DESK})
    kinds = frozenset({DESK, CODE} if pinned.is_single else {DESK})
    return 0 if pinned.is_unbroken else NEEDED, kinds


def expect_signers(signers: Signers) -> None:
    """Before a transaction after which these follow: they may be there from now on."""
    pin_file.change(lambda pinned: replace(pinned, expected_signers=pin_file.texts(signers)))


def expects(signers: Signers) -> bool:
    """Whether this server made them itself, and may have been killed before it pinned them."""
    with suppress(PinUnreadable):
        return pin_file.read().expected_signers == pin_file.texts(signers)
    return False


class Remembered(NamedTuple):
    """Of the newest epoch seen its number, its key's commitment (32 bytes; empty for one made with
    0.2.0) and the highest floor; and the newest signers.
    """

    number: int
    commitment: bytes
    floor: int
    signers: Signers


def remembered() -> Remembered:
    """Raises PinUnreadable."""
    pinned = pin_file.read()
    number, is_bound = pinned.seen.number, pinned.seen.number >= pinned.bound_from
    commitment = bytes.fromhex(pinned.seen.commitment) if is_bound else b""
    return Remembered(number, commitment, pinned.floor, pinned.signers)


def pin_signers(signers: Signers, followed: Collection[Signers]) -> None:
    """Pin the verifying key and witnesses to which those lead that were `followed`: only where one
    of them is pinned still, since another session may have come further meanwhile.
    """

    if pinned_signers() != signers:
        pin_file.change(lambda at: at.with_signers(signers) if at.signers in followed else at)


def check(keys: Mapping[int, bytes], epochs: Sequence[Epoch]) -> None:
    """Whether the newest of these keys is the pinned one or follows from it; then pins it.

    `keys` are what a ring opened, each chained to the one before; `epochs` all rows in order. The
    pinned key is found among them or in the boxes of their predecessors: nobody can make such a
    box down to a key they do not know. Once there is an epoch with the number of one that was
    expected, it has to be that one, or one to which another machine's links lead from the one seen:
    the renewal that was expected failed, and was made again there. Raises EpochNotPinned.
    """
    newest = max(keys)
    pinned = pin_file.read()
    at = pinned.newest if newest >= pinned.newest.number else pinned.seen
    key = key_at(at.number, keys, epochs) if newest >= at.number else None
    if not (key and at.fits(key)) and not _follows(pinned.seen, keys, epochs):
        refuse()
    pin = Pin.of(newest, keys[newest])
    if pin != pinned.seen:
        pin_file.change(partial(_moved, pinned, pin))


def refuse() -> NoReturn:
    """Say that this database is not to be believed, and raise EpochNotPinned."""
    _log.error(_ANOTHER_KEY)
    raise EpochNotPinned


def _follows(seen: Pin, keys: Mapping[int, bytes], epochs: Sequence[Epoch]) -> bool:
    """Whether links that only a server makes lead from what was seen to the newest key."""
    key = key_at(seen.number, keys, epochs)
    return bool(key and seen.fits(key)) and is_led_to(seen.number, keys, epochs, server_key())


def _moved(followed: Pinned, pin: Pin, pinned: Pinned) -> Pinned:
    """From what was followed only: another process may have pinned a later one in the meantime."""
    if pinned.seen != followed.seen or pinned.expected != followed.expected:
        return pinned
    is_there = pinned.expected is None or pin.number >= pinned.expected.number
    return replace(pinned, seen=pin, expected=None if is_there else pinned.expected)


def _knows(pinned: Pinned, number: int, key: bytes) -> bool:
    pins = (pinned.seen, pinned.expected)
    return any(pin and pin.number == number and pin.fits(key) for pin in pins)
