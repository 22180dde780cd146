"""Vouching: a member asks for an invitation, a moderator approves it.

The member's code opens nothing at first: its row holds no network key until a moderator approves.
What is sealed then is sealed to the key inside the vouching, never to the one in a column.
"""

from __future__ import annotations

import datetime
import os
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.keys import contexts, credentials, vouching_seals
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonym
from safety_app.accounts.keys.keyring import (
    KeyRing,
    current_epoch,
)
from safety_app.accounts.keys.network_box import seal_network_box
from safety_app.accounts.keys.preconditions import (
    moderator_decision,
    require_not_leaving,
)
from safety_app.accounts.keys.row_auth import check_invitation, sign_invitation
from safety_app.accounts.keys.tags import own_tags
from safety_app.accounts.keys.vouching_seals import VouchingContent
from safety_app.accounts.models import (
    OPEN_CODES,
    Invitation,
    Member,
    Organisation,
    Vouching,
    last_day_of_code,
)
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import VOUCHING_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes, codes, labels, seals
from safety_app.vault.errors import VaultError

MAX_PER_MONTH = 20


class QuotaSpent(Exception):
    """The member has vouched for as many people this month as the organisation allows."""


def quota(organisation: Organisation) -> int:
    """How many people each member may vouch for in a month, 0 to 20; 0 for a leaving
    organisation.
    """
    limit = organisation.vouchings
    if organisation.leaves is not None or not isinstance(limit, int):
        return 0
    return max(0, min(limit, MAX_PER_MONTH))


def set_quota(moderator: Member, people: int) -> None:
    """Set how many people each member of the moderator's organisation may vouch for in a month."""
    Organisation.objects.filter(pk=moderator.organisation_id).update(vouchings=people)


def quota_left(ring: KeyRing, organisation: Organisation) -> int:
    """How many more people the ring's owner may vouch for this month."""
    return len(_free_tags(ring, organisation))


def _free_tags(ring: KeyRing, organisation: Organisation) -> list[bytes]:
    """One tag (16 bytes) for each vouching left this month.

    Only the member can compute their tags, so only they can tell which rows are theirs.
    """
    month = today().strftime("%Y-%m")
    tags = [own_tags(ring, "vouching", month, number) for number in range(quota(organisation))]
    rows = Vouching.objects.filter(tag__in=list(chain.from_iterable(tags)))
    taken = {bytes(tag) for tag in rows.values_list("tag", flat=True) if tag is not None}
    return [own[0] for own in tags if taken.isdisjoint(own)]


def vouch(ring: KeyRing, member: Member, note: str) -> str:
    """Ask for an invitation for someone. Returns its code, which opens nothing yet.

    Raises QuotaSpent, and VaultError when the desk's row is not authentic.
    """
    code = codes.new_code()
    keys = credentials.keys_of_code(code, "invitation")
    public_key = seals.public_key(keys.seed)
    with current_epoch(ring):
        organisation = Organisation.objects.get(pk=member.organisation_id)
        desk = desk_of(ring, organisation.pk)
        free = _free_tags(ring, organisation)
        if not free:
            raise QuotaSpent
        invitation = Invitation(
            id=credentials.account_id(keys.key),
            handle=keys.handle,
            organisation=organisation,
            roles="member",
            state="asked",
            public_key=public_key,
            expires=last_day_of_code(),
        )
        sign_invitation(ring, invitation)
        invitation.save(force_insert=True)
        row = Vouching(id=random_id(), organisation=organisation, invitation=invitation)
        row.tag = free[0]
        vouching_seals.seal_and_save(
            row,
            desk,
            VouchingContent(
                voucher=member.pk,
                public_key=public_key,
                code_key=keys.key,
                note=note,
                invitation=invitation.pk,
                account=credentials.account_id(keys.key),
            ),
            ring,
        )
    return code


def note_admission(
    ring: KeyRing, organisation: int, moderator: Member, admitted: Member | tuple[Invitation, str]
) -> None:
    """Record which moderator invited or approved someone, inside the caller's transaction.

    `admitted` is the account, or an invitation with its code. The row is indistinguishable from a
    member's vouching. Raises VaultError when the desk's row is not authentic.
    """
    row = Vouching(id=random_id(), organisation_id=organisation)
    if isinstance(admitted, Member):
        row.member, invitation, account = admitted, 0, admitted.pk
    else:
        row.invitation, code = admitted
        code_key = credentials.keys_of_code(code, "invitation").key
        invitation, account = row.invitation.pk, credentials.account_id(code_key)
    row.tag = os.urandom(labels.TAG_SIZE)  # random: counts towards nobody's quota
    content = VouchingContent(
        voucher=moderator.pk,
        public_key=bytes(seals.PUBLIC_KEY_SIZE),
        code_key=bytes(boxes.KEY_SIZE),
        note="",
        invitation=invitation,
        account=account,
    )
    vouching_seals.seal_and_save(row, desk_of(ring, organisation), content, ring)


