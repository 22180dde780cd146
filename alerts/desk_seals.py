"""What alerts leave at an organisation's desk: who sent one, and what was not published.

Both are sealed rows (`accounts.keys.sealed_rows`): beside the seal stands a MAC that takes the
network key, so someone who never held that can neither leave a note that looks genuine nor name
another author.

    author seal   member's id (8 bytes, big-endian)   1,145 bytes with the seal
    desk note     report (8,192)                      9,329 bytes with the seal
"""

from __future__ import annotations

from alerts.models import Alert, DeskNote
from alerts.sealing import AlertKeys
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import network
from safety_app.vault.errors import VaultError

_NUMBER = 8


def seal_author(ring: KeyRing, desk_key: bytes, alert: Alert, member: int) -> None:
    """Note on an alert who sent it, for a desk's public key (1,216 bytes); does not save.

    Raises VaultError.
    """
    sealed_rows.fill("alert author", alert, desk_key, member.to_bytes(_NUMBER, "big"), ring)


def open_author(ring: KeyRing, desk_seed: bytes, alert: Alert) -> int:
    """The id of the member who sent an alert, with her desk's seed (32 bytes).

    Raises VaultError when there is no seal, for another desk or alert, and when nobody with a
    network key of the ring made it.
    """
    content = sealed_rows.opened("alert author", alert, desk_seed, ring)
    if len(content) != _NUMBER:
        raise VaultError("author: not of the right form")
    return int.from_bytes(content, "big")


def author_mac(
    keys: AlertKeys,
    alert: int,
    seal: bytes | memoryview | None,
    mac: bytes | memoryview | None,
    epoch: int,
) -> bytes | None:
    """The MAC of an authorship seal under the newest key; as it was when it was not right."""
    if seal is None or mac is None or epoch not in keys.epochs:
        return None if mac is None else bytes(mac)
    kind, row = "alert author", Alert(pk=alert, author_seal=seal)
    before = sealed_rows.mac_of(kind, row, network.row_key(keys.network(epoch)))
    if not network.equal(before, bytes(mac)):
        return bytes(mac)
    return sealed_rows.mac_of(kind, row, network.row_key(keys.network(keys.current)))


def seal_desk_note(ring: KeyRing, desk_key: bytes, row: DeskNote, padded: bytes) -> None:
    """A report of 8,192 bytes for a desk's public key; does not save. Raises VaultError."""
    sealed_rows.fill("desk note", row, desk_key, padded, ring)


def open_desk_note(ring: KeyRing, desk_seed: bytes, row: DeskNote) -> bytes:
    """The report (8,192 bytes) of a note, with the seed (32 bytes) of its desk.

    Raises VaultError for another desk or note, and when nobody with a network key of the ring made
    the note.
    """
    return sealed_rows.opened("desk note", row, desk_seed, ring)
