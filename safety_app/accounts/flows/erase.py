"""Erasing an account: the row and everything sealed for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from safety_app.accounts.keys.desk_keys import mark_desks_for_renewal
from safety_app.accounts.keys.keyring import KeyRing, own_account
from safety_app.accounts.keys.preconditions import permanent_moderators
from safety_app.accounts.models import Member
from safety_app.privacy.storage import checkpoint_wal
from safety_app.registry import Registry


@dataclass(frozen=True)
class ErasureOffer:
    """Something that can be done with a person's keys before their account is erased.

    `name` is the form field's, `label` what its tick box says; `action` takes the ring and says
    how many things it removed.
    """

    name: str
    label: str | Promise
    action: Callable[[KeyRing], int]


# What a person may choose, and what is done whatever they choose.
erasure_offers: Registry[ErasureOffer] = Registry()
erasure_actions: Registry[Callable[[KeyRing], object]] = Registry()


class LastModerator(Exception):
    """Deleting the account would leave people behind a desk nobody can open."""


def is_last_moderator(member: Member, ring: KeyRing) -> bool:
    """Whether this is the last moderator of an organisation that stays and has other people.

    Guests do not count as remaining moderators, because their stay ends.
    """
    others = Member.objects.filter(organisation=member.organisation_id).exclude(pk=member.pk)
    if not member.has_role("moderator") or member.organisation.leaves is not None:
        return False
    if permanent_moderators(ring, member.organisation_id) - {member.pk}:
        return False
    return others.exclude(state="waiting").exists()


def erase_account(member: Member, ring: KeyRing, accepted: Iterable[str]) -> None:
    """Run the accepted offers and all erasure actions, then delete the row and what was sealed
    to it.

    All in one transaction; afterwards the write-ahead log is emptied, so that no file retains
    any of it. `accepted` holds names of offers. Raises LastModerator (for the second of two who
    leave at the same moment) and EpochMoved.
    """
    names = set(accepted)
    with own_account(ring):
        now = Member.objects.select_related("organisation").filter(pk=member.pk).first()
        if now is not None and is_last_moderator(now, ring):
            raise LastModerator
        for offer in erasure_offers:
            if offer.name in names:
                offer.action(ring)
        for action in erasure_actions:
            action(ring)
        row = Member.objects.filter(pk=member.pk)
        mark_desks_for_renewal(row)
        row.delete()
    checkpoint_wal()
