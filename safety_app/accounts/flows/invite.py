"""Invitations: a key pair that expands from a code, sealed to by the session that makes it."""

from __future__ import annotations

import datetime

from django.db import transaction

from safety_app.accounts import roles
from safety_app.accounts.flows import vouch
from safety_app.accounts.keys import contexts, credentials
from safety_app.accounts.keys.desk_keys import desk_of, moderators_of, open_desk, seal_desk
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import (
    moderator_decision,
    require_not_leaving,
)
from safety_app.accounts.keys.row_auth import invitation_mac
from safety_app.accounts.models import Desk, Invitation, Member, Organisation
from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, codes, network, seals


def make_invitation(ring: KeyRing, inviter: Member, kind: str, *, guest: bool = False) -> str:
    """Invite someone into the inviter's organisation; returns the code, which is shown once.

    `kind` is one of `roles.KINDS`. For a moderator the desk's key goes with it, so the inviter
    has to be one. Raises NotModerator, Leaving, and VaultError when a desk's row fails or is not
    the inviter's.
    """
    with moderator_decision(inviter, ring):
        require_not_leaving(inviter.organisation_id)
        desk = desk_of(ring, inviter.organisation_id)
        seed = open_desk(ring, inviter, desk) if kind == "moderator" else None
        return issue_invitation(
            ring, inviter.organisation, desk, kind, guest=guest, desk_seed=seed, inviter=inviter
        )


class HasModerators(Exception):
    """That organisation has moderators, who invite for it themselves, or it is leaving."""


def organisations_without_moderators(ring: KeyRing) -> list[Organisation]:
    """Organisations that stay in the network and have nobody who could open their desk."""
    rows = Organisation.objects.filter(leaves__isnull=True).order_by("name")
    return [row for row in rows if not moderators_of(ring, row.pk)]


def make_invitation_for(ring: KeyRing, inviter: Member, organisation: Organisation) -> str:
    """Invite a member into another organisation that has no moderator; returns the code.

    So an organisation comes back where nobody has an account any more: whoever uses this code then
    types the desk recovery code (`promoting`). Noted at both desks, so that the code ends when the
    inviter goes, whoever is there by then. Raises HasModerators, NotModerator, Leaving, EpochMoved,
    and VaultError when the row of a desk fails.
    """
    with moderator_decision(inviter, ring):
        require_not_leaving(inviter.organisation_id)
        if organisation not in organisations_without_moderators(ring):
            raise HasModerators
        desk = desk_of(ring, organisation.pk)
        return issue_invitation(ring, organisation, desk, "member", inviter=inviter)


def issue_invitation(
    ring: KeyRing,
    organisation: Organisation,
    desk: Desk,
    kind: str,
    *,
    guest: bool = False,
    desk_seed: bytes | None = None,
    inviter: Member | None = None,
) -> str:
    """Make the row of an invitation and what is sealed to it; returns the code.

    `ring` needs a network key; `desk_seed` (32 bytes) is the desk's, for a moderator's invitation;
    `inviter` is the moderator who invites, if there is one.
    """
    code = codes.new_code()
    keys = credentials.keys_of_code(code, "invitation")
    invitation = Invitation(
        id=random_id(),
        handle=keys.handle,
        organisation=organisation,
        roles=roles.ROLES_OF_KIND[kind],
        guest=guest,
        public_key=seals.public_key(keys.seed),
        expires=today() + datetime.timedelta(days=INVITATION_DAYS),
    )
    if roles.holds_network_key(invitation.roles):
        invitation.epoch = ring.current
        invitation.network_box = boxes.seal_box(
            keys.key, ring.network_key, contexts.network_box(invitation.pk, ring.current)
        )
        row_key = ring.row_key
    else:
        invitation.network_box = boxes.seal_box(
            keys.key, credentials.desk_fingerprint(desk), contexts.desk_fingerprint(invitation.pk)
        )
        row_key = network.row_key(keys.key)
    invitation.row_mac = invitation_mac(row_key, invitation)
    with transaction.atomic():
        invitation.save(force_insert=True)
        if desk_seed is not None:
            seal_desk(desk, desk_seed, invitation).save(force_insert=True)
        if inviter is not None:
            for noted_at in {organisation.pk, inviter.organisation_id}:
                vouch.note_admission(ring, noted_at, inviter, invitation=invitation)
    return code
