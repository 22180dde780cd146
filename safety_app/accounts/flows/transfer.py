"""Moving to another organisation: a member asks it to take her over, and stays a member meanwhile.

She holds the network key, so her application carries a MAC and her keys stay what they are. What
changes is whose desk her pseudonym is sealed to, and her row.
"""

from __future__ import annotations

from functools import partial

from django.db import transaction

from safety_app.accounts.flows import vouch
from safety_app.accounts.keys import application_seals, credentials
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import (
    KeyRing,
    current_epoch,
    welcome_key,
)
from safety_app.accounts.keys.row_auth import check_member, member_mac
from safety_app.accounts.models import Application, Desk, DeskSeal, Member, Organisation
from safety_app.accounts.rotation import desk_rotation
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError


class TransferNotOffered(Exception):
    """This organisation takes her not over: it has gone, is leaving, or hers stays."""


class AlreadyAsked(Exception):
    """She has asked an organisation and has no answer yet."""


def organisations_offered(member: Member) -> list[Organisation]:
    """The organisations she can ask when hers leaves: all others that do not.

    Only then: who can find out who sent a note must not depend on whom somebody asks.
    """
    if member.organisation.leaves is None or not member.has_role("member"):
        return []
    others = Organisation.objects.filter(leaves__isnull=True)
    return list(others.exclude(pk=member.organisation_id).order_by("name"))


def open_request(member: Member) -> Application | None:
    """What she has asked, when that is still there."""
    return Application.objects.select_related("organisation").filter(member=member).first()


def request_transfer(ring: KeyRing, member: Member, organisation: int, note: str) -> None:
    """Ask an organisation to take her over. Raises NotOffered, AlreadyAsked, VaultError."""
    with current_epoch(ring):
        row = Member.objects.select_related("organisation").get(pk=member.pk)
        if organisation not in {offered.pk for offered in organisations_offered(row)}:
            raise TransferNotOffered
        if open_request(row) is not None:
            raise AlreadyAsked
        application = Application(
            id=random_id(), member=row, organisation_id=organisation, day=today()
        )
        content = application_seals.ApplicationContent(
            bytes(row.public_key), welcome_key(ring.seed), ring.pseudonym, note
        )
        desk = desk_of(ring, organisation)
        application_seals.seal_application(application, bytes(desk.public_key), content, ring)
        application.save(force_insert=True)


def withdraw_request(member: Member) -> bool:
    """Ask no longer; says whether there was something to take back."""
    gone = Application.objects.filter(member=member).delete()[0]
    checkpoint_wal()
    return bool(gone)


def approve_transfer(ring: KeyRing, moderator: Member, application: Application) -> None:
    """Make someone who moves a member of the moderator's organisation, inside a transaction.

    Call `must_be_current(ring)` first. She stays reporter if she was one; every other role ends. If
    she was moderator, the moderation desk gets a new key now, and the desk she leaves, which only
    its own moderators can open, is noted to need one. Raises VaultError when her application or her
    row was tampered with.
    """
    desk = desk_of(ring, moderator.organisation_id)
    content = application_seals.open_application(
        application, open_desk(ring, moderator, desk), ring
    )
    member = Member.objects.select_for_update().get(pk=application.member_id)
    if application.organisation_id != desk.organisation_id or member.state != "active":
        raise VaultError("application: not of a member who moves")
    check_member(ring, member)
    if content.public_key != bytes(member.public_key):
        raise VaultError("application: of somebody else")
    if member.has_role("moderator"):
        Desk.objects.filter(organisation=member.organisation_id).update(renewal_due=True)
        desk_rotation.renew_moderation(ring, moderator)
        transaction.on_commit(partial(desk_rotation.reencrypt_desks, ring, moderator))
    member.organisation_id = moderator.organisation_id
    member.roles = "member,reporter" if member.has_role("reporter") else "member"
    credentials.seal_pseudonym(member, KeyRing(ring.seed, content.pseudonym, ring.epochs), desk)
    member.row_mac = member_mac(ring.row_key, member)
    member.save()
    DeskSeal.objects.filter(member=member).delete()
    application.delete()
    vouch.note_admission(ring, moderator.organisation_id, moderator, member=member)
    checkpoint_wal()
