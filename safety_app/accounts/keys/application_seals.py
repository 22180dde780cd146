"""The content of an application, and its seal to the desk of the organisation it asks.

Content, before sealing: public key (1,216 bytes) ‖ welcome key (32) ‖ pseudonym, padded (256) ‖
note, padded (2,048): 3,552 bytes. A newcomer has no network key, so their application carries no
MAC; a transferring member's does.
"""

from __future__ import annotations

from dataclasses import dataclass

from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.credentials import PSEUDONYM_SIZE
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.personal_settings import Content
from safety_app.accounts.models import Application
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import pad, unpad
from safety_app.vault.errors import VaultError

NOTE_SIZE = 2048
# Under this name the applicant's settings hold the note too: an application is sealed to a desk,
# and when the applicant's keys change it has to be made again.
KEPT_NOTE = "application note"
NOTE_LIMIT = 500  # characters of at most four bytes, so that any note fits

_WELCOME_AT = seals.PUBLIC_KEY_SIZE
_PSEUDONYM_AT = _WELCOME_AT + boxes.KEY_SIZE
_NOTE_AT = _PSEUDONYM_AT + PSEUDONYM_SIZE
SIZE = _NOTE_AT + NOTE_SIZE


def forget_note(settings: Content) -> Content:
    """The settings without the note of an application that is over."""
    return {name: settings[name] for name in settings.keys() - {KEPT_NOTE}}


@dataclass(frozen=True)
class ApplicationContent:
    """Who asks: public key (1,216 bytes), welcome key (32 bytes), pseudonym, and a note, maybe
    empty.
    """

    public_key: bytes
    welcome_key: bytes
    pseudonym: str
    note: str


def seal_application(
    row: Application, desk_key: bytes, content: ApplicationContent, ring: KeyRing | None
) -> None:
    """Seal the content to a desk's public key (1,216 bytes). Does not save.

    `ring` is the member's for a transfer, None for a newcomer. Set `member` and `organisation`
    first. Raises VaultError.
    """
    plaintext = (
        content.public_key
        + content.welcome_key
        + pad(content.pseudonym.encode("utf-8", "replace"), PSEUDONYM_SIZE)
        + pad(content.note.encode("utf-8", "replace"), NOTE_SIZE)
    )
    sealed_rows.seal_row("application", row, desk_key, plaintext, ring)


def open_application(
    row: Application, desk_seed: bytes, ring: KeyRing | None = None
) -> ApplicationContent:
    """Undo `seal_application` with the desk's seed (32 bytes). With a ring, check the MAC of a
    transfer.

    Raises VaultError.
    """
    plaintext = sealed_rows.open_row("application", row, desk_seed, ring)
    if len(plaintext) != SIZE:
        raise VaultError("application: not of the right form")
    try:
        return ApplicationContent(
            public_key=plaintext[:_WELCOME_AT],
            welcome_key=plaintext[_WELCOME_AT:_PSEUDONYM_AT],
            pseudonym=unpad(plaintext[_PSEUDONYM_AT:_NOTE_AT]).decode(),
            note=unpad(plaintext[_NOTE_AT:]).decode(),
        )
    except UnicodeDecodeError:
        raise VaultError("application: not of the right form") from None
