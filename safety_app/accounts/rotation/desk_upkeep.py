"""What the desk does by itself when a moderator opens it, and what it says about keys."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safety_app.accounts.keys import verifying_keys
from safety_app.accounts.keys.desk_keys import (
    desk_of,
    is_known_holder,
    moderation_seed,
    seal_desk,
)
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member, Organisation
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.rotation.desk_rotation import (
    authentic_desks,
    gets_moderation,
    reencrypt_soon,
    renew_moderation,
)
from safety_app.locales.dates import today
from safety_app.vault import signatures
from safety_app.vault.errors import VaultError


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Resumes an unfinished renewal, and asks for one that is due.

    A moderator who erased their account, transferred or was away for a year left without the
    keys they knew being renewed; whoever created the organisation knows its first keys. Also
    says when this desk lacks the moderation desk.
    """
    try:
        share_moderation(ring, moderator)
        sign_network_key(ring, moderator)
        reencrypt_soon(ring, moderator)
        desk = desk_of(ring, moderator.organisation_id)
        lacks = moderation_seed(ring, moderator) is None
    except VaultError:
        return []
    url, titles = reverse("accounts:renew_desk"), []
    if desk.renewal_due:
        titles.append(_("Renew the moderation keys: someone else may know them"))
    if lacks:
        titles.append(_("The shared moderation keys do not open here for now"))
    return [QueueItem(title, url, today()) for title in titles]


def forgery_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """One item for everything in the database that only a moderator could have signed, and none
    did.
    """
    count = count_forgeries(ring)
    if not count:
        return []
    words = ngettext(
        "%(number)s role or key of moderators was changed from outside",
        "%(number)s roles or keys of moderators were changed from outside",
        count,
    )
    title = words % {"number": count}
    return [QueueItem(title, reverse("accounts:organisations"), today(), urgent=True)]


def count_forgeries(ring: KeyRing) -> int:
    """How many desks, moderators and moderators' open invitations are passed over.

    Nothing is sealed to them, and they open nothing. One by one: 0.3 ms each.
    """
    desks = {desk.organisation_id: desk for desk in authentic_desks(ring)}
    count = Organisation.objects.exclude(pk__in=desks).count()
    try:
        desk_of(ring, None)
    except VaultError:
        count += 1
    moderators = Member.objects.filter(organisation__in=desks, roles__contains="moderator")
    rows: list[Member | Invitation] = [
        row
        for row in moderators
        if row.has_role("moderator") and row.state == "active" and row.is_active
    ]
    codes = Invitation.objects.filter(organisation__in=desks, roles__contains="moderator")
    rows += codes.filter(state="open", expires__gte=today())
    return count + sum(not _is_known(desks[row.organisation_id], row) for row in rows)


def _is_known(desk: Desk, row: Member | Invitation) -> bool:
    return is_known_holder(desk, signatures.certified_key(bytes(desk.certificate)), row)


def share_moderation(ring: KeyRing, moderator: Member) -> None:
    """Seal the moderation desk to organisations' desks that lack it and are not due for
    renewal.

    An organisation whose desk was renewed thereby gets it back as soon as a moderator of
    another one opens the moderation page. If its desk was renewed without it, the moderation
    desk is due for a new key, which is made here. Raises EpochMoved, NotModerator, VaultError.
    """
    if not _is_sharing_due():
        return
    with moderator_decision(moderator, ring) as moderator:
        seed, moderation = moderation_seed(ring, moderator), desk_of(ring, None)
        if seed is None:
            return
        if moderation.renewal_due:
            renew_moderation(ring, moderator)
            return
        for desk in authentic_desks(ring):
            held = DeskSeal.objects.filter(desk=moderation, via_desk=desk)
            if gets_moderation(desk, 0) and not held.exists():
                verifying_keys.certify_again(desk, seed)
                seal_desk(moderation, seed, desk).save(force_insert=True)


def _is_sharing_due() -> bool:
    """Whether a desk may lack the moderation desk's key, or that desk be due for a new one."""
    if Desk.objects.filter(organisation=None, renewal_due=True).exists():
        return True
    held = DeskSeal.objects.filter(desk__organisation=None, via_desk=OuterRef("pk"))
    desks = Desk.objects.filter(organisation__isnull=False, renewal_due=False)
    return desks.exclude(Exists(held)).exists()


def sign_network_key(ring: KeyRing, moderator: Member) -> None:
    """Sign the newest network key, unless that was done.

    A member who renews it cannot, nor a moderator whose desk lacks the moderation desk. Raises
    EpochMoved, NotModerator, VaultError.
    """
    if verifying_keys.is_epoch_signed(ring):
        return
    with moderator_decision(moderator, ring) as moderator:
        seed = moderation_seed(ring, moderator)
        if seed is not None:
            verifying_keys.sign_epoch(ring, seed)
