"""Unambiguous encoding of several values, and fixed-size padding.

`encode` is length-prefixed in the manner of TupleHash (NIST SP 800-185, section 5): no two
different lists of values give the same bytes, so that one context cannot be read as another.
Padding is ISO/IEC 7816-4: a byte 0x80, then zeros.
"""

from safety_app.vault.errors import VaultError

LABEL = b"nightjar/1 "
_LENGTH_8 = 8 << 64


class NumberDoesNotFit(VaultError, OverflowError):
    """A number outside 0 to 2^64 - 1, such as a row's id that somebody made negative."""


def encode(*parts: bytes | str | int) -> bytes:
    """Concatenate values, each as its length (4 bytes, big-endian) and its bytes.

    A `str` is encoded as UTF-8, an `int` (0 to 2^64 - 1) as 8 bytes, big-endian. Raises
    NumberDoesNotFit for an int outside that range.
    """
    out = bytearray()
    for part in parts:
        if isinstance(part, str):
            raw = part.encode()
        elif isinstance(part, int):
            # Its length, 8, and the number: thousands of these are encoded for a check.
            if not 0 <= part < 2**64:
                raise NumberDoesNotFit("encoding: the number does not fit into 8 bytes")
            out += (_LENGTH_8 + part).to_bytes(12, "big")
            continue
        else:
            raw = bytes(part)
        out += len(raw).to_bytes(4, "big") + raw
    return bytes(out)


def decode(encoded: bytes) -> tuple[bytes, ...]:
    """Undo `encode`: the bytes of each part. Raises VaultError when they are malformed."""
    parts = []
    at = 0
    while at < len(encoded):
        start = at + 4
        at = start + int.from_bytes(encoded[at:start], "big")
        if start > len(encoded) or at > len(encoded):
            raise VaultError("encoding: a part is cut short")
        parts.append(encoded[start:at])
    return tuple(parts)


def make_context(purpose: str, *parts: bytes | str | int) -> bytes:
    """The context of one use of a key: `nightjar/1 `, a purpose, and the encoded parts."""
    return LABEL + encode(purpose, *parts)


def pad(plaintext: bytes, size: int) -> bytes:
    """Pad `plaintext` (at most `size` - 1 bytes) to exactly `size` bytes.

    Raises VaultError when it does not fit.
    """
    if len(plaintext) >= size:
        raise VaultError(f"padding: does not fit into {size} bytes")
    return plaintext + b"\x80" + bytes(size - len(plaintext) - 1)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`. Call it only on authenticated bytes, so that timing reveals nothing.

    Raises VaultError when the padding is malformed.
    """
    end = padded.rfind(b"\x80")
    if end < 0 or padded[end + 1 :] != bytes(len(padded) - end - 1):
        raise VaultError("padding: malformed")
    return padded[:end]
