"""Somebody who holds the network key and writes to the database, past this program.

These tests run in a process that has the pepper, which she never has.
"""

from __future__ import annotations

from dataclasses import replace

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import network


def row_key(ring: KeyRing, epoch: int | None = None) -> bytes:
    """The key (32 bytes) for MACs of rows that she can make: of what she holds, as in 0.2.0."""
    return network.row_key(ring.epochs[epoch or ring.current])


def ring_of(ring: KeyRing) -> KeyRing:
    """The ring as she has it: what people write opens with what she holds alone, as in 0.2.0."""
    hers = replace(ring)
    vars(hers)["content_keys"] = dict(ring.epochs)  # as if it had been derived
    return hers
