"""A member becomes a moderator: with a code.

When a moderator decides to promote someone, the decision only makes a code, like a moderator's
invitation: the desk's key is sealed to its 130 random bits and the member's row stays as it is. The
member enters the code at `/me/desk/`, signed in, together with the passphrase, which was made here
like every member's. Only then does the row get the role and is the desk's key sealed to the member.
No account is a moderator's before that.

The desk recovery code works in the same way there. It brings back an organisation that has no
moderator left, or whose moderators lost everything.
"""

from __future__ import annotations

from safety_app.accounts import roles
from safety_app.accounts.flows import found_network
from safety_app.accounts.keys import contexts, credentials
from safety_app.accounts.keys.desk_keys import desk_of, seal_desk
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.accounts.keys.row_auth import (
    check_code,
    check_invitation,
    check_member,
    sign_member,
)
from safety_app.accounts.models import OPEN_CODES, Desk, DeskSeal, Invitation, Member, Vouching
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import codes, seals
from safety_app.vault.errors import VaultError


class CodeRefused(Exception):
    """The code is wrong, used, expired, superseded or another organisation's: one answer for
    all.
    """


def become_moderator(member_id: int, ring: KeyRing, code: str) -> Member:
    """Make an account a moderator with a code, once its passphrase was checked.

    `code`, as typed, is a moderator's code or the desk recovery code of the account's own
    organisation. Ends all other sessions. Raises CodeRefused and EpochMoved.
    """
    with current_epoch(ring):
        try:
            member = _lock_own_row(ring, member_id)
            desk = desk_of(ring, member.organisation_id)
            seed = _seed_of_code(ring, desk, code)
        except VaultError as failure:
            raise CodeRefused from failure
        member.stamp = credentials.new_stamp()
        member.roles = roles.with_granted(
            member.roles, {*roles.known_roles(member.roles), "moderator"}
        )
        sign_member(ring, member)
        member.save()
        DeskSeal.objects.filter(desk=desk, member=member).delete()
        seal_desk(desk, seed, member).save(force_insert=True)
    checkpoint_wal()  # a used code must not open the desk in a copy of the files
    return member


def _lock_own_row(ring: KeyRing, member_id: int) -> Member:
    rows = Member.objects.select_for_update(of=("self",)).select_related("organisation")
    member = rows.filter(pk=member_id, state="active").first()
    if member is None or not ring.epochs:
        raise VaultError("member: gone, or without a network key")
    check_member(ring, member)
    return member


def _seed_of_code(ring: KeyRing, desk: Desk, typed: str) -> bytes:
    """The desk's seed (32 bytes) from a code, which is used up unless it is the recovery code.

    Both kinds are tried with the same work. Raises VaultError.
    """
    try:
        folded = codes.fold_code(typed)
    except VaultError:
        folded = "not a code"
    keys = credentials.keys_of_code(folded, "invitation")
    rows = Invitation.objects.select_for_update().filter(handle=keys.handle, state__in=OPEN_CODES)
    invitation = rows.filter(organisation=desk.organisation_id, expires__gte=today()).first()
    if invitation is None:
        seed = found_network.open_desk_with_code(desk, folded)
    else:
        seed = _seed_of_invitation(ring, desk, invitation, keys)
    if seals.public_key(seed) != bytes(desk.public_key):
        raise VaultError("desk: the key does not belong to this desk")
    return seed


def _seed_of_invitation(
    ring: KeyRing, desk: Desk, invitation: Invitation, keys: codes.CodeKeys
) -> bytes:
    check_code(invitation, keys)
    check_invitation(ring.row_key, invitation)
    held = DeskSeal.objects.filter(desk=desk, invitation=invitation).first()
    if "moderator" not in invitation.roles or held is None:
        raise VaultError("invitation: not a moderator's")
    context = contexts.desk_seed(desk.pk, invitation.pk)
    desk_seed = seals.unseal(keys.seed, bytes(held.sealed), context)
    # The member was admitted before: this code admits nobody.
    Vouching.objects.filter(invitation=invitation).delete()
    invitation.delete()
    return desk_seed
