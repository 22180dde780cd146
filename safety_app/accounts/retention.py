"""Purges expired data. Needs no keys."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Model, Q

from safety_app.accounts.keys.desk_keys import mark_desks_for_renewal
from safety_app.accounts.models import (
    Application,
    AuthorDisclosure,
    Invitation,
    Member,
    Message,
    Proposal,
    Vouching,
)
from safety_app.accounts.periods import (
    APPLICATION_DAYS,
    DISCLOSURE_DAYS,
    MESSAGE_DAYS,
    PROPOSAL_DAYS,
    RENEWAL_MONTHS,
    VOUCHING_DAYS,
)
from safety_app.locales.dates import months_before

MOST_ABSENT_PART = 10  # of all accounts, one in so many at most goes in one sweep

# Rows that are deleted this many days after their `day`.
_EXPIRES_AFTER: list[tuple[str, type[Model], int]] = [
    ("letters", Message, MESSAGE_DAYS),
    ("disclosures", AuthorDisclosure, DISCLOSURE_DAYS),
    ("proposals", Proposal, PROPOSAL_DAYS),
    ("applications", Application, APPLICATION_DAYS),
    ("vouchings", Vouching, VOUCHING_DAYS),
]


def account_expiry(renewed: datetime.date) -> datetime.date:
    """The last day of an account whose last sign-in was in the month that begins on `renewed`."""
    return months_before(renewed, -RENEWAL_MONTHS - 1) - datetime.timedelta(days=1)


@transaction.atomic
def sweep(day: datetime.date) -> dict[str, int]:
    """Delete everything that has expired by `day`. Returns how many rows of each kind.

    Expired are invitations, guests whose stay has ended, accounts without a sign-in for a year
    (`_absent`), rows past their retention period, and older network keys nobody needs. The caller
    empties the write-ahead log afterwards (`privacy.storage.checkpoint_wal`).
    """
    ended = Q(stay_until__lt=day)
    absent = _absent(day)
    counts = {
        "invitations": Invitation.objects.filter(expires__lt=day).count(),
        "stays": Member.objects.filter(ended).count(),
        "accounts": Member.objects.filter(pk__in=absent).exclude(ended).count(),
    }
    for name, model, days in _EXPIRES_AFTER:
        ended_by = day - datetime.timedelta(days=days)
        counts[name] = model._default_manager.filter(day__lte=ended_by).delete()[0]
    # A waiting account is deleted with its application, declined or unanswered.
    Member.objects.filter(state="waiting", application__isnull=True).delete()
    Invitation.objects.filter(expires__lt=day).delete()
    leaving = Member.objects.filter(ended | Q(pk__in=absent))
    mark_desks_for_renewal(leaving)
    leaving.delete()
    return counts


def _absent(day: datetime.date) -> list[int]:
    """Accounts to delete because nobody has signed in for a year, the longest absent first.

    At most a tenth of all accounts at once. The last account that holds a network key stays, and
    so does the last moderator of an organisation: without them nobody could open it again.
    """
    rows = list(
        Member.objects.order_by("-renewed", "pk").values_list(
            "pk", "organisation", "roles", "renewed", "epoch"
        )
    )
    least = months_before(day, RENEWAL_MONTHS)
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
