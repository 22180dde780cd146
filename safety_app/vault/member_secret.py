"""A member's whole secret: the seed of her key pair, and what recognises her earlier rows.

A change of passphrase and a recovery draw a new seed, so that an old copy of the disk with the old
passphrase opens nothing sealed to her afterwards. Tags (`labels.tag`) come from a *tag root*, which
is derived from the seed. The roots of the last eight seeds stay inside, because the rows that carry
their tags lead to nobody and cannot be found to be changed. They open nothing.

Stored as seed (32 bytes) ‖ eight older tag roots (32 each, the newest first): 288 bytes for
everyone. Where there is no older root yet there are random bytes, which match nothing; so neither
size nor work tells how often somebody has changed her passphrase.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from safety_app.vault.boxes import derive
from safety_app.vault.errors import VaultError
from safety_app.vault.seals import SEED_SIZE, new_seed

ROOT_SIZE = 32
OLDER_ROOTS = 8
SIZE = SEED_SIZE + OLDER_ROOTS * ROOT_SIZE


@dataclass(frozen=True)
class MemberSecret:
    """`seed` is 32 bytes; `older_roots` are eight of 32 bytes, the newest first."""

    seed: bytes
    older_roots: tuple[bytes, ...]

    def packed(self) -> bytes:
        """The 288 bytes that are stored, always encrypted."""
        return self.seed + b"".join(self.older_roots)

    def successor(self) -> MemberSecret:
        """A new seed; this one's tag root becomes the newest of the older ones."""
        roots = (tag_root(self.seed), *self.older_roots)
        return MemberSecret(new_seed(), roots[:OLDER_ROOTS])


def tag_root(seed: bytes) -> bytes:
    """The root (32 bytes) of a seed's tags; the seed does not follow from it."""
    return derive(seed, "tag root")


def new_secret() -> MemberSecret:
    """The secret of a new account."""
    roots = tuple(os.urandom(ROOT_SIZE) for _ in range(OLDER_ROOTS))
    return MemberSecret(new_seed(), roots)


def unpack(stored: bytes) -> MemberSecret:
    """Undo `packed`. Raises VaultError for another length."""
    if len(stored) != SIZE:
        raise VaultError("member secret: wrong length")
    starts = range(SEED_SIZE, SIZE, ROOT_SIZE)
    return MemberSecret(
        stored[:SEED_SIZE], tuple(stored[start : start + ROOT_SIZE] for start in starts)
    )
