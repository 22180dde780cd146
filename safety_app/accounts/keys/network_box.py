"""What the column `network_box` of a member or an invitation holds.

The content has one size, with room for more, so that a further part changes neither the column nor
what the disk shows. Whoever reads or writes the column does it here.

    encode(key, floor, verifying key, witnesses), padded to 256 bytes      285 bytes with the box

An account or invitation without a network key has its desk's fingerprint there instead, in the same
size.
"""

from __future__ import annotations

from dataclasses import dataclass

from safety_app.vault import boxes, signatures
from safety_app.vault.encoding import decode, encode, pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.witnesses import Signers

SIZE = 256
SIZES = [boxes.KEY_SIZE, signatures.KEY_SIZE, signatures.DIGEST_SIZE]


@dataclass(frozen=True)
class NetworkBox:
    """What someone keeps of the network: enough to recognise what comes after.

    key            the network key of the row's epoch, 32 bytes
    floor          the lowest epoch that was still open when the box was made, from 1
    verifying_key  by which what moderators signed was recognised then, 32 bytes
    witnesses      the digest of those of whom two must sign the next one, 32 bytes
    """

    key: bytes
    floor: int
    verifying_key: bytes
    witnesses: bytes

    @property
    def signers(self) -> Signers:
        """By whom what came since is recognised."""
        return Signers(self.verifying_key, self.witnesses)


def seal_network_box(box_key: bytes, content: NetworkBox, context: bytes) -> bytes:
    """The box, 285 bytes. Raises VaultError for content without one of its parts."""
    if _sizes(content.key, content.verifying_key, content.witnesses) != SIZES or content.floor < 1:
        raise VaultError("network box: incomplete")
    parts = encode(content.key, content.floor, content.verifying_key, content.witnesses)
    return boxes.seal_box(box_key, pad(parts, SIZE), context)


def open_network_box(box_key: bytes, box: bytes | memoryview, context: bytes) -> NetworkBox:
    """Undo `seal_network_box`. Raises VaultError."""
    parts = decode(unpad(boxes.open_box(box_key, bytes(box), context)))
    if len(parts) != 4 or _sizes(parts[0], *parts[2:]) != SIZES or len(parts[1]) != 8:
        raise VaultError("network box: malformed")
    key, floor, verifying_key, witnesses = parts
    return NetworkBox(key, int.from_bytes(floor, "big"), verifying_key, witnesses)


def _sizes(*parts: bytes) -> list[int]:
    return [len(part) for part in parts]


def seal_fingerprint(box_key: bytes, fingerprint: bytes, context: bytes) -> bytes:
    """A desk's fingerprint (32 bytes) in a box of the same size as a network key's."""
    return boxes.seal_box(box_key, pad(fingerprint, SIZE), context)


def open_fingerprint(box_key: bytes, box: bytes | memoryview, context: bytes) -> bytes:
    """Undo `seal_fingerprint`. Raises VaultError."""
    return unpad(boxes.open_box(box_key, bytes(box), context))
