"""After a rotation: re-encrypts rows from older network keys to the newest, in slices.

Any session that holds both keys can do it. The rows themselves are the only record of progress, so
it can stop at any moment and resume with the next request. Apps register what to re-encrypt
(`keyring.rotation_steps`). When nothing is left, the epoch is done and the previous key erased.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from django.db.models import Exists, OuterRef, Q

from safety_app.accounts.keys.keyring import (
    KeyRing,
    current_epoch,
    is_older_in_use,
    rotation_steps,
)
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.accounts.rotation import worker
from safety_app.privacy.storage import checkpoint_wal

SHORTEST_PAUSE = 0.01  # seconds


def is_under_way() -> bool:
    """Whether anything may still be under an older key."""
    return Epoch.objects.filter(done=False).exists()


def progress() -> tuple[int, int]:
    """The number of alerts under the newest key, and the number of all."""
    newest = _newest_epoch()
    counts = [step.count_remaining(newest) for step in rotation_steps]
    total = sum(total for _remaining, total in counts)
    return total - sum(remaining for remaining, _total in counts), total


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
            began = time.monotonic()
    finish(ring)


def finish(ring: KeyRing) -> bool:
    """Mark the epochs as done and erase previous keys nobody needs.

    False, and nothing is done, while anything is left that the ring opens, or when the ring
    lacks a key under which something may be.
    """
    with current_epoch(ring):
        if not holds_all(ring) or not all(step.finish(ring) for step in rotation_steps):
            return False
        Epoch.objects.filter(done=False).update(done=True)
        erase_unneeded()
    # Holders of the old key must not find what it encrypted in the write-ahead log.
    checkpoint_wal()
    return True


def holds_all(ring: KeyRing) -> bool:
    """Whether the ring has every key under which something may still be encrypted."""
    epochs = Epoch.objects.filter(Q(done=False) | Q(previous_box__isnull=False))
    return not any(
        not done or is_older_in_use(number)
        for number, done in epochs.values_list("number", "done")
        if number - 1 not in ring.epochs
    )


def erase_unneeded() -> int:
    """Erase the previous keys nobody needs. Takes no key. Returns how many.

    The key before epoch e opens what has not been re-encrypted yet, whatever `done` says, and
    leads those who hold e - 2 or older to the newest, step by step.
    """
    behind = Q(epoch__gt=0, epoch__lte=OuterRef("number") - 2)
    unneeded = Epoch.objects.filter(
        ~Exists(Member.objects.filter(behind)),
        ~Exists(Invitation.objects.filter(behind)),
        done=True,
        previous_box__isnull=False,
    )
    numbers = [
        number
        for number in unneeded.values_list("number", flat=True)
        if not is_older_in_use(number)
    ]
    return unneeded.filter(number__in=numbers).update(previous_box=None)


def continue_soon(ring: KeyRing) -> None:
    """`reencrypt_all` in the background, unless this process is already doing it."""
    worker.start("network key", 0, partial(reencrypt_all, ring))


def _newest_epoch() -> int:
    newest = Epoch.objects.order_by("-number").values_list("number", flat=True).first()
    return newest or 0
