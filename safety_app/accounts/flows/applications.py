"""Applications at the desk: what one says, and the answer to it.

Each answer is given in one transaction that first looks where the application stands, so two
moderators who press at the same moment have one effect, and the second is told.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.flows import apply, transfer, vouch
from safety_app.accounts.keys import application_seals, contexts, credentials
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonym
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import (
    moderator_decision,
    require_not_leaving,
)
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Application, Desk, Member
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import APPLICATION_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import boxes
from safety_app.vault.errors import VaultError
from safety_app.vault.passphrase import fold_pseudonym


@dataclass(frozen=True)
class OpenedApplication:
    """An application as its moderator reads it.

    `words` are compared with those the applicant sees; empty for a member who moves, whom a MAC
    vouches for. `same_name` is "member" or "waiting" when someone else has that pseudonym.
    """

    asked: application_seals.ApplicationContent
    words: str
    moves: bool
    same_name: str


def find_application(moderator: Member, application_id: int) -> Application | None:
    """An application to the moderator's own organisation that has not run out."""
    oldest = today() - datetime.timedelta(days=APPLICATION_DAYS)
    rows = Application.objects.select_related("member", "organisation")
    hers = rows.filter(organisation=moderator.organisation_id, day__gt=oldest)
    return hers.filter(pk=application_id).first()


def ends(application: Application) -> datetime.date:
    """The day on which it goes when nobody has answered."""
    return application.day + datetime.timedelta(days=APPLICATION_DAYS)


def waiting_applications(organisation: int) -> list[Application]:
    """What waits for an answer, the oldest first."""
    oldest = today() - datetime.timedelta(days=APPLICATION_DAYS)
    rows = Application.objects.filter(organisation=organisation, state="waiting", day__gt=oldest)
    return list(rows.order_by("day", "pk"))


def open_application(
    ring: KeyRing, moderator: Member, application: Application
) -> OpenedApplication:
    """What it says. Raises VaultError when it does not open with the moderator's keys."""
    desk = desk_of(ring, moderator.organisation_id)
    seed = open_desk(ring, moderator, desk)
    moves = application.member.state == "active"
    asked = application_seals.opened(application, seed, ring if moves else None)
    words = "" if moves else apply.comparison_words(asked.public_key, credentials.desk_print(desk))
    return OpenedApplication(
        asked, words, moves, _same_name(ring, seed, application, asked.pseudonym)
    )


def _same_name(ring: KeyRing, seed: bytes, application: Application, pseudonym: str) -> str:
    """Whether a person of the organisation has this pseudonym, or someone else who waits."""
    others = Member.objects.filter(organisation=application.organisation_id)
    folded, found = fold_pseudonym(pseudonym), ""
    for row in others.exclude(pk=application.member_id).iterator():
        try:
            name = fold_pseudonym(open_pseudonym(seed, row, ring))
        except (VaultError, UnicodeDecodeError):
            continue
        if name == folded and row.state != "waiting":
            return "member"
        if name == folded:
            found = "waiting"
    return found


def state_of(moderator: Member, application: Application | None, person: int | None = None) -> str:
    """Where it stands: "waiting", "declined", "approved", or "gone".

    An approved application is deleted at once; what is left is the account, `person`, which the
    form named that was sent.
    """
    if application is not None:
        return "waiting" if application.state == "waiting" else "declined"
    inside = Member.objects.filter(pk=person or 0, organisation=moderator.organisation_id)
    return "approved" if inside.exclude(state="waiting").exists() else "gone"


def approve(
    ring: KeyRing, moderator: Member, application_id: int, person: int | None = None
) -> str:
    """Let someone in: her key, and never the one of her row, gets the network key.

    Returns where it stood before: only for "waiting" something was done. Raises NotModerator,
    Leaving, and VaultError when the application does not open or the desk is not the moderator's.
    """
    with moderator_decision(moderator, ring):
        require_not_leaving(moderator.organisation_id)
        application = find_application(moderator, application_id)
        before = state_of(moderator, application, person)
        if application is not None and before == "waiting":
            _admit_application(ring, moderator, application)
    checkpoint_wal()
    return before


def _admit_application(ring: KeyRing, moderator: Member, application: Application) -> None:
    desk = desk_of(ring, moderator.organisation_id)
    member = Member.objects.select_for_update().get(pk=application.member_id)
    if member.state != "waiting":
        transfer.approve_transfer(ring, moderator, application)
        return
    asked = application_seals.opened(application, open_desk(ring, moderator, desk))
    admit(ring, member, asked, desk)
    member.save()
    application.delete()
    vouch.note_admission(ring, moderator.organisation_id, moderator, member=member)


def admit(
    ring: KeyRing, member: Member, asked: application_seals.ApplicationContent, desk: Desk
) -> None:
    """Turn the row of someone who waits into that of a member of the desk's organisation.

    Everything that counts comes from what she sealed; nothing is taken from the row. Until her
    next sign-in the network key lies under her welcome key (`signing_in.arrive`). Does not save.
    """
    member.public_key = asked.public_key
    member.organisation_id = desk.organisation_id or 0
    member.roles, member.stay_until, member.state = "member", None, "approved"
    member.epoch, member.network_seal = ring.current, None
    member.network_box = boxes.seal_box(
        asked.welcome_key, ring.network_key, contexts.welcome_box(member.pk, ring.current)
    )
    named = KeyRing(ring.seed, asked.pseudonym, ring.epochs)
    credentials.seal_pseudonym(member, named, desk)
    member.row_mac = member_mac(ring.row_key, member)


def decline(moderator: Member, application_id: int, person: int | None = None) -> str:
    """Nobody lets her in; she reads that when she signs in. Returns where it stood before."""
    return _set_state(moderator, application_id, person, "waiting", "declined")


def undo_decline(moderator: Member, application_id: int) -> str:
    """Let it wait again. Returns where it stood before."""
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
    """People who ask the moderator's organisation to let them in."""
    return [
        QueueItem(
            _("Someone asks to be let in"), reverse("accounts:application", args=[row.pk]), row.day
        )
        for row in waiting_applications(moderator.organisation_id)
    ]
