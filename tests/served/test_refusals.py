"""The pages that are made at start, for when there is too much of something."""

import time
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from waitress.adjustments import Adjustments

from safety_app.server.refusals import Refusals, make_refusals
from safety_app.server.request import TOO_BUSY, TOO_LARGE, Request
from tests.languages import EACH
from tests.test_walk import Page

UNIT = 12_288
FORM = "Content-Type: application/x-www-form-urlencoded"
OWN = "Origin: https://localhost"
COOKIE = "Cookie: a=b; c=token"


@pytest.fixture
def refusals(db: None) -> Refusals:
    return make_refusals(WSGIHandler())


def ask(path: str, *headers: str, fields: object = None, refusal: str = TOO_BUSY) -> Request:
    body = urlencode(fields, doseq=True).encode() if fields else b""  # type: ignore[arg-type]
    method = "POST" if fields else "GET"
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    raw = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body
    request = Request(Adjustments())
    while raw and not request.completed:
        raw = raw[request.received(raw) :]
    request.refusal = refusal
    return request


def page(refusals: Refusals, request: Request) -> str:
    return refusals.answer(request)[2].decode()


def fields_of(page: str) -> list[tuple[str | None, str | None]]:
    return [(one["name"], one["value"]) for one in Page(page).named("input")]


def test_a_form_of_ours_comes_back_with_all_that_was_typed(refusals: Refusals) -> None:
    typed = [("csrfmiddlewaretoken", "t"), ("q", "<b>\"'&"), ("q", "twice"), ("empty", "")]
    request = ask("/fr/a/check/", FORM, OWN, COOKIE, fields=typed)
    shown = page(refusals, request)
    assert fields_of(shown) == typed
    assert 'action="/fr/a/check/"' in shown
    assert 'lang="fr"' in shown


@pytest.mark.parametrize(
    "headers",
    [
        (FORM, COOKIE),
        (FORM, OWN),
        (FORM, COOKIE, "Origin: null"),
        (FORM, COOKIE, "Origin: https://evil.example"),
        (FORM, COOKIE, "Origin: https://localhost.evil.example"),
        ("Content-Type: text/plain", COOKIE, OWN),
    ],
    ids=str,
)
def test_nothing_comes_back_of_a_form_that_may_not_be_ours(
    refusals: Refusals, headers: tuple[str, ...]
) -> None:
    shown = page(refusals, ask("/en/a/new/", *headers, fields=[("q", "from evil")]))
    assert "from evil" not in shown
    assert "<form" not in shown.split("<main")[1]


def test_an_address_cannot_leave_the_page(refusals: Refusals) -> None:
    for path in ("//evil.example/", '/"><b>', "/%22%3E%3Cb%3E", "/\\evil"):
        shown = page(refusals, ask(path, FORM, OWN, COOKIE, fields=[("q", "a")]))
        [form] = [one for one in Page(shown).named("form") if one["action"] != "/exit"]
        assert str(form["action"]).startswith("/")
        assert not str(form["action"]).startswith("//")
        assert "<b>" not in shown


@pytest.mark.parametrize("language", EACH)
def test_they_are_like_every_page(refusals: Refusals, language: str) -> None:
    asked = ask(f"/{language}/a/feed/"), ask(f"/{language}/a/new/", fields=[("a", "b")])
    for request in (*asked, ask(f"/{language}/a/new/", refusal=TOO_LARGE)):
        status, headers, body = refusals.answer(request)
        named = {name.lower(): value for name, value in headers}
        assert len(named) == len(headers)
        assert len(body) % UNIT == 0
        assert named["cache-control"] == "no-store"
        assert "default-src 'none'" in named["content-security-policy"]
        assert {"set-cookie", "expires", "content-length"}.isdisjoint(named)
        assert status.startswith("413" if request.refusal == TOO_LARGE else "503")
        assert f'lang="{language}"' in body.decode()
        assert b"Leave" in body or language != "en"


@pytest.mark.thorough
def test_one_is_cheap(refusals: Refusals) -> None:
    typed = [("pseudonym", "Nobody"), ("passphrase", "x" * 40), ("carried", "word " * 400)]
    requests = [ask("/en/in/", FORM, OWN, COOKIE, fields=typed) for _ in range(200)]
    began = time.process_time()
    for request in requests:
        refusals.answer(request)
    each = (time.process_time() - began) / len(requests)
    assert each < 0.003, f"{each * 1000:.2f} ms"


def test_what_must_never_wait_has_a_lane_of_its_own(refusals: Refusals) -> None:
    for path in ("/healthz", "/exit", "/en/lock/", "/fr/lock/"):
        assert refusals.lane_of(ask(path)) == "express"
        assert refusals.lane_of(ask(path, fields=[("a", "b")])) == "express"
    for path in ("/en/in/", "/es/join/", "/fr/apply/", "/en/in/recover/"):
        assert refusals.lane_of(ask(path)) == "pages"
        assert refusals.lane_of(ask(path, fields=[("a", "b")])) == "passphrases"
