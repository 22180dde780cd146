"""`/me/erase/`"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from safety_app.accounts.flows import departures, erase, invite, sign_in
from safety_app.accounts.flows.erase import ErasureOffer
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import credentials
from safety_app.accounts.models import DeskSeal, Member
from safety_app.registry import Registry
from safety_app.vault.errors import VaultBusy
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import Person

URL = "/en/me/erase/"
GENERATED = MadePassphrase("gibole natuve kirosa dapemu")
called: list[bytes] = []


def forget_hers(ring: Any) -> int:
    called.append(ring.seed)
    return 1


def test_the_row_goes_and_the_session_ends(member: Person) -> None:
    client, row = member.client, member.row
    response = client.post(URL, {"passphrase": member.passphrase})
    assert response.status_code == 200
    assert b'class="in"' not in response.content
    assert not Member.objects.filter(pk=row.pk).exists()
    assert client.get("/en/me/").status_code == 302
    with pytest.raises(sign_in.UnknownAccount):
        _ = member.keys


def test_it_asks_for_the_passphrase(member: Person, colleague: Person) -> None:
    assert member.client.post(URL).status_code == 200
    assert member.client.post(URL, {"passphrase": ""}).status_code == 400
    for wrong in ("not this one", colleague.passphrase):
        assert member.client.post(URL, {"passphrase": wrong}).status_code == 403
    assert member.row
    assert colleague.row


def test_it_offers_what_other_apps_can_do_first(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers = Registry(ErasureOffer("take_back", "Take back what I wrote", forget_hers))
    monkeypatch.setattr(erase, "erasure_offers", offers)
    seed = member.ring.seed
    assert b"Take back what I wrote" in member.client.get(URL).content
    called.clear()
    member.client.post(URL, {"passphrase": "wrong", "take_back": "on"})
    assert called == []
    response = member.client.post(URL, {"passphrase": member.passphrase, "take_back": "on"})
    assert called == [seed]
    assert b"The notes you wrote are gone" in response.content


def test_an_offer_not_ticked_is_not_taken(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    offers = Registry(ErasureOffer("take_back", "Take back what I wrote", forget_hers))
    monkeypatch.setattr(erase, "erasure_offers", offers)
    called.clear()
    assert member.client.post(URL, {"passphrase": member.passphrase}).status_code == 200
    assert called == []


def second_moderator(moderator: Person, *, guest: bool = False) -> Person:
    row, ring = moderator.keys
    join(invite.make_invitation(ring, row, "moderator", guest=guest), "Brown Curlew", GENERATED)
    return Person("second", "moderator", "Brown Curlew", GENERATED)


def test_the_last_moderator_cannot_leave_the_others_alone(moderator: Person) -> None:
    shown = moderator.client.get(URL).content.decode()
    assert "Make someone else a moderator first" in shown
    assert 'name="passphrase"' not in shown
    typed = {"passphrase": moderator.passphrase}
    assert moderator.client.post(URL, typed).status_code == 409
    assert moderator.row
    # A row changed without the network key is not a moderator's.
    others = Member.objects.filter(organisation=moderator.row.organisation_id)
    others.exclude(pk=moderator.row.pk).update(roles="member,moderator")
    assert moderator.client.post(URL, typed).status_code == 409
    assert moderator.row


def test_a_guest_does_not_take_her_place(moderator: Person) -> None:
    second_moderator(moderator, guest=True)
    with pytest.raises(erase.LastModerator):
        erase.erase_account(moderator.row, moderator.ring, [])
    assert moderator.row


def test_one_of_two_moderators_can_leave_and_not_both_at_once(moderator: Person) -> None:
    second = second_moderator(moderator)
    typed = {"passphrase": moderator.passphrase}
    assert not erase.is_last_moderator(second.row, second.ring)
    assert not erase.is_last_moderator(moderator.row, moderator.ring)
    row, ring = second.keys
    pk = moderator.row.pk
    assert moderator.client.post(URL, typed).status_code == 200
    assert not DeskSeal.objects.filter(member=pk).exists()
    with pytest.raises(erase.LastModerator):
        erase.erase_account(row, ring, [])
    assert second.row


@pytest.mark.thorough
def test_the_last_moderator_of_nobody_else_or_of_one_that_leaves_can(
    moderator: Person, other_moderator: Person
) -> None:
    row = other_moderator.row
    Member.objects.filter(organisation=row.organisation_id).exclude(pk=row.pk).delete()
    typed = {"passphrase": other_moderator.passphrase}
    assert other_moderator.client.post(URL, typed).status_code == 200
    assert not Member.objects.filter(pk=row.pk).exists()
    typed = {"passphrase": moderator.passphrase}
    assert moderator.client.post(URL, typed).status_code == 409
    departures.announce_departure(moderator.row)
    assert moderator.client.post(URL, typed).status_code == 200


def test_busy_and_hostile(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    client = member.client
    assert client.post(URL, {"passphrase": "x" * 9999}).status_code == 400

    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    assert client.post(URL, {"passphrase": member.passphrase}).status_code == 503


@pytest.mark.sqlite_only("it is SQLite's file; PostgreSQL: tests/stacks/test_postgres.py")
@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_the_file(member: Person, nobody: Client) -> None:
    row = member.row
    columns = ("handle", "verifier", "public_key", "seed_seal", "recovery_seal", "network_box")
    columns += ("pseudonym_seal", "second_factor_box", "row_mac", "stamp")
    # A column may be split over database pages: search for its start.
    values = [bytes(getattr(row, name))[:16] for name in columns]
    assert all(value in _file() for value in values)
    member.client.post(URL, {"passphrase": member.passphrase})
    assert not [name for name, value in zip(columns, values, strict=True) if value in _file()]


def _file() -> bytes:
    """Every byte of the database, including free pages."""
    connection.ensure_connection()
    return connection.connection.serialize()


@pytest.mark.parametrize("came_by", [{"unlock": "1"}, {"carry_to": URL, "pin": ""}])
def test_getting_back_in_erases_nothing(member: Person, came_by: dict[str, str]) -> None:
    """The cover's button and the sign-in page forward the form, including a passphrase."""
    sent = {"passphrase": member.passphrase, "withdraw": "on", **came_by}
    response = member.client.post(URL, sent)
    assert response.status_code == 200
    page = response.content.decode()
    assert re.search(r'name="withdraw"[^>]* checked', page)
    assert member.row
    assert member.client.get("/en/me/").status_code == 200


def test_signing_in_on_the_way_back_erases_nothing(member: Person) -> None:
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase, "pin": ""}
    sent = {**typed, "withdraw": "on", "carry_to": URL}
    client = Client()
    client.get("/en/in/")  # nothing is carried without our cookie
    response = client.post("/en/in/", sent, follow=True)
    assert response.redirect_chain == [(URL, 307)]
    assert response.status_code == 200
    assert member.row
