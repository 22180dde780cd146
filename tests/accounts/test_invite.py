"""`/desk/invite/`"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client

from safety_app.accounts.flows import invite, vouch
from safety_app.accounts.keys import desk_keys, vouching_seals
from safety_app.accounts.models import DeskSeal, Invitation, Organisation, Vouching
from safety_app.accounts.presentation import qr_code
from tests import offers
from tests.accounts.conftest import shown_code
from tests.cast import Person

URL = "/en/desk/invite/"
MAKE = {"make": "1", "role": "member", "stay": "good"}


@pytest.mark.thorough
def test_only_moderators_find_it(
    nobody: Client, member: Person, reporter: Person, translator: Person, moderator: Person
) -> None:
    assert nobody.get(URL)["Location"] == "/en/in/"
    for person in (member, reporter, translator):
        assert person.client.get(URL).status_code == 404
        assert person.client.post(URL, MAKE).status_code == 404
        assert person.client.post(URL, {"set": "1", "vouchings": "9"}).status_code == 404
    assert not Invitation.objects.exists()
    assert moderator.client.get(URL).status_code == 200


@pytest.mark.thorough
@pytest.mark.parametrize("role", ["member", "reporter", "moderator", "translator", "editor"])
@pytest.mark.parametrize("stay", ["good", "guest"])
def test_a_code_is_shown_once_and_works(moderator: Person, role: str, stay: str) -> None:
    response = moderator.client.post(URL, {"make": "1", "role": role, "stay": stay})
    code = shown_code(response.content)
    assert b"<svg" in response.content
    row = Invitation.objects.get()
    assert row.guest == (stay == "guest")
    assert row.organisation == moderator.row.organisation
    assert (row.expires - datetime.datetime.now(datetime.UTC).date()).days == 14
    page = moderator.client.get(URL).content.decode()
    assert code not in page
    assert str(row.pk) in page
    assert ("as a guest" in page.split("Open invitations")[1]) == row.guest
    passphrase = "gibole natuve kirosa dapemu"
    typed = {"code": code, "pseudonym": "Calm Heron", **offers.typed("join", passphrase)}
    assert Client().post("/en/join/", typed).status_code == 200


@pytest.mark.thorough
def test_the_desk_knows_who_invited(moderator: Person) -> None:
    code = shown_code(moderator.client.post(URL, MAKE).content)
    row, ring = moderator.keys
    seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    entry = Vouching.objects.get(invitation__isnull=False)
    assert entry.invitation == Invitation.objects.get()
    assert vouching_seals.open_vouching(entry, seed, ring).voucher == row.pk
    passphrase = "four herons wait beside the canal"
    typed = {"pseudonym": "Calm Heron", **offers.typed("join", passphrase)}
    Client().post("/en/join/", {**typed, "code": code})
    entry.refresh_from_db()
    newcomer = Person("newcomer", "", "Calm Heron", passphrase)
    assert (entry.member, entry.invitation) == (newcomer.row, None)


def test_the_picture_holds_address_and_code(moderator: Person) -> None:
    page = moderator.client.post(URL, MAKE)
    code = shown_code(page.content).replace("-", "")
    assert qr_code(f"http://testserver/join/#{code}") in page.content.decode()


def test_the_printed_card_says_where_and_until_when(moderator: Person) -> None:
    page = moderator.client.post(URL, MAKE).content.decode()
    card = page.split('class="on-paper"')[1].split("</div>")[0]
    assert "testserver/en/join/" in card
    until = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=14)
    assert str(until.day) in card
    printed = page.split("<main")[1].split("</main")[0]
    assert "Nightjar" not in printed
    # Addresses end up in histories, so none contains the code.
    code = shown_code(page.encode())
    assert printed.count(code) == 1


@pytest.mark.thorough
def test_cancel(moderator: Person) -> None:
    moderator.client.post(URL, {**MAKE, "role": "moderator"})
    row = Invitation.objects.get()
    response = moderator.client.post(URL, {"cancel": str(row.pk)})
    assert (response.status_code, response["Location"]) == (302, URL)
    assert not Invitation.objects.exists()
    assert not DeskSeal.objects.filter(invitation__isnull=False).exists()
    assert moderator.client.post(URL, {"cancel": str(row.pk)}).status_code == 404


@pytest.mark.thorough
def test_another_organisations_invitations_are_not_there(
    moderator: Person, other_moderator: Person
) -> None:
    row, ring = moderator.keys
    invite.make_invitation(ring, row, "member")
    own_invitation = Invitation.objects.get()
    assert str(own_invitation.pk) not in other_moderator.client.get(URL).content.decode()
    assert other_moderator.client.post(URL, {"cancel": str(own_invitation.pk)}).status_code == 404
    assert Invitation.objects.exists()


@pytest.mark.thorough
def test_what_members_ask_for_is_not_in_this_list(moderator: Person, member: Person) -> None:
    row, ring = member.keys
    vouch.vouch(ring, row, "someone I know")
    vouched_invitation = Invitation.objects.get()
    assert str(vouched_invitation.pk) not in moderator.client.get(URL).content.decode()
    assert moderator.client.post(URL, {"cancel": str(vouched_invitation.pk)}).status_code == 404


@pytest.mark.parametrize("typed", ["", "0", "-1", "abc", "9" * 19, "9" * 400, "١٢", "1 OR 1=1"])
def test_ids_that_are_none(moderator: Person, typed: str) -> None:
    assert moderator.client.post(URL, {"cancel": typed}).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"make": "1"}, {**MAKE, "role": "king"}, {**MAKE, "stay": "x"}, {**MAKE, "role": ["a", "b"]}],
)
def test_choices_that_are_none(moderator: Person, fields: dict[str, Any]) -> None:
    assert moderator.client.post(URL, fields).status_code == 400
    assert not Invitation.objects.exists()


def test_what_comes_back_through_the_lock_page_makes_nothing(moderator: Person) -> None:
    response = moderator.client.post(URL, {"role": "reporter", "stay": "guest"})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'value="reporter" id="id_role_1" required checked' in page
    assert not Invitation.objects.exists()


@pytest.mark.thorough
def test_expired_ones_are_not_listed(moderator: Person) -> None:
    moderator.client.post(URL, MAKE)
    row = Invitation.objects.get()
    today = datetime.datetime.now(datetime.UTC).date()
    for days, words in ((1, "1 day left"), (0, "ends today"), (-1, "None is open.")):
        Invitation.objects.update(expires=today + datetime.timedelta(days=days))
        page = moderator.client.get(URL).content.decode()
        assert words in page
        assert (str(row.pk) in page) == (days >= 0)


@pytest.mark.thorough
def test_a_tampered_desk_seals_nothing(moderator: Person, other_moderator: Person) -> None:
    desk = desk_keys.desk_row(moderator.row.organisation_id)
    desk.public_key = desk_keys.desk_row(other_moderator.row.organisation_id).public_key
    desk.save()
    for role in ("member", "moderator", "translator"):
        # Nothing shows that it is her desk: tests/accounts/test_forged_desks.py.
        assert moderator.client.post(URL, {**MAKE, "role": role}).status_code == 404
    assert not Invitation.objects.exists()
    assert not DeskSeal.objects.filter(invitation__isnull=False).exists()


@pytest.mark.thorough
def test_the_number_for_members(moderator: Person, other_moderator: Person) -> None:
    assert 'value="3"' in moderator.client.get(URL).content.decode()
    assert moderator.client.post(URL, {"set": "1", "vouchings": "7"}).status_code == 302
    assert 'value="7"' in moderator.client.get(URL).content.decode()
    other_organisation = other_moderator.row.organisation
    assert Organisation.objects.get(pk=other_organisation.pk).vouchings == 3


@pytest.mark.parametrize("typed", ["", "21", "-1", "x", "9" * 400, "1.5"])
def test_numbers_that_cannot_be(moderator: Person, typed: str) -> None:
    response = moderator.client.post(URL, {"set": "1", "vouchings": typed})
    assert response.status_code == 400
    assert moderator.row.organisation.vouchings == 3


def test_a_number_that_comes_back_through_the_lock_page_sets_nothing(moderator: Person) -> None:
    sent = {"set": "1", "vouchings": "9", "carry_to": URL}
    assert moderator.client.post(URL, sent).status_code == 200
    assert moderator.row.organisation.vouchings == 3


def test_wrong_method(moderator: Person) -> None:
    assert moderator.client.put(URL).status_code == 405
