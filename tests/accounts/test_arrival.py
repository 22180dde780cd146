"""Somebody who applied comes in with the four words that her moderator reads to her."""

from __future__ import annotations

import pytest
from django.test import Client

from alerts.models import Alert
from safety_app.accounts.flows import applications, recover
from safety_app.accounts.keys import application_seals, arrival_words, credentials, desk_keys
from safety_app.accounts.keys.keyring import welcome_key
from safety_app.accounts.keys.row_auth import desk_mac
from safety_app.accounts.models import Desk, Member, PersonalSettings
from safety_app.vault import seals
from tests import offers
from tests.accounts.newcomers import accept, applicant, application_of, comparison_words
from tests.accounts.test_flows_during_rotation import rotate
from tests.cast import Person
from tests.offers import shown_passphrase

WORDS = "/en/me/words/"


def approve(moderator: Person, person: Person) -> None:
    row, ring = moderator.keys
    assert accept(ring, row, application_of(person).pk) == "waiting"


def read_out(moderator: Person, person: Person) -> str:
    """What the moderator sees on the page of somebody who was accepted."""
    pk = Member.objects.get(public_key=seals.public_key(person.ring.seed)).pk
    return shown_passphrase(moderator.client.get(f"/en/desk/people/{pk}/").content.decode())


@pytest.mark.thorough
def test_the_words_let_her_in(moderator: Person) -> None:
    newcomer = applicant(words_typed=False)
    approve(moderator, newcomer)
    client = newcomer.client
    for path in ("/en/a/", "/en/a/check/", "/en/a/new/"):
        assert client.get(path).status_code == 404
    page = client.get("/en/me/").content.decode()
    assert "You are accepted" in page
    words = read_out(moderator, newcomer)
    assert words not in page
    assert "Read four words" in moderator.client.get("/en/desk/").content.decode()
    wrong = client.post(WORDS, {"words": "bodafi kemoru tisane lovagu"})
    assert wrong.status_code == 400
    assert "not the words" in wrong.content.decode()
    assert client.get("/en/a/").status_code == 404
    typed = client.post(WORDS, {"words": f" {words.upper().replace(' ', '-')}. "})
    assert (typed.status_code, typed["Location"]) == (302, "/en/a/")
    assert client.get("/en/a/").status_code == 200
    row, ring = newcomer.keys
    assert (row.state, ring.network_key) == ("active", moderator.ring.network_key)
    assert "Read four words" not in moderator.client.get("/en/desk/").content.decode()
    person_page = moderator.client.get(f"/en/desk/people/{row.pk}/").content.decode()
    assert 'class="secret"' not in person_page
    assert newcomer.sign_in().get("/en/a/").status_code == 200


def test_typed_while_she_waits_they_let_her_in_at_once(moderator: Person) -> None:
    newcomer = applicant(words_typed=False)
    row, ring = moderator.keys
    words = applications.open_application(ring, row, application_of(newcomer)).words
    client = newcomer.client
    assert client.post(WORDS, {"words": words})["Location"] == "/en/me/"
    assert "nobody has swapped the keys" in client.get("/en/me/").content.decode()
    assert client.get("/en/a/").status_code == 404
    approve(moderator, newcomer)
    assert client.get("/en/a/").status_code == 200


def test_an_invitation_needs_none(moderator: Person, member: Person) -> None:
    assert member.client.get("/en/a/").status_code == 200
    assert member.client.post(WORDS, {"words": "x"}).status_code == 404


