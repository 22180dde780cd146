"""What the next page says about the step before it: once, to that person, and nowhere else."""

import inspect
import re
import time

import pytest
from django.test import Client
from django.urls import resolve

from safety_app import notices
from tests import said
from tests.cast import Person
from tests.test_walk import every_address

pytestmark = pytest.mark.django_db


def say(client: Client, undo: notices.Undo | None = None) -> None:
    """A notice for the next page of this browser."""

    class Request:
        session = client.session

    notices.add(Request, "It is <done>.", undo)  # type: ignore[arg-type]
    Request.session.save()


def test_the_next_page_says_it_once(member: Person) -> None:
    say(member.client)
    page = member.client.get("/en/me/").content.decode()
    assert '<div class="notice" role="status"><p>It is &lt;done&gt;.</p></div>' in page
    assert page.index("It is &lt;done&gt;.") > page.index('<main id="main">')
    assert "It is &lt;done&gt;." not in member.client.get("/en/me/").content.decode()


def test_a_head_request_leaves_it_to_the_page(member: Person) -> None:
    say(member.client)
    member.client.head("/en/me/")
    assert "It is &lt;done&gt;." in member.client.get("/en/me/").content.decode()


def test_undo_is_a_form_that_goes_once_its_time_is_over(member: Person) -> None:
    undo = notices.Undo("/en/me/note/", {"message": "7"}, time.time() + 10)
    say(member.client, undo)
    page = member.client.get("/en/me/").content.decode()
    form = page.partition('<form method="post" action="/en/me/note/">')[2].partition("</form>")[0]
    assert 'name="csrfmiddlewaretoken"' in form, "a browser could not send it"
    assert '<input type="hidden" name="message" value="7">' in page
    say(member.client, notices.Undo("/en/me/note/", {"message": "7"}, time.time() - 1))
    page = member.client.get("/en/me/").content.decode()
    assert "It is &lt;done&gt;." in page
    assert '<input type="hidden" name="message" value="7">' not in page


def test_nobody_else_sees_it_and_a_link_cannot_make_the_site_say_it(
    member: Person, colleague: Person, nobody: Client
) -> None:
    say(member.client)
    for client in (colleague.client, nobody):
        page = client.get("/en/", {"notice": "It is <done>."}).content.decode()
        assert "It is &lt;done&gt;." not in page


def test_it_has_an_end(member: Person) -> None:
    class Request:
        session = member.client.session

    notices.add(Request, "x" * 5_000)  # type: ignore[arg-type]
    assert len(Request.session["notice"][0]) == notices.LONGEST


@pytest.mark.thorough
def test_every_address_that_takes_a_form_says_what_it_did() -> None:
    forgotten, steps = set(), 0
    for address in every_address():
        match = resolve(address)
        view = inspect.unwrap(match.func)
        takes_forms = re.search(r"\bPOST\b|require_POST", inspect.getsource(view))
        steps += bool(takes_forms)
        module = inspect.getmodule(view)
        if takes_forms and module and "notices.add(" not in inspect.getsource(module):
            forgotten.add(match.view_name)
    assert forgotten <= said.SILENT.keys() | said.ANSWERS.keys()
    assert steps > 30
