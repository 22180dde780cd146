"""The lock page, the cover's button, and pages that go there by themselves."""

import pytest
from django.conf import settings

from tests.privacy import pages
from tests.privacy.conftest import ORIGIN, Browser, hidden

IDLE = settings.SESSION_IDLE_SECONDS
REFRESH = f"{IDLE}; url=/en/lock/"


def test_reading_pages_go_to_the_lock_page(someone):
    assert someone.get("/en/a/")["Refresh"] == REFRESH
    assert someone.get("/es/a/")["Refresh"] == f"{IDLE}; url=/es/lock/"
    assert someone.get("/en/")["Refresh"] == REFRESH


def test_pages_with_a_form_are_covered_instead(someone):
    response = someone.get("/en/a/new/")
    assert not response.has_header("Refresh")
    assert b'formaction="/en/lock/"' in response.content


def test_answers_to_a_form_go_to_the_lock_page(someone):
    assert someone.send("/en/a/new/", {"send": "1", "text": "x"})["Refresh"] == REFRESH


def test_words_someone_wrote_do_not_switch_it_off(someone):
    response = someone.send("/en/a/new/", {"send": "1", "text": '<form class="covered">'})
    assert response["Refresh"] == REFRESH


def test_signed_out_pages_do_not(nobody):
    for page in ("/en/", "/en/in/", "/en/nothing/", "/healthz"):
        assert not nobody.get(page).has_header("Refresh")


def test_opening_it_locks_at_once(careful):
    response = careful.get("/en/lock/")
    assert response.status_code == 200
    assert b'name="pin"' in response.content
    assert b'class="in"' not in response.content
    assert b"Someone" not in response.content
    assert not response.has_header("Refresh")
    # And everything behind it is closed.
    closed = careful.get("/en/a/")
    assert closed.status_code == 302
    assert closed["Location"] == "/en/lock/"


def test_locking_changes_an_http_only_cookie(careful):
    first = careful.get("/en/lock/").cookies["v"]
    second = careful.get("/en/lock/").cookies["v"]
    assert first.value != second.value
    assert first["httponly"]
    assert first["samesite"] == "Strict"
    unlocked = careful.send("/en/lock/", {"pin": "123456"})
    assert unlocked.cookies["v"].value != second.value


def test_the_right_pin_leads_back(careful):
    page = careful.get("/en/lock/", HTTP_REFERER=f"{ORIGIN}/en/a/new/")
    assert hidden(page)["carry_to"] == "/en/a/new/"
    response = careful.send("/en/lock/", {"pin": " 123456 ", "carry_to": "/en/a/new/"})
    assert response.status_code == 302
    assert response["Location"] == "/en/a/new/"
    assert careful.get("/en/a/new/").status_code == 200


def test_a_wrong_pin_says_how_many_tries_are_left(careful):
    careful.get("/en/lock/")
    response = careful.send(
        "/en/lock/", {"pin": "000000", "text": "kept", "carry_to": "/en/a/new/"}
    )
    assert response.status_code == 403
    assert b"You can try 4 more times" in response.content
    assert hidden(response)["text"] == "kept"
    assert hidden(response)["carry_to"] == "/en/a/new/"
    assert b"000000" not in response.content
    for _ in range(3):
        response = careful.send("/en/lock/", {"pin": "000000"})
    assert b"You can try 1 more time," in response.content


def test_the_fifth_wrong_pin_signs_out_and_loses_nothing_typed(careful):
    careful.get("/en/lock/")
    for _ in range(5):
        form = {"pin": "000000", "text": "kept", "carry_to": "/en/a/new/"}
        response = careful.send("/en/lock/", form)
    assert response.status_code == 403
    assert b"five times" in response.content
    assert b'name="pseudonym"' in response.content
    assert hidden(response)["text"] == "kept"
    assert response.cookies["s"].value == ""
    assert careful.send("/en/lock/", {"pin": "123456"}).status_code == 403
    assert careful.get("/en/a/")["Location"] == "/en/in/"


