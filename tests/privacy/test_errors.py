"""Error pages: clear, framed, neutral; and the lost token that loses nothing typed."""

from urllib.parse import unquote

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.base import Template
from django.test import RequestFactory

from safety_app.privacy import budgets, errors
from tests.privacy import pages
from tests.privacy.conftest import ORIGIN, Browser, hidden


@pytest.mark.parametrize("who", ["nobody", "someone"])
def test_not_found(who, request):
    response = request.getfixturevalue(who).get("/fr/nothing/")
    page = response.content.decode()
    assert response.status_code == 404
    assert '<html lang="fr"' in page
    assert ('class="in"' in page) == (who == "someone")
    assert len(response.content) == 12_288


def test_nothing_sent_to_no_address_is_read(someone, nobody):
    for client in (someone, nobody):
        fields = {f"x{number}": "1" for number in range(1500)}
        for sent in ({"file": SimpleUploadedFile("a.po", b"x")}, fields):
            response = client.post("/en/nothing/", sent)
            assert response.status_code == 404
            assert "nothing here" in response.content.decode()


def test_not_found_looks_the_same_for_any_address(someone):
    one, other = someone.get("/en/a/4/"), someone.get("/en/elsewhere/")
    # Only the links to other languages hold the address.
    lines = [
        [line for line in r.content.decode().splitlines() if "hreflang" not in line]
        for r in (one, other)
    ]
    assert lines[0][:-1] == lines[1][:-1]


@pytest.mark.parametrize("who", ["nobody", "someone"])
def test_server_error(who, request):
    response = request.getfixturevalue(who).get("/es/a/breaks/")
    page = response.content.decode()
    assert response.status_code == 500
    assert '<html lang="es"' in page
    assert "<title>" in page
    assert "secret" not in page
    assert "ValueError" not in page
    assert response["Cache-Control"] == "no-store"
    assert len(response.content) == 12_288


def test_server_error_when_even_the_frame_fails(nobody, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("no templates today")

    monkeypatch.setattr(Template, "render", fail)
    response = nobody.get("/en/")
    assert response.status_code == 500
    assert b"<h1>Something did not work</h1>" in response.content
    assert b'<a href="/">' in response.content


def test_server_error_needs_no_tables(someone):
    """This test may use no database at all; pytest would say so."""
    assert someone.get("/en/a/breaks/").status_code == 500


@pytest.mark.parametrize(
    ("problem", "status"),
    [(SessionInterrupted("x"), 400), (RequestDataTooBig("x"), 413), (ValueError("x"), 400)],
)
def test_bad_request(problem, status):
    request = RequestFactory().get("/en/a/")
    response = errors.bad_request(request, problem)
    assert response.status_code == status
    assert b"<title>Message</title>" in response.content


def test_forbidden():
    response = errors.forbidden(RequestFactory().get("/en/a/"), PermissionDenied())
    assert response.status_code == 403


# A token that is gone


def test_a_lost_token_loses_nothing_typed(someone):
    typed = {"text": "long story", "q": "a", "send": "1"}
    response = someone.send("/en/a/new/", {**typed, "csrfmiddlewaretoken": "x" * 64})
    assert response.status_code == 403
    assert b"Please send it again" in response.content
    assert pages.SEEN == []
    fields = hidden(response)
    assert {name: fields[name] for name in typed} == typed
    assert b'action="/en/a/new/"' in response.content
    assert len(response.content) == 12_288
    again = someone.send("/en/a/new/", fields)
    assert b"sent: long story" in again.content


def test_what_comes_back_is_not_lost_to_the_idle_lock(someone, nobody):
    """Its page is covered like any other with a form, instead of going to the lock page."""
    response = someone.raw("/en/a/new/", b"text=story")
    assert b'class="covered"' in response.content
    assert b'formaction="/en/lock/"' in response.content
    assert not response.has_header("Refresh")
    nobody.token()
    assert b"covered" not in nobody.raw("/en/in/", b"text=story").content


def test_a_damaged_cookie_gets_a_new_one():
    browser = Browser().sign_in()
    browser.cookies["c"] = "damaged"
    response = browser.raw("/en/a/new/", b"text=story&csrfmiddlewaretoken=" + b"x" * 64)
    assert response.status_code == 403
    assert len(response.cookies["c"].value) == 32
    again = browser.send("/en/a/new/", hidden(response))
    assert b"story</textarea>" in again.content


def test_a_lost_cookie_may_mean_that_she_has_left():
    browser = Browser().sign_in()
    del browser.cookies["c"]
    response = browser.raw("/en/a/new/", b"text=story&csrfmiddlewaretoken=" + b"x" * 64)
    assert response.status_code == 403
    assert b"Please open this page again" in response.content
    assert b"story" not in response.content
    assert b"is lost" not in response.content


def test_a_new_cookie_does_not_bring_back_what_was_sent_before_leaving():
    browser = Browser().sign_in()
    for name in ("c", "s"):  # what "Leave" does
        del browser.cookies[name]
    browser.get("/en/in/")
    response = browser.raw("/en/a/new/", b"text=story&csrfmiddlewaretoken=" + b"x" * 64)
    assert response.status_code == 403
    assert "c" in browser.cookies
    assert b"story" not in response.content


def test_the_way_on_survives_too(nobody):
    body = b"text=story&carry_to=/en/a/new/&pseudonym=S&passphrase=secret-words"
    nobody.token()
    response = nobody.raw("/en/in/", body)
    assert hidden(response)["carry_to"] == "/en/a/new/"
    assert hidden(response)["text"] == "story"
    assert b"secret-words" not in response.content


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "https://testserver", "http://testserver.evil.example"],
)
def test_not_a_way_around_the_check(someone, origin):
    response = someone.raw("/en/a/new/", b"text=evil+words&send=1", HTTP_ORIGIN=origin)
    assert response.status_code == 403
    assert b"evil words" not in response.content
    assert b"csrfmiddlewaretoken" not in response.content
    assert pages.SEEN == []


