"""Applications, from asking an organisation to the answer.

A newcomer who applies gets an account that waits. Its row carries a MAC under the account's own
key and no network key, and nothing is ever sealed to it. What the applicant asks is sealed to the
desk (`keys.application_seals`), and approval uses only the keys inside that seal.

Each answer is one transaction that first reads the application's state: when two moderators press
a button at the same moment, one takes effect and the other is told.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts import roster
from safety_app.accounts.flows import transfer, vouch
from safety_app.accounts.flows.join import CredentialsTaken, NewAccount, NotGeneratedPassphrase
from safety_app.accounts.keys import (
    application_seals,
    arrival_words,
    contexts,
    credentials,
    personal_settings,
    second_step,
)
from safety_app.accounts.keys.credentials import Openers
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, public_desk
from safety_app.accounts.keys.keyring import KeyRing, lock_epoch, new_ring, welcome_key
from safety_app.accounts.keys.network_box import seal_network_box
from safety_app.accounts.keys.preconditions import moderator_decision, require_not_leaving
from safety_app.accounts.keys.row_auth import sign_member
from safety_app.accounts.models import Application, Desk, Member, Organisation
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import APPLICATION_DAYS
from safety_app.locales.dates import month_of, today
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.network import equal
from safety_app.vault.passphrase import SignInKeys

MAX_WAITING = 200  # applicants an organisation, so that a flood cannot fill its desk


class NotOffered(Exception):
    """The organisation accepts nobody: it is leaving, is closed, or its desk's row is damaged."""


class NotCompared(Exception):
    """The four words of this application were not ticked as compared."""


class DeskFull(Exception):
    """The organisation already has the maximum number of waiting applicants."""


def apply(organisation: int, pseudonym: str, passphrase: str, note: str) -> NewAccount:
    """Create a waiting account and send the application to the organisation's desk.

    Argon2id runs first. The applicant holds no network key and so cannot tell whether the
    desk's row is genuine: whoever can write to the database can put a key of their own there,
    read the application, and accept or decline it. The comparison words expose this. They are
    derived from the applicant's key and from the desk the application was sealed to, whose
    fingerprint the account keeps.

    Raises NotGeneratedPassphrase, NotOffered, DeskFull, CredentialsTaken, and VaultBusy when too
    many passphrases are being stretched.
    """
    if not isinstance(passphrase, MadePassphrase):
        raise NotGeneratedPassphrase
    keys = credentials.stretch(pseudonym, passphrase)
    ring = new_ring(pseudonym)
    try:
        with transaction.atomic():
            lock_epoch()
            chosen = _organisation_with_room(organisation)
            if Member.objects.filter(handle=keys.handle).exists():
                raise CredentialsTaken
            return _create_waiting_account(chosen, public_desk(chosen.pk), ring, keys, note)
    except VaultError as failure:
        raise NotOffered from failure


def _organisation_with_room(organisation: int) -> Organisation:
    offered = Organisation.objects.select_for_update().filter(leaves__isnull=True)
    chosen = offered.filter(pk=organisation).first()
    if chosen is None:
        raise NotOffered
    newcomers = Application.objects.filter(state="waiting", member__state="waiting")
    if newcomers.filter(organisation=chosen).count() >= MAX_WAITING:
        raise DeskFull
    return chosen


def _create_waiting_account(
    organisation: Organisation, desk: Desk, ring: KeyRing, keys: SignInKeys, note: str
) -> NewAccount:
    member = Member(
        id=random_id(),
        organisation=organisation,
        roles="member",
        state="waiting",
        public_key=seals.public_key(ring.seed),
        stamp=credentials.new_stamp(),
        renewed=month_of(today()),
    )
    passphrase_key = credentials.use_passphrase(member, keys)
    recovery_code, code_key = credentials.use_new_code(member)
    credentials.seal_secret(member, ring, Openers(passphrase_key, code_key))
    credentials.store_desk_fingerprint(member, ring, credentials.desk_fingerprint(desk))
    credentials.seal_pseudonym(member, ring, desk)
    second_step.switch_off(ring, member)
    sign_member(ring, member)
    member.save(force_insert=True)
    kept = {application_seals.KEPT_NOTE: note, **arrival_words.kept_desk(desk)}
    personal_settings.create(ring, member, kept)
    application = Application(
        id=random_id(), member=member, organisation=organisation, day=today(), state="waiting"
    )
    content = application_seals.ApplicationContent(
        bytes(member.public_key), welcome_key(ring.seed), ring.pseudonym, note
    )
    application_seals.seal_application(application, bytes(desk.public_key), content, None)
    application.save(force_insert=True)
    return NewAccount(member, recovery_code, ring)


