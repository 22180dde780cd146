"""Boxes: encryption under a shared key. AES-256-GCM (NIST SP 800-38D) with HKDF (RFC 5869).

A box is `version (1 byte, 0x01) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. The context is
authenticated, not stored: a box moved to another row, part or version does not open. Nonces are
random; one key seals far fewer than the 2^32 boxes the standard allows.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

VERSION = b"\x01"
KEY_SIZE = 32
NONCE_SIZE = 12
OVERHEAD = len(VERSION) + NONCE_SIZE + 16


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_SIZE)


def derive(key: bytes, purpose: str, *parts: bytes | str | int, salt: bytes | None = None) -> bytes:
    """A 32-byte key for one purpose: HKDF-SHA256 with the purpose and parts as `info`."""
    return HKDF(SHA256(), KEY_SIZE, salt, make_context(purpose, *parts)).derive(key)


def seal_box(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt under a 32-byte key. The box is `OVERHEAD` (29) bytes longer than the plaintext."""
    nonce = os.urandom(NONCE_SIZE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plaintext, VERSION + context)


def open_box(key: bytes, box: bytes, context: bytes) -> bytes:
    """Undo `seal_box`.

    Raises VaultError for another key, another context, an unknown version, or a damaged box.
    """
    if box[:1] != VERSION:
        raise VaultError("box: unknown version")
    if len(box) < OVERHEAD:
        raise VaultError("box: truncated")
    nonce, sealed = box[1 : 1 + NONCE_SIZE], box[1 + NONCE_SIZE :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, VERSION + context)
    except InvalidTag:
        # The library's error says no more than this; `from None` keeps it out of error reports.
        raise VaultError("box: does not open") from None
