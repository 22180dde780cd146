"""How long alerts and what belongs to them are kept. "What we keep" is made from these numbers."""

from __future__ import annotations

import calendar
import datetime

from django.utils import timezone

from alerts.models import Alert, DeskNote
from alerts.vocabulary import LEVELS

AUTHORSHIP_DAYS = 30
DESK_NOTE_DAYS = 30
MOST_RENEWALS = 2


def today() -> datetime.date:
    """The day, in UTC: the only time that is ever stored."""
    return timezone.now().date()


def life_ends(level: int, start: datetime.date) -> datetime.date:
    """The day on which an alert of this level (0 to 3), begun on `start`, is deleted."""
    lives = LEVELS[level]
    return _months_later(start, lives.months) + datetime.timedelta(days=lives.days)


def moved_end(old: int, new: int, end: datetime.date) -> datetime.date:
    """The end of a life that began as level `old` and goes on as level `new`."""
    if old == new:
        return end
    start = _months_later(end - datetime.timedelta(days=LEVELS[old].days), -LEVELS[old].months)
    return life_ends(new, start)


def sweep(day: datetime.date) -> int:
    """Delete what has had its time by `day`; needs no key. Says how many rows it touched.

    The labels of deleted alerts stay, pointing nowhere, until a rotation renumbers them.
    """
    gone, _each = Alert.objects.filter(expires__lte=day).delete()
    seals_end = day - datetime.timedelta(days=AUTHORSHIP_DAYS)
    erased = Alert.objects.filter(day__lte=seals_end, author_seal__isnull=False).update(
        author_seal=None
    )
    notes_end = day - datetime.timedelta(days=DESK_NOTE_DAYS)
    notes, _each = DeskNote.objects.filter(day__lte=notes_end).delete()
    return gone + erased + notes


def _months_later(day: datetime.date, months: int) -> datetime.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))
