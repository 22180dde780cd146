"""TOTP (RFC 6238): six digits, 30 seconds, SHA-1 as every authenticator app expects.

It protects against others signing in, not against whoever has the disk: the secret is sealed under
the member's own key.
"""

import base64
import hmac
import os
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

SECRET_SIZE = 20
STEP = 30
DIGITS = 6


def new_secret() -> bytes:
    """20 random bytes."""
    return os.urandom(SECRET_SIZE)


def matching_step(secret: bytes, code: str, now: float) -> int | None:
    """The time step the code belongs to, allowing one step of clock drift, or None.

    `now` is seconds since 1970. The caller records the step, so that a code works once.
    """
    # RFC 6238 clients use HMAC-SHA-1.
    hotp = HOTP(secret, DIGITS, SHA1())  # noqa: S303  # nosec B303
    step = int(now // STEP)
    matches = [
        candidate
        for candidate in (step - 1, step, step + 1)
        if hmac.compare_digest(hotp.generate(candidate), code.encode("utf-8", "replace"))
    ]
    return matches[0] if matches else None


def spoken_secret(secret: bytes) -> str:
    """The secret in base 32 (RFC 4648), 32 characters, as authenticator apps accept it."""
    return base64.b32encode(secret).decode()


def provisioning_uri(secret: bytes, issuer: str) -> str:
    """The `otpauth:` address for a QR code. It contains the site's neutral title and no name."""
    name = quote(issuer)
    return f"otpauth://totp/{name}?secret={spoken_secret(secret)}&issuer={name}"