def waiting_vouchings(organisation: int) -> list[Vouching]:
    """An organisation's undecided vouchings, oldest first."""
    rows = Vouching.objects.filter(
        organisation=organisation, invitation__state="asked", invitation__expires__gte=today()
    )
    return list(rows.order_by("day", "pk"))


def find_vouching(moderator: Member, row_id: int) -> Vouching | None:
    """An unexpired vouching at the moderator's own desk, with its invitation, or None."""
    oldest = today() - datetime.timedelta(days=VOUCHING_DAYS)
    rows = Vouching.objects.select_related("invitation", "organisation").filter(day__gt=oldest)
    return rows.filter(pk=row_id, organisation=moderator.organisation_id).first()


def open_request(ring: KeyRing, moderator: Member, row: Vouching) -> tuple[str, str]:
    """A vouching's note, and its voucher's pseudonym; that is empty when it cannot be read.

    Raises VaultError when the moderator's keys do not open the vouching.
    """
    seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
    content = vouching_seals.open_vouching(row, seed, ring)
    people = Member.objects.filter(organisation=moderator.organisation_id)
    voucher = people.filter(pk=content.voucher).first()
    if voucher is None:
        return content.note, ""
    try:
        return content.note, open_pseudonym(seed, voucher, ring)
    except (VaultError, UnicodeDecodeError):
        return content.note, ""


def state_of(row: Vouching | None) -> str:
    """A vouching's state: "waiting", "declined", "approved", or "gone"."""
    if row is None:
        return "gone"
    if row.member_id is not None:
        return "approved"
    invitation = row.invitation
    if invitation is None or invitation.expires < today():
        return "gone"
    return {"asked": "waiting", "declined": "declined"}.get(invitation.state, "approved")


def approve_vouching(ring: KeyRing, moderator: Member, row_id: int) -> str:
    """Open the invitation for 14 days by sealing the network key to it.

    Returns the state before; only "waiting" means that something was done. Raises NotModerator,
    OrganisationLeaving, and VaultError when the row was tampered with or the desk is not the
    moderator's.
    """
    with moderator_decision(moderator, ring):
        require_not_leaving(moderator.organisation_id)
        row = find_vouching(moderator, row_id)
        before = state_of(row)
        if row is None or row.invitation is None or before != "waiting":
            return before
        seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
        content = vouching_seals.open_vouching(row, seed, ring)
        invitation = Invitation.objects.select_for_update().get(pk=row.invitation.pk)
        _check_invitation(ring, invitation, content)
        invitation.public_key = content.public_key
        invitation.epoch = ring.current
        invitation.network_box = seal_network_box(
            content.code_key, ring.network_box, contexts.network_box(invitation.pk, ring.current)
        )
        invitation.network_seal = None
        invitation.roles, invitation.guest, invitation.state = "member", False, "open"
        invitation.expires = last_day_of_code()
        sign_invitation(ring, invitation)
        invitation.save()
        row.day = today()  # the member's responsibility starts now
        row.save(update_fields=["day"])
    return before


def _check_invitation(ring: KeyRing, invitation: Invitation, content: VouchingContent) -> None:
    check_invitation(ring.row_key, invitation)
    if bytes(invitation.public_key) != content.public_key:
        raise VaultError("invitation: not the one that was vouched for")


def decline_vouching(moderator: Member, row_id: int) -> str:
    """Decline: the code never opens anything. Returns the state before."""
    return _set_state(moderator, row_id, "waiting", "declined")


def undo_decline(moderator: Member, row_id: int) -> str:
    """Make a declined vouching wait again. Returns the state before."""
    return _set_state(moderator, row_id, "declined", "asked")


def _set_state(moderator: Member, row_id: int, wanted: str, state: str) -> str:
    with moderator_decision(moderator):
        row = find_vouching(moderator, row_id)
        before = state_of(row)
        if row is not None and before == wanted:
            invitation = Invitation.objects.filter(pk=row.invitation_id)
            invitation.exclude(state__in=OPEN_CODES).update(state=state)
    checkpoint_wal()
    return before


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Undecided vouchings of the moderator's organisation."""
    return [
        QueueItem(
            _("A member vouches for someone"), reverse("accounts:vouching", args=[row.pk]), row.day
        )
        for row in waiting_vouchings(moderator.organisation_id)
    ]
