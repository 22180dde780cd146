"""Alerts from other networks: a moderator reads each before it is published.

Each alert of a file is pending as a row sealed to the network's moderation desk (kind "incoming"):

    [partner's name, entry] as JSON, padded to 9,216 bytes
"""

from __future__ import annotations

import datetime
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.db.models import Min
from django.urls import reverse
from django.utils.translation import ngettext

from alerts.content import Report
from alerts.desk_seals import open_moderation_desk
from alerts.flows import lifecycle
from alerts.models import Alert, Incoming
from alerts.retention import living
from alerts.sealing.bodies import ReportTooLong, report_bytes
from alerts.sealing.keys import AlertKeys
from alerts.sharing import partners
from alerts.sharing.entries import BadEntry, SharedAlert, read_entry, write_entry
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import shapes, sharing
from safety_app.vault.errors import VaultError

KIND = "incoming"
INCOMING_SIZE = 9216
MOST_PENDING = 600
# An older file may contain alerts that their authors have withdrawn since.
MOST_FILE_DAYS = 30
_REMEMBERED_SECONDS = 60 * 60


class OddEntry(Exception):
    """An entry that no form could have produced: its number, from 1, and the odd field's name."""

    def __init__(self, number: int, field: str) -> None:
        super().__init__(number, field)
        self.number, self.field = number, field


class OldFile(Exception):
    """The file's date is more than 30 days ago, or in the future."""

    def __init__(self, day: datetime.date) -> None:
        super().__init__(day)
        self.day = day


class KnownTooLong(Exception):
    """The sender's words were compared over a year ago."""


class TooManyPending(Exception):
    """With the notes in the file, more than 600 would be pending."""


class NotPending(LookupError):
    """The note is not pending any more."""


@dataclass(frozen=True)
class TakenFile:
    """The partner's name, and how many notes of its file are new or were pending already."""

    name: str
    new: int
    again: int


@dataclass(frozen=True)
class PendingNote:
    """A pending note. `shared` is None if it does not open."""

    row: Incoming
    name: str = ""
    shared: SharedAlert | None = None


def take_file(ring: KeyRing, moderator: Member, raw: bytes) -> TakenFile:
    """Add all notes of a file to the pending ones, or none.

    Raises a subclass of `vault.sharing.Refused`, OldFile, OddEntry, KnownTooLong or TooManyPending
    if the file is refused, NotModerator, and VaultError if the moderation desk does not open.
    """
    seed = open_moderation_desk(ring, moderator)
    networks = {
        partner.identity.fingerprint: partner for partner in partners.list_partners(AlertKeys(ring))
    }
    identities = {fingerprint: partner.identity for fingerprint, partner in networks.items()}
    file = sharing.open_file(seed, raw, identities)
    if not -1 <= (today() - file.day).days <= MOST_FILE_DAYS:
        raise OldFile(file.day)
    if networks[file.sender].is_over:
        raise KnownTooLong
    name = networks[file.sender].name
    new = _add(ring, moderator, _contents(file.entries, name))
    return TakenFile(name, new, len(file.entries) - new)


def _add(ring: KeyRing, moderator: Member, contents: list[bytes]) -> int:
    """Add those that are not pending yet; returns how many. Raises TooManyPending."""
    with moderator_decision(moderator, ring):
        desk = desk_of(ring, None)
        seed = open_desk(ring, moderator, desk)
        known = {_content(note.name, note.shared) for note in _pending(ring, seed) if note.shared}
        new = [content for content in contents if content not in known]
        if living(Incoming).count() + len(new) > MOST_PENDING:
            raise TooManyPending
        rows = [Incoming(id=random_id(), day=today()) for _ in new]
        for row, content in zip(rows, new, strict=True):
            sealed_rows.seal_row(KIND, row, bytes(desk.public_key), content, ring)
        Incoming.objects.bulk_create(rows)
    return len(new)


def list_pending(ring: KeyRing, moderator: Member) -> list[PendingNote]:
    """All pending notes, most dangerous first, then oldest first."""

    def order(note: PendingNote) -> tuple[int, datetime.date, int]:
        level = note.shared.report.level if note.shared else 0
        return -level, note.row.day, note.row.pk

    return sorted(_pending(ring, open_moderation_desk(ring, moderator)), key=order)