def reseal_application(ring: KeyRing, renewed: KeyRing, member: Member) -> None:
    """Ask again with a new seed: what an approval uses are the keys inside the application.

    The note comes from the applicant's settings, which `renewed` opens by now. A newcomer asks the
    desk there is now, as anyone who applies does; its fingerprint goes into the row, which is not
    saved. Without an authentic desk a transfer ends, and can be asked for anew.
    """
    application = Application.objects.filter(member=member).first()
    if application is None:
        kept = application_seals.forget_note(personal_settings.read(renewed, member.pk))
        personal_settings.store(renewed, member.pk, kept)
        return
    is_newcomer = member.state == "waiting"
    note = str(personal_settings.read(renewed, member.pk).get(application_seals.KEPT_NOTE, ""))
    content = application_seals.ApplicationContent(
        bytes(member.public_key), welcome_key(renewed.seed), renewed.pseudonym, note
    )
    asked = application.organisation_id
    try:
        desk = public_desk(asked) if is_newcomer else desk_of(ring, asked)
    except VaultError:
        application.delete()
        return
    vouching = None if is_newcomer else renewed
    application_seals.seal_application(application, bytes(desk.public_key), content, vouching)
    application.save(update_fields=["sealed", "mac"])
    if is_newcomer:
        fingerprint = credentials.desk_fingerprint(desk)
        credentials.store_desk_fingerprint(member, renewed, fingerprint)
        kept = personal_settings.read(renewed, member.pk)
        kept = {**arrival_words.forget(kept), **arrival_words.kept_desk(desk)}
        personal_settings.store(renewed, member.pk, kept)


@dataclass(frozen=True)
class OpenedApplication:
    """An application as its moderator reads it.

    `words` are for comparison with those the applicant sees; empty for a transfer, which a MAC
    authenticates. `same_name` is "member" or "waiting" when someone else has that pseudonym.
    """

    content: application_seals.ApplicationContent
    words: str
    is_transfer: bool
    same_name: str


def find_application(moderator: Member, application_id: int) -> Application | None:
    """An unexpired application to the moderator's own organisation, or None."""
    oldest = today() - datetime.timedelta(days=APPLICATION_DAYS)
    rows = Application.objects.select_related("member", "organisation")
    own = rows.filter(organisation=moderator.organisation_id, day__gt=oldest)
    return own.filter(pk=application_id).first()


def expiry_date(application: Application) -> datetime.date:
    """The day on which an unanswered application is deleted."""
    return application.day + datetime.timedelta(days=APPLICATION_DAYS)


def waiting_applications(organisation: int) -> list[Application]:
    """Unanswered applications to an organisation, oldest first."""
    oldest = today() - datetime.timedelta(days=APPLICATION_DAYS)
    rows = Application.objects.filter(organisation=organisation, state="waiting", day__gt=oldest)
    return list(rows.order_by("day", "pk"))


def open_application(
    ring: KeyRing, moderator: Member, application: Application
) -> OpenedApplication:
    """Decrypt an application. Raises VaultError when the moderator's keys do not open it."""
    desk = desk_of(ring, moderator.organisation_id)
    seed = open_desk(ring, moderator, desk)
    is_transfer = application.member.state == "active"
    content = application_seals.open_application(application, seed, ring if is_transfer else None)
    words = "" if is_transfer else _words_of(content, desk)
    same_name = _same_name(ring, moderator, seed, application, content.pseudonym)
    return OpenedApplication(content, words, is_transfer, same_name)


def _words_of(content: application_seals.ApplicationContent, desk: Desk) -> str:
    """What the moderator reads out to whoever holds the keys inside an application."""
    fingerprint = credentials.desk_fingerprint(desk)
    return arrival_words.comparison_words(content.public_key, fingerprint)


def _same_name(
    ring: KeyRing, moderator: Member, seed: bytes, application: Application, pseudonym: str
) -> str:
    """ "member" or "waiting" when someone else in the organisation has this pseudonym, else
    empty.
    """
    owner = application.member_id
    for found, waiting in (("member", False), ("waiting", True)):
        if roster.is_taken(ring, moderator, seed, pseudonym, owner, waiting=waiting):
            return found
    return ""


