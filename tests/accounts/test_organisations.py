"""`/desk/organisations/`, `/desk/leaving/` and closing: how organisations come and go."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from safety_app.accounts import retention
from safety_app.accounts.flows import departures, found_network, invite, proposals
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys, keyring, vouching_seals
from safety_app.accounts.models import (
    Desk,
    Member,
    Organisation,
    Proposal,
    Vouching,
)
from safety_app.locales.dates import today
from safety_app.vault import boxes, network
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.conftest import shown_code
from tests.cast import Person

pytestmark = pytest.mark.django_db

URL = "/en/desk/organisations/"
LEAVE = "/en/desk/leaving/"
NAME = "Riverside Café"
GENERATED = MadePassphrase("gibole natuve kirosa dapemu")


def page(person: Person) -> str:
    return person.client.get(URL).content.decode()


def press(person: Person, **typed: object) -> str:
    """The list's message after a button."""
    response = person.client.post(URL, typed)
    assert response.status_code == 302, response.content.decode()
    return page(person)


def proposed(moderator: Person) -> Proposal:
    row, ring = moderator.keys
    proposals.propose(ring, row, NAME)
    return Proposal.objects.get()


def open_code(ring: keyring.KeyRing, row: Member) -> str:
    """An open code of a leaving organisation, which can make no new ones."""
    return invite.issue_invitation(
        ring, row.organisation, desk_keys.desk_of(ring, row.organisation_id), "member"
    )


def close_path(organisation: int) -> str:
    return f"{URL}{organisation}/close/"


@pytest.mark.thorough
def test_only_moderators_find_them(
    nobody: Client, member: Person, reporter: Person, translator: Person, moderator: Person
) -> None:
    path = close_path(moderator.row.organisation_id)
    for address in (URL, LEAVE, path):
        assert nobody.get(address)["Location"] == "/en/in/"
        for person in (member, reporter, translator):
            assert person.client.get(address).status_code == 404
            assert person.client.post(address, {"leave": "1", "close": "1"}).status_code == 404
    assert not Organisation.objects.filter(leaves__isnull=False).exists()


def test_only_ones_own_people_are_counted(moderator: Person) -> None:
    shown = page(moderator)
    assert "Your organisation: 5 people" in shown
    assert shown.count("people</small>") == 1
    assert "Harbour House" in shown


@pytest.mark.thorough
def test_one_proposes_another_confirms_the_first_makes_it(
    moderator: Person, other_moderator: Person
) -> None:
    assert "It is proposed" in press(moderator, propose="1", name=f"  {NAME} ")
    proposal = Proposal.objects.get()
    assert proposal.name == NAME
    # Not by the proposing organisation, and not before another has confirmed.
    assert "Nothing was changed" in press(moderator, confirm=proposal.pk)
    assert "Nothing was changed" in press(moderator, make=proposal.pk)
    assert "Confirm it" not in page(moderator)
    assert "Make it" not in page(moderator)
    assert (
        "A new organisation is proposed" in other_moderator.client.get("/en/desk/").content.decode()
    )
    assert "It is confirmed." in press(other_moderator, confirm=proposal.pk)
    assert "Nothing was changed" in press(other_moderator, confirm=proposal.pk)
    assert "Nothing was changed" in press(other_moderator, make=proposal.pk)
    assert "A new organisation can be made" in moderator.client.get("/en/desk/").content.decode()
    response = moderator.client.post(URL, {"make": proposal.pk})
    shown = response.content.decode()
    assert response.status_code == 200
    assert shown.count("<svg") >= 2
    assert not Proposal.objects.exists()
    created = Organisation.objects.get(name=NAME)
    # Its first moderator joins, and opens both the own desk and the moderation desk.
    joined = join(shown_code(response.content), "Late Kestrel", GENERATED)
    assert joined.member.organisation == created
    for organisation in (created.pk, None):
        assert desk_keys.open_desk(
            joined.ring, joined.member, desk_keys.desk_of(joined.ring, organisation)
        )
    # Who knew the code is recorded at the new desk.
    seed = desk_keys.open_desk(
        joined.ring, joined.member, desk_keys.desk_of(joined.ring, created.pk)
    )
    entry = Vouching.objects.get(organisation=created)
    assert vouching_seals.open_vouching(entry, seed, joined.ring).voucher == moderator.row.pk
    # The second code opens the desk as well.
    code = shown.split("For its safe")[1].split('dir="ltr">')[1][:30].replace("-", "")
    assert found_network.open_desk_with_code(Desk.objects.get(organisation=created), code) == seed
    assert "Nothing was changed" in press(moderator, make=proposal.pk)
    assert Organisation.objects.count() == 3


@pytest.mark.thorough
def test_the_only_organisation_makes_the_second_itself(moderator: Person) -> None:
    other = Organisation.objects.exclude(pk=moderator.row.organisation_id).get()
    Member.objects.filter(organisation=other).delete()
    other.delete()
    assert "nobody has to confirm" in page(moderator)
    press(moderator, propose="1", name=NAME)
    response = moderator.client.post(URL, {"make": Proposal.objects.get().pk})
    assert response.status_code == 200
    assert Organisation.objects.filter(name=NAME).exists()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "typed",
    ["Lantern Collective", "LANTERN  collective", "lántern-collective", "Harb0ur House", "", "  "]
    + ["!?", "x" * 81, "\u202e"],
)
def test_names_that_are_none_or_read_like_another(moderator: Person, typed: str) -> None:
    response = moderator.client.post(URL, {"propose": "1", "name": typed})
    assert response.status_code == 400
    assert 'href="#id_name"' in response.content.decode()
    assert not Proposal.objects.exists()


