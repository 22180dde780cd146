"""Reloading a page that showed something once: it was done, and is not done again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.recover import renew_recovery_code
from safety_app.accounts.models import Invitation, Member
from tests import offers
from tests.accounts.conftest import shown_code
from tests.cast import Person

pytestmark = pytest.mark.django_db

DONE = "This was done already"
HOME = "http://testserver"


def browser() -> Client:
    """One whose forms need their token, as outside of tests."""
    return Client(enforce_csrf_checks=True, headers={"origin": HOME, "referer": f"{HOME}/en/in/"})


def send(client: Client, page: Any, path: str, **fields: str) -> tuple[Any, dict[str, str]]:
    """Send the form of a page. Returns the answer and what was sent."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], **fields}
    return client.post(path, form), form


def signed_in(person: Person) -> Client:
    client = browser()
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    answer, _form = send(client, client.get("/en/in/"), "/en/in/", **typed)
    assert answer.status_code == 302
    page = client.get("/en/me/again/")
    answer, _form = send(client, page, "/en/me/again/", passphrase=person.passphrase)
    assert answer.status_code == 302
    return client


def test_a_new_recovery_code_stays_the_one_that_was_shown(member: Person) -> None:
    client, path = signed_in(member), "/en/me/recovery/"
    shown, form = send(client, client.get(path), path, make="1")
    assert shown_code(shown.content)
    before = bytes(Member.objects.get(pk=member.row.pk).recovery_handle)
    again = client.post(path, form)
    assert again.status_code == 409
    assert DONE in again.content.decode()
    assert bytes(Member.objects.get(pk=member.row.pk).recovery_handle) == before
    # Another form of the same page is another one.
    other, _form = send(client, client.get(path), path, make="1")
    assert shown_code(other.content) != shown_code(shown.content)
    # Going back to the first page and reloading it does not replace the second code either.
    assert client.post(path, form).status_code == 409


@pytest.mark.thorough
def test_an_invitation_is_made_once(moderator: Person) -> None:
    client, path = signed_in(moderator), "/en/desk/invite/"
    page = client.get(path)
    shown, form = send(client, page, path, make="1", role="member", stay="good")
    assert shown.status_code == 200
    count = Invitation.objects.count()
    assert DONE in client.post(path, form).content.decode()
    assert Invitation.objects.count() == count
    # Another button of the same page, which a browser kept for Back, is another form.
    assert client.post(path, {**form, "role": "reporter"}).status_code == 200
    assert Invitation.objects.count() == count + 1


def test_after_joining_nobody_reads_that_nothing_was_sent(moderator: Person) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "member")
    client, path = browser(), "/en/join/"
    page = client.get(path)
    typed = {"code": code, "pseudonym": "Even Teasel", **offers.taken_from(page)}
    shown, form = send(client, page, path, **typed)
    assert shown_code(shown.content)
    again = client.post(path, form).content.decode()
    assert DONE in again
    assert "Nothing was sent" not in again


def test_after_recovering_neither(member: Person) -> None:
    code = renew_recovery_code(member.row.pk, member.ring).recovery_code
    client, path = browser(), "/en/in/recover/"
    page = client.get(path)
    typed = {"recovery_code": code, "pseudonym": member.pseudonym, **offers.taken_from(page)}
    shown, form = send(client, page, path, **typed)
    assert shown_code(shown.content)
    assert DONE in client.post(path, form).content.decode()


def test_who_has_left_reads_that_nothing_was_sent(member: Person) -> None:
    client, path = signed_in(member), "/en/me/recovery/"
    _shown, form = send(client, client.get(path), path, make="1")
    client.cookies.clear()
    assert DONE not in client.post(path, form).content.decode()
