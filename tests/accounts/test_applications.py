"""`/desk/asked/<id>/`: an application is approved or declined, once"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from safety_app.accounts import retention
from safety_app.accounts.flows import applications, undo
from safety_app.accounts.keys import (
    desk_keys,
    vouching_seals,
)
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.models import Application, Member, Vouching
from safety_app.locales.dates import today
from tests import offers
from tests.accounts.newcomers import (
    NOTE,
    accept,
    applicant,
    application_of,
    can_sign_in,
    comparison_words,
)
from tests.cast import Person
from tests.stacks.threads import shared


def url(person: Person) -> str:
    return f"/en/desk/asked/{application_of(person).pk}/"


def approve(moderator: Person, waiting_applicant: Person) -> str:
    row, ring = moderator.keys
    return accept(ring, row, application_of(waiting_applicant).pk)


def body(client: Client, path: str, **sent: str) -> str:
    response = client.post(path, sent, follow=True) if sent else client.get(path)
    return response.content.decode()


@pytest.mark.thorough
def test_the_desk_lists_it_and_shows_it(moderator: Person, other_moderator: Person) -> None:
    waiting_applicant = applicant()
    assert url(waiting_applicant) in body(moderator.client, "/en/desk/")
    assert url(waiting_applicant) not in body(other_moderator.client, "/en/desk/")
    page = body(moderator.client, url(waiting_applicant))
    assert "Calm Heron" in page
    assert NOTE in page
    assert "today" in page


@pytest.mark.thorough
def test_approving_asks_once_more_and_lets_her_in(moderator: Person) -> None:
    waiting_applicant = applicant()
    client, path = moderator.client, url(waiting_applicant)
    page = body(client, path, ask="1")
    assert "Accept this person?" in page
    assert waiting_applicant.row.state == "waiting"
    ticked = {"approve": "1", "compared": comparison_words(waiting_applicant)}
    accepted = body(client, path, **ticked, person=str(waiting_applicant.row.pk))
    assert "Accepted. They come in with four words" in accepted
    assert "Four words to read out" in accepted
    assert not Application.objects.exists()
    row, ring = moderator.keys
    assert Member.objects.get(pk=waiting_applicant.row.pk).state == "approved"
    check_member(ring, Member.objects.get(pk=waiting_applicant.row.pk))
    assert waiting_applicant.client.get("/en/a/").status_code == 200
    inside, her_ring = waiting_applicant.keys
    assert (inside.state, her_ring.network_key) == ("active", ring.network_key)
    check_member(ring, inside)
    seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    assert desk_keys.open_pseudonym(seed, inside, ring) == "Calm Heron"
    entry = vouching_seals.open_vouching(Vouching.objects.get(member=inside), seed, ring)
    assert entry.voucher == row.pk


def test_her_pseudonym_can_be_read_before_she_comes_back(moderator: Person) -> None:
    waiting_applicant = applicant()
    pk = waiting_applicant.row.pk
    approve(moderator, waiting_applicant)
    row, ring = moderator.keys
    seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    assert desk_keys.open_pseudonym(seed, Member.objects.get(pk=pk), ring) == "Calm Heron"


@pytest.mark.thorough
def test_who_is_signed_in_meanwhile_is_in_at_the_next_page(moderator: Person) -> None:
    waiting_applicant = applicant()
    client = waiting_applicant.client
    assert client.get("/en/a/").status_code == 404
    approve(moderator, waiting_applicant)
    assert client.get("/en/a/").status_code == 200
    assert "My account" in body(client, "/en/me/")
    assert waiting_applicant.row.state == "active"


@pytest.mark.thorough
def test_approving_twice_has_one_effect(moderator: Person) -> None:
    waiting_applicant = applicant()
    path, person = url(waiting_applicant), str(waiting_applicant.row.pk)
    second_moderator = moderator.sign_in()
    typed = {"approve": "1", "person": person, "compared": comparison_words(waiting_applicant)}
    assert moderator.client.post(path, typed).status_code == 302
    before = Member.objects.get(pk=person)
    for sent in ("approve", "decline"):
        response = second_moderator.post(path, {sent: "1", "person": person})
        assert response.status_code == 409
        assert "accepted already" in response.content.decode()
    after = Member.objects.get(pk=person)
    assert bytes(after.network_box or b"") == bytes(before.network_box or b"")
    assert Vouching.objects.filter(member=after).count() == 1


@pytest.mark.thorough
def test_someone_else_declined_it_meanwhile(moderator: Person) -> None:
    waiting_applicant = applicant()
    path, second_moderator = url(waiting_applicant), moderator.sign_in()
    moderator.client.post(path, {"decline": "1"})
    page = body(second_moderator, path, approve="1")
    assert "It is declined" in page
    assert "Undo" not in page
    assert "Undo" not in body(second_moderator, path)
    assert waiting_applicant.row.state == "waiting"
    assert "declined" in body(second_moderator, path, undo="1")
    assert application_of(waiting_applicant).state == "declined"


@pytest.mark.thorough
def test_taken_back_or_run_out_meanwhile(moderator: Person) -> None:
    waiting_applicant = applicant()
    path, person = url(waiting_applicant), str(waiting_applicant.row.pk)
    Application.objects.update(day=today() - datetime.timedelta(days=14))
    for sent in ({}, {"approve": "1", "person": person}, {"decline": "1", "person": person}):
        response = moderator.client.post(path, sent)
        assert response.status_code == 404
        assert "not here any more" in response.content.decode()
    assert waiting_applicant.row.state == "waiting"
    waiting_applicant.row.delete()
    assert moderator.client.post(path, {"approve": "1", "person": person}).status_code == 404
    assert moderator.client.post(path, {"approve": "1", "person": "x" * 400}).status_code == 404


@pytest.mark.thorough
def test_declining_can_be_undone_for_ten_seconds(
    moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_applicant = applicant()
    client, path = moderator.client, url(waiting_applicant)
    response = client.post(path, {"decline": "1"})
    assert (response.status_code, response["Location"]) == (302, path)
    assert "Undo" in body(client, path)
    assert "The answer was no this time" in body(waiting_applicant.client, "/en/me/")
    assert client.post(path, {"undo": "1"}).status_code == 302
    assert application_of(waiting_applicant).state == "waiting"
    assert "asks to join" in body(client, path, undo="1")
    assert "Waiting for an answer" in body(waiting_applicant.client, "/en/me/")
    client.post(path, {"decline": "1"})
    clock = undo.time.time() + 60
    monkeypatch.setattr(undo.time, "time", lambda: clock)
    assert "Undo" not in body(client, path)
    assert "ten seconds are over" in body(client, path, undo="1")
    assert application_of(waiting_applicant).state == "declined"


def test_who_was_declined_vanishes_with_it(moderator: Person) -> None:
    waiting_applicant = applicant()
    moderator.client.post(url(waiting_applicant), {"decline": "1"})
    retention.sweep(today() + datetime.timedelta(days=14))
    assert not can_sign_in(waiting_applicant)
    assert not Application.objects.exists()


@pytest.mark.thorough
def test_what_comes_back_through_the_lock_page_decides_nothing(moderator: Person) -> None:
    waiting_applicant = applicant()
    for sent in ("ask", "approve", "decline"):
        answer = moderator.client.post(
            url(waiting_applicant), {sent: "1", "carry_to": url(waiting_applicant)}
        )
        assert answer.status_code == 200
        assert "Accept this person?" not in answer.content.decode()
    assert application_of(waiting_applicant).state == "waiting"


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["CALM  heron", "ｃａｌｍ heron", "Calm Heron"])
def test_a_pseudonym_that_waits_twice_is_said(moderator: Person, name: str) -> None:
    waiting_applicant = applicant()
    other = Person("other", "", name, "another sentence about ships at sea")
    applying_for(other, offers.typed("apply", other.passphrase))
    assert "is waiting too" in body(moderator.client, url(waiting_applicant))


def applying_for(person: Person, more: dict[str, str]) -> None:
    from_page = Client().get("/en/apply/").content.decode()
    chosen = from_page.split('<option value="')[-1].split('"')[0]
    for option in from_page.split('<option value="')[1:]:
        if person.organisation in option:
            chosen = option.split('"')[0]
    typed = {"organisation": chosen, "pseudonym": person.pseudonym, "note": "", **more}
    assert Client().post("/en/apply/", typed).status_code == 200


def test_a_pseudonym_of_the_organisation_is_said(moderator: Person, member: Person) -> None:
    waiting_applicant = applicant(member.pseudonym.upper())
    assert "Someone in your organisation has this pseudonym" in body(
        moderator.client, url(waiting_applicant)
    )


def test_a_pseudonym_of_another_organisation_is_not(moderator: Person, outsider: Person) -> None:
    waiting_applicant = applicant(outsider.pseudonym)
    assert "this pseudonym" not in body(moderator.client, url(waiting_applicant))


@pytest.mark.thorough
def test_only_moderators_of_the_asked_organisation_find_it(
    nobody: Client, cast: dict[str, Person]
) -> None:
    waiting_applicant = applicant()
    path = url(waiting_applicant)
    assert nobody.get(path)["Location"] == "/en/in/"
    for name in ("member", "reporter", "translator", "outsider", "other_moderator"):
        for sent in (
            {},
            {"approve": "1", "person": str(waiting_applicant.row.pk)},
            {"decline": "1"},
            {"undo": "1"},
        ):
            assert cast[name].client.post(path, sent).status_code == 404
        assert cast[name].client.get(path).status_code == 404
    other, ring = cast["other_moderator"].keys
    assert (
        accept(ring, other, application_of(waiting_applicant).pk, waiting_applicant.row.pk)
        == "gone"
    )
    assert waiting_applicant.row.state == "waiting"
    unknown = cast["moderator"].client.get(f"/en/desk/asked/{2**62 + 5}/").content
    missing = cast["other_moderator"].client.get(path).content
    assert (
        unknown.split(b"<main")[1].split(b"</main")[0]
        == (missing.split(b"<main")[1].split(b"</main")[0])
    )


def test_wrong_methods(moderator: Person) -> None:
    assert moderator.client.put(url(applicant())).status_code == 405


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_two_phones_at_the_same_moment(
    moderator: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    pk, person = application_of(waiting_applicant).pk, waiting_applicant.row.pk
    count = shared(tmp_path, monkeypatch)
    start, answers = threading.Barrier(3), []

    def press(decide: Callable[[], str]) -> None:
        start.wait()
        answers.append(decide())
        connection.close()

    buttons = [
        lambda: accept(ring, row, pk, person),
        lambda: accept(ring, row, pk, person),
        lambda: applications.decline(row, pk, person),
    ]
    threads = [threading.Thread(target=press, args=(button,)) for button in buttons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) in (
        ["approved", "approved", "waiting"],
        ["declined", "declined", "waiting"],
    )
    entries = count(f"SELECT count(*) FROM accounts_vouching WHERE member_id = {person}")  # noqa: S608
    assert entries == int("approved" in answers)
