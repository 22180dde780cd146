"""When alerts end, and the sweep that ends them. Needs no key."""

from __future__ import annotations

import datetime

from alerts.models import Alert, ChangeRequest, DeskNote, Incoming, Objection
from alerts.periods import (
    AUTHORSHIP_DAYS,
    CHANGE_REQUEST_DAYS,
    DESK_NOTE_DAYS,
    INCOMING_DAYS,
    OBJECTION_DAYS,
)
from alerts.report.vocabulary import LEVELS, Level
from safety_app.locales.dates import add_months


def expiry_of(level: int, start: datetime.date) -> datetime.date:
    """The day on which an alert of `level` (0 to 3) expires whose time began on `start`."""
    life = _life(level)
    return add_months(start, life.months) + datetime.timedelta(days=life.days)


def _life(level: int) -> Level:
    """The life of a level; of one that is none, which only a changed row has, the shortest."""
    return LEVELS[level if level in range(len(LEVELS)) else 0]


def expiry_at_level(old: int, new: int, end: datetime.date, today: datetime.date) -> datetime.date:
    """The end of a life that goes on as level `new`; it began when one of level `old` did.

    Looked for among the days on which it can have begun, since months differ in length.
    """
    if old == new:
        return end
    longest = _life(old).months * 31 + _life(old).days
    for days in range(longest + 1):
        start = end - datetime.timedelta(days=longest - days)
        if expiry_of(old, start) >= end:
            return max(expiry_of(new, start), today)
    return end


def desk_note_ends(day: datetime.date) -> datetime.date:
    """The day on which a note for the desk that came in on `day` is deleted."""
    return day + datetime.timedelta(days=DESK_NOTE_DAYS)


def objection_ends(day: datetime.date) -> datetime.date:
    """The day on which an objection that came in on `day` is deleted."""
    return day + datetime.timedelta(days=OBJECTION_DAYS)


def incoming_ends(day: datetime.date) -> datetime.date:
    """The day on which a note of another network that came in on `day` is deleted."""
    return day + datetime.timedelta(days=INCOMING_DAYS)


def sweep(day: datetime.date) -> int:
    """Delete what has had its time by `day`. Says how many rows it touched.

    The labels of deleted alerts stay, pointing nowhere, until a rotation renumbers them. The
    caller empties the journal afterwards (`privacy.storage.forget`).
    """
    gone, _each = Alert.objects.filter(expires__lte=day).delete()
    # What was hidden for 72 hours is shown again, and looked at again.
    hidden = Alert.objects.filter(state="hidden", hidden_until__lt=day)
    gone += hidden.update(state="new", hidden_until=None)
    motions_end = day - datetime.timedelta(days=CHANGE_REQUEST_DAYS)
    # Whether an organisation has used its 72 hours is known as long as there is the alert.
    asked = ChangeRequest.objects.exclude(organisation=ChangeRequest.NONE).filter(
        day__lte=motions_end
    )
    gone += asked.delete()[0]
    seals_end = day - datetime.timedelta(days=AUTHORSHIP_DAYS)
    tired = Alert.objects.filter(day__lte=seals_end, author_seal__isnull=False)
    erased = tired.update(author_seal=None, author_mac=None)
    notes_end = day - datetime.timedelta(days=DESK_NOTE_DAYS)
    notes, _each = DeskNote.objects.filter(day__lte=notes_end).delete()
    objections_end = day - datetime.timedelta(days=OBJECTION_DAYS)
    objections, _each = Objection.objects.filter(day__lte=objections_end).delete()
    incoming_end = day - datetime.timedelta(days=INCOMING_DAYS)
    incoming, _each = Incoming.objects.filter(day__lte=incoming_end).delete()
    return gone + erased + notes + objections + incoming
