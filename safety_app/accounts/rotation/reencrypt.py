"""After a rotation: what is sealed under older keys moves to the newest, little by little.

Any session that holds both keys goes on with it. Nothing but the rows says how far it got, so it
can stop at any moment and goes on with the next request. What there is to move, apps register
(`keyring.rotation_steps`); when nothing is left, the epoch is done and the key before is erased.
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
    """Whether something may still be under an older key."""
    return Epoch.objects.filter(done=False).exists()


def progress() -> tuple[int, int]:
    """How many notes are under the newest key, and how many there are."""
    newest = _newest_epoch()
    counts = [step.count_remaining(newest) for step in rotation_steps]
    total = sum(total for _remaining, total in counts)
    return total - sum(remaining for remaining, _total in counts), total


def reencrypt_all(ring: KeyRing, pause: Callable[[float], None] = time.sleep) -> None:
    """Move everything that the ring opens, then finish. Raises EpochMoved after a newer rotation.

    Between two slices it pauses at least as long as the slice took, so that others get their turn.
    """
    for seconds in steps(ring):
        pause(max(seconds, SHORTEST_PAUSE))


def steps(ring: KeyRing) -> Iterator[float]:
    """The same slice by slice; gives the seconds each took."""
    if not holds_all(ring):
        return
    for step in rotation_steps:
        began = time.monotonic()
        for _count in step.reencrypt(ring):
            yield time.monotonic() - began
            began = time.monotonic()
    finish(ring)


def finish(ring: KeyRing) -> bool:
    """Everything has moved: the epochs are done, and the keys before are erased where nobody
    needs them any more. False, and nothing is done, while anything is left that can be opened, or
    when the ring lacks a key under which something may be.
    """
    with current_epoch(ring):
        if not holds_all(ring) or not all(step.finish(ring) for step in rotation_steps):
            return False
        Epoch.objects.filter(done=False).update(done=True)
        erase_unneeded()
    # Also what stood under the old key: someone who held it must not find it in the journal.
    checkpoint_wal()
    return True


def holds_all(ring: KeyRing) -> bool:
    """Whether the ring has every key under which something may still be."""
    epochs = Epoch.objects.filter(Q(done=False) | Q(previous_box__isnull=False))
    return not any(
        not done or is_older_in_use(number)
        for number, done in epochs.values_list("number", "done")
        if number - 1 not in ring.epochs
    )


def erase_unneeded() -> int:
    """Erase the keys that are kept for nobody: needs no key. Says how many.

    The key before epoch e opens what has not moved yet, whatever `done` says, and leads those who
    hold e - 2 or an older one to the newest, step by step.
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
    """`reencrypt_all` in the background, unless this process is already at it."""
    worker.start("network key", 0, partial(reencrypt_all, ring))


def _newest_epoch() -> int:
    newest = Epoch.objects.order_by("-number").values_list("number", flat=True).first()
    return newest or 0
