"""`/apply/`, and what a waiting applicant can reach."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from safety_app.accounts import retention
from safety_app.accounts.flows import applications, messages
from safety_app.accounts.keys import application_seals, arrival_words, credentials, desk_keys
from safety_app.accounts.keys.row_auth import keyless_row_key, member_mac
from safety_app.accounts.models import Application, Member, Message, Organisation
from safety_app.accounts.views.auth import apply
from safety_app.privacy import budgets
from safety_app.vault import seals
from safety_app.vault.errors import VaultBusy, VaultError
from tests import offers
from tests.accounts.conftest import shown_code
from tests.accounts.newcomers import (
    NOTE,
    PASSPHRASE,
    applicant,
    application_of,
    can_sign_in,
    fields,
    signs_in,
)
from tests.cast import OTHER_ORGANISATION, Person
from tests.test_walk import every_address

URL = "/en/apply/"
FOUND_WHILE_WAITING = {"/en/me/", "/en/me/erase/"}


def newcomer() -> Person:
    return Person("newcomer", "", "Calm Heron", PASSPHRASE)


def desk_seed(moderator: Person) -> bytes:
    row, ring = moderator.keys
    return desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))


@pytest.mark.thorough
def test_she_waits_and_her_recovery_code_is_shown_once(nobody: Client, moderator: Person) -> None:
    response = nobody.post(URL, fields())
    assert response.status_code == 200
    code = shown_code(response.content)
    page = nobody.get("/en/me/").content.decode()
    assert "Waiting for an answer" in page
    assert code not in page
    row, ring = newcomer().keys
    assert (row.state, row.roles, row.epoch, ring.epochs) == ("waiting", "member", 0, {})
    assert row.organisation == moderator.row.organisation
    again = {
        "recovery_code": code,
        "pseudonym": "Calm Heron",
        **offers.typed("recover", PASSPHRASE),
    }
    assert Client().post("/en/in/recover/", again).status_code == 200
    assert newcomer().row.state == "waiting"


def test_only_the_desk_reads_what_she_wrote(
    nobody: Client, moderator: Person, other_moderator: Person
) -> None:
    nobody.post(URL, fields())
    application = application_of(newcomer())
    application_content = application_seals.open_application(application, desk_seed(moderator))
    assert (application_content.pseudonym, application_content.note) == ("Calm Heron", NOTE)
    assert application_content.public_key == bytes(newcomer().row.public_key)
    with pytest.raises(VaultError):
        application_seals.open_application(application, desk_seed(other_moderator))


def test_sizes_do_not_depend_on_what_was_typed(moderator: Person) -> None:
    Client().post(URL, fields(pseudonym="Ab", note=""))
    Client().post(URL, fields(pseudonym="ชื่อ" * 10, note="🦊" * 500))
    assert len({len(row.sealed) for row in Application.objects.all()}) == 1
    assert Application.objects.count() == 2
    sizes = [
        {len(getattr(row, name)) for row in Member.objects.all()}
        for name in ("seed_seal", "network_box", "pseudonym_seal", "second_factor_box", "row_mac")
    ]
    assert all(len(size) == 1 for size in sizes)


def test_every_outcome_costs_one_run(
    nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    stretch = credentials.passphrase.stretch
    monkeypatch.setattr(
        credentials.passphrase, "stretch", lambda *a, **k: (runs.append(1), stretch(*a, **k))[1]
    )
    nobody.post(URL, fields())
    Client().post(URL, fields())  # the same name and passphrase
    monkeypatch.setattr(applications, "MAX_WAITING", 1)
    Client().post(URL, fields(pseudonym="Another One"))
    assert runs == [1, 1, 1]


@pytest.mark.thorough
def test_while_she_waits_there_is_nothing_else(moderator: Person) -> None:
    client = applicant().client
    for address in every_address():
        name = _name(address)
        if not name.startswith(("accounts:", "alerts:")) or address in FOUND_WHILE_WAITING:
            continue
        for response in (client.get(address), client.post(address, {"note": "x", "send": "1"})):
            if name in (
                "accounts:sign_in",
                "accounts:join",
                "accounts:apply",
                "accounts:sign_in_code",
            ):
                assert response.status_code in (302, 400, 403), address
            elif name == "accounts:recover":
                assert response.status_code in (200, 400), address
            elif name == "accounts:arrival":  # the words that her moderator reads to her
                assert response.status_code in (400, 405), address
            elif name in ("accounts:sign_out", "accounts:sign_out_everywhere"):
                assert response.status_code in (200, 302, 405), address
            elif name == "alerts:share":  # it reads no session, and shows a button to nobody
                assert response.status_code in (200, 400, 405), address
            elif name == "accounts:message_erase":
                assert response.status_code in (302, 404, 405), address
            else:
                assert response.status_code in (404, 405), address
        client = applicant_again(client)


def _name(address: str) -> str:
    return resolve(address).view_name


def applicant_again(client: Client) -> Client:
    """Signed in again if the previous address ended the session."""
    if client.get("/en/me/").status_code != 200:
        client.post("/en/in/", {"pseudonym": "Calm Heron", "passphrase": PASSPHRASE})
    return client


def test_the_four_words_are_those_the_moderator_sees(moderator: Person) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    seen = applications.open_application(ring, row, application_of(waiting_applicant)).words
    assert len(seen.split()) == 4
    assert seen not in waiting_applicant.client.get("/en/me/").content.decode()
    row, ring = waiting_applicant.keys
    assert arrival_words.own_comparison_words(ring, row) == seen


def test_a_swapped_desk_shows_in_the_words_even_when_it_was_put_back(
    moderator: Person, other_moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server whose file was written, too; others refuse it at once (`test_forged_desks`)."""
    monkeypatch.setattr(applications, "public_desk", desk_keys.desk_row)
    desk = desk_keys.desk_row(moderator.row.organisation_id)
    genuine, thief = bytes(desk.public_key), seals.new_seed()
    desk.public_key = seals.public_key(thief)
    desk.save()
    waiting_applicant = applicant()
    # The thief opens it, reseals it to the authentic desk, and puts that back.
    application = application_of(waiting_applicant)
    application_content = application_seals.open_application(application, thief)
    application_seals.seal_application(application, genuine, application_content, None)
    application.save()
    desk.public_key = genuine
    desk.save()
    row, ring = moderator.keys
    opened_application = applications.open_application(ring, row, application)
    assert opened_application.words not in waiting_applicant.client.get("/en/me/").content.decode()
    assert (
        "keys have changed since you asked"
        in waiting_applicant.client.get("/en/me/").content.decode()
    )
    assert (
        arrival_words.own_comparison_words(waiting_applicant.ring, waiting_applicant.row)
        != opened_application.words
    )


