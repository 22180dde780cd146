"""What alerts leave at an organisation's desk: who sent one, and what was not published.

Everyone who can read the database knows a desk's public key, and a seal does not say who made it.
So what is sealed carries a MAC under a key derived from the network key: someone who never held
that can neither leave a note that looks genuine nor name another author.

    author seal   epoch (8) ‖ member's id (8) ‖ MAC (32)      1,185 bytes with the seal
    desk note     epoch (8) ‖ MAC (32) ‖ report (8,192)       9,369 bytes with the seal

Numbers are big-endian. The epoch says under which network key the MAC stands.
"""

from __future__ import annotations

from alerts.models import Alert, DeskNote
from alerts.sealing import BODY_SIZE, AlertKeys
from safety_app.members.keys import KeyRing
from safety_app.vault import network, seals
from safety_app.vault.encoding import label
from safety_app.vault.errors import VaultError

_NUMBER = 8
_MAC = 32


def seal_author(ring: KeyRing, desk_key: bytes, alert: int, member: int) -> bytes:
    """Who sent an alert, for a desk's public key (1,216 bytes): 1,185 bytes. Raises VaultError."""
    key = _author_key(ring, ring.current)
    vouched = network.mac(key, label("alert author", alert, member))
    content = _number(ring.current) + _number(member) + vouched
    return seals.seal(desk_key, content, label("alert author", alert))


def open_author(ring: KeyRing, desk_seed: bytes, alert: Alert) -> int:
    """The id of the member who sent an alert, with her desk's seed (32 bytes).

    Raises VaultError when there is no seal, for another desk or alert, when the ring lacks the
    epoch, and when someone without its network key made the seal.
    """
    content = _unseal(desk_seed, alert.author_seal, label("alert author", alert.pk))
    if len(content) != 2 * _NUMBER + _MAC:
        raise VaultError("author: not of the right form")
    epoch, member = _read(content[:_NUMBER]), _read(content[_NUMBER : 2 * _NUMBER])
    message = label("alert author", alert.pk, member)
    network.check_mac(_author_key(ring, epoch), message, content[2 * _NUMBER :])
    return member


def seal_desk_note(ring: KeyRing, desk_key: bytes, row: DeskNote, padded: bytes) -> bytes:
    """A report of 8,192 bytes for a desk's public key: 9,369 bytes. Raises VaultError."""
    vouched = network.mac(_note_key(ring, ring.current), _note_message(row, padded))
    content = _number(ring.current) + vouched + padded
    return seals.seal(desk_key, content, label("desk note", row.pk))


def open_desk_note(ring: KeyRing, desk_seed: bytes, row: DeskNote) -> bytes:
    """The report (8,192 bytes) of a note, with the seed (32 bytes) of its desk.

    Raises VaultError for another desk or note, when the ring lacks the epoch, and when someone
    without its network key made the note.
    """
    content = _unseal(desk_seed, row.sealed, label("desk note", row.pk))
    if len(content) != _NUMBER + _MAC + BODY_SIZE:
        raise VaultError("desk note: not of the right form")
    padded = content[_NUMBER + _MAC :]
    key = _note_key(ring, _read(content[:_NUMBER]))
    network.check_mac(key, _note_message(row, padded), content[_NUMBER : _NUMBER + _MAC])
    return padded


def _author_key(ring: KeyRing, epoch: int) -> bytes:
    return AlertKeys(ring).derived("authorship", epoch)


def _note_key(ring: KeyRing, epoch: int) -> bytes:
    return AlertKeys(ring).derived("desk notes", epoch)


def _note_message(row: DeskNote, padded: bytes) -> bytes:
    return label("desk note", row.pk, row.organisation, padded)


def _unseal(seed: bytes, sealed: object, info: bytes) -> bytes:
    # SQLite keeps whatever is put into a column: one such row must not hide all others.
    if not isinstance(sealed, bytes | memoryview):
        raise VaultError("desk: nothing sealed there")
    return seals.unseal(seed, bytes(sealed), info)


def _number(value: int) -> bytes:
    return value.to_bytes(_NUMBER, "big")


def _read(raw: bytes) -> int:
    return int.from_bytes(raw, "big")
