"""What was typed survives a lock, the end of a session and a lost cookie."""

import pytest
from django.test import RequestFactory
from django.urls import resolve
from django.utils import translation

from safety_app.privacy import form_replay
from tests.privacy import pages
from tests.privacy.conftest import ORIGIN, hidden

TYPED = {"text": 'He said: "come"\r\n<b>and</b>', "q": "+33 6", "send": "1"}


def test_get_is_sent_to_the_sign_in_page(nobody):
    response = nobody.get("/es/a/new/")
    assert response.status_code == 302
    assert response["Location"] == "/es/in/"


def test_post_signed_out_gets_the_sign_in_page_with_what_was_typed(nobody):
    response = nobody.send("/en/a/new/", TYPED)
    assert response.status_code == 403
    fields = hidden(response)
    assert fields["carry_to"] == "/en/a/new/"
    assert fields["q"] == "+33 6"
    assert "&quot;come&quot;\r\n&lt;b&gt;" in fields["text"]
    assert response["Cache-Control"] == "no-store"
    assert len(response.content) == 12_288


def test_after_signing_in_the_browser_sends_it_on(nobody):
    asked = nobody.send("/en/a/new/", TYPED)
    token = hidden(asked)["csrfmiddlewaretoken"]
    form = {**TYPED, "carry_to": "/en/a/new/", "pseudonym": "Someone", "csrfmiddlewaretoken": token}
    response = nobody.send("/en/in/", form)
    assert response.status_code == 307
    assert response["Location"] == "/en/a/new/"
    # What a browser does with a 307: the same body again, the same token.
    again = nobody.send("/en/a/new/", form)
    assert again.status_code == 200
    assert pages.SEEN[-1]["text"] == TYPED["text"]
    assert b"sent: He said" in again.content


def test_without_a_button_the_form_is_shown_again(nobody):
    typed = {"text": "half", "q": "a"}
    token = hidden(nobody.send("/en/a/new/", typed))["csrfmiddlewaretoken"]
    form = {**typed, "carry_to": "/en/a/new/", "pseudonym": "S", "csrfmiddlewaretoken": token}
    assert nobody.send("/en/in/", form).status_code == 307
    assert b">half</textarea>" in nobody.send("/en/a/new/", form).content


def test_nothing_goes_round_in_circles(nobody):
    """Without a page to go on to, fields are not sent on to the sign-in page itself."""
    response = nobody.send("/en/in/", {"pseudonym": "S", "text": "x", "carry_to": "/en/in/"})
    assert response.status_code == 302


def test_signing_in_with_nothing_to_carry(nobody):
    response = nobody.send("/en/in/", {"pseudonym": "Someone", "carry_to": "/en/me/"})
    assert response.status_code == 302
    assert response["Location"] == "/en/me/"


def test_secrets_are_never_carried(nobody):
    secrets = dict.fromkeys(form_replay.RESERVED - {"csrfmiddlewaretoken"}, "hidden-thing")
    response = nobody.send("/en/a/new/", {**secrets, "text": "kept"})
    assert b"hidden-thing" not in response.content
    assert hidden(response)["text"] == "kept"


def a_post(**fields: object):
    request = RequestFactory().post("/en/a/new/", fields)
    request.resolver_match = None
    request.COOKIES["c"] = "x"
    return request


def test_nothing_is_carried_after_leaving(nobody):
    """Back, after "Leave", makes the browser send the last form again."""
    nobody.cookies.clear()
    for page in ("/en/a/new/", "/en/lock/", "/en/in/"):
        response = nobody.raw(page, b"text=written+before&q=x")
        assert response.status_code == 403
        assert b"written before" not in response.content


def test_all_values_are_carried():
    assert form_replay.carried(a_post(what=["a", "b"], text="c")) == [
        ("what", "a"),
        ("what", "b"),
        ("text", "c"),
    ]


def test_number_and_size_are_bounded():
    many = form_replay.carried(a_post(x=[str(n) for n in range(350)]))
    assert len(many) == form_replay.MAX_FIELDS
    large = form_replay.carried(
        a_post(a="x" * form_replay.MAX_LENGTH, b="small", **{"n" * 101: "x"})
    )
    assert large == [("b", "small")]


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/en/a/",
        "https://evil.example/en/a/",
        "/\\evil.example",
        "/en/a/?x=1",
        "/en/a/#x",
        "/en/in/",
        "/en/lock/",
        "/en/out/",
        "/exit",
        "/healthz",
        "/en/nothing/",
        "/xx/a/",
        "en/a/",
        "/en/a/\r\nX: y",
        "/en/a/" + "%00",
        "/en/" + "a/" * 400,
        "",
    ],
)
def test_only_pages_of_this_site_are_targets(path):
    assert not form_replay.is_target(path)


@pytest.mark.parametrize("path", ["/en/a/", "/es/a/new/", "/fr/me/", "/en/"])
def test_targets_in_any_language(path):
    with translation.override("en"):
        assert form_replay.is_target(path)


def request_at(path: str, fields: dict[str, str] | None = None, **extra: str):
    factory = RequestFactory()
    request = factory.get(path, **extra) if fields is None else factory.post(path, fields, **extra)
    with translation.override("en"):
        request.resolver_match = resolve(path)
    return request


def test_target():
    with translation.override("en"):
        assert form_replay.target(request_at("/en/a/new/", {})) == "/en/a/new/"
        assert form_replay.target(request_at("/en/in/", {"carry_to": "/fr/a/new/"})) == "/fr/a/new/"
        assert (
            form_replay.target(request_at("/en/in/", {"carry_to": "//evil.example"})) == "/en/in/"
        )
        referrer = {"HTTP_REFERER": f"{ORIGIN}/en/a/new/?x"}
        assert (
            form_replay.target(request_at("/en/lock/", {"text": "x"}, **referrer)) == "/en/a/new/"
        )
        assert form_replay.target(request_at("/en/lock/", None, **referrer)) == "/en/a/new/"
        # Only the lock page goes back to where one came from.
        assert form_replay.target(request_at("/en/in/", None, **referrer)) == "/en/in/"


@pytest.mark.parametrize(
    "foreign", ["https://evil.example/en/a/new/", "http://[", "https://testserver/en/a/new/", "x"]
)
def test_a_foreign_referrer_is_no_target(foreign):
    with translation.override("en"):
        assert form_replay.target(request_at("/en/lock/", {}, HTTP_REFERER=foreign)) == "/en/in/"
