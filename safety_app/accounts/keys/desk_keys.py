"""Desk keys: opening one's own desk, and finding a desk to seal to."""

from contextlib import suppress

from django.db.models import QuerySet

from safety_app.accounts.keys import contexts, credentials, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.keys.row_auth import check_desk, check_member
from safety_app.accounts.keys.sealed_rows import DeskSeed
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import unpad
from safety_app.vault.errors import VaultError


class ModerationDeskUnavailable(VaultError):
    """The moderation desk is not sealed to her organisation's desk for now: pages say so."""


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
    fingerprint = boxes.open_box(
        own_key(ring.seed), bytes(member.network_box or b""), contexts.desk_fingerprint(member.pk)
    )
    credentials.check_desk_fingerprint(desk, fingerprint)
    return desk


def open_desk(ring: KeyRing, member: Member, desk: Desk) -> bytes:
    """The seed (32 bytes) of a desk this moderator belongs to. Raises VaultError for others.

    The network's moderation desk opens through the desk of her organisation; raises Lacking while
    that has no seal of it. While a desk is
    renewed, the seed before comes with it (`sealed_rows.DeskSeed`).
    """
    if desk.organisation_id is not None:
        seal = DeskSeal.objects.filter(desk=desk, member=member).first()
        return _open_seal(desk, seal, ring.seed, member.pk)
    own = desk_of(ring, member.organisation_id)
    seal = DeskSeal.objects.filter(desk=desk, via_desk=own).first()
    if seal is None:
        raise ModerationDeskUnavailable("desk: not sealed to that organisation's")
    return _open_seal(desk, seal, open_desk(ring, member, own), own.pk)


def moderation_seed(ring: KeyRing, member: Member) -> DeskSeed | None:
    """The seed (32 bytes) of the moderation desk; None while her organisation's desk lacks it.

    See `renewing.share_moderation`. Raises VaultError when her own desk is not hers.
    """
    moderation, own = desk_of(ring, None), desk_of(ring, member.organisation_id)
    seed = open_desk(ring, member, own)
    seal = DeskSeal.objects.filter(desk=moderation, via_desk=own).first()
    return None if seal is None else _open_seal(moderation, seal, seed, own.pk)


def moderators_of(ring: KeyRing, organisation: int) -> list[Member]:
    """Those of an organisation whose rows verify and whose stay, if it is one, has not ended."""
    moderators = []
    for row in Member.objects.filter(organisation=organisation, roles__contains="moderator"):
        with suppress(VaultError):
            check_member(ring, row)
            if row.has_role("moderator") and row.state == "active" and row.is_active:
                moderators.append(row)
    return moderators


def mark_desks_for_renewal(leaving: QuerySet[Member]) -> None:
    """Before accounts are deleted without the keys of others: the desks that moderators among them
    could open need new keys, and say so to those who remain (`renewing.waiting`)."""
    Desk.objects.filter(deskseal__member__in=leaving).update(renewal_due=True)


def seal_desk(desk: Desk, seed: bytes, holder: Member | Invitation | Desk) -> DeskSeal:
    """A desk's seed for a moderator, her invitation, or another desk; does not save.

    The holder's row was checked before. Raises VaultError for a malformed key.
    """
    info = contexts.desk_seed(desk.pk, holder.pk)
    seal = DeskSeal(desk=desk, sealed=seals.seal(bytes(holder.public_key), seed, info))
    if isinstance(holder, Member):
        seal.member = holder
    elif isinstance(holder, Invitation):
        seal.invitation = holder
    else:
        seal.via_desk = holder
    return seal


def _open_seal(desk: Desk, seal: DeskSeal | None, seed: bytes, holder: int) -> DeskSeed:
    if seal is None:
        raise VaultError("desk: not one of yours")
    desk_seed = seals.unseal(seed, bytes(seal.sealed), contexts.desk_seed(desk.pk, holder))
    if seals.public_key(desk_seed) != bytes(desk.public_key):
        raise VaultError("desk: the key does not belong to this desk")
    return with_previous(desk, desk_seed)


def with_previous(desk: Desk, seed: bytes) -> DeskSeed:
    """A desk's seed with the one before it, while a renewal is under way.

    A box that nobody who has the seed made brings nothing.
    """
    previous = b""
    if desk.previous_box is not None:
        context = contexts.previous_desk(desk.pk)
        with suppress(VaultError):
            previous = boxes.open_box(_previous_key(seed), bytes(desk.previous_box), context)
    return DeskSeed(seed, previous)


def store_previous(desk: Desk, seed: bytes, previous: bytes) -> None:
    """Lock the seed before (32 bytes) with the new one; does not save."""
    context = contexts.previous_desk(desk.pk)
    desk.previous_box = boxes.seal_box(_previous_key(seed), previous, context)


def _previous_key(seed: bytes) -> bytes:
    return boxes.derive(seed, "previous desk")


def open_pseudonym(seed: bytes, member: Member, ring: KeyRing) -> str:
    """What a member's pseudonym is, with her desk's seed (32 bytes).

    Raises VaultError, also when nobody who holds the network key vouched for it; for an account
    without one nobody can.
    """
    vouching = ring if member.epoch else None
    return unpad(sealed_rows.open_row("pseudonym", member, seed, vouching)).decode()
