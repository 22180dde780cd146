"""A second network, as far as ours ever sees it: the seed of its moderation desk, and files."""

from __future__ import annotations

import datetime
import json
from typing import Any

from alerts.content import Report
from alerts.desk_seals import open_moderation_desk
from alerts.models import Incoming
from alerts.sealing.keys import AlertKeys
from alerts.sharing import partners
from alerts.sharing.entries import write_entry
from safety_app.locales.dates import today
from safety_app.vault import seals, sharing
from tests.alerts.reports import report, reported
from tests.cast import Person

NAME = "Harbour Network"
SEED = bytes(range(32))
THEM = sharing.own_identity(SEED)


def ours(moderator: Person) -> sharing.Identity:
    """Our own identity, as the other side was given it."""
    return sharing.own_identity(open_moderation_desk(moderator.ring, moderator.row))


def befriend(moderator: Person, name: str = NAME, identity: sharing.Identity = THEM) -> int:
    """Know the other network; its row's id."""
    partners.add(moderator.ring, moderator.row, name, identity)
    return next(
        partner.pk
        for partner in partners.list_partners(AlertKeys(moderator.ring))
        if partner.name == name
    )


def theirs(**fields: Any) -> Report:
    """Something that was written in the other network."""
    given = {"identifiers": (reported("phone", "06 39 98 77 01"), reported("name", "Luc"))}
    shown = {"text": "He followed me home.", "what": ("stalking",), "level": 2, **given, **fields}
    identifiers = shown.pop("identifiers")
    return report(*identifiers, **shown)


def entry(posted: datetime.date | None = None, **fields: Any) -> bytes:
    """The same as an entry of a file."""
    return write_entry(theirs(**fields), posted or today())


def odd_entry(**changes: Any) -> bytes:
    """An entry in which fields are what no form could give."""
    return json.dumps({**json.loads(entry()), **changes}).encode()


def file(moderator: Person, *entries: bytes, day: datetime.date | None = None) -> bytes:
    """What the other network sends us."""
    return sharing.make_file(SEED, ours(moderator), day or today(), entries or (entry(),))


def new_seed() -> bytes:
    """The seed of a third network."""
    return seals.new_seed()


def waiting() -> Incoming:
    """The one note that waits."""
    return Incoming.objects.get()
