"""The cookie, through Django's own middleware (its SessionMiddlewareTests, for our settings)."""

import pytest
from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpResponse
from django.test import RequestFactory, override_settings

from safety_app.sealed_sessions import SessionStore


def through(view, cookie: str | None = None):
    """The request and the response after one pass."""
    request = RequestFactory().get("/")
    if cookie is not None:
        request.COOKIES[settings.SESSION_COOKIE_NAME] = cookie
    return request, SessionMiddleware(view)(request)


def store(request):
    request.session["hello"] = "world"
    return HttpResponse("ok")


def test_attributes():
    with override_settings(SESSION_COOKIE_SECURE=True):
        request, response = through(store)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value == request.session.session_key
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["max-age"] == ""
    assert cookie["expires"] == ""
    assert "Cookie" in response["Vary"]


def test_a_custom_expiry_puts_no_date_on_the_cookie():
    def view(request):
        request.session.set_expiry(120)
        return HttpResponse()

    cookie = through(view)[1].cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == cookie["expires"] == ""


def test_nothing_is_saved_on_a_500():
    def view(request):
        request.session["hello"] = "world"
        return HttpResponse(status=500)

    request, response = through(view)
    assert settings.SESSION_COOKIE_NAME not in response.cookies
    assert "hello" not in request.session.load()


def test_nothing_is_saved_on_a_500_of_a_stored_session(saved):
    def view(request):
        request.session["hello"] = "world"
        return HttpResponse(status=500)

    through(view, saved.session_key)
    assert "hello" not in SessionStore(saved.session_key)


def test_ended_while_the_request_ran(saved):
    def view(request):
        request.session["hello"] = "world"
        SessionStore(request.session.session_key).flush()
        return HttpResponse()

    with pytest.raises(SessionInterrupted):
        through(view, saved.session_key)


def test_the_cookie_goes_when_the_session_ends(saved):
    def view(request):
        request.session.flush()
        return HttpResponse()

    response = through(view, saved.session_key)[1]
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value == ""
    assert cookie["max-age"] == 0
    assert cookie["samesite"] == "Strict"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("foreign", ["abc", "A" * 43, "x\0y", "é" * 43, "x" * 5000])
def test_a_foreign_cookie_is_taken_back_and_never_adopted(foreign):
    def view(request):
        assert request.session.get("hello") is None
        return HttpResponse()

    response = through(view, foreign)[1]
    assert response.cookies[settings.SESSION_COOKIE_NAME].value == ""

    request, response = through(store, foreign)
    assert response.cookies[settings.SESSION_COOKIE_NAME].value == request.session.session_key
    assert request.session.session_key != foreign


def test_flush_of_an_empty_session_sets_no_cookie():
    def view(request):
        request.session.flush()
        return HttpResponse()

    response = through(view)[1]
    assert response.cookies == {}
    assert response["Vary"] == "Cookie"


def test_an_emptied_session_is_saved(saved):
    def view(request):
        request.session.clear()
        return HttpResponse()

    response = through(view, saved.session_key)[1]
    assert response.cookies[settings.SESSION_COOKIE_NAME].value == saved.session_key
    assert dict(SessionStore(saved.session_key).items()) == {}


def test_nothing_is_set_when_nothing_is_touched(saved):
    response = through(lambda request: HttpResponse(), saved.session_key)[1]
    assert response.cookies == {}
    assert not response.has_header("Vary")


def test_a_locked_session_keeps_its_cookie(with_pin):
    with_pin.lock_now()

    def view(request):
        assert request.session.locked
        return HttpResponse()

    response = through(view, with_pin.session_key)[1]
    assert response.cookies == {}


def test_production_names_have_the_host_prefix():
    """Case-sensitive in browsers; the tests' settings use the demo's plain names."""
    text = (settings.BASE_DIR / "safety_app" / "settings.py").read_text()
    assert 'SESSION_COOKIE_NAME = "s" if DEMO else "__Host-s"' in text
    assert 'CSRF_COOKIE_NAME = "c" if DEMO else "__Host-c"' in text
