"""Who admits someone, sealed to the desk of an organisation.

vouching   voucher's id (8 bytes, big-endian) ‖ the invitation's id (8; 0 without one) ‖ the id of
           the account that comes of it (8) ‖ the code's public key (1,216) ‖ the code's key (32)
           ‖ note, padded (2,048); zeros for both keys where a moderator admitted someone

The row's own columns say whom the entry is about, and change when an invitation is used. Whoever
joins as a translator holds no network key and could not authenticate the row anew. So both ids are
inside the seal: an account's id comes from the code, and is known when the entry is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Desk, Vouching
from safety_app.locales.dates import today
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.shapes import LARGEST

NOTE_SIZE = 2048
NOTE_LIMIT = 500  # characters of at most four bytes, so that any note fits

_ID = 8
_INVITATION_AT = _ID
_ACCOUNT_AT = _INVITATION_AT + _ID
_KEY_AT = _ACCOUNT_AT + _ID
_CODE_AT = _KEY_AT + seals.PUBLIC_KEY_SIZE
_NOTE_AT = _CODE_AT + boxes.KEY_SIZE
SIZE = _NOTE_AT + NOTE_SIZE


@dataclass(frozen=True)
class VouchingContent:
    """Who admits someone (a member's id), the code's public key (1,216 bytes) and key (32), a
    note, and whom: the ids of the invitation (0 without one) and of the account.
    """

    voucher: int
    public_key: bytes
    code_key: bytes
    note: str
    invitation: int
    account: int


def seal_and_save(row: Vouching, desk: Desk, content: VouchingContent, ring: KeyRing) -> None:
    """Seal the content to the desk, date the new row today and insert it. Raises VaultError."""
    row.day = today()
    ids = (content.voucher, content.invitation, content.account)
    plaintext = b"".join(number.to_bytes(_ID, "big") for number in ids)
    plaintext += content.public_key + content.code_key
    plaintext += pad(content.note.encode("utf-8", "replace"), NOTE_SIZE)
    sealed_rows.seal_row("vouching", row, bytes(desk.public_key), plaintext, ring)
    row.save(force_insert=True)


def open_vouching(row: Vouching, desk_seed: bytes, ring: KeyRing) -> VouchingContent:
    """Undo `seal_and_save` with the desk's seed (32 bytes).

    Raises VaultError, also for a row that was moved to another account or invitation.
    """
    plaintext = sealed_rows.open_row("vouching", row, desk_seed, ring)
    if len(plaintext) != SIZE:
        raise VaultError("vouching: malformed")
    try:
        note = unpad(plaintext[_NOTE_AT:]).decode()
    except UnicodeDecodeError:
        raise VaultError("vouching: malformed") from None
    starts = (0, _INVITATION_AT, _ACCOUNT_AT)
    voucher, invitation, account = (
        int.from_bytes(plaintext[start : start + _ID], "big") for start in starts
    )
    if not 1 <= voucher <= LARGEST or "\0" in note:
        raise VaultError("vouching: malformed")
    if row.member_id not in (None, account) or row.invitation_id not in (None, invitation):
        raise VaultError("vouching: of another account or invitation")
    keys = plaintext[_KEY_AT:_CODE_AT], plaintext[_CODE_AT:_NOTE_AT]
    return VouchingContent(voucher, *keys, note, invitation, account)
