"""Seals: encryption to a person or a desk. HPKE (RFC 9180) base mode, single shot.

Suite: hybrid KEM MLKEM768-X25519 (X-Wing, draft-connolly-cfrg-xwing-kem; KEM id 0x647A),
HKDF-SHA256, AES-256-GCM. It is secure as long as either ML-KEM-768 or X25519 is.

A key pair is stored as its 32-byte seed and expanded with SHAKE-256 as X-Wing does. A public key is
1,216 bytes: ML-KEM-768 (1,184) ‖ X25519 (32). A seal is `version (1 byte, 0x01) ‖ encapsulation
(1,120) ‖ ciphertext ‖ tag (16)`.

Base mode does not authenticate the sender: rows that receive seals carry a MAC (`network`), and
what a seal contains is checked against something trusted before it is used.
"""

import hashlib
import os
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from safety_app.vault.errors import VaultError

VERSION = b"\x01"
SEED_SIZE = 32
MLKEM_PUBLIC_SIZE = 1184
PUBLIC_KEY_SIZE = MLKEM_PUBLIC_SIZE + 32
ENCAPSULATION_SIZE = 1120
OVERHEAD = len(VERSION) + ENCAPSULATION_SIZE + 16

# Takes a seal and its `info`; returns the plaintext or raises VaultError.
Opener = Callable[[bytes, bytes], bytes]

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def new_seed() -> bytes:
    """32 random bytes: the whole secret of a key pair."""
    return os.urandom(SEED_SIZE)


def _expand(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(seed) != SEED_SIZE:
        raise VaultError("seed: wrong length")
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def public_key(seed: bytes) -> bytes:
    """The public key (1,216 bytes) of a seed (32 bytes)."""
    mlkem, x25519 = _expand(seed)
    return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()


def seal(recipient: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Seal to a public key (1,216 bytes). The seal is `OVERHEAD` (1,137) bytes longer.

    `info` binds the seal to its place. Raises VaultError for a malformed key.
    """
    if len(recipient) != PUBLIC_KEY_SIZE:
        raise VaultError("seal: public key of the wrong length")
    try:
        key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(recipient[:MLKEM_PUBLIC_SIZE]),
            X25519PublicKey.from_public_bytes(recipient[MLKEM_PUBLIC_SIZE:]),
        )
        return VERSION + SUITE.encrypt(plaintext, key, info=VERSION + info)
    except ValueError:
        raise VaultError("seal: malformed public key") from None


def opener(seed: bytes) -> Opener:
    """`unseal` for many seals with one seed (32 bytes), which is expanded only once: half the
    work.

    Returns a function of a seal and its `info`. Raises VaultError for a seed of another length.
    """
    key = MLKEM768X25519PrivateKey(*_expand(seed))

    def unsealed(sealed: bytes, info: bytes) -> bytes:
        if sealed[:1] != VERSION:
            raise VaultError("seal: unknown version")
        if len(sealed) < OVERHEAD:
            raise VaultError("seal: truncated")
        try:
            return SUITE.decrypt(sealed[1:], key, info=VERSION + info)
        except (InvalidTag, ValueError):
            raise VaultError("seal: does not open") from None

    return unsealed


def unseal(seed: bytes, sealed: bytes, info: bytes) -> bytes:
    """Open what was sealed to the public key of `seed`.

    Raises VaultError for another seed or `info`, an unknown version, or a damaged seal.
    """
    return opener(seed)(sealed, info)
