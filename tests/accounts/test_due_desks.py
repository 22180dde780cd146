"""A desk whose key somebody else may know gets nothing, whatever its column says: the column can
say that a desk is due for a new key, and never that it is not (decision 43).
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from safety_app.accounts.flows import found_network, invite, proposals, revoke
from safety_app.accounts.flows.found_network import Founding
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.keys import desk_keys, verifying_keys
from safety_app.accounts.models import Desk, DeskSeal, Proposal, WitnessList
from safety_app.accounts.rotation import desk_rotation
from safety_app.vault import codes, seals, signatures
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import NEW
from tests.cast import Person

PAGE = "/en/desk/"
FIRST = MadePassphrase("kafedu bizoti nolape rimuso")


def moderation() -> Desk:
    return Desk.objects.get(organisation=None)


def desk_in(organisation: int) -> Desk:
    return Desk.objects.get(organisation=organisation)


def lacks(desk: Desk) -> bool:
    return not DeskSeal.objects.filter(desk__organisation=None, via_desk=desk).exists()


@pytest.fixture
def former(moderator: Person) -> NewAccount:
    """A second moderator, not removed yet, who can write to the database."""
    return join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Plover", NEW)


# Of an organisation


@dataclass
class Made:
    """An organisation that she proposed: she saw its codes."""

    founding: Founding
    first: NewAccount

    @property
    def desk(self) -> Desk:
        return Desk.objects.get(organisation=self.founding.organisation)

    @property
    def known_seed(self) -> bytes:
        typed = codes.fold_code(self.founding.desk_recovery_code)
        return found_network.open_desk_with_code(self.desk, typed)


@pytest.fixture
def made(former: NewAccount, moderator: Person, other_moderator: Person) -> Made:
    """Her access has ended since."""
    proposals.propose(former.ring, former.member, "Riverside")
    proposal = Proposal.objects.get()
    proposals.confirm(other_moderator.ring, other_moderator.row, proposal.pk)
    founding = proposals.create_organisation(former.ring, former.member, proposal.pk)
    first = join(founding.invitation_code, "Honest First", FIRST)
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    return Made(founding, first)


def visit(*people: Person) -> None:
    for person in people:
        assert person.sign_in().get(PAGE).status_code == 200


@pytest.mark.thorough
def test_the_shared_keys_are_not_sealed_to_a_key_that_is_known(
    made: Made, moderator: Person, other_moderator: Person
) -> None:
    assert made.desk.renewal_due
    assert lacks(made.desk)
    Desk.objects.filter(pk=made.desk.pk).update(renewal_due=False)
    visit(moderator, other_moderator)
    assert lacks(made.desk)
    renew_own_desk(moderator.ring, moderator.row)
    visit(moderator, other_moderator)
    assert lacks(made.desk)
    assert made.desk.pk in desk_rotation.due_desks(moderator.ring)


@pytest.mark.thorough
@pytest.mark.parametrize("key", ["the same key", "another key and back"])
def test_a_link_that_she_adds_makes_no_new_key(
    made: Made, moderator: Person, other_moderator: Person, key: str
) -> None:
    """She knows the desk's seed, but not the network key of now: its row holds as a whole."""
    desk, seed, other = made.desk, made.known_seed, seals.new_seed()
    desk.renewal_due = False
    public_key = desk.public_key
    if key == "another key and back":
        desk.public_key = seals.public_key(other)
        verifying_keys.prolong_certificate(desk, seed, other)
        desk.public_key, seed, other = public_key, other, seed
        verifying_keys.prolong_certificate(desk, seed, other)
    else:
        verifying_keys.prolong_certificate(desk, seed, seed)
    desk.save()
    with pytest.raises(VaultError):
        desk_keys.desk_of(moderator.ring, desk.organisation_id)
    visit(moderator, other_moderator)
    assert lacks(made.desk)


