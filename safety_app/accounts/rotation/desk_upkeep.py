"""What the desk does by itself when a moderator opens it, and what it says about keys."""

from __future__ import annotations

from contextlib import suppress

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from safety_app.accounts.keys import verifying_keys
from safety_app.accounts.keys.desk_keys import (
    desk_of,
    is_known_holder,
    moderation_seed,
    open_desk,
    seal_desk,
)
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing, require_no_newer_epoch
from safety_app.accounts.keys.preconditions import moderator_decision
from safety_app.accounts.keys.sealed_rows import previous_of
from safety_app.accounts.models import (
    OPEN_CODES,
    Desk,
    DeskSeal,
    Epoch,
    Invitation,
    Member,
    Organisation,
    last_day_of_code,
)
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import countersigning
from safety_app.accounts.rotation.desk_rotation import (
    authentic_desks,
    due_desks,
    reencrypt_soon,
    renew_moderation,
    save_changed,
)
from safety_app.locales.dates import today
from safety_app.privacy.ids import LOWEST
from safety_app.vault import signatures
from safety_app.vault.errors import VaultError


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Resumes an unfinished renewal, and asks for one that is due.

    A moderator who erased their account, transferred or was away for a year left without the
    keys they knew being renewed; whoever created the organisation knows its first keys. Also
    says when this desk lacks the moderation desk.
    """
    is_stuck = False
    for step in (share_moderation, sign_network_key, witness_newest_key, reencrypt_soon):
        try:
            step(ring, moderator)
        except (EpochNotPinned, VaultError):  # the other steps can be done, and the page says so
            is_stuck = True
    said = []
    for title, question in (
        (_("Renew the moderation keys: someone else may know them"), _is_own_due),
        (_("The new moderation keys wait for a second signature"), _waits_for_signature),
        (_("The shared moderation keys do not open here for now"), _lacks_moderation),
    ):
        try:
            is_so = question(ring, moderator)
        except (EpochNotPinned, VaultError):  # the other questions have answers
            is_so, is_stuck = False, True
        if is_so or (is_stuck and question is _lacks_moderation):
            said.append(title)
    url = reverse("accounts:renew_desk")
    return [QueueItem(title, url, today()) for title in said]


def forgery_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """What stands in the database that only a moderator could have signed, and none did; and
    accounts and codes that no page makes. One item for each.
    """
    forgeries, unlisted = count_forgeries(ring), count_unlisted()
    titles = []
    if forgeries:
        words = ngettext(
            "%(number)s role or key of moderators was changed from outside",
            "%(number)s roles or keys of moderators were changed from outside",
            forgeries,
        )
        titles.append(words % {"number": forgeries})
    if unlisted:
        words = ngettext(
            "%(number)s account or code was added from outside",
            "%(number)s accounts or codes were added from outside",
            unlisted,
        )
        titles.append(words % {"number": unlisted})
    url = reverse("accounts:organisations")
    return [QueueItem(title, url, today(), urgent=True) for title in titles]


def count_forgeries(ring: KeyRing) -> int:
    """How many desks, moderators, moderators' open invitations and network keys are passed over.

    Nothing is sealed to them, and they open nothing. One by one: 0.3 ms each.
    """
    count = 0
    with suppress(EpochMoved):
        require_no_newer_epoch(ring)
        count += Epoch.objects.exclude(number__gte=1, number__lte=ring.current).count()
    desks = {desk.organisation_id: desk for desk in authentic_desks(ring)}
    count += Organisation.objects.exclude(pk__in=desks).count()
    shared = Desk.objects.filter(organisation=None)
    try:
        count += shared.exclude(pk=desk_of(ring, None).pk).count()
    except VaultError:
        count += max(shared.count(), 1)
    moderators = Member.objects.filter(organisation__in=desks, roles__contains="moderator")
    rows: list[Member | Invitation] = [
        row
        for row in moderators
        if row.has_role("moderator") and row.state == "active" and row.is_active
    ]
    codes = Invitation.objects.filter(organisation__in=desks, roles__contains="moderator")
    rows += codes.filter(state__in=OPEN_CODES, expires__gte=today())
    return count + sum(not _is_known(desks[row.organisation_id], row) for row in rows)


def count_unlisted() -> int:
    """How many accounts and codes no moderator sees, whatever their organisation.

    They get no new network key (`models.listed`), and no page makes such ones.
    """
    small, nowhere = Q(pk__lt=LOWEST), ~Q(organisation__in=Organisation.objects.all())
    late = Q(expires__gt=last_day_of_code())
    # One by one: a condition of two parts would read every account's whole row.
    return sum(
        rows.count()
        for rows in (
            Member.objects.filter(small),
            Member.objects.filter(~small & nowhere),
            Invitation.objects.filter(small | nowhere | late),
        )
    )


def _is_known(desk: Desk, row: Member | Invitation) -> bool:
    return is_known_holder(desk, signatures.certified_key(bytes(desk.certificate)), row)


def _is_own_due(ring: KeyRing, moderator: Member) -> bool:
    return desk_of(ring, moderator.organisation_id).pk in due_desks(ring)


def _lacks_moderation(ring: KeyRing, moderator: Member) -> bool:
    return moderation_seed(ring, moderator) is None


def _waits_for_signature(ring: KeyRing, moderator: Member) -> bool:
    return countersigning.is_pending(ring)


def share_moderation(ring: KeyRing, moderator: Member) -> None:
    """Seal the moderation desk to organisations' desks that lack it and are not due for
    renewal.

    An organisation whose desk was renewed thereby gets it back as soon as a moderator of
    another one opens the moderation page. If its desk was renewed without it, the moderation
    desk is due for a new key, which is made here. What is sealed to the own desk and does not open
    is deleted, so that another organisation seals it anew. Raises EpochMoved, NotModerator,
    VaultError.
    """
    moderation, lacking = desk_of(ring, None), _lacking_desks(ring)
    own_lacks = moderation_seed(ring, moderator) is None
    if not own_lacks and not lacking and not _is_moderation_due(ring, moderation):
        return
    with moderator_decision(moderator, ring) as moderator:
        seed, moderation = moderation_seed(ring, moderator), desk_of(ring, None)
        if seed is None:
            own = DeskSeal.objects.filter(via_desk__organisation=moderator.organisation_id)
            own.filter(desk=moderation).delete()
        elif _is_moderation_due(ring, moderation):
            renew_moderation(ring, moderator)
        else:
            for desk in _lacking_desks(ring):
                verifying_keys.certify_again(desk, seed, is_due=False)
                save_changed(ring, desk, "certificate")
                seal_desk(moderation, seed, desk).save(force_insert=True)


def _is_moderation_due(ring: KeyRing, moderation: Desk) -> bool:
    """Whether the moderation desk needs a new key: see `verifying_keys.is_network_key_due`."""
    desks = authentic_desks(ring)
    return moderation.renewal_due or verifying_keys.is_network_key_due(ring.signers, desks)


def _lacking_desks(ring: KeyRing) -> list[Desk]:
    """Authentic desks that lack the moderation desk's key and may have it."""
    held = DeskSeal.objects.filter(desk__organisation=None, via_desk__isnull=False)
    without = {*held.values_list("via_desk", flat=True), *due_desks(ring)}
    return [desk for desk in authentic_desks(ring) if desk.pk not in without]


def witness_newest_key(ring: KeyRing, moderator: Member) -> None:
    """Stand beside whoever renewed the moderation desk, with the own desk's keys, unless two do.

    Raises EpochMoved, NotModerator, VaultError.
    """
    if not countersigning.is_pending(ring):
        return
    with moderator_decision(moderator, ring) as moderator:
        newest = verifying_keys.newest_signers(ring.signers)
        seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
        countersigning.countersign(newest, [seed, previous_of(seed)])


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
