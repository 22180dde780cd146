"""What a network says of its earlier identities: they are its own no more.

A network's identity changes when its moderation desk's key is renewed, above all after a moderator
was removed, who knew the old key and can go on signing with it. So the new identity comes with a
list of the earlier ones, signed by itself. Whoever has compared the new one's words can trust the
list, and strikes out what it names.

As text, behind that of the identity: a header, then base 32 (RFC 4648) of the fingerprints (32
bytes each) ‖ an Ed25519 signature (RFC 8032, 64 bytes).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from safety_app.vault.encoding import make_context
from safety_app.vault.sharing import (
    FINGERPRINT_SIZE,
    BadIdentity,
    Identity,
    own_identity,
    signing_key,
)

HEADER = "nightjar retires 1"
MOST = 8
_SIGNATURE_SIZE = 64
_LINE = 64


def retirement_text(seed: bytes, earlier: Sequence[bytes]) -> str:
    """The statement of the network with this seed (32 bytes) about up to 8 earlier identities,
    given by their fingerprints (32 bytes each). Empty when there are none.
    """
    if not earlier:
        return ""
    listed = b"".join(earlier[:MOST])
    signature = signing_key(seed).sign(_message(own_identity(seed), listed))
    coded = base64.b32encode(listed + signature).decode().rstrip("=")
    lines = [coded[at : at + _LINE] for at in range(0, len(coded), _LINE)]
    return "\n".join([HEADER, *lines]) + "\n"


def split_text(text: str) -> tuple[str, str]:
    """A network's text as its identity's part and its statement's, which may be empty."""
    identity, header, statement = text.partition(HEADER)
    return identity, header + statement


def read_retirement(identity: Identity, text: str) -> tuple[bytes, ...]:
    """The fingerprints that an identity retires; none for an empty text.

    Only white space may have changed. Raises BadIdentity, also for one that names itself.
    """
    parts = text.split()
    if not parts:
        return ()
    if parts[:3] != HEADER.split():
        raise BadIdentity("retirement: no header")
    coded = "".join(parts[3:])
    try:
        raw = base64.b32decode(coded + "=" * (-len(coded) % 8))
    except ValueError:
        raise BadIdentity("retirement: malformed") from None
    listed, signature = raw[:-_SIGNATURE_SIZE], raw[-_SIGNATURE_SIZE:]
    if not listed or len(listed) % FINGERPRINT_SIZE or len(listed) > MOST * FINGERPRINT_SIZE:
        raise BadIdentity("retirement: wrong length")
    try:
        key = Ed25519PublicKey.from_public_bytes(identity.signing_key)
        key.verify(signature, _message(identity, listed))
    except (InvalidSignature, ValueError):
        raise BadIdentity("retirement: another network's, or damaged") from None
    at = range(0, len(listed), FINGERPRINT_SIZE)
    found = tuple(listed[start : start + FINGERPRINT_SIZE] for start in at)
    if identity.fingerprint in found:
        raise BadIdentity("retirement: names itself")
    return found


def _message(identity: Identity, listed: bytes) -> bytes:
    return make_context("retired identities", identity.fingerprint, listed)
