"""What alerts seal to desks: authors, and reports that are not published.

Both are sealed rows (`accounts.keys.sealed_rows`): the seal has a MAC under the network key, so
someone who never held that key can neither forge a note nor name another author.

    author seal   member's id (8 bytes, big-endian)   1,145 bytes with the seal
    desk note     report (8,192)                      9,329 bytes with the seal
"""

from __future__ import annotations

from alerts.models import Alert, DeskNote
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.vault import network
from safety_app.vault.errors import VaultError
from safety_app.vault.shapes import LARGEST

_ID_SIZE = 8


def open_moderation_desk(ring: KeyRing, moderator: Member) -> bytes:
    """The seed (32 bytes) of the network's moderation desk.

    Raises VaultError; Lacking while the moderator's organisation has no seal of that desk.
    """
    return open_desk(ring, moderator, desk_of(ring, None))


def seal_author(ring: KeyRing, desk_key: bytes, alert: Alert, member: int) -> None:
    """Seal an alert's author to a desk's public key (1,216 bytes); does not save.

    Raises VaultError.
    """
    sealed_rows.seal_row("alert author", alert, desk_key, member.to_bytes(_ID_SIZE, "big"), ring)


def open_author(ring: KeyRing, desk_seed: bytes, alert: Alert) -> int:
    """The id of the member who sent an alert, with her desk's seed (32 bytes).

    Raises VaultError if there is no seal, for another desk or alert, and if nobody with a network
    key of the ring made it.
    """
    content = sealed_rows.open_row("alert author", alert, desk_seed, ring)
    if len(content) != _ID_SIZE:
        raise VaultError("author: malformed")
    author = int.from_bytes(content, "big")
    if not 1 <= author <= LARGEST:
        raise VaultError("author: malformed")
    return author


def author_mac(
    keys: AlertKeys,
    alert: int,
    seal: bytes | memoryview | None,
    mac: bytes | memoryview | None,
    epoch: int,
) -> bytes | None:
    """The MAC of an authorship seal under the newest key; unchanged if it was not valid."""
    if seal is None or mac is None or epoch not in keys.epochs:
        return None if mac is None else bytes(mac)
    kind, row = "alert author", Alert(pk=alert, author_seal=seal)
    before = sealed_rows.mac_of(kind, row, keys.ring.row_keys[epoch])
    if not network.equal(before, bytes(mac)):
        return bytes(mac)
    return sealed_rows.mac_of(kind, row, keys.ring.row_key)


def seal_desk_note(ring: KeyRing, desk_key: bytes, row: DeskNote, padded: bytes) -> None:
    """Seal a report (8,192 bytes) to a desk's public key; does not save. Raises VaultError."""
    sealed_rows.seal_row("desk note", row, desk_key, padded, ring)


def open_desk_note(ring: KeyRing, desk_seed: bytes, row: DeskNote) -> bytes:
    """The report (8,192 bytes) in a desk note, with its desk's seed (32 bytes).

    Raises VaultError for another desk or note, and if nobody with a network key of the ring made
    the note.
    """
    return sealed_rows.open_row("desk note", row, desk_seed, ring)
