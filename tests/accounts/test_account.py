"""`/me/`, signing out, a new recovery code"""

from __future__ import annotations

import pytest
from django.test import Client

from tests import offers
from tests.accounts.conftest import shown_code
from tests.cast import Person
from tests.languages import LANGUAGES

ASKED_OF_EVERYONE = [
    "/en/me/",
    "/en/me/change/",
    "/en/me/recovery/",
    "/en/me/second-step/",
    "/en/me/erase/",
]


@pytest.mark.thorough
def test_it_says_who_she_is_here(member: Person, moderator: Person) -> None:
    page = member.client.get("/en/me/").content.decode()
    assert member.pseudonym in page
    assert member.organisation in page
    assert "Moderation" not in page
    assert ">Moderation<" in moderator.client.get("/en/me/").content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("path", ASKED_OF_EVERYONE)
def test_everyone_signed_in_has_these_and_nobody_else(
    nobody: Client, member: Person, translator: Person, path: str
) -> None:
    response = nobody.get(path)
    assert (response.status_code, response["Location"]) == (302, "/en/in/")
    for person in (member, translator):
        response = person.confirm().get(path)
        assert response.status_code == 200
        assert len(response.content) % 12288 == 0
        assert response["Cache-Control"].startswith("no-store")


@pytest.mark.thorough
@pytest.mark.parametrize("path", ASKED_OF_EVERYONE)
def test_wrong_methods(member: Person, path: str) -> None:
    assert member.client.delete(path).status_code == 405
    assert member.client.post("/en/me/").status_code == 405


@pytest.mark.parametrize("path", ["/en/me/out/", "/en/me/everywhere/"])
def test_signing_out_is_a_post(member: Person, path: str) -> None:
    assert member.client.get(path).status_code == 405
    assert member.client.get("/en/me/").status_code == 200


def test_sign_out_ends_this_session_only(member: Person) -> None:
    other = member.sign_in()
    key = member.client.cookies["s"].value
    assert member.client.post("/en/me/out/")["Location"] == "/en/in/"
    assert member.client.get("/en/me/").status_code == 302
    member.client.cookies["s"] = key
    assert member.client.get("/en/me/").status_code == 302
    assert other.get("/en/me/").status_code == 200


def test_log_out_everywhere_ends_all(member: Person, colleague: Person) -> None:
    other = member.sign_in()
    response = member.client.post("/en/me/everywhere/", {"everywhere": "1"})
    assert response.status_code == 200
    assert b"signed out on every device" in response.content
    assert b'class="in"' not in response.content
    assert other.get("/en/me/").status_code == 302
    assert member.client.get("/en/me/").status_code == 302
    assert colleague.client.get("/en/me/").status_code == 200


def test_a_new_recovery_code_replaces_the_old(member: Person) -> None:
    before = bytes(member.row.recovery_handle)
    response = member.client.post("/en/me/recovery/", {"make": "1"})
    assert (response.status_code, response["Location"]) == (
        302,
        "/en/me/again/?next=%2Fen%2Fme%2Frecovery%2F",
    )
    member.confirm()
    for typed in ({}, {"make": "1", "carry_to": "/en/me/recovery/"}):
        refused = member.client.post("/en/me/recovery/", typed)
        assert refused.status_code == 200
        assert b'class="secret"' not in refused.content
    assert bytes(member.row.recovery_handle) == before
    response = member.client.post("/en/me/recovery/", {"make": "1"})
    code = shown_code(response.content)
    assert bytes(member.row.recovery_handle) != before
    typed = {
        "recovery_code": code,
        "pseudonym": member.pseudonym,
        **offers.typed("recover", member.passphrase),
    }
    assert Client().post("/en/in/recover/", typed).status_code == 200


@pytest.mark.thorough
def test_languages(member: Person) -> None:
    for language in LANGUAGES:
        assert member.client.get(f"/{language}/me/").status_code == 200


def test_log_out_everywhere_is_done_even_when_this_session_had_ended(
    nobody: Client, member: Person
) -> None:
    other = member.sign_in()
    nobody.get("/en/in/")
    page = nobody.post("/en/me/everywhere/", {"everywhere": "1"})
    assert b'name="carry_to" value="/en/me/everywhere/"' in page.content
    typed = {
        "pseudonym": member.pseudonym,
        "passphrase": member.passphrase,
        "everywhere": "1",
        "carry_to": "/en/me/everywhere/",
    }
    response = nobody.post("/en/in/", typed)
    assert (response.status_code, response["Location"]) == (307, "/en/me/everywhere/")
    nobody.post("/en/me/everywhere/", {"everywhere": "1"})
    assert other.get("/en/me/").status_code == 302
