"""Leaving: the session dies, cookies go, the neutral site opens."""

import pytest
from django.conf import settings
from django.test import Client

from safety_app.privacy.views.exit import lock_cookie, neutral_site
from tests.privacy.conftest import ORIGIN
from tests.stacks.memory import stored

EN, ES = settings.NEUTRAL_SITES["en"], settings.NEUTRAL_SITES["es"]
FROM_ES = {"HTTP_REFERER": f"{ORIGIN}/es/a/"}


def sessions() -> int:
    return len([name for name in stored() if name.startswith("s")])


@pytest.mark.parametrize("method", ["post", "get"])
def test_leave(careful, method):
    careful.get("/en/lock/")
    careful.send("/en/lock/", {"pin": "123456"})
    assert sessions() == 1
    # As its own form does it: no token.
    response = getattr(careful, method)("/exit", **FROM_ES)
    assert response.status_code == 200
    assert response.content == b""
    assert response["Refresh"] == f"0; url={ES}"
    assert response["Clear-Site-Data"] == '"cookies", "storage"'
    assert response["Cache-Control"] == "no-store"
    assert sessions() == 0
    for name in ("s", "c", "v"):
        cookie = response.cookies[name]
        assert cookie.value == ""
        assert cookie["max-age"] == 0
        assert cookie["path"] == "/"
    assert careful.get("/es/a/")["Location"] == "/es/in/"


def test_leave_a_locked_session(careful):
    careful.get("/en/lock/")
    careful.post("/exit")
    assert sessions() == 0


def test_leave_works_with_a_dead_session_and_without_any_cookie(nobody):
    nobody.cookies["s"] = "A" * 43
    response = nobody.post("/exit")
    assert response.status_code == 200
    assert response.cookies["s"].value == ""
    bare = Client(enforce_csrf_checks=True).post("/exit")
    assert bare.status_code == 200
    assert bare.cookies == {}


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["post", "get"])
def test_another_site_can_end_nothing(someone, site, method):
    response = getattr(someone, method)("/exit", HTTP_SEC_FETCH_SITE=site)
    assert response["Refresh"].startswith("0; url=https://")
    assert not response.has_header("Clear-Site-Data")
    assert response.cookies == {}
    assert someone.get("/en/a/").status_code == 200


def test_a_browser_that_fetches_ahead_ends_nothing(someone):
    someone.get("/exit", HTTP_SEC_PURPOSE="prefetch;prerender", HTTP_SEC_FETCH_SITE="none")
    assert sessions() == 1


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_own_pages_and_typed_addresses_can(someone, site):
    someone.get("/exit", HTTP_SEC_FETCH_SITE=site)
    assert sessions() == 0


def test_language(nobody):
    assert nobody.post("/exit", **FROM_ES)["Refresh"] == f"0; url={ES}"
    assert nobody.get("/exit", HTTP_ACCEPT_LANGUAGE="es")["Refresh"] == f"0; url={ES}"
    foreign = {"HTTP_REFERER": "https://evil.example/es/", "HTTP_ACCEPT_LANGUAGE": "en"}
    assert nobody.post("/exit", **foreign)["Refresh"] == f"0; url={EN}"
    assert nobody.post("/exit", HTTP_REFERER="http://[")["Refresh"] == f"0; url={EN}"


def test_the_operator_chooses_the_site(settings):
    assert neutral_site("xx") == EN
    settings.NEUTRAL_SITE = "https://weather.example/"
    assert neutral_site("es") == "https://weather.example/"


def test_sign_out_takes_the_cookie_back(someone):
    response = someone.get("/en/out/")
    assert response.cookies["s"].value == ""
    assert response.cookies["s"]["max-age"] == 0
    assert sessions() == 0


def test_production_cookies_are_taken_back_as_they_were_set(settings, nobody):
    settings.SESSION_COOKIE_NAME = "__Host-s"
    assert lock_cookie() == "__Host-v"
    nobody.cookies["__Host-v"] = "x"
    cookie = nobody.post("/exit").cookies["__Host-v"]
    assert cookie.value == ""
    # Without these a browser ignores a cookie of that name.
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""


def test_every_page_has_the_form_without_a_token_and_needs_no_cookie(nobody, someone):
    page = nobody.get("/en/")
    assert page.cookies == {}
    for response in (page, someone.get("/en/a/"), nobody.get("/en/nothing/")):
        assert b'action="/exit"' in response.content
        form = response.content.split(b'id="exit"')[1].split(b"</form>")[0]
        assert b"csrf" not in form
