"""Ending access: of people of one's own organisation, or of a moderator to the desks.

Deletes the person's row, and with it every session, and the invitations whose codes they know.
Everyone else gets a new network key, and both desks get new keys, whoever goes: what their row says
about roles and keys may have been written by somebody who can write to the database (decision 43).
All in one transaction, so that nobody is ever half removed.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from django.db.models import Q

from safety_app.accounts import roles
from safety_app.accounts.flows import invite
from safety_app.accounts.keys import admissions
from safety_app.accounts.keys.desk_keys import (
    ModerationDeskUnavailable,
    desk_of,
    moderation_seed,
    open_desk,
)
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import (
    NoModeratorRemains,
    moderator_decision,
    permanent_moderators,
)
from safety_app.accounts.keys.row_auth import check_member, sign_member
from safety_app.accounts.models import DeskSeal, Invitation, Member, listed_people
from safety_app.accounts.rotation import desk_rotation, desk_upkeep, network_rotation
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError


class AlreadyDone(Exception):
    """None of these people is there any more: somebody else was faster."""


class NotOneself(Exception):
    """Moderators cannot remove themselves; another one has to, so that one always remains."""


@dataclass(frozen=True)
class Revoked:
    """The number of deleted accounts, the ring with the new network key and the desk's new recovery
    code (26 characters, shown once).
    """

    count: int
    ring: KeyRing
    desk_recovery_code: str


def revoke_access(
    ring: KeyRing, moderator: Member, people: Collection[int], code_seed: bytes = b""
) -> Revoked:
    """End the access of people of the moderator's own organisation, by ids; others are ignored.

    `code_seed`: see `desk_rotation.renew_desk_keys`. The caller stores the returned ring in the
    session. Raises AlreadyDone, NotOneself, NoModeratorRemains, NotModerator, EpochMoved, and
    VaultError when a desk is not the moderator's.
    """
    if moderator.pk in people:
        raise NotOneself
    rows = _rows_of(moderator, people)
    if not rows:
        raise AlreadyDone
    gone = {row.pk for row in rows}
    rotation = network_rotation.prepare(ring, gone, _known_codes(ring, moderator, rows))
    with moderator_decision(moderator, ring) as moderator:
        network_rotation.keep_others_out()
        rows = _rows_of(moderator, gone)
        if not rows:
            raise AlreadyDone
        _require_one_moderator_left(ring, moderator, gone)
        # Read again: codes made since then must not receive the new key either.
        _delete_invitations(moderator, _known_codes(ring, moderator, rows))
        Member.objects.filter(pk__in=[row.pk for row in rows]).delete()
        new_ring = rotation.apply()
        code = desk_rotation.renew_desk_keys(new_ring, moderator, gone, code_seed)
        with suppress(VaultError):  # then another moderator signs it
            desk_upkeep.sign_network_key(new_ring, moderator)
    checkpoint_wal()
    desk_rotation.reencrypt_soon(new_ring, moderator)
    return Revoked(len(rows), new_ring, code)


def renew_desk(ring: KeyRing, moderator: Member, code_seed: bytes = b"") -> Revoked:
    """New keys for both desks where nobody is removed: somebody left by herself, or a code is lost.

    With a new network key, too: under the older one the desks' rows could be put back as they were,
    and hold. The caller stores the ring in the session. Raises NotModerator, EpochMoved,
    EpochNotPinned, and VaultError when a desk is not the moderator's.
    """
    rotation = network_rotation.prepare(ring, (), ())
    with moderator_decision(moderator, ring) as moderator:
        network_rotation.keep_others_out()
        new_ring = rotation.apply()
        code = desk_rotation.renew_desk_keys(new_ring, moderator, code_seed=code_seed)
        with suppress(VaultError):  # then another moderator signs it
            desk_upkeep.sign_network_key(new_ring, moderator)
    checkpoint_wal()
    desk_rotation.reencrypt_soon(new_ring, moderator)
    return Revoked(0, new_ring, code)


def remove_moderator_role(
    ring: KeyRing, moderator: Member, person: int, code_seed: bytes = b""
) -> Revoked:
    """Make a moderator a plain member. Returns no deleted account, the caller's new ring and the
    desk's new recovery code.

    Renews the keys of both desks, and the network key although they may go on reading: their own
    row as it was, and those of the desks, would verify under the older one. Deletes every
    invitation whose code they may know. The caller stores the ring in the session. Raises
    ModerationDeskUnavailable while the shared keys do not open, so that they could not be renewed:
    what she knew of them would make her a moderator again, with the network key she keeps. Also
    raises AlreadyDone, NotOneself, NoModeratorRemains, NotModerator, EpochMoved, VaultError.
    """
    if person == moderator.pk:
        raise NotOneself
    rows = _rows_of(moderator, {person})
    rotation = network_rotation.prepare(ring, (), _known_codes(ring, moderator, rows))
    with moderator_decision(moderator, ring) as moderator:
        network_rotation.keep_others_out()
        rows = _rows_of(moderator, {person})
        if not rows or "moderator" not in roles.known_roles(rows[0].roles):
            raise AlreadyDone
        if moderation_seed(ring, moderator) is None:
            raise ModerationDeskUnavailable("desk: the shared keys cannot be renewed")
        row = rows[0]
        check_member(ring, row)
        _require_one_moderator_left(ring, moderator, {row.pk})
        _delete_invitations(moderator, _known_codes(ring, moderator, rows))
        row.roles = roles.with_granted(row.roles, set(roles.known_roles(row.roles)) - {"moderator"})
        sign_member(ring, row)
        row.save(update_fields=["roles", "row_mac"])
        DeskSeal.objects.filter(member=row).delete()
        new_ring = rotation.apply()
        code = desk_rotation.renew_desk_keys(new_ring, moderator, {row.pk}, code_seed)
    checkpoint_wal()
    desk_rotation.reencrypt_soon(new_ring, moderator)
    return Revoked(0, new_ring, code)


def _rows_of(moderator: Member, people: Collection[int]) -> list[Member]:
    """The rows of one's own organisation with these ids, without applicants."""
    rows = listed_people().filter(organisation=moderator.organisation_id, pk__in=people)
    return list(rows)