def test_the_same_name_from_two_phones(moderator: Person, other_moderator: Person) -> None:
    proposed(moderator)
    response = other_moderator.client.post(URL, {"propose": "1", "name": NAME.upper()})
    assert response.status_code == 400
    assert NAME.upper() in response.content.decode()
    assert Proposal.objects.count() == 1


@pytest.mark.thorough
def test_taken_back_by_the_one_that_proposed(moderator: Person, other_moderator: Person) -> None:
    proposal = proposed(moderator)
    assert "Nothing was changed" in press(other_moderator, drop=proposal.pk)
    assert "is stopped" in press(moderator, drop=proposal.pk)
    assert not Proposal.objects.exists()
    assert "Nothing was changed" in press(other_moderator, confirm=proposal.pk)


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["", "0", "abc", "9" * 19, "9" * 400, "١" * 19])
def test_numbers_that_are_none(moderator: Person, typed: str) -> None:
    for action in ("confirm", "make", "drop"):
        assert "Nothing was changed" in press(moderator, **{action: typed})


def test_a_proposal_lives_thirty_days(moderator: Person, other_moderator: Person) -> None:
    proposal = proposed(moderator)
    row, ring = moderator.keys
    proposal.day = today() - datetime.timedelta(days=30)
    proposal.mac = proposals.proposal_mac(ring.row_key, proposal)
    proposal.save()
    assert "Nothing was changed" in press(other_moderator, confirm=proposal.pk)
    assert retention.sweep(today())["proposals"] == 1


@pytest.mark.thorough
def test_a_proposal_confirmed_in_the_database_is_not_accepted(
    moderator: Person, other_moderator: Person
) -> None:
    other = other_moderator.row.organisation_id
    proposal = proposed(moderator)
    Proposal.objects.update(confirmed_by=other)
    assert NAME not in page(moderator)
    assert "Nothing was changed" in press(moderator, make=proposal.pk)
    for odd in (0, -1, 2.5, "text", b"\xff"):
        proposal.confirmed_by_id = odd  # type: ignore[assignment]
        assert not proposals.is_authentic(moderator.ring, proposal)
    # Nor one that was inserted or renamed in the database.
    Proposal.objects.update(confirmed_by=None, name="Another")
    assert "Nothing was changed" in press(other_moderator, confirm=proposal.pk)
    forged = Proposal(name="Forged", organisation=moderator.row.organisation, day=today())
    forged.confirmed_by_id = other
    forged.mac = proposals.proposal_mac(network.row_key(boxes.new_key()), forged)
    forged.save(force_insert=True)
    assert "Nothing was changed" in press(moderator, make=forged.pk)
    assert Organisation.objects.count() == 2


def test_nobody_confirms_for_herself_by_moving_the_row(
    moderator: Person, other_moderator: Person
) -> None:
    proposal = proposed(moderator)
    row, ring = moderator.keys
    proposal.confirmed_by = row.organisation
    proposal.mac = proposals.proposal_mac(ring.row_key, proposal)
    proposal.save()
    assert "Nothing was changed" in press(moderator, make=proposal.pk)


@pytest.mark.thorough
def test_leaving_asks_twice_and_can_be_taken_back(
    moderator: Person, member: Person, translator: Person
) -> None:
    own = moderator.row.organisation_id
    assert "14 days from today" in moderator.client.get(LEAVE).content.decode()
    assert 'name="leave"' in moderator.client.post(LEAVE, {"ask": "1"}).content.decode()
    assert Organisation.objects.get(pk=own).leaves is None
    moderator.client.post(LEAVE, {"leave": "1", "unlock": "1"})
    assert Organisation.objects.get(pk=own).leaves is None
    assert moderator.client.post(LEAVE, {"leave": "1"})["Location"] == LEAVE
    assert Organisation.objects.get(pk=own).leaves == today() + datetime.timedelta(days=14)
    assert "last day: " in moderator.client.get(LEAVE).content.decode()
    assert "Your organisation quits this network." in member.client.get("/en/me/").content.decode()
    shown = translator.client.get("/en/me/").content.decode()
    assert "your account is closed." in shown
    assert "/en/me/move/" not in shown
    response = moderator.client.post(LEAVE, {"stay": "1"})
    assert (response.status_code, response["Location"]) == (302, URL)
    assert "Your organisation stays." in page(moderator)
    assert Organisation.objects.get(pk=own).leaves is None
    assert "quits this network" not in member.client.get("/en/me/").content.decode()


def test_a_second_phone_does_not_move_the_last_day(moderator: Person) -> None:
    row = moderator.row
    day = today() + datetime.timedelta(days=3)
    Organisation.objects.filter(pk=row.organisation_id).update(leaves=day)
    departures.announce_departure(row)
    assert Organisation.objects.get(pk=row.organisation_id).leaves == day
    Organisation.objects.update(leaves=today() - datetime.timedelta(days=1))
    assert not departures.cancel_departure(row)


def test_the_only_organisation_cannot_leave(moderator: Person) -> None:
    other = Organisation.objects.exclude(pk=moderator.row.organisation_id).get()
    Member.objects.filter(organisation=other).delete()
    other.delete()
    response = moderator.client.post(LEAVE, {"leave": "1"})
    assert response.status_code == 400
    assert "Yours is the only organisation." in response.content.decode()
    assert Organisation.objects.get().leaves is None
