"""What waits at the desk from this app: people who ask to be let in, or for someone else."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.flows import applications as applications_flow
from safety_app.accounts.flows import vouch
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem


def applications(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Those who ask the moderator's organisation to let them in."""
    return [
        QueueItem(
            _("Someone asks to be let in"), reverse("accounts:application", args=[row.pk]), row.day
        )
        for row in applications_flow.waiting_applications(moderator.organisation_id)
    ]


def vouchings(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Members who vouch for someone."""
    return [
        QueueItem(
            _("A member vouches for someone"), reverse("accounts:vouched", args=[row.pk]), row.day
        )
        for row in vouch.open_requests(moderator.organisation_id)
    ]
