"""What must hold when a moderator's decision is written, and what the page says if it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from safety_app.accounts.keys.desk_keys import moderators_of
from safety_app.accounts.keys.keyring import KeyRing, lock_epoch, require_current_epoch
from safety_app.accounts.models import Member, Organisation


class NotModerator(Exception):
    """Whoever asks for this is no longer a moderator of that organisation."""


class Refused(Exception):
    """Nothing was changed; `words` say why. Pages show them (`accounts.guards`)."""

    words: Promise


class OrganisationLeaving(Refused):
    """An organisation that is leaving admits nobody: no code may outlive it."""

    words = _("Your organisation is quitting this network. Meanwhile it accepts nobody.")


class NoModeratorRemains(Refused):
    """Only guests, whose stay ends, would be left as moderators."""

    words = _(
        "Only guests would be left as moderators, and guest access ends. Make someone who "
        "stays a moderator first."
    )


@contextmanager
def moderator_decision(moderator: Member, ring: KeyRing | None = None) -> Iterator[Member]:
    """A transaction in which a moderator decides something. Yields their row as it is now.

    It locks the epoch, so that of two moderators who remove each other at the same moment one
    remains: the second is no moderator any more. Whoever seals or authenticates something
    passes the ring, which must hold the newest network key. Raises NotModerator, and EpochMoved
    with a ring.
    """
    with transaction.atomic():
        if ring is None:
            lock_epoch()
        else:
            require_current_epoch(ring)
        yield require_moderator(moderator)


def require_moderator(moderator: Member) -> Member:
    """The moderator's row as it is now, once the epoch is locked. Raises NotModerator."""
    row = Member.objects.filter(pk=moderator.pk, organisation=moderator.organisation_id).first()
    if row is None or not row.has_role("moderator"):
        raise NotModerator
    return row


def require_not_leaving(organisation: int) -> None:
    """Raises OrganisationLeaving for an organisation that has a last day."""
    if Organisation.objects.filter(pk=organisation, leaves__isnull=False).exists():
        raise OrganisationLeaving


def permanent_moderators(ring: KeyRing, organisation: int) -> set[int]:
    """Ids of an organisation's moderators who are not guests and whose rows are authentic."""
    rows = moderators_of(ring, organisation)
    return {row.pk for row in rows if row.stay_until is None}