def test_taking_it_back_erases_everything(moderator: Person) -> None:
    waiting_applicant = applicant()
    page = waiting_applicant.client.get("/en/me/erase/").content.decode()
    assert "Delete every note" not in page
    typed = {"passphrase": PASSPHRASE}
    assert waiting_applicant.client.post("/en/me/erase/", typed).status_code == 200
    assert not can_sign_in(waiting_applicant)
    assert not Application.objects.exists()


def test_a_note_from_the_organisation_is_on_her_page(moderator: Person) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    application = application_of(waiting_applicant)
    messages.write_to_applicant(
        ring, row, "Come by on Thursday.", desk_seed=desk_seed(moderator), to=application
    )
    assert "Come by on Thursday." in waiting_applicant.client.get("/en/me/").content.decode()
    sent = {"message": str(Message.objects.get().pk)}
    assert waiting_applicant.client.post("/en/me/note/", sent).status_code == 302
    assert not Message.objects.exists()


def test_what_nobody_answers_vanishes_after_14_days(moderator: Person, member: Person) -> None:
    waiting_applicant = applicant()
    day = application_of(waiting_applicant).day
    shown = applications.expiry_date(application_of(waiting_applicant)).day
    assert f"{shown}" in waiting_applicant.client.get("/en/me/").content.decode()
    retention.sweep(day + datetime.timedelta(days=13))
    assert can_sign_in(waiting_applicant)
    retention.sweep(day + datetime.timedelta(days=14))
    assert not can_sign_in(waiting_applicant)
    assert not Application.objects.exists()
    assert can_sign_in(member)


def test_a_flood_does_not_fill_the_desk(
    nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "MAX_WAITING", 2)
    applicant("First One")
    applicant("Second One")
    response = nobody.post(URL, fields())
    assert response.status_code == 503
    assert b"Very many people" in response.content
    assert NOTE.encode() in response.content
    assert Application.objects.count() == 2
    assert nobody.post(URL, fields(organisation_name=OTHER_ORGANISATION)).status_code == 200


