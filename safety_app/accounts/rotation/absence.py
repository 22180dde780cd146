"""Accounts that nobody has used for a year: they get no new keys, and are deleted a month later.

Until then its owner keeps what she has, if the network key was not renewed meanwhile: signing in
starts the year again.
"""

from __future__ import annotations

import datetime

from safety_app.accounts.models import Member
from safety_app.accounts.periods import RENEWAL_MONTHS, WITHOUT_NEW_KEYS_DAYS
from safety_app.locales.dates import months_before
from safety_app.privacy.retention import clock

MOST_ABSENT_PART = 10  # of all accounts, one in so many at most goes in one sweep


def last_day_of_new_keys(renewed: datetime.date) -> datetime.date:
    """The last day on which an account gets a new network key, if its last sign-in was in the month
    that begins on `renewed`.
    """
    return months_before(renewed, -RENEWAL_MONTHS - 1) - datetime.timedelta(days=1)


def account_expiry(renewed: datetime.date) -> datetime.date:
    """The last day of such an account."""
    return last_day_of_new_keys(renewed) + datetime.timedelta(days=WITHOUT_NEW_KEYS_DAYS)


def without_new_keys(day: datetime.date) -> list[int]:
    """Accounts that a new network key is not sealed to: nobody has signed in for a year.

    They are those that are deleted WITHOUT_NEW_KEYS_DAYS later, with the same exceptions.
    """
    return _unused_since(day, months_before(day, RENEWAL_MONTHS))


def to_delete(day: datetime.date) -> list[int]:
    """Accounts to delete because nobody has signed in for a year and WITHOUT_NEW_KEYS_DAYS."""
    earlier = day - datetime.timedelta(days=WITHOUT_NEW_KEYS_DAYS)
    return _unused_since(day, months_before(earlier, RENEWAL_MONTHS))


def _unused_since(day: datetime.date, least: datetime.date) -> list[int]:
    """Accounts whose last sign-in was before the month that begins on `least`, the longest absent
    first.

    At most a tenth of all accounts at once. The last account that holds a network key stays, and
    so does the last moderator of an organisation: without them nobody could open it again. None
    at all while the clock has not been steady for WITHOUT_NEW_KEYS_DAYS: an account that a wrong
    clock took away does not come back when it is set right.
    """
    if not clock.is_steady(day, WITHOUT_NEW_KEYS_DAYS):
        return []
    rows = list(
        Member.objects.order_by("-renewed", "pk").values_list(
            "pk", "organisation", "roles", "renewed", "epoch"
        )
    )
    kept: set[str] = set()
    absent = []
    for pk, organisation, roles, renewed, epoch in rows:
        needed_for = {f"moderator of {organisation}"} if "moderator" in roles.split(",") else set()
        if epoch:
            needed_for.add("network")
        if renewed < least and needed_for <= kept:
            absent.append(pk)
        kept |= needed_for
    most = max(1, len(rows) // MOST_ABSENT_PART)
    return absent[::-1][:most]
