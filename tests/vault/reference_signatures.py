"""What moderators sign (section 9 of `docs/vault-spec.md`), written a second time: beside
`reference`, and like it without anything of the product.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.vault.reference import Value, derive, label


class Refused(Exception):
    """Not signed by whom it should be, or malformed."""


def _private(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive(seed, "signature"))


def verifying_key(seed: bytes) -> bytes:
    return _private(seed).public_key().public_bytes_raw()


def signature(seed: bytes, statement: list[Value]) -> bytes:
    return _private(seed).sign(label(*statement[:1], *statement[1:]))  # type: ignore[arg-type]


def verify(key: bytes, statement: list[Value], given: bytes) -> None:
    try:
        message = label(str(statement[0]), *statement[1:])
        Ed25519PublicKey.from_public_bytes(key).verify(given, message)
    except (InvalidSignature, ValueError):
        raise Refused from None


def link(seed: bytes, desk: int, organisation: int, public_key: bytes, key: bytes) -> bytes:
    digest = hashlib.sha256(public_key).digest()
    return digest + key + signature(seed, ["desk statement", desk, organisation, digest, key])


def desk_key(
    certificate: bytes, network_key: bytes, desk: int, organisation: int, public_key: bytes
) -> bytes:
    if not certificate or len(certificate) % 128:
        raise Refused
    signer = network_key
    for at in range(0, len(certificate), 128):
        digest, key = certificate[at : at + 32], certificate[at + 32 : at + 64]
        given = certificate[at + 64 : at + 128]
        verify(signer, ["desk statement", desk, organisation, digest, key], given)
        signer = key
    if certificate[-128:-96] != hashlib.sha256(public_key).digest():
        raise Refused
    return signer


def newest_key(known: bytes, statements: dict[bytes, tuple[bytes, bytes]]) -> bytes:
    """The last key to which statements (previous key: key, signature) lead."""
    passed = {known}
    while known in statements:
        key, given = statements[known]
        verify(known, ["next verifying key", known, key], given)
        if key in passed:
            raise Refused
        passed.add(key)
        known = key
    return known
