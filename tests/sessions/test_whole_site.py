"""Sessions on the real site: signing in, locking, unlocking, leaving, being signed out."""

import re
import secrets

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from safety_app.accounts.keys.keyring import SESSION_KEY as RING
from safety_app.sealed_sessions import SessionStore
from tests.stacks.memory import stored

ORIGIN = "http://testserver"
IDLE = settings.SESSION_IDLE_SECONDS
# Every page with `body.in` is one that someone signed in sees.
INSIDE = b'<body class="in">'


def hidden(response) -> dict[str, str]:
    page = response.content.decode()
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page))


def cookie_of(client) -> str:
    return client.cookies["s"].value


@pytest.fixture
def careful(member):
    client = member.sign_in(pin="271828")
    # The CSRF cookie is there as soon as a page with a form was seen.
    client.get("/en/a/new/")
    return client


def test_signing_in_gives_a_new_cookie_each_time(member):
    client = member.sign_in()
    first = cookie_of(client)
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
    client.post("/en/in/", typed)
    assert cookie_of(client) != first
    assert SessionStore(first).get(RING) is None


def test_a_planted_cookie_is_not_adopted(member, nobody):
    planted = "A" * 43
    nobody.cookies["s"] = planted
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
    assert nobody.post("/en/in/", typed).status_code == 302
    assert cookie_of(nobody) != planted
    assert not SessionStore().exists(planted)


def test_the_cookie_signs_in_to_nothing_after_signing_out_everywhere(member):
    here, there = member.sign_in(), member.sign_in()
    row = member.row
    row.stamp = secrets.token_bytes(16)
    row.save(update_fields=["stamp"])
    for client in (here, there):
        response = client.get("/en/a/")
        assert response.status_code == 302
        assert response["Location"] == "/en/in/"


def test_a_locked_session_looks_signed_out_everywhere(careful):
    assert INSIDE in careful.get("/en/a/").content
    locked = careful.get("/en/lock/")
    assert INSIDE not in locked.content
    for page in ("/en/", "/en/kept/", "/en/lock/"):
        assert INSIDE not in careful.get(page).content
    for page in ("/en/a/", "/en/a/check/", "/en/a/new/", "/en/me/"):
        assert careful.get(page)["Location"] == "/en/lock/"
    # To Django's own authentication too.
    session = SessionStore(cookie_of(careful))
    assert session.get(SESSION_KEY) is None


def test_a_report_survives_the_lock(careful):
    story = "He took my phone.\r\nGrey car."
    sent = {"text": story, "what": ["theft", "threats"], "level": "2", "unlock": "1"}
    referrer = {"HTTP_REFERER": f"{ORIGIN}/en/a/new/"}
    asked = careful.post("/en/lock/", sent, **referrer)
    assert b'name="pin"' in asked.content
    fields = hidden(asked)
    assert fields["text"] == story
    assert fields["carry_to"] == "/en/a/new/"
    form = {**sent, **fields, "pin": "271828"}
    unlocked = careful.post("/en/lock/", form, **referrer)
    assert unlocked.status_code == 307
    again = careful.post(unlocked["Location"], form, **referrer)
    assert again.status_code == 200
    assert INSIDE in again.content


def test_a_report_survives_the_end_of_the_session(careful, member):
    cache.clear()  # the server has restarted
    story = "He took my phone."
    asked = careful.post("/en/a/new/", {"text": story, "next": "1"})
    assert asked.status_code == 403
    assert hidden(asked)["text"] == story
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
    response = careful.post("/en/in/", {**hidden(asked), **typed})
    assert response.status_code == 307
    assert response["Location"] == "/en/a/new/"


def test_an_account_without_notes_to_read_finds_home_after_a_lock(translator):
    client = translator.sign_in(pin="271828")
    client.get("/en/lock/")
    response = client.post("/en/lock/", {"pin": "271828"}, follow=True)
    assert response.status_code == 200
    assert INSIDE in response.content


def test_leaving_ends_it_for_every_tab(careful):
    cookie = cookie_of(careful)
    careful.post("/exit")
    careful.cookies["s"] = cookie
    assert careful.get("/en/a/")["Location"] == "/en/in/"
    assert not SessionStore().exists(cookie)


def test_no_row_is_written_by_locking_and_leaving(careful):
    with CaptureQueriesContext(connection) as queries:
        careful.get("/en/lock/")
        careful.post("/en/lock/", {"pin": "000000"})
        careful.post("/en/lock/", {"pin": "271828"})
        careful.post("/exit")
    assert {query["sql"].split()[0] for query in queries.captured_queries} <= {"SELECT"}


def test_public_pages_set_no_cookie_and_start_no_session(nobody):
    for page in ("/en/", "/en/kept/", "/healthz"):
        assert nobody.get(page).cookies == {}
    assert stored() == {}


@pytest.mark.parametrize("page", ["/en/in/", "/en/join/", "/en/in/recover/", "/en/lock/"])
def test_pages_where_secrets_are_typed_are_kept_nowhere(nobody, page):
    response = nobody.get(page)
    assert response["Cache-Control"] == "no-store"
    assert len(response.content) % 12_288 == 0
    assert not response.has_header("Content-Encoding")


def test_the_production_middleware_is_in_the_order_the_design_needs():
    """Pace sees the whole, padding comes after everything that writes into a page."""
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    assert order[0] == "response_timing"
    assert order.index("headers") < order.index("padding") < order.index("request_limits")
    assert order.index("request_limits") < order.index("SessionMiddleware")
    in_order = ["AuthenticationMiddleware", "AccountMiddleware", "idle_lock", "trusted_row"]
    assert sorted(in_order, key=order.index) == in_order


def test_a_language_is_never_kept_in_a_cookie(nobody):
    nobody.get("/es/")
    assert "django_language" not in nobody.cookies
    request = RequestFactory().get("/")
    assert request.COOKIES == {}