def test_the_covers_button_brings_the_form_through(careful, clock):
    clock(IDLE + 1)
    typed = {"text": "long\r\nstory", "q": "a", "unlock": "1"}
    asked = careful.send("/en/lock/", typed)
    assert asked.status_code == 200
    fields = hidden(asked)
    assert fields["carry_to"] == "/en/a/new/"
    assert fields["text"] == "long\r\nstory"
    assert "unlock" not in fields
    response = careful.send("/en/lock/", {**fields, "pin": "123456"})
    assert response.status_code == 307
    assert response["Location"] == "/en/a/new/"
    again = careful.send("/en/a/new/", {**fields, "pin": "123456"})
    assert b">long\r\nstory</textarea>" in again.content
    assert "send" not in pages.SEEN[-1]


def test_a_form_sent_while_locked_asks_for_the_pin_in_place(careful, clock):
    clock(IDLE + 1)
    response = careful.send("/en/a/new/", {"text": "kept", "send": "1"})
    assert response.status_code == 403
    assert b'name="pin"' in response.content
    assert hidden(response)["carry_to"] == "/en/a/new/"
    assert hidden(response)["send"] == "1"
    assert pages.SEEN == []


def test_the_cover_when_another_tab_kept_the_session_awake(careful):
    response = careful.send("/en/lock/", {"text": "kept", "unlock": "1"})
    assert b'name="pin"' in response.content
    assert careful.get("/en/a/").status_code == 302


def test_the_cover_without_a_pin_but_awake_goes_straight_on(someone):
    response = someone.send("/en/lock/", {"text": "kept", "unlock": "1"})
    assert response.status_code == 307
    assert response["Location"] == "/en/a/new/"


def test_a_second_tap_on_unlock_does_no_harm(careful):
    careful.get("/en/lock/")
    form = {"pin": "123456", "carry_to": "/en/a/"}
    assert careful.send("/en/lock/", form).status_code == 302
    assert careful.send("/en/lock/", form).status_code == 302
    assert careful.get("/en/a/").status_code == 200


def test_without_a_pin_it_says_what_is_possible(someone):
    response = someone.get("/en/lock/", HTTP_REFERER=f"{ORIGIN}/en/a/")
    assert response.status_code == 200
    assert b"no PIN" in response.content
    assert b'href="/en/a/"' in response.content
    assert someone.get("/en/a/").status_code == 200


def test_idle_without_a_pin_explains_and_keeps_what_was_typed(someone, clock):
    clock(IDLE + 1)
    response = someone.send("/en/lock/", {"text": "kept", "unlock": "1"})
    assert response.status_code == 403
    assert b"You were signed out" in response.content
    assert hidden(response)["text"] == "kept"
    assert hidden(response)["carry_to"] == "/en/a/new/"
    assert response.cookies["s"].value == ""


def test_nobody_gets_the_explanation_and_the_sign_in_form(nobody):
    response = nobody.get("/en/lock/")
    assert response.status_code == 200
    assert b"You were signed out" in response.content
    assert b'name="pseudonym"' in response.content


def test_it_is_as_private_as_any_signed_in_page(careful):
    response = careful.get("/en/lock/")
    assert response["Cache-Control"] == "no-store"
    assert len(response.content) == 12_288


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_wrong_method(careful, method):
    response = getattr(careful, method)("/en/lock/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"


def test_needs_a_token(careful):
    careful.get("/en/lock/")
    response = careful.post("/en/lock/", {"pin": "123456"}, HTTP_ORIGIN="https://evil.example")
    assert response.status_code == 403
    assert careful.get("/en/a/").status_code == 302


def test_the_session_of_another_browser_is_not_touched(careful):
    other = Browser().sign_in("123456")
    careful.get("/en/lock/")
    assert other.get("/en/a/").status_code == 200
