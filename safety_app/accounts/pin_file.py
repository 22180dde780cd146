"""The file in which this server remembers the newest keys: `keys.epoch_pin` says what for.

It holds numbers and commitments (`vault.network.commitment`), which tell nothing about a key.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from safety_app.vault import network
from safety_app.vault.witnesses import Signers
from safety_app.whole_files import locked, replace_file

_log = logging.getLogger(__name__)
_DAMAGED = (
    ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip


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
    """What this server knew cannot be read, or does not tell; the database may be as it was."""


@dataclass(frozen=True)
class Pin:
    """An epoch's number and its key's commitment, 32 bytes in hexadecimal.

    An operator has no key to compute that from. What she vouches for is told by what its row
    states: there it is the MAC of `stated_floor`, which no other key makes either.
    """

    number: int
    commitment: str
    stated_floor: int = 0

    @classmethod
    def of(cls, number: int, key: bytes) -> Pin:
        """The pin of an epoch's key (32 bytes)."""
        return cls(number, network.commitment(key).hex())

    def fits(self, key: bytes) -> bool:
        """Whether it is this epoch's key (32 bytes)."""
        if not self.stated_floor:
            return network.commitment(key).hex() == self.commitment
        return network.floor_mac(key, self.number, self.stated_floor).hex() == self.commitment


@dataclass(frozen=True)
class Pinned:
    """The newest epoch seen in the database, one whose transaction may not have ended, the
    highest floor and the newest verifying key and digest of its witnesses seen (32 bytes each in
    hexadecimal).

    `is_unbroken` is whether the server was there from the founding on. After an operator's word
    it is not, and `signed` is the epoch that she took for one which a moderator has signed, or 0;
    `is_single` is whether there has been one organisation only, whose recovery code is a witness.
    `expected_signers` may follow: the server made them itself.

    `bound_from` is the first epoch whose rows and link take the server's key (decision 46). Of the
    newest the database could not tell: whoever writes there would say that it does not.
    """

    seen: Pin
    expected: Pin | None = None
    floor: int = 0
    verifying_key: str = ""
    witnesses: str = ""
    is_unbroken: bool = True
    signed: int = 0
    is_single: bool = False
    expected_signers: tuple[str, ...] = ()
    bound_from: int = 1

    @property
    def newest(self) -> Pin:
        return self.expected or self.seen

    @property
    def signers(self) -> Signers:
        return Signers(bytes.fromhex(self.verifying_key), bytes.fromhex(self.witnesses))

    def with_signers(self, signers: Signers) -> Pinned:
        key, witnesses = texts(signers)
        return replace(self, verifying_key=key, witnesses=witnesses, expected_signers=())


def read() -> Pinned:
    """What is pinned. Raises PinUnreadable for a file that cannot be read, or is not there: to
    believe the database again would let whoever damages or deletes the file choose the key.
    """
    try:
        content = json.loads(Path(settings.EPOCH_PIN_FILE).read_text("ascii"))
        pinned = Pinned(
            _pin(content["seen"]),
            _pin(content["expected"]) if content["expected"] else None,
            int(content["floor"]),
            str(content["verifying_key"]),
            str(content["witnesses"]),
            content["is_unbroken"] is True,
            # In 0.2.0 one without it was made anew by whoever came first.
            0 if content["is_unbroken"] is True else int(content["signed"]),
            content.get("is_single", False) is True,
            tuple(content.get("expected_signers", ())),
            int(content.get("bound_from", int(content["seen"]["number"]) + 1)),
        )
        _ = pinned.signers
    except _DAMAGED as error:
        _log.error(
            "The file in which this server remembers the newest network key is not there or "
            "cannot be read, so nobody can sign in. See docs/operations.md."
        )
        raise PinUnreadable from error
    return pinned


def texts(signers: Signers) -> tuple[str, str]:
    """Key and digest in hexadecimal."""
    return signers.verifying_key.hex(), signers.witnesses.hex()


def _pin(content: Any) -> Pin:
    stated_floor = int(content.get("stated_floor", 0))
    return Pin(int(content["number"]), str(content["commitment"]), stated_floor)


def alone() -> AbstractContextManager[None]:
    """Nobody else on this machine reads, changes and writes meanwhile. Raises OSError."""
    return locked(Path(settings.EPOCH_PIN_FILE))


def change(changed_by: Callable[[Pinned], Pinned]) -> None:
    """Change what is pinned.

    A full or read-only disk keeps nobody out; the pin then moves at a later sign-in.
    """
    with suppress(OSError, PinUnreadable), alone():
        before = read()
        if (changed := changed_by(before)) != before:
            write(changed)


def write(pinned: Pinned) -> None:
    replace_file(Path(settings.EPOCH_PIN_FILE), json.dumps(asdict(pinned)))