def _require_one_moderator_left(ring: KeyRing, moderator: Member, gone: Collection[int]) -> None:
    """Keep guests from removing the last permanent moderator. Raises NoModeratorRemains."""
    staying = permanent_moderators(ring, moderator.organisation_id)
    if staying and not staying - set(gone):
        raise NoModeratorRemains


def _delete_invitations(moderator: Member, codes: Collection[int]) -> None:
    """Delete these invitations and every invitation that makes a moderator of the organisation,
    since whoever loses access may hold one of those or know another's code.
    """
    own = Q(organisation=moderator.organisation_id, roles__contains="moderator")
    Invitation.objects.filter(Q(pk__in=codes) | own).delete()


def _known_codes(ring: KeyRing, moderator: Member, gone: Collection[Member]) -> set[int]:
    """Ids of unused invitations, of any organisation, whose code someone who goes may know.

    That includes invitations whose maker is unknown, since every member can write a row, those for
    organisations without a moderator, where nobody sees them, those made outside of their
    organisation, wherever the row about who did is, and those that were used and put back.
    """
    admitted: dict[int, admissions.Admitted] = {}
    with suppress(VaultError):  # without the desk, every maker is unknown
        desk = desk_of(ring, moderator.organisation_id)
        admitted = admissions.admitted_by(
            ring, open_desk(ring, moderator, desk), moderator.organisation_id
        )
    known = {
        invitation
        for row in gone
        if row.pk in admitted
        for invitation in admitted[row.pk].invitations
    }
    attributed = {invitation for person in admitted.values() for invitation in person.invitations}
    without = [row.pk for row in invite.organisations_without_moderators(ring)]
    rows = Invitation.objects.filter(organisation__in=[moderator.organisation_id, *without])
    used_or_outside = Invitation.objects.filter(
        Q(pk__in=Member.objects.values("pk"))
        | Q(state="outside")
        | Q(organisation__desk__in=desk_rotation.due_desks(ring), roles__contains="moderator")
    )
    unknown = set(rows.values_list("pk", flat=True)) - attributed
    return known | unknown | set(used_or_outside.values_list("pk", flat=True))
