"""A member becomes a moderator: with a code, and only under a passphrase that was made for her.

What opens a desk must never lie under a passphrase of someone's own choice: whoever takes the disk
could try those. At the moment when a moderator decides, nobody knows how good the other's is. So
the decision makes a code, like an invitation for a moderator: the desk's key is sealed to its 130
random bits, and the member's row stays as it is. She types the code at `/me/desk/`, signed in,
together with a generated passphrase unless hers is one; only then her row gets the role and the
desk's key is sealed to her. No account is a moderator's before that, and nothing has to be
remembered about anyone's passphrase.

The desk recovery code works there in the same way. It brings back an organisation that has no
moderator any more, or whose moderators lost everything.
"""

from __future__ import annotations

from safety_app.accounts import roles
from safety_app.accounts.flows import found_network
from safety_app.accounts.flows.join import CredentialsTaken, NotGeneratedPassphrase
from safety_app.accounts.keys import contexts, credentials, passphrase_strength
from safety_app.accounts.keys.desk_keys import desk_of, seal_desk
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.accounts.keys.row_auth import check_invitation, check_member, member_mac
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member, Vouching
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import codes, seals
from safety_app.vault.errors import VaultError


class CodeRefused(Exception):
    """Wrong, used, expired, for another organisation, renewed since: one answer for all."""


def become_moderator(member_id: int, ring: KeyRing, code: str, passphrase: str) -> Member:
    """Raise an account, whose current passphrase was checked, with a code; sessions elsewhere end.

    `code` is a moderator's code or the desk recovery code of her own organisation, as typed;
    `passphrase` the one she signs in with from now on. The slow part comes first and is the same
    for every code. Raises CodeRefused, NotGenerated, NameTaken, EpochMoved, VaultBusy.
    """
    keys = credentials.stretch(ring.pseudonym, passphrase)
    with current_epoch(ring):
        try:
            member = _lock_own_row(ring, member_id)
            desk = desk_of(ring, member.organisation_id)
            seed = _seed_of_code(ring, desk, code)
        except VaultError as failure:
            raise CodeRefused from failure
        if not passphrase_strength.is_generated(passphrase):
            raise NotGeneratedPassphrase
        if Member.objects.filter(handle=keys.handle).exclude(pk=member.pk).exists():
            raise CredentialsTaken
        credentials.lock_with_passphrase(member, ring.seed, keys)
        member.stamp = credentials.new_stamp()
        member.roles = roles.with_granted(
            member.roles, {*roles.known_roles(member.roles), "moderator"}
        )
        member.row_mac = member_mac(ring.row_key, member)
        member.save()
        DeskSeal.objects.filter(desk=desk, member=member).delete()
        seal_desk(desk, seed, member).save(force_insert=True)
    checkpoint_wal()  # once committed: a used code with a copy of the files must not open the desk
    return member


def _lock_own_row(ring: KeyRing, member_id: int) -> Member:
    rows = Member.objects.select_for_update(of=("self",)).select_related("organisation")
    member = rows.filter(pk=member_id, state="active").first()
    if member is None or not ring.epochs:
        raise VaultError("member: gone, or without a network key")
    check_member(ring, member)
    return member


def _seed_of_code(ring: KeyRing, desk: Desk, typed: str) -> bytes:
    """The desk's seed (32 bytes) behind a code, which is used up unless it is the desk's own.

    Both kinds are tried with the same work. Raises VaultError.
    """
    try:
        folded = codes.fold_code(typed)
    except VaultError:
        folded = "not a code"
    keys = credentials.keys_of_code(folded, "invitation")
    rows = Invitation.objects.select_for_update().filter(handle=keys.handle, state="open")
    invitation = rows.filter(organisation=desk.organisation_id, expires__gte=today()).first()
    if invitation is None:
        seed = found_network.open_desk_with_code(desk, folded)
    else:
        seed = _seed_of_invitation(ring, desk, invitation, keys.seed)
    if seals.public_key(seed) != bytes(desk.public_key):
        raise VaultError("desk: the key does not belong to this desk")
    return seed


def _seed_of_invitation(ring: KeyRing, desk: Desk, invitation: Invitation, seed: bytes) -> bytes:
    check_invitation(ring.row_key, invitation)
    held = DeskSeal.objects.filter(desk=desk, invitation=invitation).first()
    if "moderator" not in invitation.roles or held is None:
        raise VaultError("invitation: not a moderator's")
    desk_seed = seals.unseal(seed, bytes(held.sealed), contexts.desk_seed(desk.pk, invitation.pk))
    # She was let in before: this code lets nobody in.
    Vouching.objects.filter(invitation=invitation).delete()
    invitation.delete()
    return desk_seed
