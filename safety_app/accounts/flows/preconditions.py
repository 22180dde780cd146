"""What has to hold at the moment when a moderator's decision is written, and the words if not."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safety_app.accounts.keys.desk_keys import moderators_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member, Organisation


class NotModerator(Exception):
    """Whoever asks for this is no moderator of that organisation any more."""


class Refused(Exception):
    """Nothing was changed; `words` say why. Pages show them (`members.guards`)."""

    words: Promise


class Leaving(Refused):
    """An organisation that leaves lets nobody in: nobody must keep a code that outlives it."""

    words = _("Your organisation is leaving this network. Meanwhile it lets nobody in.")


class NoneRemains(Refused):
    """Only guests would be moderators, whose stay ends."""

    words = _(
        "Only guests would be left as moderators, and their stay ends. Make someone who stays a "
        "moderator first."
    )


def must_still_be_moderator(moderator: Member) -> Member:
    """Her row as it is now; call it after `must_be_current`, whose lock then keeps it so.

    Where nothing is sealed, `hold_fast` does. Two moderators who remove each other at the same
    moment leave one: the second is none any more. Raises NotModerator.
    """
    row = Member.objects.filter(pk=moderator.pk, organisation=moderator.organisation_id).first()
    if row is None or not row.has_role("moderator"):
        raise NotModerator
    return row


def must_stay(organisation: int) -> None:
    """Raises Leaving for an organisation that has a last day."""
    if Organisation.objects.filter(pk=organisation, leaves__isnull=False).exists():
        raise Leaving


def who_stay(ring: KeyRing, organisation: int) -> set[int]:
    """Ids of an organisation's moderators who are no guests; their rows are authentic."""
    rows = moderators_of(ring, organisation)
    return {row.pk for row in rows if row.stay_until is None}