def test_no_origin_at_all_is_not_vouched_for(someone):
    response = someone.post("/en/a/new/", {"text": "evil words"})
    assert response.status_code == 403
    assert b"evil words" not in response.content


def test_what_comes_back_cannot_break_out_of_the_page(someone):
    response = someone.raw("/en/a/new/", b'text="><script>alert(1)</script>&"><b>=x')
    assert b"<script>alert" not in response.content
    assert b'"><b>' not in response.content


# A budget that is spent


def test_a_spent_budget_is_a_page(someone):
    assert someone.get("/en/a/check/").status_code == 200
    assert someone.get("/en/a/check/").status_code == 200
    response = someone.get("/en/a/check/")
    assert response.status_code == 429
    assert 60 <= int(response["Retry-After"]) <= 600
    assert b"Please wait a little" in response.content
    assert len(response.content) == 12_288


def test_a_spent_budget_keeps_what_was_typed(someone):
    for _ in range(2):
        budgets.spend(pages.FEW, "someone")
    response = someone.send("/en/a/check/", {"q": "+33 6", "passphrase": "x-secret"})
    assert response.status_code == 429
    assert hidden(response)["q"] == "+33 6"
    assert b"x-secret" not in response.content


def test_origin_is_compared_with_scheme_and_port(nobody):
    request = RequestFactory().post("/en/a/", HTTP_ORIGIN=ORIGIN)
    assert errors.is_own_form(request)
    request = RequestFactory().post("/en/a/", HTTP_ORIGIN=f"{ORIGIN}:8000")
    assert not errors.is_own_form(request)
    request = RequestFactory().post("/en/a/", HTTP_ORIGIN=ORIGIN, HTTP_HOST="evil.example")
    assert not errors.is_own_form(request)


@pytest.mark.parametrize(
    "path",
    ["//evil.example/en/a/", "/%2fevil.example/", "/\\evil.example/", "/%09/evil.example/en/"],
)
def test_an_address_that_browsers_read_as_another_site_is_no_link(nobody, path):
    response = nobody.generic("GET", "/", PATH_INFO=unquote(path))
    assert response.status_code == 404
    assert b"evil.example" not in response.content


def test_what_is_missing_among_the_static_files_is_not_kept(someone):
    response = someone.get("/static/nothing")
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"
