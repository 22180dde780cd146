"""Whether to delete by the server's clock, which can be wrong.

A clock that is 400 days ahead for one request would delete every account. So a jump forward of more
than a week, or backward, stops all deletion by age until an operator says that the clock is right,
until it is set back, or until seven days have followed one another.

What costs a person her account or her keys waits longer (`is_steady`): whoever said that the clock
was right may have been wrong, and so may seven days.
"""

from __future__ import annotations

import datetime

from django.db import transaction

from safety_app.privacy.models import ClockTrust

MOST_DAYS_AHEAD = 7  # a server may be switched off for that long
DAYS_THAT_AGREE = 7
# A correction by seconds around midnight shows the day before again.
_MOST_DAYS_BACK = 1


def is_trusted(day: datetime.date) -> bool:
    """Whether `day` follows from the days seen before, so that expired data can be deleted.

    The first day ever seen is trusted. Remembers `day`; calling it again on the same day changes
    nothing. False for the day before the last trusted one as well: nothing expires on it.
    """
    with transaction.atomic():
        row = ClockTrust.objects.select_for_update().first()
        if row is None:
            ClockTrust(trusted_on=day, steady_since=day).save(force_insert=True)
            return True
        if _follows(row.trusted_on, day):
            if row.seen_on is not None or day > row.trusted_on:
                _trust(row, max(day, row.trusted_on), row.steady_since)
            return day >= row.trusted_on
        if _agrees_at_last(row, day):
            _trust(row, day, day)
            return True
        row.save()
        return False


def is_in_doubt(day: datetime.date) -> bool:
    """Whether deletion by age is held on `day`. Remembers nothing."""
    row = ClockTrust.objects.first()
    return row is not None and not _follows(row.trusted_on, day)


def was_seen(day: datetime.date) -> bool:
    """Whether `is_trusted` was asked about `day` before: housekeeping has begun on it."""
    row = ClockTrust.objects.first()
    return row is not None and day in (row.trusted_on, row.seen_on)


def trust(day: datetime.date) -> None:
    """Take an operator's word that `day` is right."""
    with transaction.atomic():
        row = ClockTrust.objects.select_for_update().first() or ClockTrust()
        _trust(row, day, day)


def is_steady(day: datetime.date, days: int) -> bool:
    """Whether the clock has followed the days for `days` days, without a jump before `day`.

    False as well while nothing was ever remembered. Remembers nothing.
    """
    row = ClockTrust.objects.first()
    if row is None or not _follows(row.trusted_on, day):
        return False
    return (day - row.steady_since).days >= days


def _trust(row: ClockTrust, day: datetime.date, steady_since: datetime.date) -> None:
    row.trusted_on, row.seen_on, row.agreeing_days = day, None, 0
    row.steady_since = steady_since
    row.save()


def _follows(trusted: datetime.date, day: datetime.date) -> bool:
    return -_MOST_DAYS_BACK <= (day - trusted).days <= MOST_DAYS_AHEAD


def _agrees_at_last(row: ClockTrust, day: datetime.date) -> bool:
    """Count `day`, unless it was counted before; True once enough days followed one another."""
    days = (day - row.seen_on).days if row.seen_on is not None else -1
    if days != 0:
        row.agreeing_days = row.agreeing_days + 1 if 0 < days <= MOST_DAYS_AHEAD else 1
        row.seen_on = day
    return row.agreeing_days >= DAYS_THAT_AGREE
