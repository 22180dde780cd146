"""Where those who work on pages begin, and how they come back to it."""

from __future__ import annotations

import pytest
from django.test import Client

from safety_app.accounts.flows import people
from tests.accounts.newcomers import applicant
from tests.cast import Person

pytestmark = pytest.mark.django_db
LINK = 'href="/en/translate/"'


def test_without_a_network_key_signing_in_leads_to_the_texts(translator: Person) -> None:
    typed = {"pseudonym": translator.pseudonym, "passphrase": translator.passphrase}
    assert Client().post("/en/in/", typed)["Location"] == "/en/translate/"
    assert translator.client.get("/en/in/")["Location"] == "/en/translate/"


def test_who_works_on_pages_finds_the_texts_from_every_page(
    translator: Person, editor: Person
) -> None:
    for someone in (translator, editor):
        assert LINK in someone.client.get("/en/me/").content.decode()


@pytest.mark.thorough
def test_members_go_on_to_the_notes(member: Person, moderator: Person) -> None:
    for someone in (member, moderator):
        assert someone.client.get("/en/in/")["Location"] == "/en/a/"
        assert LINK not in someone.client.get("/en/me/").content.decode()


def test_who_is_both_lands_on_the_notes_and_finds_the_texts(
    moderator: Person, member: Person
) -> None:
    row, ring = moderator.keys
    people.set_roles(ring, row, member.row.pk, seen=member.row.roles, granted=["translator"])
    assert member.client.get("/en/in/")["Location"] == "/en/a/"
    assert LINK in member.client.get("/en/me/").content.decode()
    assert member.client.get("/en/translate/").status_code == 200


def test_who_waits_finds_neither() -> None:
    waits = applicant()
    assert LINK not in waits.client.get("/en/me/").content.decode()
    assert waits.client.get("/en/in/")["Location"] == "/en/me/"


def test_nobody_sees_the_link(nobody: Client) -> None:
    assert LINK not in nobody.get("/en/").content.decode()
