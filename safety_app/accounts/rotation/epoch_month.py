"""The month in which a network key was made, for those who hold it: it should not grow old.

A key is renewed when somebody's access ends, and otherwise by nobody; what was withdrawn leaves
labels in the index until the next renewal. So the desk is reminded every quarter. The month lies in
a box under the key itself, so that the disk does not tell when somebody's access ended.
"""

from __future__ import annotations

import datetime

from safety_app.accounts.keys import contexts
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Epoch
from safety_app.locales.dates import month_of, today
from safety_app.vault import boxes, shapes
from safety_app.vault.errors import VaultError


def seal_month(number: int, key: bytes) -> bytes:
    """This month, under the key (32 bytes) of epoch `number`: a box of 39 bytes."""
    month = month_of(today()).isoformat().encode()
    return boxes.seal_box(boxes.derive(key, "epoch month"), month, contexts.epoch_month(number))


def month_of_key(ring: KeyRing) -> datetime.date | None:
    """The first day of the month in which the newest key of a ring was made.

    None without a network key, and for a box that its holders did not make.
    """
    row = Epoch.objects.filter(number=ring.current).first()
    if row is None or not ring.epochs:
        return None
    key, context = boxes.derive(ring.network_key, "epoch month"), contexts.epoch_month(row.number)
    try:
        return shapes.day(boxes.open_box(key, bytes(row.month_box or b""), context).decode())
    except (VaultError, ValueError):
        return None
