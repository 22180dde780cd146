"""Erasing an account: the row and everything sealed for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import import_string

from safety_app.members.desks import note_leaving
from safety_app.members.hooks import Offer
from safety_app.members.keys import KeyRing
from safety_app.members.models import Member
from safety_app.privacy.storage import forget


def offers() -> list[Offer]:
    """What all apps offer."""
    return [
        offer
        for config in apps.get_app_configs()
        for offer in getattr(config, "before_erasing", [])
    ]


def is_last_moderator(member: Member) -> bool:
    """Whether nobody else could open the organisation's desk."""
    others = Member.objects.filter(organisation=member.organisation_id).exclude(pk=member.pk)
    rows = others.only("roles", "stay_until", "state")
    return member.has_role("moderator") and not any(row.has_role("moderator") for row in rows)


def erase(member: Member, ring: KeyRing, accepted: Iterable[str]) -> None:
    """Do the offers named in `accepted`, then delete the row and all that was sealed for it.

    All of it or nothing; afterwards the journal is emptied, so that the files hold none of it.
    """
    names = set(accepted)
    with transaction.atomic():
        for offer in offers():
            if offer.name in names:
                action: Callable[[KeyRing], int] = import_string(offer.action)
                action(ring)
        row = Member.objects.filter(pk=member.pk)
        note_leaving(row)
        row.delete()
    forget()
