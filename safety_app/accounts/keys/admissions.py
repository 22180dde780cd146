"""Whom each person admitted in the last 30 days, for the moderators of one organisation."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db.models import QuerySet

from safety_app.accounts.keys import vouching_seals
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member, Vouching
from safety_app.accounts.periods import VOUCHING_DAYS
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError


@dataclass
class Admitted:
    """Whom one person admitted: ids of accounts, and of invitations not used yet."""

    members: list[int] = field(default_factory=list)
    invitations: list[int] = field(default_factory=list)


def admitted_by(ring: KeyRing, desk_seed: bytes, organisation: int) -> dict[int, Admitted]:
    """For each person who vouched, invited or approved (a member's id), whom they admitted.

    `desk_seed` (32 bytes) is the organisation's desk's. Rows that do not open are skipped. A code
    whose account is there was used, whatever its row says: somebody may have put both back.
    """
    people: dict[int, Admitted] = {}
    accounts = set(Member.objects.values_list("pk", flat=True))
    for row in _recent(organisation):
        try:
            content = vouching_seals.open_vouching(row, desk_seed, ring)
        except VaultError:
            continue
        admitted = people.setdefault(content.voucher, Admitted())
        if row.member_id is not None or content.account in accounts:
            admitted.members.append(content.account)
        elif row.invitation_id is not None:
            admitted.invitations.append(row.invitation_id)
    return people


def count_damaged(ring: KeyRing, desk_seed: bytes, organisation: int, person: int) -> int:
    """How many rows about who admitted a person (a member's id) do not open."""
    damaged = 0
    for row in _recent(organisation).filter(member=person):
        try:
            vouching_seals.open_vouching(row, desk_seed, ring)
        except VaultError:
            damaged += 1
    return damaged


def _recent(organisation: int) -> QuerySet[Vouching]:
    since = today() - datetime.timedelta(days=VOUCHING_DAYS)
    return Vouching.objects.filter(organisation=organisation, day__gte=since)