@pytest.mark.thorough
def test_many_tries_slow_down_and_close_nothing(
    nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting_applicant: list[float] = []
    monkeypatch.setattr(budgets.time, "sleep", waiting_applicant.append)
    monkeypatch.setattr(apply, "APPLY", apply.APPLY._replace(amount=1))
    for name in ("One More", "Two More", "Three More"):
        assert Client().post(URL, fields(pseudonym=name)).status_code == 200
    assert waiting_applicant == [1.0, 2.0]


def test_an_organisation_that_leaves_is_not_offered(nobody: Client, moderator: Person) -> None:
    leaving = Organisation.objects.get(name=OTHER_ORGANISATION)
    Organisation.objects.filter(pk=leaving.pk).update(leaves=datetime.date(2099, 1, 1))
    assert OTHER_ORGANISATION not in nobody.get(URL).content.decode()
    assert nobody.post(URL, fields(organisation_name=OTHER_ORGANISATION)).status_code == 400
    with pytest.raises(applications.NotOffered):
        applications.apply(leaving.pk, "Calm Heron", PASSPHRASE, "")


def test_a_damaged_desk_is_said_plainly(nobody: Client, moderator: Person) -> None:
    desk = desk_keys.desk_row(moderator.row.organisation_id)
    desk.public_key = b"no key"
    desk.save()
    response = nobody.post(URL, fields())
    assert response.status_code == 400
    assert b"cannot be asked now" in response.content
    assert not can_sign_in(newcomer())


@pytest.mark.parametrize(
    "other",
    [
        {"organisation": ""},
        {"organisation": "9" * 400},
        {"organisation": "x"},
        {"pseudonym": ""},
        {"pseudonym": "egni\u202etrs"},
        {"passphrase": "password password"},
        {"passphrase": "another one", "passphrase_again": "another one"},
        {"offered": ""},
        {"note": "x" * 501},
    ],
)
def test_bad_input_keeps_what_was_typed(
    nobody: Client, moderator: Person, other: dict[str, str]
) -> None:
    typed = {**fields(), **other}
    response = nobody.post(URL, typed)
    assert response.status_code == 400
    page = response.content.decode()
    assert typed["note"][:40] in page
    assert f'value="{PASSPHRASE}' not in page
    assert not Member.objects.filter(state="waiting").exists()


def test_the_same_pseudonym_and_passphrase_twice(nobody: Client, moderator: Person) -> None:
    applicant()
    assert nobody.post(URL, fields()).status_code == 400
    assert Application.objects.count() == 1


def test_busy(nobody: Client, moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise VaultBusy

    monkeypatch.setattr(credentials.passphrase, "stretch", full)
    response = nobody.post(URL, fields())
    assert response.status_code == 503
    assert NOTE.encode() in response.content


def test_wrong_method_and_someone_with_an_account(nobody: Client, member: Person) -> None:
    assert nobody.put(URL).status_code == 405
    assert member.client.get(URL)["Location"] == "/en/a/"
    assert applicant().client.get(URL)["Location"] == "/en/me/"


@pytest.mark.parametrize(
    "change",
    [
        {"state": "active"},
        {"state": "approved"},
        {"state": "odd"},
        {"state": "active", "roles": "editor"},
        {"roles": "member,moderator"},
        {"state": "active", "epoch": 1},
        {"public_key": b"x" * 1216},
    ],
)
def test_someone_who_waits_cannot_be_let_in_by_changing_her_row(
    moderator: Person, change: dict[str, object]
) -> None:
    waiting_applicant = applicant()
    client = waiting_applicant.client
    assert client.get("/en/me/").status_code == 200
    Member.objects.filter(pk=waiting_applicant.row.pk).update(**change)
    assert signs_in(waiting_applicant) == 403
    for path in ("me/", "a/", "desk/"):
        assert client.get(f"/en/{path}").status_code in (302, 403, 404)


def test_even_with_the_servers_word_she_holds_no_network_key(moderator: Person) -> None:
    """State and roles have to agree with what her row opens, whoever vouches for them."""
    waiting_applicant = applicant()
    row = waiting_applicant.row
    client = waiting_applicant.client
    for state, roles in (("active", "member"), ("active", "member,moderator")):
        row.state, row.roles = state, roles
        row.row_mac = member_mac(keyless_row_key(), row)
        row.save()
        assert signs_in(waiting_applicant) == 403
        for path in ("a/", "a/new/", "desk/", "desk/invite/", "vouch/"):
            assert client.get(f"/en/{path}").status_code == 404
