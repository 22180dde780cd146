"""What waits at the desk from this app: people who ask to be let in, or for someone else."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.members import approving, vouching
from safety_app.members.hooks import Waiting
from safety_app.members.keys import KeyRing
from safety_app.members.models import Member


def applications(ring: KeyRing, moderator: Member) -> list[Waiting]:
    """Those who ask the moderator's organisation to let them in."""
    return [
        Waiting(_("Someone asks to be let in"), reverse("members:asked", args=[row.pk]), row.day)
        for row in approving.asked_of(moderator.organisation_id)
    ]


def vouchings(ring: KeyRing, moderator: Member) -> list[Waiting]:
    """Members who vouch for someone."""
    return [
        Waiting(
            _("A member vouches for someone"), reverse("members:vouched", args=[row.pk]), row.day
        )
        for row in vouching.asked(moderator.organisation_id)
    ]
