"""After a rotation: re-encrypts rows from older network keys to the newest, in slices.

Any session that holds both keys can do it. The rows themselves are the only record of progress, so
it can stop at any moment and resume with the next request. Apps register what to re-encrypt
(`rotation_steps`). When nothing is left that opens, the older epochs are closed for good
(`keys.epochs`) and the previous key is erased.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from django.db.models import Exists, OuterRef, Q

from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.keys.epochs import known_floor, state_floor, with_floor
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.accounts.rotation import worker
from safety_app.privacy.storage import checkpoint_wal
from safety_app.registry import Registry

SHORTEST_PAUSE = 0.01  # seconds


@dataclass(frozen=True)
class RotationStep:
    """What an app has to re-encrypt under a new network key.

    reencrypt       takes a ring with all open keys and returns an iterator: each `next` re-encrypts
                    some rows in a short transaction and yields how many; it ends when nothing is
                    left that the ring opens
    count           takes a ring and returns how many rows there are under each of three: the
                    newest key, older ones that are still open, closed ones
    opens_older     takes a ring, in the transaction that closes the older epochs: whether it opens
                    anything under an older key
    delete_closed   takes a ring, deletes what is under closed keys and returns how many rows
    """

    reencrypt: Callable[[KeyRing], Iterator[int]]
    count: Callable[[KeyRing], RowCounts]
    opens_older: Callable[[KeyRing], bool]
    delete_closed: Callable[[KeyRing], int]


@dataclass(frozen=True)
class RowCounts:
    """How many rows are under the newest network key, under older ones, and under closed ones,
    which nobody opens any more.
    """

    newest: int
    older: int
    closed: int


rotation_steps: Registry[RotationStep] = Registry()


def is_under_way(ring: KeyRing) -> bool:
    """Whether anything may still be under an older key."""
    return known_floor(ring) < ring.current


def count_rows(ring: KeyRing) -> RowCounts:
    """The rows of all apps."""
    known = _without_own_floor(ring)
    counts = [step.count(known) for step in rotation_steps]
    return RowCounts(
        sum(one.newest for one in counts),
        sum(one.older for one in counts),
        sum(one.closed for one in counts),
    )


def reencrypt_all(ring: KeyRing, pause: Callable[[float], None] = time.sleep) -> None:
    """Re-encrypt everything the ring opens, then finish. Raises EpochMoved after a newer
    rotation.

    Pauses between slices at least as long as the last one took, so that others get their turn.
    """
    for seconds in steps(ring):
        pause(max(seconds, SHORTEST_PAUSE))


def steps(ring: KeyRing) -> Iterator[float]:
    """`reencrypt_all` slice by slice; yields the seconds each slice took."""
    if not holds_all(ring):
        return
    for step in rotation_steps:
        began = time.monotonic()
        for _count in step.reencrypt(ring):
            yield time.monotonic() - began
            if with_floor(ring) is not ring:  # another session has finished meanwhile
                return
            began = time.monotonic()
    finish(ring)


def finish(ring: KeyRing) -> bool:
    """Close the older epochs, and erase previous keys nobody needs.

    False, and nothing is done, while anything is left that the ring opens, or when the ring
    lacks a key under which something may be. What is under an older key afterwards was left by
    nobody who could open it, or put there since.
    """
    with current_epoch(ring):
        if not holds_all(ring) or any(step.opens_older(ring) for step in rotation_steps):
            return False
        closed = ring.raised(ring.current)
        state_floor(closed, closed.floor)
        erase_unneeded(closed)
    epoch_pin.raise_floor(closed.floor)
    # Holders of the old key must not find what it encrypted in the write-ahead log.
    checkpoint_wal()
    return True


def delete_closed(ring: KeyRing, moderator: Member) -> int:
    """Delete what is under closed keys, which nobody can open. Returns how many rows.

    Raises NotModerator and EpochMoved.
    """
    with moderator_decision(moderator, ring):
        known = _without_own_floor(ring)
        deleted = sum(step.delete_closed(known) for step in rotation_steps)
    checkpoint_wal()
    return deleted


def holds_all(ring: KeyRing) -> bool:
    """Whether the ring has every key under which something may still be encrypted."""
    return all(number in ring.epochs for number in range(known_floor(ring), ring.current))


def _without_own_floor(ring: KeyRing) -> KeyRing:
    """The ring as far as older epochs are closed to everybody."""
    return replace(ring, floor=known_floor(ring))


def erase_unneeded(ring: KeyRing) -> int:
    """Erase the previous keys nobody needs. Returns how many.

    The key before epoch e opens what has not been re-encrypted yet, and leads those who hold
    e - 2 or older to the newest, step by step.
    """
    behind = Q(epoch__gt=0, epoch__lte=OuterRef("number") - 2)
    unneeded = Epoch.objects.filter(
        ~Exists(Member.objects.filter(behind)),
        ~Exists(Invitation.objects.filter(behind)),
        number__lte=ring.floor,
        previous_box__isnull=False,
    )
    return unneeded.update(previous_box=None)


def continue_soon(ring: KeyRing) -> None:
    """`reencrypt_all` in the background, unless this process is already doing it."""
    worker.start("network key", 0, partial(reencrypt_all, ring))
