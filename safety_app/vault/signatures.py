"""What moderators vouch for towards everybody else: Ed25519 signatures (RFC 8032).

A MAC under the network key can be made by every member. What must not come from just any member is
signed with a key derived from a desk's seed, which only moderators know. The verifying key of the
network's moderation desk lies in every network box; that one vouches for the organisations' desks,
and a desk for those to whom its seed was given.

    network's key ── its successor, when the moderation desk gets a new seed
                  ├─ the newest network key
                  └─ a desk's public key and verifying key ── whoever can open that desk

Ed25519 does not withstand a quantum computer. Nothing is encrypted to these keys.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from safety_app.vault.boxes import derive
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

KEY_SIZE = 32
SIGNATURE_SIZE = 64
DIGEST_SIZE = 32
# A desk's certificate: SHA-256 of the public key ‖ verifying key ‖ signature, once or more often.
LINK_SIZE = DIGEST_SIZE + KEY_SIZE + SIGNATURE_SIZE


def verifying_key(seed: bytes) -> bytes:
    """The key (32 bytes) that verifies what a desk's seed (32 bytes) signs."""
    return _private_key(seed).public_key().public_bytes_raw()


def sign(seed: bytes, statement: bytes) -> bytes:
    """The signature (64 bytes) of one of the statements below, with a desk's seed (32 bytes)."""
    return _private_key(seed).sign(statement)


def check(key: bytes, statement: bytes, signature: bytes) -> None:
    """Raises VaultError unless the seed of this verifying key (32 bytes) signed the statement."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, statement)
    except (InvalidSignature, ValueError):
        raise VaultError("signature: not by this key") from None


def successor_statement(
    previous: bytes, previous_witnesses: bytes, key: bytes, witnesses: bytes
) -> bytes:
    """That a network's verifying key comes after another, which signs it; each with the digest of
    its witnesses (`vault.witnesses`; 32 bytes each).
    """
    return make_context("next verifying key", previous, previous_witnesses, key, witnesses)


def epoch_statement(number: int, commitment: bytes) -> bytes:
    """That an epoch's key has this commitment (32 bytes)."""
    return make_context("epoch statement", number, commitment)


def holder_statement(desk: int, kind: str, holder: int, public_key: bytes) -> bytes:
    """That a desk's seed was given to the holder of this public key (1,216 bytes).

    `kind` is "member", "invitation" or "desk".
    """
    return make_context("desk holder", desk, kind, holder, public_key)


def certify(
    seed: bytes,
    desk: int,
    organisation: int,
    public_key: bytes,
    key: bytes,
    *,
    is_due: bool = False,
) -> bytes:
    """A link of a desk's certificate, 128 bytes, signed with a seed (32 bytes).

    `public_key` (1,216 bytes) and `key`, the verifying key (32), are the desk's; `organisation`
    is 0 for the moderation desk of the whole network, which signs its own. `is_due` says that
    somebody else may know these keys.
    """
    digest = hashlib.sha256(public_key).digest()
    statement = _desk_statement(desk, organisation, digest, key, is_due=is_due)
    return digest + key + sign(seed, statement)


def check_certificate(
    certificate: bytes, network_key: bytes, desk: int, organisation: int, public_key: bytes
) -> bytes:
    """The verifying key (32 bytes) of a desk.

    The network's verifying key (`network_key`, 32 bytes) must have signed the first link, each
    link's own key the next one, and the last must be about the desk's public key (1,216 bytes).
    Raises VaultError.
    """
    if not certificate or len(certificate) % LINK_SIZE:
        raise VaultError("certificate: wrong length")
    key, digest = network_key, b""
    for at in range(0, len(certificate), LINK_SIZE):
        signer, link = key, certificate[at : at + LINK_SIZE]
        digest, key = link[:DIGEST_SIZE], link[DIGEST_SIZE : DIGEST_SIZE + KEY_SIZE]
        if not _is_signed(signer, link, desk, organisation, is_due=False):
            _check_link(signer, link, desk, organisation, is_due=True)
    if digest != hashlib.sha256(public_key).digest():
        raise VaultError("certificate: of another key")
    return key


def certified_key(certificate: bytes) -> bytes:
    """The verifying key (32 bytes) in a certificate that was checked."""
    return certificate[-KEY_SIZE - SIGNATURE_SIZE : -SIGNATURE_SIZE]


def is_due(certificate: bytes, network_key: bytes, desk: int, organisation: int) -> bool:
    """Whether a desk needs a new public key, by a certificate that was checked: the network's
    verifying key (`network_key`, 32 bytes) signed so, and it has the same one still.
    """
    is_same = certificate[:DIGEST_SIZE] == certificate[-LINK_SIZE:][:DIGEST_SIZE]
    return is_same and _is_signed(
        network_key, certificate[:LINK_SIZE], desk, organisation, is_due=True
    )


def _is_signed(signer: bytes, link: bytes, desk: int, organisation: int, *, is_due: bool) -> bool:
    try:
        _check_link(signer, link, desk, organisation, is_due=is_due)
    except VaultError:
        return False
    return True


def _check_link(signer: bytes, link: bytes, desk: int, organisation: int, *, is_due: bool) -> None:
    digest, key = link[:DIGEST_SIZE], link[DIGEST_SIZE : DIGEST_SIZE + KEY_SIZE]
    statement = _desk_statement(desk, organisation, digest, key, is_due=is_due)
    check(signer, statement, link[DIGEST_SIZE + KEY_SIZE :])


def _desk_statement(
    desk: int, organisation: int, digest: bytes, key: bytes, *, is_due: bool
) -> bytes:
    purpose = "desk statement, due" if is_due else "desk statement"
    return make_context(purpose, desk, organisation, digest, key)


def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(seed, "signature"))
