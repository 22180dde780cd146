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
    VOUCHING_DAYS,
)
from safety_app.accounts.rotation import absence

# Rows that are deleted this many days after their `day`.
_EXPIRES_AFTER: list[tuple[str, type[Model], int]] = [
    ("letters", Message, MESSAGE_DAYS),
    ("disclosures", AuthorDisclosure, DISCLOSURE_DAYS),
    ("proposals", Proposal, PROPOSAL_DAYS),
    ("applications", Application, APPLICATION_DAYS),
    ("vouchings", Vouching, VOUCHING_DAYS),
]


@transaction.atomic
def sweep(day: datetime.date) -> dict[str, int]:
    """Delete everything that has expired by `day`. Returns how many rows of each kind.

    Expired are invitations, guests whose stay has ended, accounts that nobody used (`absence`),
    rows past their retention period, and older network keys nobody needs. The caller empties the
    write-ahead log afterwards (`privacy.storage.checkpoint_wal`).
    """
    ended = Q(stay_until__lt=day)
    absent = absence.to_delete(day)
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
