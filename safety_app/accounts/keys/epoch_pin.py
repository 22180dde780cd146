"""The newest network key and floor this server has seen, pinned in a file outside the database.

Someone who can write to the database and once held a network key can put a forged next epoch there,
or a whole older copy. A member who has not signed in since holds only the older key, and a former
moderator knew everything that vouched for the next one, so no member can tell. The server can: it
was there when the key was renewed. What it pins is trusted on first use, as a host key is in SSH
(RFC 4251, section 4.1), and only ever moves forward, as versions do in TUF
(https://theupdateframework.github.io/specification/latest/, section 5). The floor (`keys.epochs`)
is pinned for those who were away when older epochs were closed: they cannot tell either; so is the
newest verifying key (`keys.verifying_keys`), which also serves those who hold no network key.

The file holds numbers and commitments (`vault.network.commitment`), which tell nothing about a key.
`settings.EPOCH_PIN_FILE` should not lie where the database does.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from safety_app.accounts.models import Epoch
from safety_app.vault import network
from safety_app.vault.errors import VaultError

_log = logging.getLogger(__name__)


class EpochNotPinned(Exception):
    """The database's newest network key does not follow from the one this server knows, or what it
    knew cannot be read any more.

    Not a VaultError: it says nothing about the person who meets it. Pages show `words`.
    """

    words = _(
        "Nobody can sign in at the moment: the database of this site may have been changed by "
        "someone else. Whoever runs the site has to look at it. Your account has not been changed."
    )


class PinUnreadable(EpochNotPinned):
    """What this server knew cannot be read; the database may be as it was."""


@dataclass(frozen=True)
class Pin:
    """An epoch's number and its key's commitment, 32 bytes in hexadecimal."""

    number: int
    commitment: str

    @classmethod
    def of(cls, number: int, key: bytes) -> Pin:
        """The pin of an epoch's key (32 bytes)."""
        return cls(number, network.commitment(key).hex())


@dataclass(frozen=True)
class _Pinned:
    """The newest epoch seen in the database, one whose transaction may not have ended, the
    highest floor and the newest verifying key seen (32 bytes in hexadecimal).

    Nothing was seen after an operator gave her word for the database.
    """

    seen: Pin | None
    expected: Pin | None = None
    floor: int = 0
    verifying_key: str = ""


def found(key: bytes, verifying_key: bytes) -> None:
    """Pin a new network's first keys (32 bytes each), whatever was pinned before.

    Raises OSError.
    """
    _write(_Pinned(Pin.of(1, key), verifying_key=verifying_key.hex()))


def expect(known: Pin, pin: Pin) -> None:
    """Before a transaction that adds an epoch after a known one: it may be there from now on.
    Raises OSError and EpochNotPinned.

    If the transaction fails, the one before remains valid.
    """
    _write(replace(_read() or _Pinned(known), expected=pin))


def confirm(pin: Pin) -> None:
    """After that transaction: the epoch is there, and no other can take its place.

    Until somebody opens the new key, one that follows from the key before would do as well, and
    whoever has just been removed knows that one.
    """
    try:
        pinned = _read()
    except PinUnreadable:
        return
    if pinned is not None and pinned.expected == pin:
        _write_if_possible(replace(pinned, seen=pin, expected=None))


def forget() -> None:
    """Take an operator's word for the database: the next key to be opened is pinned."""
    _write(_Pinned(None))


def is_lost() -> bool:
    """Whether there is no such file, and so nothing but signatures to tell a newer key by.

    Raises PinUnreadable.
    """
    return _read() is None


def is_older(newest: int, floor: int) -> bool:
    """Whether the newest epoch's number or floor is lower than the pinned one, as in a restored
    older database. Raises PinUnreadable.
    """
    pinned = _read()
    if pinned is None or pinned.seen is None:
        return False
    return newest < pinned.seen.number or floor < pinned.floor