def state_of(moderator: Member, application: Application | None, person: int | None = None) -> str:
    """An application's state: "waiting", "declined", "approved", or "gone".

    An approved application is deleted at once and only the account remains: `person` is its id,
    as named in the submitted form.
    """
    if application is not None:
        return "waiting" if application.state == "waiting" else "declined"
    admitted = Member.objects.filter(pk=person or 0, organisation=moderator.organisation_id)
    return "approved" if admitted.exclude(state="waiting").exists() else "gone"


def approve(
    ring: KeyRing,
    moderator: Member,
    application_id: int,
    person: int | None = None,
    *,
    compared: str,
) -> str:
    """Admit an applicant, sealing the network key to the key inside the application, never to
    the one in the account's row.

    `compared` are the words that the moderator ticked as read out. Whoever can write to the
    database can put an application of their own in the place of hers, and what is admitted gets the
    network key at once; so they must be this application's. Nobody reads any for a transfer.

    Returns the state before; only "waiting" means that something was done. Raises NotCompared,
    NotModerator, OrganisationLeaving, and VaultError when the application does not open or the
    desk is not the moderator's.
    """
    with moderator_decision(moderator, ring):
        require_not_leaving(moderator.organisation_id)
        application = find_application(moderator, application_id)
        before = state_of(moderator, application, person)
        if application is not None and before == "waiting":
            _admit_application(ring, moderator, application, compared)
    checkpoint_wal()
    return before


def _admit_application(
    ring: KeyRing, moderator: Member, application: Application, compared: str
) -> None:
    desk = desk_of(ring, moderator.organisation_id)
    member = Member.objects.select_for_update().get(pk=application.member_id)
    if member.state != "waiting":
        transfer.approve_transfer(ring, moderator, application)
        return
    content = application_seals.open_application(application, open_desk(ring, moderator, desk))
    words = _words_of(content, desk)
    if not equal(compared.encode("utf-8", "replace"), words.encode()):
        raise NotCompared
    admit_applicant(ring, member, content, desk)
    member.save()
    application.delete()
    vouch.note_admission(ring, moderator.organisation_id, moderator, member)


def admit_applicant(
    ring: KeyRing, member: Member, content: application_seals.ApplicationContent, desk: Desk
) -> None:
    """Turn a waiting account's row into that of a member of the desk's organisation. Does not
    save.

    Everything that matters comes from what the applicant sealed, nothing from the row. Until
    the next sign-in the network key is encrypted under the applicant's welcome key (see
    `sign_in.activate_approved`).
    """
    member.public_key = content.public_key
    member.organisation_id = desk.organisation_id or 0
    member.roles, member.stay_until, member.state = "member", None, "approved"
    member.epoch, member.network_seal = ring.current, None
    member.network_box = seal_network_box(
        content.welcome_key, ring.network_box, contexts.welcome_box(member.pk, ring.current)
    )
    credentials.seal_pseudonym(member, replace(ring, pseudonym=content.pseudonym), desk)
    sign_member(ring, member)


def decline(moderator: Member, application_id: int, person: int | None = None) -> str:
    """Decline an application; the applicant reads so at the next sign-in. Returns the state
    before.
    """
    return _set_state(moderator, application_id, person, "waiting", "declined")


def undo_decline(moderator: Member, application_id: int) -> str:
    """Make a declined application wait again. Returns the state before."""
    return _set_state(moderator, application_id, None, "declined", "waiting")


def _set_state(
    moderator: Member, application_id: int, person: int | None, wanted: str, state: str
) -> str:
    with moderator_decision(moderator):
        application = find_application(moderator, application_id)
        before = state_of(moderator, application, person)
        if before == wanted:
            Application.objects.filter(pk=application_id, state=wanted).update(state=state)
    return before


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """People who ask the moderator's organisation for an account, or have to hear their words."""
    asking = [
        QueueItem(
            _("Someone asks to join"), reverse("accounts:application", args=[row.pk]), row.day
        )
        for row in waiting_applications(moderator.organisation_id)
    ]
    accepted = Member.objects.filter(organisation=moderator.organisation_id, state="approved")
    return asking + [
        QueueItem(_("Read four words to a new member"), reverse("accounts:person", args=[pk]), day)
        for pk, day in accepted.order_by("pk").values_list("pk", "renewed")
    ]
