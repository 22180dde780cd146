"""New organisations: one proposes, another confirms, the one that proposed makes it.

With one organisation only there is nobody to confirm. A proposal's row carries a MAC under the
network key's row key, so nobody who only writes to the database can confirm one.
"""

from __future__ import annotations

import datetime
import unicodedata

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.flows import found_network, vouch
from safety_app.accounts.flows.found_network import Founding
from safety_app.accounts.keys import epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.preconditions import (
    moderator_decision,
    require_not_leaving,
)
from safety_app.accounts.models import Invitation, Member, Organisation, Proposal
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.accounts.periods import PROPOSAL_DAYS
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault import network
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

NAME_LIMIT = 80

# Letters that Unicode does not decompose, and digits that read as letters.
_LOOK_ALIKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "0": "o", "1": "l"}
)


class OrganisationNameTaken(ValueError):
    """An organisation or a proposal has this name, or one that reads like it."""


class ProposalNotPossible(Exception):
    """The proposal is gone, was tampered with, or is not in a state that allows this."""


def normalised_name(name: str) -> str:
    """A name for comparison: without case, accents, spaces and punctuation; may be empty.

    Organisations are few: look-alike letters of other alphabets are left for people to notice.
    """
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        character for character in decomposed.translate(_LOOK_ALIKES) if character.isalnum()
    )


def proposal_mac(row_key: bytes, proposal: Proposal) -> bytes:
    """The MAC (32 bytes) a proposal's row must carry under a row key (32 bytes).

    Ids are included as decimal text. SQLite may hold any value in those columns: as text, every
    value has a MAC of its own, so a tampered row fails the check and raises nothing.
    """
    return network.mac(
        row_key,
        make_context(
            "proposal",
            proposal.pk,
            str(proposal.name),
            str(proposal.organisation_id),
            "" if proposal.confirmed_by_id is None else str(proposal.confirmed_by_id),
            proposal.day.isoformat(),
        ),
    )


def is_authentic(ring: KeyRing, proposal: Proposal) -> bool:
    """Whether moderators of these organisations made the row as it is."""
    try:
        return network.equal(proposal_mac(ring.row_key, proposal), bytes(proposal.mac))
    except VaultError:  # an id that is none of ours
        return False


def open_proposals(ring: KeyRing) -> list[Proposal]:
    """All open, authentic proposals, oldest first."""
    rows = _open_rows().select_related("organisation", "confirmed_by").order_by("day", "pk")
    return [row for row in rows if is_authentic(ring, row)]


def count_damaged(ring: KeyRing) -> int:
    """How many open proposals somebody without the network key wrote or changed."""
    return sum(not is_authentic(ring, row) for row in _open_rows())


def expiry_date(proposal: Proposal) -> datetime.date:
    """The day on which a proposal is deleted if the organisation was not created."""
    return proposal.day + datetime.timedelta(days=PROPOSAL_DAYS)


def needs_confirmation() -> bool:
    """Whether another organisation exists that can confirm.

    Organisations that the server knows to hold the shared keys count too: somebody who can write to
    the database could hide the others' rows for a moment.
    """
    signers = epoch_pin.pinned_signers()
    if Organisation.objects.count() > 1 or signers is None:
        return True
    try:
        holders = {one.organisation for one in verifying_keys.witnesses_of(signers.witnesses)}
    except VaultError:  # the list is hidden, too
        return True
    return len(holders) > 1


def can_create(proposal: Proposal) -> bool:
    """Whether the proposing organisation can create it now."""
    is_confirmed = proposal.confirmed_by_id not in (None, proposal.organisation_id)
    return is_confirmed or not needs_confirmation()