@pytest.mark.parametrize("put_back", [False, True])
def test_who_swaps_the_desk_while_she_applies_captures_nobody(
    moderator: Person, put_back: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thief opens what she sent, makes her row with his own keys, and lets her in.

    On a server whose file was written, too; others refuse it at once (`test_forged_desks`).
    """
    monkeypatch.setattr(applications, "public_desk", desk_keys.desk_row)
    organisation = moderator.row.organisation_id
    desk, thief = desk_keys.desk_row(organisation), seals.new_seed()
    genuine = bytes(desk.public_key)
    desk.public_key = seals.public_key(thief)
    desk.save()
    newcomer = applicant(words_typed=False)
    row, ring = moderator.keys
    if put_back:
        desk.public_key = genuine
    else:  # at best for him: it counts as genuine for whoever holds the key that arrives
        desk.row_mac = desk_mac(ring.row_key, desk)
    desk.save()
    content = applications.application_seals.open_application(application_of(newcomer), thief)
    hers = Member.objects.get(pk=newcomer.row.pk)
    applications.admit_applicant(ring, hers, content, desk)
    hers.save()
    application_of(newcomer).delete()
    client = newcomer.client
    assert client.get("/en/a/").status_code == 404
    # What her moderator reads to her comes from the organisation's own desk.
    fingerprint = desk_keys.desk_row(organisation)
    fingerprint.public_key = genuine
    words = arrival_words.comparison_words(
        content.public_key, credentials.desk_fingerprint(fingerprint)
    )
    refused = client.post(WORDS, {"words": words})
    assert refused.status_code == 400
    page = refused.content.decode()
    assert "keys have changed since you asked" in page
    posted = client.post("/en/a/new/", {"what": ["threats"], "send": "1"})
    assert posted.status_code == 404
    assert client.get("/en/a/").status_code == 404
    assert not Alert.objects.exists()


def test_a_desk_that_is_not_authentic_when_she_arrives_refuses_her_and_says_why(
    moderator: Person,
) -> None:
    newcomer = applicant()
    approve(moderator, newcomer)
    desk = desk_keys.desk_row(moderator.row.organisation_id)
    before = bytes(desk.row_mac)
    Desk.objects.filter(pk=desk.pk).update(row_mac=bytes(32))
    client = newcomer.client
    assert client.get("/en/a/").status_code == 404
    assert "keys have changed since you asked" in client.get("/en/me/").content.decode()
    Desk.objects.filter(pk=desk.pk).update(row_mac=before)
    assert newcomer.sign_in().get("/en/a/").status_code == 200


@pytest.mark.thorough
def test_settings_that_somebody_wrote_over_open_no_door(moderator: Person) -> None:
    newcomer = applicant()
    approve(moderator, newcomer)
    other = applicant("Other Heron")
    box = PersonalSettings.objects.get(member=other.row.pk).box
    words = read_out(moderator, newcomer)
    for written in (bytes(box), b"", b"\x01" * 40):
        PersonalSettings.objects.filter(member=newcomer.row.pk).update(box=written)
        client = newcomer.sign_in()
        assert client.get("/en/a/").status_code == 404
        assert client.post(WORDS, {"words": words}).status_code == 400


@pytest.mark.thorough
@pytest.mark.parametrize("when", ["waiting", "accepted"])
def test_a_recovery_in_between_asks_for_new_words(moderator: Person, when: str) -> None:
    newcomer = applicant(words_typed=False)
    code = recover.renew_recovery_code(newcomer.row.pk, newcomer.ring).recovery_code
    if when == "accepted":
        approve(moderator, newcomer)
    old = arrival_words.own_comparison_words(newcomer.ring, newcomer.row)
    typed = {"recovery_code": code, "pseudonym": newcomer.pseudonym}
    typed |= offers.typed("recover", newcomer.passphrase)
    assert Client().post("/en/in/recover/", typed).status_code == 200
    if when == "waiting":
        approve(moderator, newcomer)
    client = newcomer.client
    assert client.get("/en/a/").status_code == 404
    assert client.post(WORDS, {"words": old}).status_code == 400
    assert client.post(WORDS, {"words": read_out(moderator, newcomer)}).status_code == 302
    assert client.get("/en/a/").status_code == 200


@pytest.mark.thorough
def test_the_key_is_renewed_before_she_types_them(moderator: Person) -> None:
    newcomer = applicant(words_typed=False)
    client = newcomer.client
    approve(moderator, newcomer)
    assert "You are accepted" in client.get("/en/me/").content.decode()
    after = rotate(moderator)
    assert client.get("/en/me/").status_code == 200
    words = read_out(moderator, newcomer)
    rotate(moderator)
    assert client.post(WORDS, {"words": words}).status_code == 302
    assert client.get("/en/a/").status_code == 200
    assert newcomer.ring.current > after.current - 1


@pytest.mark.parametrize("words", ["", " ", "x" * 300, "<script>", "\u200b", "no such words"])
def test_what_are_no_words(moderator: Person, words: str) -> None:
    newcomer = applicant(words_typed=False)
    approve(moderator, newcomer)
    response = newcomer.client.post(WORDS, {"words": words})
    assert response.status_code == 400
    assert "<script>" not in response.content.decode().split("<main")[1]


def test_wrong_method_and_wrong_person(nobody: Client, moderator: Person) -> None:
    newcomer = applicant()
    assert newcomer.client.get(WORDS).status_code == 405
    assert nobody.post(WORDS, {"words": "x"}).status_code == 403


@pytest.mark.thorough
def test_nobody_is_accepted_before_the_words_are_compared(moderator: Person) -> None:
    newcomer = applicant(words_typed=False)
    path = f"/en/desk/asked/{application_of(newcomer).pk}/"
    for compared in ({}, {"compared": ""}, {"compared": "1"}):
        answer = moderator.client.post(path, {"approve": "1", **compared})
        assert answer.status_code == 400
        assert "Compare the words first" in answer.content.decode()
        assert newcomer.row.state == "waiting"
    typed = {"approve": "1", "compared": comparison_words(newcomer)}
    assert moderator.client.post(path, typed).status_code == 302
    assert newcomer.row.state == "approved"


def test_who_swaps_the_application_between_tick_and_button_gets_no_key(moderator: Person) -> None:
    """The thief applies under her name, and puts what he sealed in the place of hers."""
    newcomer = applicant(words_typed=False)
    ticked = {"approve": "1", "compared": comparison_words(newcomer)}
    asked = application_of(newcomer)
    thief = seals.new_seed()
    content = application_seals.ApplicationContent(
        seals.public_key(thief), welcome_key(thief), newcomer.pseudonym, "It is me."
    )
    desk = desk_keys.desk_row(moderator.row.organisation_id)
    application_seals.seal_application(asked, bytes(desk.public_key), content, None)
    asked.save()
    assert moderator.client.post(f"/en/desk/asked/{asked.pk}/", ticked).status_code == 400
    assert Member.objects.get(pk=asked.member_id).state == "waiting"
