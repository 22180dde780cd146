"""The note of a confirmation: a few words in a box of its own."""

from __future__ import annotations

from typing import NamedTuple

from alerts.content import NOTE_LIMIT
from alerts.models import Corroboration
from alerts.sealing.keys import AlertKeys
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError

NOTE_SIZE = 1024


class NoteOf(NamedTuple):
    """Whose note it is: the ids of the alert and of the confirmation, and the confirmation's tag
    (16 bytes), so that nobody confirms again after changing the tag of her first one.
    """

    alert: int
    confirmation: int
    tag: bytes | memoryview

    def context(self, keys: AlertKeys, epoch: int) -> bytes:
        """The context of the box in an epoch; up to 0.2.0 the tag was not in it."""
        bound = (bytes(self.tag),) if keys.takes_servers_key(epoch) else ()
        return make_context("alert note", self.alert, self.confirmation, *bound)


def note_of(row: Corroboration) -> NoteOf:
    """Of a confirmation's row."""
    return NoteOf(row.alert_id, row.pk, row.tag)


def seal_note(keys: AlertKeys, whose: NoteOf, note: str) -> bytes:
    """A confirmation's note (at most 200 characters, or none) in a box of 1,053 bytes.

    In the newest epoch, so the alert has to be there too.
    """
    padded = pad(note[:NOTE_LIMIT].encode("utf-8", "replace"), NOTE_SIZE)
    return boxes.seal_box(keys.newest("alert notes"), padded, whose.context(keys, keys.current))


def open_note(keys: AlertKeys, epoch: int, whose: NoteOf, box: bytes | memoryview) -> str:
    """Undo `seal_note`; empty when there was no note. Raises VaultError."""
    context = whose.context(keys, epoch)
    padded = boxes.open_box(keys.derived("alert notes", epoch), bytes(box), context)
    try:
        note = unpad(padded).decode()
    except UnicodeDecodeError:
        raise VaultError("note: malformed") from None
    if len(note) > NOTE_LIMIT or "\0" in note:
        raise VaultError("note: malformed")
    return note
