"""`/desk/asked/<id>/`: an application is approved or declined, once"""

from __future__ import annotations

import datetime
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client

from safety_app.accounts import retention
from safety_app.accounts.flows import applications, undo
from safety_app.accounts.keys import (
    application_seals,
    desk_keys,
    epochs,
    preconditions,
    vouching_seals,
)
from safety_app.accounts.keys.keyring import require_current_epoch
from safety_app.accounts.keys.network_box import NetworkBox, seal_network_box
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.models import Application, Member, Vouching
from safety_app.locales.dates import today
from safety_app.vault import boxes, seals
from safety_app.vault.errors import VaultError
from tests import offers
from tests.accounts.newcomers import (
    NOTE,
    accept,
    applicant,
    application_of,
    can_sign_in,
    comparison_words,
    signs_in,
)
from tests.cast import OTHER_ORGANISATION, Person


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


def test_a_swapped_public_key_gets_nothing(moderator: Person) -> None:
    waiting_applicant = applicant()
    genuine, thief = bytes(waiting_applicant.row.public_key), seals.new_seed()
    pk = waiting_applicant.row.pk
    Member.objects.filter(pk=pk).update(public_key=seals.public_key(thief))
    row, ring = moderator.keys
    assert accept(ring, row, Application.objects.get().pk) == "waiting"
    inside = Member.objects.get(pk=pk)
    assert bytes(inside.public_key) == genuine
    with pytest.raises(VaultError):
        epochs.open_epochs(thief, inside)
    assert signs_in(waiting_applicant) == 302


def test_an_application_moved_to_a_thiefs_row_opens_nothing_for_her(moderator: Person) -> None:
    waiting_applicant = applicant()
    thief = applicant("Other Thief")
    thiefs_row = thief.row
    Application.objects.filter(member=thiefs_row).delete()
    Application.objects.filter(member=waiting_applicant.row).update(member=thiefs_row)
    approve(moderator, thief)
    assert signs_in(thief) == 403


def test_a_network_key_of_a_thief_is_not_taken(moderator: Person) -> None:
    """With write access one knows the applicant's public key, but not their welcome key."""
    waiting_applicant = applicant()
    row = waiting_applicant.row
    fake = boxes.new_key()
    row.state, row.epoch = "approved", 1
    row.network_box = seal_network_box(boxes.new_key(), NetworkBox(fake, 1, bytes(32)), b"")
    row.save()
    assert signs_in(waiting_applicant) == 403


def test_roles_and_stay_of_the_column_do_not_count(moderator: Person) -> None:
    waiting_applicant = applicant()
    pk = waiting_applicant.row.pk
    Member.objects.filter(pk=pk).update(
        roles="member,moderator", stay_until=datetime.date(2099, 1, 1)
    )
    row, ring = moderator.keys
    accept(ring, row, Application.objects.get().pk)
    inside = Member.objects.get(pk=pk)
    assert (inside.roles, inside.stay_until) == ("member", None)


def test_an_application_for_an_account_that_does_not_wait_changes_nothing(
    moderator: Person, colleague: Person
) -> None:
    waiting_applicant = applicant()
    Application.objects.update(member=colleague.row)
    before = bytes(colleague.row.public_key)
    assert "could not be opened" in body(moderator.client, f"/en/desk/asked/{_only()}/")
    response = moderator.client.post(f"/en/desk/asked/{_only()}/", {"approve": "1"})
    assert response.status_code == 403
    assert bytes(colleague.row.public_key) == before
    assert waiting_applicant.row.state == "waiting"


def _only() -> int:
    return Application.objects.get().pk


@pytest.mark.thorough
def test_what_was_not_sealed_to_this_desk_can_only_be_declined(
    moderator: Person, other_moderator: Person
) -> None:
    waiting_applicant = applicant(organisation=OTHER_ORGANISATION)
    Application.objects.update(organisation=moderator.row.organisation)
    page = body(moderator.client, url(waiting_applicant))
    assert "could not be opened" in page
    assert 'name="ask"' not in page
    assert moderator.client.post(url(waiting_applicant), {"approve": "1"}).status_code == 403
    assert moderator.client.post(url(waiting_applicant), {"decline": "1"}).status_code == 302


def test_texts_that_are_none_do_not_break_the_page(moderator: Person) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    desk = desk_keys.desk_of(ring, row.organisation_id)
    application = application_of(waiting_applicant)
    content = b"\xff" * application_seals.SIZE
    application_seals.sealed_rows.seal_row(
        "application", application, bytes(desk.public_key), content, None
    )
    application.save()
    assert "could not be opened" in body(moderator.client, url(waiting_applicant))


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_two_phones_at_the_same_moment(
    moderator: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    pk, person = application_of(waiting_applicant).pk, waiting_applicant.row.pk
    file = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    # Each thread opens a copy on disk: an in-memory database has no locks to wait for.
    monkeypatch.setitem(connections.databases["default"], "NAME", str(file))
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
    with closing(sqlite3.connect(file)) as copy:
        entries = copy.execute("SELECT member_id FROM accounts_vouching WHERE member_id NOTNULL")
        entries_of_person = [admitted for (admitted,) in entries if admitted == person]
    assert entries_of_person == ([person] if "approved" in answers else [])


def test_nothing_is_sealed_to_an_older_key(
    moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    monkeypatch.setattr(
        preconditions,
        "require_current_epoch",
        lambda ring: (called.append(ring), require_current_epoch(ring))[1],
    )
    approve(moderator, applicant())
    assert len(called) == 1