def propose(ring: KeyRing, moderator: Member, name: str) -> None:
    """Propose a new organisation, for 30 days.

    Raises OrganisationNameTaken, NotModerator, OrganisationLeaving.
    """
    with moderator_decision(moderator, ring):
        require_not_leaving(moderator.organisation_id)
        if normalised_name(name) in _normalised_names():
            raise OrganisationNameTaken
        proposal = Proposal(
            id=random_id(), name=name, organisation_id=moderator.organisation_id, day=today()
        )
        proposal.mac = proposal_mac(ring.row_key, proposal)
        proposal.save(force_insert=True)


def confirm(ring: KeyRing, moderator: Member, proposal_id: int) -> None:
    """Confirm another organisation's proposal.

    Raises ProposalNotPossible, NotModerator, OrganisationLeaving.
    """
    with moderator_decision(moderator, ring):
        require_not_leaving(moderator.organisation_id)
        proposal = _lock_proposal(ring, proposal_id)
        own = moderator.organisation_id
        if proposal.organisation_id == own or proposal.confirmed_by_id is not None:
            raise ProposalNotPossible
        proposal.confirmed_by_id = own
        proposal.mac = proposal_mac(ring.row_key, proposal)
        proposal.save(update_fields=["confirmed_by", "mac"])


def withdraw(moderator: Member, proposal_id: int) -> None:
    """Withdraw a proposal of one's own organisation. Raises ProposalNotPossible, NotModerator."""
    own = Proposal.objects.filter(organisation=moderator.organisation_id)
    with moderator_decision(moderator):
        if not own.filter(pk=proposal_id).delete()[0]:
            raise ProposalNotPossible
    checkpoint_wal()


def create_organisation(ring: KeyRing, moderator: Member, proposal_id: int) -> Founding:
    """Create the organisation one's own proposed. Its two codes are shown once.

    Raises ProposalNotPossible, NotModerator, OrganisationLeaving, and VaultError when the desk
    is not the moderator's.
    """
    with moderator_decision(moderator, ring):
        require_not_leaving(moderator.organisation_id)
        proposal = _lock_proposal(ring, proposal_id)
        if proposal.organisation_id != moderator.organisation_id or not can_create(proposal):
            raise ProposalNotPossible
        if normalised_name(proposal.name) in _normalised_names(without=proposal.pk):
            raise ProposalNotPossible
        proposal.delete()
        # The creator sees the new desk's recovery code: its first moderator is asked to renew it.
        founding = found_network.add_organisation(ring, moderator, proposal.name, is_due=True)
        invitation = Invitation.objects.get(organisation=founding.organisation)
        # At the creator's own desk too, so that the unused code ends with their access.
        for noted_at in (founding.organisation.pk, moderator.organisation_id):
            admitted = (invitation, founding.invitation_code)
            vouch.note_admission(ring, noted_at, moderator, admitted)
    checkpoint_wal()
    return founding


def queue_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """What other organisations propose, and which of one's own proposals can be created."""
    items, url = [], reverse("accounts:organisations")
    for proposal in open_proposals(ring):
        if proposal.organisation_id == moderator.organisation_id:
            title = _("A new organisation can be made") if can_create(proposal) else ""
        else:
            title = "" if proposal.confirmed_by_id else _("A new organisation is proposed")
        if title:
            items.append(QueueItem(title, url, proposal.day, urgent=True))
    return items


def _open_rows() -> QuerySet[Proposal]:
    since = today() - datetime.timedelta(days=PROPOSAL_DAYS)
    return Proposal.objects.filter(day__gt=since)


def _lock_proposal(ring: KeyRing, proposal_id: int) -> Proposal:
    """An open, authentic proposal, locked until the transaction ends. Raises NotPossible."""
    proposal = _open_rows().select_for_update().filter(pk=proposal_id).first()
    if proposal is None or not is_authentic(ring, proposal):
        raise ProposalNotPossible
    return proposal


def _normalised_names(without: int = 0) -> set[str]:
    """The normalised names of all organisations and of other proposals."""
    taken = [*Organisation.objects.values_list("name", flat=True)]
    taken += Proposal.objects.exclude(pk=without).values_list("name", flat=True)
    return {normalised_name(str(name)) for name in taken}