@pytest.mark.thorough
def test_its_own_moderators_are_asked_and_then_it_gets_them(
    made: Made, moderator: Person, other_moderator: Person
) -> None:
    first = Person("first", "moderator", "Honest First", FIRST)
    Desk.objects.filter(pk=made.desk.pk).update(renewal_due=False)
    assert "Renew the moderation keys" in first.client.get(PAGE).content.decode()
    known = made.known_seed
    renew_own_desk(first.ring, first.row)
    visit(moderator, other_moderator)
    assert not lacks(made.desk)
    assert bytes(made.desk.public_key) != seals.public_key(known)
    assert not desk_rotation.due_desks(moderator.ring)
    page = first.client.get(PAGE).content.decode()
    assert "Renew the moderation keys" not in page


@pytest.mark.thorough
def test_a_desk_that_is_due_renews_no_shared_keys(
    former: NewAccount, moderator: Person, other_moderator: Person
) -> None:
    """They would be sealed to it."""
    proposals.propose(former.ring, former.member, "Riverside")
    proposal = Proposal.objects.get()
    proposals.confirm(other_moderator.ring, other_moderator.row, proposal.pk)
    founding = proposals.create_organisation(former.ring, former.member, proposal.pk)
    join(founding.invitation_code, "Honest First", FIRST)
    DeskSeal.objects.filter(via_desk=desk_in(moderator.row.organisation_id)).delete()
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    before = bytes(moderation().public_key)
    visit(Person("first", "moderator", "Honest First", FIRST))
    assert bytes(moderation().public_key) == before
    visit(other_moderator)
    assert bytes(moderation().public_key) != before


# Of all moderators


@pytest.fixture
def unrenewed(former: NewAccount, moderator: Person) -> bytes:
    """Her access ended while her organisation's desk lacked the moderation desk, so that this has
    the seed still that she knows; she clears the column that says so.
    """
    known = bytes(desk_keys.moderation_seed(former.ring, former.member) or b"")
    desk = desk_in(former.member.organisation_id)
    DeskSeal.objects.filter(desk__organisation=None, via_desk=desk).delete()
    revoke.revoke_access(moderator.ring, moderator.row, [former.member.pk])
    assert moderation().renewal_due
    Desk.objects.filter(organisation=None).update(renewal_due=False)
    return known


def is_renewed(known: bytes) -> bool:
    return bytes(moderation().public_key) != seals.public_key(known)


@pytest.mark.thorough
def test_the_next_page_of_another_organisation_renews_the_shared_keys(
    unrenewed: bytes, moderator: Person, other_moderator: Person
) -> None:
    visit(moderator)
    assert not is_renewed(unrenewed)
    visit(other_moderator)
    assert is_renewed(unrenewed)
    own, newest = desk_in(moderator.row.organisation_id), bytes(moderation().public_key)
    assert not lacks(own)
    visit(moderator, other_moderator)
    assert bytes(moderation().public_key) == newest  # once


@pytest.mark.thorough
@pytest.mark.parametrize("spoils", ["signs the new key", "the desk", "the list", "shares"])
def test_nothing_that_she_writes_keeps_them(
    unrenewed: bytes, moderator: Person, other_moderator: Person, spoils: str
) -> None:
    own = desk_in(moderator.row.organisation_id)
    if spoils == "signs the new key":
        verifying_keys.certify_again(own, unrenewed, is_due=False)
        own.save(update_fields=["certificate"])
        assert len(own.certificate) == signatures.LINK_SIZE
    elif spoils == "the desk":
        Desk.objects.filter(pk=own.pk).update(row_mac=bytes(32))
    elif spoils == "the list":
        WitnessList.objects.all().delete()
    else:
        verifying_keys.certify_again(own, unrenewed, is_due=False)
        own.save(update_fields=["certificate"])
        desk_keys.seal_desk(moderation(), unrenewed, own).save(force_insert=True)
    visit(other_moderator)
    assert is_renewed(unrenewed)
