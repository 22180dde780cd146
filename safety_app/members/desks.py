"""Desk keys: opening one's own desk, and finding a desk to seal to."""

from safety_app.members import contexts, credentials
from safety_app.members.keys import KeyRing, own_key
from safety_app.members.models import Desk, DeskSeal, Member
from safety_app.members.rows import check_desk
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import unpad
from safety_app.vault.errors import VaultError


def desk_of(ring: KeyRing, organisation: int | None) -> Desk:
    """The desk of an organisation, or with None that of all moderators; its row is authentic.

    Raises VaultError when there is none or its row fails.
    """
    desk = desk_row(organisation)
    check_desk(ring, desk)
    return desk


def desk_row(organisation: int | None) -> Desk:
    """A desk's row, not checked yet. Raises VaultError when there is none."""
    desk = Desk.objects.filter(organisation=organisation).first()
    if desk is None:
        raise VaultError("desk: there is none")
    return desk


def own_desk(ring: KeyRing, member: Member) -> Desk:
    """The desk of one's own organisation, authentic for accounts without a network key as well.

    Raises VaultError when its row fails, and for an account without a network key when the desk's
    key was renewed since she joined.
    """
    if ring.epochs:
        return desk_of(ring, member.organisation_id)
    desk = desk_row(member.organisation_id)
    known = boxes.open_box(
        own_key(ring.seed), bytes(member.network_box), contexts.desk_print(member.pk)
    )
    credentials.check_desk_print(desk, known)
    return desk


def open_desk(ring: KeyRing, member: Member, desk: Desk) -> bytes:
    """The seed (32 bytes) of a desk this moderator belongs to. Raises VaultError for others."""
    held = DeskSeal.objects.filter(desk=desk, member=member).first()
    if held is None:
        raise VaultError("desk: not one of yours")
    seed = seals.unseal(ring.seed, bytes(held.sealed), contexts.desk_seed(desk.pk, member.pk))
    if seals.public_key(seed) != bytes(desk.public_key):
        raise VaultError("desk: the key does not belong to this desk")
    return seed


def open_pseudonym(seed: bytes, member: Member) -> str:
    """What a member's pseudonym is, with her desk's seed (32 bytes). Raises VaultError."""
    opened = seals.unseal(seed, bytes(member.pseudonym_seal), contexts.pseudonym(member.pk))
    return unpad(opened).decode()
