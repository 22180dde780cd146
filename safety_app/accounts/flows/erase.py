"""Erasing an account: the row and everything sealed for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import import_string

from safety_app.accounts.flows.preconditions import who_stay
from safety_app.accounts.keys.desk_keys import note_leaving
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.models import Member
from safety_app.privacy.storage import checkpoint_wal
from safety_app.registry import Offer


def offers() -> list[Offer]:
    """What all apps offer."""
    return [
        offer
        for config in apps.get_app_configs()
        for offer in getattr(config, "before_erasing", [])
    ]


def always() -> list[str]:
    """What all apps do whatever is accepted, as dotted paths."""
    return [
        path for config in apps.get_app_configs() for path in getattr(config, "when_erasing", [])
    ]


class LastModerator(Exception):
    """Nobody could open the organisation's desk any more, and it has other people."""


def must_stay(member: Member, ring: KeyRing) -> bool:
    """Whether she is the last moderator of an organisation that stays and has other people.

    Guests do not count as moderators who remain: their stay ends.
    """
    others = Member.objects.filter(organisation=member.organisation_id).exclude(pk=member.pk)
    if not member.has_role("moderator") or member.organisation.leaves is not None:
        return False
    if who_stay(ring, member.organisation_id) - {member.pk}:
        return False
    return others.exclude(state="waiting").exists()


def erase(member: Member, ring: KeyRing, accepted: Iterable[str]) -> None:
    """Do the offers named in `accepted` and what is always done, then delete the row and all that
    was sealed for it.

    All of it or nothing; afterwards the journal is emptied, so that the files hold none of it.
    Raises LastModerator (two who leave at the same moment: the second), EpochMoved.
    """
    names = set(accepted)
    with transaction.atomic():
        require_current_epoch(ring)
        now = Member.objects.select_related("organisation").filter(pk=member.pk).first()
        if now is not None and must_stay(now, ring):
            raise LastModerator
        for offer in offers():
            if offer.name in names:
                action: Callable[[KeyRing], int] = import_string(offer.action)
                action(ring)
        for path in always():
            end: Callable[[KeyRing], object] = import_string(path)
            end(ring)
        row = Member.objects.filter(pk=member.pk)
        note_leaving(row)
        row.delete()
    checkpoint_wal()
