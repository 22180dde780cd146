"""Transfer: a member of a leaving organisation asks another one to accept them.

Meanwhile they remain a member. They hold the network key, so their application carries a MAC and
their keys stay the same. A transfer changes their row, and the desk their pseudonym is sealed to.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

from django.db import transaction

from safety_app.accounts.flows import vouch
from safety_app.accounts.keys import application_seals, credentials, personal_settings
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import (
    KeyRing,
    current_epoch,
    welcome_key,
)
from safety_app.accounts.keys.row_auth import check_member, sign_member
from safety_app.accounts.models import Application, Desk, DeskSeal, Member, Organisation
from safety_app.accounts.rotation import desk_rotation
from safety_app.locales.dates import today
from safety_app.privacy.codec import TooLong
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError


class TransferNotOffered(Exception):
    """This organisation will not accept the member: it is closed or leaving, or theirs stays."""


class AlreadyAsked(Exception):
    """The member already has an open request."""


def organisations_offered(member: Member) -> list[Organisation]:
    """The organisations a member can ask: all that stay, once the member's own is leaving.

    Only then, because who can find out the author of an alert must not depend on whom somebody
    chooses to ask.
    """
    if member.organisation.leaves is None or not member.has_role("member"):
        return []
    others = Organisation.objects.filter(leaves__isnull=True)
    return list(others.exclude(pk=member.organisation_id).order_by("name"))


def open_request(member: Member) -> Application | None:
    """The member's application for a transfer, or None."""
    return Application.objects.select_related("organisation").filter(member=member).first()


def request_transfer(ring: KeyRing, member: Member, organisation: int, note: str) -> None:
    """Ask an organisation to accept the member. Raises TransferNotOffered, AlreadyAsked,
    VaultError.
    """
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
        with suppress(TooLong):  # then it comes without it if the keys change meanwhile
            personal_settings.change(
                ring, row.pk, lambda kept: {**kept, application_seals.KEPT_NOTE: note}
            )


def withdraw_request(ring: KeyRing, member: Member) -> bool:
    """Delete the member's request. Returns whether there was one."""
    gone = Application.objects.filter(member=member).delete()[0]
    personal_settings.change(ring, member.pk, application_seals.forget_note)
    checkpoint_wal()
    return bool(gone)


def approve_transfer(ring: KeyRing, moderator: Member, application: Application) -> None:
    """Make the applicant a member of the moderator's organisation, inside the caller's
    transaction.

    Call `require_current_epoch(ring)` first. They keep the reporter role; every other role
    ends. If they were a moderator, the moderation desk gets a new key now, and the desk they
    leave, which only its own moderators can open, is marked as due for renewal. Raises
    VaultError when the application or the member's row was tampered with.
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
    credentials.seal_pseudonym(member, replace(ring, pseudonym=content.pseudonym), desk)
    sign_member(ring, member)
    member.save()
    DeskSeal.objects.filter(member=member).delete()
    application.delete()
    vouch.note_admission(ring, moderator.organisation_id, moderator, member)
    checkpoint_wal()
