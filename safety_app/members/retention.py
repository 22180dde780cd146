"""The sweep that ends what has had its time. Needs no key."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q

from safety_app.members.models import Invitation, Member
from safety_app.members.periods import RENEWAL_MONTHS


def today() -> datetime.date:
    """The day, in UTC: nothing finer is ever stored."""
    return datetime.datetime.now(datetime.UTC).date()


def month_of(day: datetime.date) -> datetime.date:
    """The first day of a day's month; all that is kept of a sign-in."""
    return day.replace(day=1)


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The first day of the month that lies so many months before a day's."""
    count = day.year * 12 + day.month - 1 - months
    return datetime.date(count // 12, count % 12 + 1, 1)


@transaction.atomic
def sweep(day: datetime.date) -> dict[str, int]:
    """Delete expired invitations, guests whose stay has ended, accounts not renewed for a year.

    Says how many of each. The caller empties the journal afterwards (`privacy.storage.forget`).
    """
    unrenewed = Q(renewed__lt=months_before(day, RENEWAL_MONTHS))
    ended = Q(stay_until__lt=day)
    counts = {
        "invitations": Invitation.objects.filter(expires__lt=day).count(),
        "stays": Member.objects.filter(ended).count(),
        "accounts": Member.objects.filter(unrenewed).exclude(ended).count(),
    }
    Invitation.objects.filter(expires__lt=day).delete()
    Member.objects.filter(ended | unrenewed).delete()
    return counts
