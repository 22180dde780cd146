"""Rows that a member writes herself, with a right MAC, before she loses access: none gets a new key
unless moderators see it, so that they can end its access.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from safety_app.accounts.flows import invite, people, revoke
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys.desk_keys import desk_of
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import invitation_mac, member_mac
from safety_app.accounts.models import (
    Desk,
    Invitation,
    Member,
    last_day_of_code,
    listed_invitations,
    listed_people,
)
from safety_app.accounts.periods import INVITATION_DAYS
from safety_app.accounts.rotation import desk_upkeep, network_rotation
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import seals
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import Person

PASSPHRASE = MadePassphrase("kafedu bizoti nolape rimuso")
ADDED = "account or code was added from outside"


@dataclass(frozen=True)
class Planted:
    """A second account that a member made for herself, with her own second key pair."""

    row: Member

    @property
    def got_key(self) -> bool:
        return Member.objects.get(pk=self.row.pk).network_seal is not None


def plant(person: Person, changed: Callable[[Member], None]) -> Planted:
    row, ring = person.keys
    planted = Member.objects.get(pk=row.pk)
    planted.pk, planted.handle, planted.recovery_handle = random_id(), bytes(32), bytes(32)
    planted.public_key, planted.pseudonym_mac = seals.public_key(seals.new_seed()), None
    changed(planted)
    planted.row_mac = member_mac(ring.row_key, planted)
    planted.save(force_insert=True)
    return Planted(planted)


def in_no_organisation(row: Member) -> None:
    row.organisation_id = random_id()


def under_a_small_id(row: Member) -> None:
    row.pk = 77


def as_a_translator(row: Member) -> None:
    row.roles = "translator"


def as_somebody_who_waits(row: Member) -> None:
    row.state = "waiting"


@pytest.mark.thorough
@pytest.mark.sqlite_only("PostgreSQL refuses a row of no organisation")
@pytest.mark.parametrize(
    ("changed", "is_counted"),
    [
        (in_no_organisation, True),
        (under_a_small_id, True),
        (as_a_translator, False),
        (as_somebody_who_waits, False),
    ],
)
def test_an_account_that_no_moderator_sees_gets_no_new_key(
    moderator: Person, colleague: Person, changed: Callable[[Member], None], is_counted: bool
) -> None:
    planted = plant(colleague, changed)
    try:
        page = moderator.sign_in().get("/en/desk/").content.decode()
        assert (ADDED in page) == is_counted
        ring = revoke.revoke_access(moderator.ring, moderator.row, [colleague.row.pk]).ring
        assert not planted.got_key
        network_rotation.renew_network_key(ring)
        assert not planted.got_key
    finally:
        planted.row.delete()


def test_an_account_that_is_listed_gets_the_key(moderator: Person, colleague: Person) -> None:
    planted = plant(colleague, lambda row: None)
    shown = [one.row.pk for one in people.people_of(moderator.ring, moderator.row)]
    network_rotation.renew_network_key(moderator.ring)
    assert planted.got_key
    assert planted.row.pk in shown


def test_whoever_gets_the_key_is_listed(moderator: Person, other_moderator: Person) -> None:
    network_rotation.renew_network_key(moderator.ring)
    sealed = Member.objects.filter(network_seal__isnull=False)
    shown = [
        one.row.pk
        for person in (moderator, other_moderator)
        for one in people.people_of(person.ring, person.row)
    ]
    assert set(sealed.values_list("pk", flat=True)) <= set(shown)
    assert set(shown) == set(listed_people().values_list("pk", flat=True))


def test_an_organisation_that_moderators_did_not_make_gets_no_new_key(
    moderator: Person, other_moderator: Person
) -> None:
    row = other_moderator.row
    Desk.objects.filter(organisation=row.organisation_id).update(certificate=bytes(128))
    ring = network_rotation.renew_network_key(moderator.ring)
    changed = Member.objects.get(pk=row.pk)
    assert changed.network_seal is None
    # Put right again, its people take part in the next renewal.
    assert bytes(changed.row_mac) == member_mac(ring.row_key, changed)


@dataclass(frozen=True)
class PlantedCode:
    """A code that she wrote into the database: nothing says who made it."""

    code: str
    row: Invitation
    ring: KeyRing

    def lasts_until(self, day: datetime.date) -> None:
        self.row.expires = day
        self.row.row_mac = invitation_mac(self.ring.row_key, self.row)
        self.row.save()


@pytest.fixture
def code(colleague: Person) -> PlantedCode:
    row, ring = colleague.keys
    desk = desk_of(ring, row.organisation_id)
    code = invite.issue_invitation(ring, row.organisation, desk, "member")
    return PlantedCode(code, Invitation.objects.get(), ring)


def test_a_code_of_an_unknown_maker_ends_with_any_removal(
    moderator: Person, colleague: Person, code: PlantedCode
) -> None:
    known = invite.make_invitation(moderator.ring, moderator.row, "member")
    revoke.revoke_access(moderator.ring, moderator.row, [colleague.row.pk])
    assert not Invitation.objects.filter(pk=code.row.pk).exists()
    assert join(known, "Calm Heron", PASSPHRASE).ring.current == 2


def test_a_code_lasts_no_longer_than_the_product_gives(
    moderator: Person, code: PlantedCode
) -> None:
    code.lasts_until(last_day_of_code() + datetime.timedelta(days=1))
    assert not listed_invitations().exists()
    assert ADDED in str(desk_upkeep.forgery_items(moderator.ring, moderator.row))
    network_rotation.renew_network_key(moderator.ring)
    assert Invitation.objects.get().network_seal is None
    with pytest.raises(InvitationRefused):
        join(code.code, "Back Again", PASSPHRASE)


def test_on_its_longest_day_a_code_is_listed_and_gets_the_key(
    moderator: Person, code: PlantedCode
) -> None:
    code.lasts_until(today() + datetime.timedelta(days=INVITATION_DAYS))
    assert listed_invitations().get() == code.row
    network_rotation.renew_network_key(moderator.ring)
    assert join(code.code, "Calm Heron", PASSPHRASE).ring.current == 2