def get_pending(ring: KeyRing, moderator: Member, pk: int) -> PendingNote:
    """One pending note. Raises NotPending."""
    row = living(Incoming).filter(pk=pk).first()
    if row is None:
        raise NotPending
    return _open_row(ring, open_moderation_desk(ring, moderator), row)


def accept(ring: KeyRing, moderator: Member, pk: int) -> Alert:
    """Publish a pending note, without an author.

    Raises NotPending, NotModerator, and VaultError if it does not open.
    """
    with moderator_decision(moderator, ring):
        row = living(Incoming).select_for_update().filter(pk=pk).first()
        if row is None:
            raise NotPending
        note = _open_row(ring, open_moderation_desk(ring, moderator), row)
        if note.shared is None:
            raise VaultError("incoming: does not open")
        row.delete()
        alert = lifecycle.take_in(ring, published(note.shared, note.name))
    checkpoint_wal()
    _remember(pk, "taken")
    return alert


def decline(moderator: Member, pk: int) -> None:
    """Erase a pending note. Raises NotPending and NotModerator."""
    with moderator_decision(moderator):
        deleted, _by_model = Incoming.objects.filter(pk=pk).delete()
    if not deleted:
        raise NotPending
    checkpoint_wal()
    _remember(pk, "declined")


def recent_outcome(pk: int) -> str:
    """ "taken" or "declined" if that happened within the last hour; in memory only."""
    return str(cache.get(_name(pk), ""))


def published(shared: SharedAlert, name: str) -> Report:
    """The report as it is published here, with the network it came from."""
    return replace(shared.as_of(today()), origin=name)


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item of the moderation queue for all pending notes."""
    rows = living(Incoming)
    count, first = rows.count(), rows.aggregate(first=Min("day"))["first"]
    if not count:
        return []
    title = ngettext(
        "%(count)s note from another network", "%(count)s notes from other networks", count
    )
    return [QueueItem(title % {"count": count}, reverse("alerts:shared"), first)]


def _contents(entries: tuple[bytes, ...], name: str) -> list[bytes]:
    """The content of a row for each distinct entry. Raises OddEntry."""
    contents: dict[bytes, None] = {}
    for number, raw in enumerate(entries, 1):
        try:
            shared = read_entry(raw, today())
            report_bytes(published(shared, name))
        except BadEntry as bad:
            raise OddEntry(number, bad.field) from None
        except ReportTooLong:
            raise OddEntry(number, "text") from None
        contents[_content(name, shared)] = None
    return list(contents)


def _content(name: str, shared: SharedAlert) -> bytes:
    """Name and entry as the row's content, which is the same exactly when both are."""
    return _CODEC.encode((name, write_entry(shared.report, shared.posted)))


def _to_json(content: tuple[str, bytes]) -> list[Any]:
    name, entry = content
    return [name, json.loads(entry)]


def _object(value: Any) -> dict[str, Any]:
    if type(value) is dict:
        return value
    raise shapes.Malformed


# What is in an entry is what `entries.read_entry` reads, field by field.
_row = shapes.row(shapes.text(partners.NAME_LIMIT, 1), _object)


def _from_json(content: Any) -> tuple[str, bytes]:
    name, fields = _row(content)
    return name, json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


_CODEC = Codec[tuple[str, bytes]]("incoming note", INCOMING_SIZE, _to_json, _from_json)


def _pending(ring: KeyRing, seed: bytes) -> list[PendingNote]:
    return [_open_row(ring, seed, row) for row in living(Incoming)[:MOST_PENDING]]


def _open_row(ring: KeyRing, seed: bytes, row: Incoming) -> PendingNote:
    with suppress(VaultError, BadEntry, TypeError, ValueError):
        name, entry = _CODEC.decode(sealed_rows.open_row(KIND, row, seed, ring))
        return PendingNote(row, name, read_entry(entry, today()))
    return PendingNote(row)


def _name(pk: int) -> str:
    return f"incoming-{pk}"


def _remember(pk: int, what: str) -> None:
    cache.set(_name(pk), what, _REMEMBERED_SECONDS)
