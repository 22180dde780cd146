"""From pseudonym and passphrase to keys: Argon2id (RFC 9106), then HKDF (RFC 5869).

    root = Argon2id(passphrase, salt = SHA-256(label ‖ instance salt ‖ folded pseudonym))
    handle, verifier, kek = HKDF(root, salt = pepper)

The handle finds the row, the verifier is compared, the key encryption key (kek) opens the member's
seed. The table holds no pseudonym and no hash of one: without the passphrase, a list of pseudonyms
cannot be tested against it.
"""

import hashlib
import threading
import unicodedata
from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

from safety_app.vault.boxes import derive
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultBusy


@dataclass(frozen=True)
class Cost:
    """Argon2id parameters: passes, memory in KiB, lanes."""

    passes: int
    memory: int
    lanes: int


# RFC 9106, section 4, second recommended option: 64 MiB.
PRODUCTION_COST = Cost(passes=3, memory=64 * 1024, lanes=4)

# Each run takes 64 MiB: three at once stay under 200 MiB, however many people sign in.
_SLOTS = threading.BoundedSemaphore(3)
_PATIENCE = 15.0  # seconds to wait for a slot before saying "busy"


@dataclass(frozen=True)
class SignInKeys:
    """The result of one Argon2id run: three keys of 32 bytes."""

    handle: bytes
    verifier: bytes
    kek: bytes


def fold_pseudonym(pseudonym: str) -> str:
    """One spelling for all ways of typing it: NFKC, case folded, single spaces, NFKC again."""
    folded = unicodedata.normalize("NFKC", pseudonym).casefold()
    return unicodedata.normalize("NFKC", " ".join(folded.split()))


def stretch(
    pseudonym: str, passphrase: str, *, instance_salt: bytes, pepper: bytes, cost: Cost
) -> SignInKeys:
    """One Argon2id run (about half a second and 64 MiB at production cost), the same for all
    input.

    `instance_salt` (16 bytes or more) is stored beside the data, `pepper` (32 bytes) apart from
    it. Raises VaultBusy when no slot is free within 15 seconds.
    """
    salt = hashlib.sha256(
        make_context(
            "sign-in salt", instance_salt, fold_pseudonym(pseudonym).encode("utf-8", "replace")
        )
    ).digest()
    # Collapse white space: people copy a passphrase from paper, or paste it with a line break.
    typed = " ".join(unicodedata.normalize("NFKC", passphrase).split())
    secret = typed.encode("utf-8", "replace")
    if not _SLOTS.acquire(timeout=_PATIENCE):
        raise VaultBusy("passphrase: too many at once")
    try:
        root = hash_secret_raw(secret, salt, cost.passes, cost.memory, cost.lanes, 32, Type.ID)
    finally:
        _SLOTS.release()
    return SignInKeys(
        handle=derive(root, "sign-in handle", salt=pepper),
        verifier=derive(root, "sign-in verifier", salt=pepper),
        kek=derive(root, "sign-in kek", salt=pepper),
    )
