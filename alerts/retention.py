"""When alerts end, and the sweep that ends them. Needs no key."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Model, QuerySet

from alerts.models import Alert, ChangeRequest, DeskNote, Flag, Incoming, Objection, Relay
from alerts.periods import (
    AUTHORSHIP_DAYS,
    CHANGE_REQUEST_DAYS,
    DESK_NOTE_DAYS,
    INCOMING_DAYS,
    MOST_RENEWALS,
    OBJECTION_DAYS,
    RELAY_DAYS,
)
from alerts.status import ROUNDED_AFTER_DAYS
from alerts.vocabulary.choices import LEVELS, Level
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation.reencrypt import RowCounts
from safety_app.locales.dates import add_months, month_from, month_of
from safety_app.locales.dates import today as current_day
from safety_app.privacy.retention.status import Line

SLICE = 500  # alerts that are deleted at once


def expiry_of(level: int, start: datetime.date) -> datetime.date:
    """The day on which an alert of `level` (0 to 3) that started on `start` expires.

    A life of months ends on the first of a month: otherwise the end would tell the day on which the
    alert was sent, or confirmed, as long as it lives.
    """
    life = _life(level)
    if not life.months:
        return start + datetime.timedelta(days=life.days)
    return month_from(add_months(start, life.months))


def renewed_expiry(
    level: int, day: datetime.date, end: datetime.date, today: datetime.date
) -> datetime.date:
    """The end of a life that starts again today, of an alert that was sent on `day`.

    Always the first of a month, since it must not tell who confirmed when. Confirming and taking it
    back by turns must not keep an alert forever: it lives no longer than the confirmations that
    count could have made it.
    """
    life = expiry_of(level, day) - day
    latest = day + (1 + MOST_RENEWALS) * life
    return max(end, month_from(min(expiry_of(level, today), latest)))


def _life(level: int) -> Level:
    """How long a level lives; an unknown level, which only a tampered row has, gets the least."""
    return LEVELS[level if level in range(len(LEVELS)) else 0]


def expiry_at_level(
    old: int, new: int, day: datetime.date, end: datetime.date, today: datetime.date
) -> datetime.date:
    """The expiry day of an alert whose level changes from `old` to `new`; its start stays.

    It was sent on `day`, and `end` is the expiry day so far. After a confirmation the start is not
    known: then it counts from the last day from which that end follows.
    """
    if old == new:
        return end
    start, life = day, _life(old)
    if expiry_of(old, day) != end:
        start = add_months(end, -life.months) - datetime.timedelta(days=life.days)
    return max(expiry_of(new, start), today)


def living(model: type[Model]) -> QuerySet[Any]:
    """The rows of a table that are not past their days.

    Housekeeping deletes the others, but not while it does not believe the clock; nobody reads them
    then either.
    """
    ended = current_day() - datetime.timedelta(days=_DAYS[model])
    # A value that is no day stays, and is counted as damaged where it is read.
    return model._default_manager.exclude(day__range=(datetime.date.min, ended))


def desk_note_ends(day: datetime.date) -> datetime.date:
    """The day on which a note for the desk that came in on `day` is deleted."""
    return day + datetime.timedelta(days=DESK_NOTE_DAYS)


def objection_ends(day: datetime.date) -> datetime.date:
    """The day on which an objection that came in on `day` is deleted."""
    return day + datetime.timedelta(days=OBJECTION_DAYS)


def incoming_ends(day: datetime.date) -> datetime.date:
    """The day on which a note of another network that came in on `day` is deleted."""
    return day + datetime.timedelta(days=INCOMING_DAYS)


_DAYS: dict[type[Model], int] = {
    DeskNote: DESK_NOTE_DAYS,
    Objection: OBJECTION_DAYS,
    Incoming: INCOMING_DAYS,
    Relay: RELAY_DAYS,
}

# What lives longer than ROUNDED_AFTER_DAYS and whose day decides on nothing: everything else with a
# day is deleted after 90 days at most, and its day says when.
_ROUNDED: tuple[type[Model], ...] = (Alert, Flag, ChangeRequest)


def _round_days(model: type[Model], last: datetime.date) -> int:
    """Keep only the month of each day up to `last`; returns the number of rows touched."""
    rows = model._default_manager.filter(day__lte=last)
    days = set(rows.exclude(day__day=1).values_list("day", flat=True).distinct())
    return sum(rows.filter(day=day).update(day=month_of(day)) for day in days)


def _delete_in_slices(alerts: QuerySet[Alert]) -> int:
    """Delete them with what belongs to them; returns the number of rows.

    Django reads what it deletes, so at most SLICE at a time. Nothing is left half deleted.
    """
    deleted = 0
    while slice_of_them := list(alerts.values_list("pk", flat=True)[:SLICE]):
        deleted += Alert.objects.filter(pk__in=slice_of_them).only("pk").delete()[0]
    return deleted


def sweep(day: datetime.date) -> int:
    """Purge everything that has expired by `day`; returns the number of rows touched.

    The labels of deleted alerts stay, pointing nowhere, until a rotation renumbers them. The
    caller checkpoints the journal afterwards (`privacy.storage.checkpoint_wal`).
    """

    def days_ago(days: int) -> datetime.date:
        return day - datetime.timedelta(days=days)

    touched = _delete_in_slices(Alert.objects.filter(expires__lte=day))
    # An alert whose three days of hiding are over is visible again and waits for a review.
    hidden = Alert.objects.filter(state="hidden", hidden_until__lt=day)
    touched += hidden.update(state="new", hidden_until=None)
    sealed = Alert.objects.filter(day__lte=days_ago(AUTHORSHIP_DAYS), author_seal__isnull=False)
    touched += sealed.update(author_seal=None, author_mac=None)
    touched += sum(_round_days(model, days_ago(ROUNDED_AFTER_DAYS)) for model in _ROUNDED)
    # Rows without an organisation are used-hide markers: they live as long as their alert.
    requests = ChangeRequest.objects.exclude(organisation=ChangeRequest.NONE)
    for expired in (
        requests.filter(day__lte=days_ago(CHANGE_REQUEST_DAYS)),
        *(model._default_manager.filter(day__lte=days_ago(days)) for model, days in _DAYS.items()),
    ):
        touched += expired.delete()[0]
    return touched


def status_lines() -> Iterator[Line]:
    """For `manage.py status`: how many alerts there are in which state, and what waits."""
    counts = Alert.objects.values("state").annotate(count=Count("pk")).order_by("state")
    by_state = {row["state"]: row["count"] for row in counts}
    yield Line("alerts", str(sum(by_state.values())))
    for state, count in by_state.items():
        yield Line("", f"{count} {state}")
    newest = Epoch.objects.order_by("-number").values_list("number", flat=True).first() or 0
    behind = Alert.objects.filter(epoch__lt=newest).count()
    if behind:
        yield Line("", f"{behind} still under an older network key")
    for model, name in ((Flag, "flags"), (Objection, "objections"), (DeskNote, "left at desks")):
        yield Line("", f"{model.objects.count()} {name}")


def count_by_key(ring: KeyRing) -> RowCounts:
    """How many alerts are under the newest key, under older ones, and under closed ones."""
    closed = Alert.objects.filter(epoch__lt=ring.floor).count()
    older = Alert.objects.filter(epoch__gte=ring.floor, epoch__lt=ring.current).count()
    return RowCounts(Alert.objects.count() - older - closed, older, closed)


def delete_closed(ring: KeyRing) -> int:
    """Delete the alerts under closed keys, with what belongs to them. Returns how many."""
    closed = Alert.objects.filter(epoch__lt=ring.floor)
    count = closed.count()
    _delete_in_slices(closed)
    return count
