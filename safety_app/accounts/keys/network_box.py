"""What the column `network_box` of a member or an invitation holds.

The content has one size, with room for more, so that a further part changes neither the column nor
what the disk shows. Whoever reads or writes the column does it here.

    encode(key, floor, verifying key), padded to 256 bytes      285 bytes with the box

An account or invitation without a network key has its desk's fingerprint there instead, in the same
size.
"""

from __future__ import annotations

from dataclasses import dataclass

from safety_app.vault import boxes, signatures
from safety_app.vault.encoding import decode, encode, pad, unpad
from safety_app.vault.errors import VaultError

SIZE = 256


@dataclass(frozen=True)
class NetworkBox:
    """What someone keeps of the network: enough to recognise what comes after.

    key            the network key of the row's epoch, 32 bytes
    floor          the lowest epoch that was still open when the box was made, from 1
    verifying_key  by which what moderators signed was recognised then, 32 bytes
    """

    key: bytes
    floor: int
    verifying_key: bytes


def seal_network_box(box_key: bytes, content: NetworkBox, context: bytes) -> bytes:
    """The box, 285 bytes. Raises VaultError for content without one of its parts."""
    sizes = [len(content.key), len(content.verifying_key)]
    if sizes != [boxes.KEY_SIZE, signatures.KEY_SIZE] or content.floor < 1:
        raise VaultError("network box: incomplete")
    parts = encode(content.key, content.floor, content.verifying_key)
    return boxes.seal_box(box_key, pad(parts, SIZE), context)


def open_network_box(box_key: bytes, box: bytes | memoryview, context: bytes) -> NetworkBox:
    """Undo `seal_network_box`. Raises VaultError."""
    parts = decode(unpad(boxes.open_box(box_key, bytes(box), context)))
    if [len(part) for part in parts] != [boxes.KEY_SIZE, 8, signatures.KEY_SIZE]:
        raise VaultError("network box: malformed")
    key, floor, verifying_key = parts
    return NetworkBox(key, int.from_bytes(floor, "big"), verifying_key)


def seal_fingerprint(box_key: bytes, fingerprint: bytes, context: bytes) -> bytes:
    """A desk's fingerprint (32 bytes) in a box of the same size as a network key's."""
    return boxes.seal_box(box_key, pad(fingerprint, SIZE), context)


def open_fingerprint(box_key: bytes, box: bytes | memoryview, context: bytes) -> bytes:
    """Undo `seal_fingerprint`. Raises VaultError."""
    return unpad(boxes.open_box(box_key, bytes(box), context))
