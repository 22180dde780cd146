"""An organisation leaves the network: its last day, and how it is closed afterwards.

Until the last day the departure can be cancelled, and members can ask another organisation to
accept them (`transfer`). Afterwards any moderator of another organisation closes it: remaining
accounts lose access, and the network key and the moderation desk's key are renewed. Its alerts
stay.
"""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import (
    Application,
    Desk,
    Invitation,
    Member,
    Organisation,
    Vouching,
    listed_invitations,
)
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import LEAVING_DAYS
from safety_app.accounts.rotation import desk_rotation, network_rotation
from safety_app.locales.dates import today
from safety_app.locales.phrases import long_date
from safety_app.privacy.ids import LOWEST
from safety_app.privacy.storage import checkpoint_wal


class OnlyOrganisation(Exception):
    """No other organisation exists that could close this one."""


class ClosingNotPossible(Exception):
    """The organisation is closed already, is the moderator's own, or is not leaving."""


def last_day() -> datetime.date:
    """The last day of an organisation that announces its departure today."""
    return today() + datetime.timedelta(days=LEAVING_DAYS)


def announce_departure(moderator: Member) -> None:
    """Set the last day of the moderator's organisation, unless it has one.

    Deletes the invitations its people know: someone who transfers to another organisation would
    otherwise keep a code nobody there knows of. Until it is closed the organisation makes no
    new ones (`preconditions.require_not_leaving`). Raises OnlyOrganisation, NotModerator.
    """
    with moderator_decision(moderator):
        if Organisation.objects.count() < 2:
            raise OnlyOrganisation
        own = Organisation.objects.filter(pk=moderator.organisation_id, leaves__isnull=True)
        if own.update(leaves=last_day()):
            codes = _invitations_of(moderator.organisation_id)
            Invitation.objects.filter(pk__in=codes).delete()
    checkpoint_wal()


def cancel_departure(moderator: Member) -> bool:
    """Cancel the departure. Returns whether that was still possible. Raises NotModerator."""
    own = Organisation.objects.filter(pk=moderator.organisation_id, leaves__gte=today())
    with moderator_decision(moderator):
        return bool(own.update(leaves=None))


def departure_notice(member: Member) -> str:
    """What members of a leaving organisation have to know; empty for others."""
    day = member.organisation.leaves
    if day is None:
        return ""
    if not member.has_role("member"):
        text = _("Your organisation quits this network. After %(day)s your account is closed.")
    else:
        text = _(
            "Your organisation quits this network. After %(day)s your account is closed, "
            "unless another organisation has accepted you."
        )
    return text % {"day": long_date(day)}


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Organisations of others whose last day has passed."""
    return [
        QueueItem(
            _("Close %(name)s") % {"name": organisation.name},
            reverse("accounts:organisation_close", args=[organisation.pk]),
            organisation.leaves or today(),
            urgent=True,
        )
        for organisation in closable_organisations(moderator).filter(leaves__lt=today())
    ]


def remaining_accounts(organisation: int) -> tuple[set[int], set[int]]:
    """Ids of the accounts and of the invitations that are deleted when an organisation is
    closed.
    """
    people = Member.objects.filter(organisation=organisation).values_list("pk", flat=True)
    return set(people), _invitations_of(organisation)


def unanswered_transfers(moderator: Member, organisation: Organisation) -> int:
    """How many people of a leaving organisation wait for the moderator's organisation to answer."""
    rows = Application.objects.filter(member__organisation=organisation, state="waiting")
    return rows.filter(organisation=moderator.organisation_id).count()


def _invitations_of(organisation: int) -> set[int]:
    """Ids of its invitations, and of those for other organisations recorded at its desk."""
    noted = Vouching.objects.filter(organisation=organisation, invitation__isnull=False)
    codes = Invitation.objects.filter(
        Q(organisation=organisation) | Q(pk__in=noted.values("invitation"))
    )
    return set(codes.values_list("pk", flat=True))


def find_closable(moderator: Member, organisation: int) -> Organisation | None:
    """An organisation the moderator can close (see `closable_organisations`), or None."""
    return closable_organisations(moderator).filter(pk=organisation).first()


def closable_organisations(moderator: Member) -> QuerySet[Organisation]:
    """Other organisations whose last day has passed, or which have no accounts and no open
    invitation.

    The second case removes organisations whose codes were lost. While a code is open, the first
    moderator may still be about to join.
    """
    rows = Organisation.objects.exclude(pk=moderator.organisation_id).filter(pk__gte=LOWEST)
    is_empty = ~Exists(Member.objects.filter(organisation=OuterRef("pk")))
    can_come = Exists(listed_invitations().filter(organisation=OuterRef("pk")))
    return rows.filter(Q(leaves__lt=today()) | (is_empty & ~can_come))


def close_organisation(ring: KeyRing, moderator: Member, organisation: int) -> KeyRing:
    """Close an organisation and end all access it gave. Returns the ring with the new network
    key.

    Raises ClosingNotPossible, NotModerator, EpochMoved (also when somebody joined or
    transferred meanwhile), and VaultError when a desk is not the moderator's.
    """
    if find_closable(moderator, organisation) is None:
        raise ClosingNotPossible
    gone, closed = remaining_accounts(organisation)
    prepared = network_rotation.prepare(ring, gone, closed)
    with moderator_decision(moderator, ring) as moderator:
        network_rotation.keep_others_out()
        leaving = find_closable(moderator, organisation)
        if leaving is None:
            raise ClosingNotPossible
        if remaining_accounts(organisation) != (gone, closed):
            raise EpochMoved
        Application.objects.filter(organisation=leaving).delete()
        Desk.objects.filter(organisation=leaving).delete()
        renewed = prepared.apply()
        # Only once the desk is deleted: the new key is sealed to all desks that exist.
        desk_rotation.renew_moderation(renewed, moderator)
        leaving.delete()
    checkpoint_wal()
    desk_rotation.reencrypt_desks(renewed, moderator)
    return renewed