def pinned_floor() -> int:
    """The highest floor that this server has seen; 0 without a pin."""
    pinned = _read()
    return 0 if pinned is None else pinned.floor


def raise_floor(floor: int) -> None:
    """Pin a floor that somebody with the newest key has stated, if it is higher."""
    pinned = _read()
    if pinned is not None and floor > pinned.floor:
        _write_if_possible(replace(pinned, floor=floor))


def pinned_verifying_key() -> bytes:
    """The newest verifying key (32 bytes) this server has seen; empty without a file that can be
    read, as everybody then has her own.
    """
    try:
        pinned = _read()
        return b"" if pinned is None else bytes.fromhex(pinned.verifying_key)
    except (PinUnreadable, ValueError):
        return b""


def pin_verifying_key(key: bytes) -> None:
    """Pin the verifying key (32 bytes) to which the one before has led."""
    try:
        pinned = _read()
    except PinUnreadable:
        return
    if pinned is not None and pinned.verifying_key != key.hex():
        _write_if_possible(replace(pinned, verifying_key=key.hex()))


def check(keys: Mapping[int, bytes], epochs: Sequence[Epoch]) -> None:
    """Whether the newest of these keys is the pinned one or follows from it; then pins it.

    `keys` are what a ring opened, each chained to the one before; `epochs` all rows in order. The
    pinned key is found among them or in the boxes of their predecessors: nobody can make such a
    box down to a key they do not know. Raises EpochNotPinned.
    """
    newest = Pin.of(max(keys), keys[max(keys)])
    pinned = _read()
    seen = None if pinned is None else pinned.seen
    if pinned and seen and newest not in (seen, pinned.expected):
        at = seen.number
        if newest.number <= at or _key_at(at, keys, epochs) != seen.commitment:
            _log.error(
                "The network key in the database is not the one this server knows. If you restored "
                "a backup, run manage.py trust_database; if not, see docs/operations.md."
            )
            raise EpochNotPinned
    if newest != seen:
        before = pinned or _Pinned(None)
        _write_if_possible(replace(before, seen=newest, expected=None))


def _key_at(number: int, keys: Mapping[int, bytes], epochs: Sequence[Epoch]) -> str | None:
    """The commitment of an older epoch's key; None when it cannot be reached from these keys."""
    if number in keys:
        return network.commitment(keys[number]).hex()
    oldest = min(keys)
    key = keys[oldest]
    boxes = {epoch.number: epoch.previous_box for epoch in epochs}
    try:
        for at in range(oldest, number, -1):
            key = network.open_previous(key, at, bytes(boxes.get(at) or b""))
    except VaultError:
        return None
    return network.commitment(key).hex() if number < oldest else None


def _read() -> _Pinned | None:
    """What is pinned, None without a file.

    Raises PinUnreadable for one that cannot be read: to believe the database again, as without a
    file, would let whoever damages the file choose the key.
    """
    try:
        content = json.loads(Path(settings.EPOCH_PIN_FILE).read_text("ascii"))
        seen, expected = (_pin(content[name]) for name in ("seen", "expected"))
        floor, key = int(content.get("floor", 0)), str(content.get("verifying_key", ""))
        return _Pinned(seen, expected, floor, key)
    except FileNotFoundError:
        return None
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        _log.error(
            "The file in which this server remembers the newest network key cannot be read. "
            "See docs/operations.md."
        )
        raise PinUnreadable from error


def _pin(content: Any) -> Pin | None:
    if not content:
        return None
    return Pin(int(content["number"]), str(content["commitment"]))


def _write_if_possible(pinned: _Pinned) -> None:
    """A full or read-only disk keeps nobody out; the pin then moves at a later sign-in."""
    try:
        _write(pinned)
    except OSError:
        return


def _write(pinned: _Pinned) -> None:
    """Replace the file at once, so that it is never half written."""
    path = Path(settings.EPOCH_PIN_FILE)
    content = asdict(pinned)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump(content, stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
