"""Objections: someone without an account says that they were reported wrongly.

An objection is a sealed row for the network's moderation desk. It comes from outside, so nobody
vouches for it and there is no MAC. For the same reason the desk's row cannot be checked here: that
takes a network key, which the objector does not hold. So someone who can write to the database can
put a key of their own into that row and read objections from then on; moderators then see that
objections do not open. See `docs/limitations.md`.

    objection   JSON {"identifier", "text"}, padded to 4,096   5,233 bytes with the seal

A return code (130 bits, `vault.codes`) finds the row by its handle and opens nothing.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import ngettext

from alerts.desk_seals import open_moderation_desk
from alerts.models import Objection
from alerts.retention import living
from safety_app.accounts.keys import credentials, sealed_rows
from safety_app.accounts.keys.desk_keys import ModerationDeskUnavailable, public_desk
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from safety_app.privacy.codec import Codec
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import codes, shapes
from safety_app.vault.errors import VaultError

SIZE = 4096
IDENTIFIER_LIMIT = 100  # characters
TEXT_LIMIT = 2000
PAGE = 10
RECEIVED, LOOKED_AT = "received", "looked_at"
_MOST_PAGES = 1000


@dataclass(frozen=True)
class OpenedObjection:
    """An objection as a moderator sees it."""

    id: int
    day: datetime.date
    looked_at: bool
    identifier: str
    text: str


@dataclass(frozen=True)
class ObjectionPage:
    """A page of objections; `unopened` counts those on it that did not open."""

    opened: list[OpenedObjection]
    unopened: int
    older: bool


def _to_json(content: tuple[str, str]) -> dict[str, str]:
    identifier, text = content
    return {"identifier": identifier, "text": text}


# Anyone can seal anything to the desk.
_fields = shapes.fields(
    {"identifier": shapes.text(IDENTIFIER_LIMIT), "text": shapes.text(TEXT_LIMIT)}
)


def _from_json(content: Any) -> tuple[str, str]:
    fields = _fields(content)
    return fields["identifier"], fields["text"]


_CODEC = Codec[tuple[str, str]]("objection", SIZE, _to_json, _from_json)


def bytes_over(identifier: str, text: str) -> int:
    """By how many bytes an objection is too long; 0 if it fits."""
    return _CODEC.bytes_over((identifier, text))


def receive(identifier: str, text: str) -> str:
    """Store an objection; returns its return code (26 characters), which is not stored.

    Raises VaultError if there is no desk to seal it to, or if it is too long.
    """
    code = codes.new_code()
    row = Objection(id=random_id(), day=today(), state=RECEIVED)
    row.handle = credentials.keys_of_code(code, "objection").handle
    padded = _CODEC.encode((identifier, text))
    with transaction.atomic():
        # An empty ring compares nothing: this only keeps the desk from being renewed meanwhile.
        require_current_epoch(KeyRing(b"", ""))
        desk = public_desk(None)
        sealed_rows.seal_row("objection", row, bytes(desk.public_key), padded, None)
        row.save(force_insert=True)
    return code


def state_of(typed: str) -> str:
    """RECEIVED or LOOKED_AT for a return code; empty for an unknown or expired one."""
    handle = credentials.keys_of_typed_code(typed, "objection").handle
    state = living(Objection).filter(handle=handle).values_list("state", flat=True).first()
    if state is None:
        return ""
    return LOOKED_AT if state == LOOKED_AT else RECEIVED


def counts() -> tuple[int, int]:
    """How many wait, and how many were looked at."""
    looked_at = living(Objection).filter(state=LOOKED_AT).count()
    return living(Objection).count() - looked_at, looked_at


def objection_page(ring: KeyRing, moderator: Member, page: int) -> ObjectionPage:
    """A page of objections (from 1): those that wait first, then oldest first.

    Raises Lacking while this moderator's organisation has no seal of the moderation desk.
    """
    start = (min(max(page, 1), _MOST_PAGES) - 1) * PAGE
    # "received" comes after "looked_at".
    rows = list(living(Objection).order_by("-state", "day", "pk")[start : start + PAGE + 1])
    try:
        seed = open_moderation_desk(ring, moderator) if rows else b""
    except ModerationDeskUnavailable:
        raise
    except VaultError:
        seed = b""
    opened = []
    for row in rows[:PAGE]:
        try:
            identifier, text = _CODEC.decode(sealed_rows.open_row("objection", row, seed, None))
        except VaultError:
            continue
        opened.append(OpenedObjection(row.pk, row.day, row.state == LOOKED_AT, identifier, text))
    return ObjectionPage(opened, len(rows[:PAGE]) - len(opened), len(rows) > PAGE)


def mark_looked_at(moderator: Member, objection: int) -> bool:
    """Mark an objection as looked at. Returns False if it is gone. Raises NotModerator."""
    with moderator_decision(moderator):
        changed = bool(living(Objection).filter(pk=objection).update(state=LOOKED_AT))
    if changed:
        checkpoint_wal()
    return changed


def delete(moderator: Member, objection: int) -> bool:
    """Delete an objection. Returns False if it was gone already. Raises NotModerator."""
    with moderator_decision(moderator):
        deleted, _by_model = Objection.objects.filter(pk=objection).delete()
    if deleted:
        checkpoint_wal()
    return bool(deleted)


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item of the moderation queue for all objections that nobody has looked at."""
    received = living(Objection).exclude(state=LOOKED_AT).order_by("day")
    count, oldest = received.count(), received.first()
    if oldest is None:
        return []
    title = ngettext(
        "%(count)s objection by someone outside", "%(count)s objections by people outside", count
    )
    return [QueueItem(title % {"count": count}, reverse("alerts:objections"), oldest.day)]
