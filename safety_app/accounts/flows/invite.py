"""Invitations: a key pair expanded from a code, to which the inviting session seals keys."""

from __future__ import annotations

from django.db import transaction

from safety_app.accounts import roles
from safety_app.accounts.flows import vouch
from safety_app.accounts.keys import contexts, credentials
from safety_app.accounts.keys.desk_keys import desk_of, moderators_of, open_desk, seal_desk
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.network_box import seal_fingerprint, seal_network_box
from safety_app.accounts.keys.preconditions import (
    moderator_decision,
    require_not_leaving,
)
from safety_app.accounts.keys.row_auth import sign_invitation
from safety_app.accounts.models import (
    OPEN_CODES,
    Desk,
    Invitation,
    Member,
    Organisation,
    last_day_of_code,
    listed_invitations,
)
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import codes, seals


def make_invitation(ring: KeyRing, inviter: Member, kind: str, *, guest: bool = False) -> str:
    """Invite someone into the inviter's organisation. Returns the code, which is shown once.

    `kind` is one of `roles.ROLES_OF_KIND`. A moderator's invitation carries the desk's key, so
    it takes a moderator to make one. Raises NotModerator, OrganisationLeaving, and VaultError
    when the desk's row is not authentic or the desk is not the inviter's.
    """
    with moderator_decision(inviter, ring):
        require_not_leaving(inviter.organisation_id)
        desk = desk_of(ring, inviter.organisation_id)
        seed = open_desk(ring, inviter, desk) if kind == "moderator" else None
        return issue_invitation(
            ring, inviter.organisation, desk, kind, guest=guest, desk_seed=seed, inviter=inviter
        )


def open_invitations(organisation: int) -> list[Invitation]:
    """An organisation's usable invitations, the first to expire first."""
    rows = listed_invitations().filter(organisation=organisation)
    return list(rows.order_by("expires", "pk"))


def cancel_invitation(moderator: Member, invitation: int) -> bool:
    """Delete an open invitation of the moderator's organisation. Returns whether there was one."""
    own = Invitation.objects.filter(organisation=moderator.organisation_id, state__in=OPEN_CODES)
    if not own.filter(pk=invitation).delete()[0]:
        return False
    checkpoint_wal()
    return True


class HasModerators(Exception):
    """That organisation has moderators, who invite for it themselves, or it is leaving."""


def organisations_without_moderators(ring: KeyRing) -> list[Organisation]:
    """Organisations that are not leaving and have nobody who could open their desk."""
    rows = Organisation.objects.filter(leaves__isnull=True).order_by("name")
    return [row for row in rows if not moderators_of(ring, row.pk)]


def make_invitation_for(ring: KeyRing, inviter: Member, organisation: Organisation) -> str:
    """Invite a member into another organisation that has no moderator. Returns the code.

    This brings back an organisation in which nobody has an account: whoever joins with the code
    then enters the desk recovery code (`promote`). The invitation is recorded at both desks, so
    that it ends when the inviter loses access, whoever is there by then. Raises HasModerators,
    NotModerator, OrganisationLeaving, EpochMoved, and VaultError when a desk's row is not
    authentic.
    """
    with moderator_decision(inviter, ring):
        require_not_leaving(inviter.organisation_id)
        if organisation not in organisations_without_moderators(ring):
            raise HasModerators
        desk = desk_of(ring, organisation.pk)
        return issue_invitation(
            ring, organisation, desk, "member", inviter=inviter, is_outside=True
        )


def issue_invitation(
    ring: KeyRing,
    organisation: Organisation,
    desk: Desk,
    kind: str,
    *,
    guest: bool = False,
    desk_seed: bytes | None = None,
    inviter: Member | None = None,
    is_outside: bool = False,
) -> str:
    """Create an invitation's row and seal its keys. Returns the code.

    `ring` needs a network key; `desk_seed` (32 bytes) is the desk's, for a moderator's
    invitation; `inviter` is the moderator who invites, if there is one. One that is made outside
    of its organisation ends with the next removal anywhere: whoever is removed may know it, and
    which code that is could have been deleted from the database.
    """
    code = codes.new_code()
    keys = credentials.keys_of_code(code, "invitation")
    invitation = Invitation(
        id=credentials.account_id(keys.key),
        handle=keys.handle,
        organisation=organisation,
        roles=roles.ROLES_OF_KIND[kind],
        guest=guest,
        state="outside" if is_outside else "open",
        public_key=seals.public_key(keys.seed),
        expires=last_day_of_code(),
    )
    if roles.holds_network_key(invitation.roles):
        invitation.epoch = ring.current
        invitation.network_box = seal_network_box(
            keys.key, ring.network_box, contexts.network_box(invitation.pk, ring.current)
        )
    else:
        invitation.network_box = seal_fingerprint(
            keys.key, credentials.desk_fingerprint(desk), contexts.desk_fingerprint(invitation.pk)
        )
    sign_invitation(ring, invitation)
    with transaction.atomic():
        invitation.save(force_insert=True)
        if desk_seed is not None:
            seal_desk(desk, desk_seed, invitation).save(force_insert=True)
        if inviter is not None:
            for noted_at in {organisation.pk, inviter.organisation_id}:
                vouch.note_admission(ring, noted_at, inviter, (invitation, code))
    return code
