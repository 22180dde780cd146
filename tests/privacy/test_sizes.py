"""Sizes, times and headers of answers."""

import gzip
import random
import time
import zlib

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from safety_app.privacy.middleware.padding import UNIT, DoesNotFit, compressed, padded
from safety_app.privacy.middleware.response_timing import response_timing
from safety_app.privacy.page_privacy import is_private
from safety_app.privacy.page_state import page_state


def head_size(response) -> int:
    """Bytes of the status line and the headers as HTTP/1.1 sends them, with what a server adds."""
    lines = ["HTTP/1.1 200 OK", "Server: x", "Date: Sat, 21 Nov 2026 18:49:25 GMT"]
    lines += [f"{name}: {value}" for name, value in response.items()]
    lines += [f"Set-Cookie: {cookie.OutputString()}" for cookie in response.cookies.values()]
    return sum(len(line) + 2 for line in [*lines, "Connection: keep-alive", ""])


@pytest.mark.parametrize(
    "length", [0, 1, 100, UNIT - 8, UNIT - 7, UNIT - 6, UNIT, UNIT + 1, 40_000]
)
def test_compressed(length):
    for body in (b"x" * length, random.Random(7).randbytes(length)):
        out = compressed(body, UNIT)
        assert len(out) % UNIT == 0
        assert len(out) - UNIT < len(body) + UNIT
        whole = gzip.decompress(out)
        assert whole.rstrip(b" ") == body.rstrip(b" ")
        assert whole.startswith(body)
        # As browsers unpack it (zlib).
        assert zlib.decompress(out, 16 + zlib.MAX_WBITS) == whole
        # The shortest of headers: programs written in Go refuse a name of more than 511 bytes.
        assert out[:10] == bytes.fromhex("1f8b08 00 00000000 00 ff")


@pytest.mark.parametrize(
    "length", [0, 1, 100, UNIT - 8, UNIT - 7, UNIT - 6, UNIT, UNIT + 1, 40_000]
)
def test_padded(length):
    body = b"x" * length
    out = padded(body)
    assert len(out) % UNIT == 0
    assert out.startswith(body)
    assert length + 7 <= len(out) < length + 7 + UNIT


def test_padded_to_one_size():
    assert {len(padded(b"x" * n, 24_576)) for n in (1, 12_288, 24_569, 24_576)} == {24_576}


def test_what_does_not_fit_takes_the_next_size_and_is_logged(caplog):
    assert len(padded(b"x" * 24_570, 24_576)) == 36_864
    assert caplog.records[0].exc_info[0] is None or caplog.records[0].exc_info[1]
    assert isinstance(caplog.records[0].exc_info[1], DoesNotFit)


def test_signed_in_pages_have_one_size_whatever_is_on_them(someone):
    few, many = someone.get("/en/a/?n=0"), someone.get("/en/a/?n=4000")
    assert len(few.content) == len(many.content) == UNIT
    assert few["Content-Length"] == many["Content-Length"] == str(UNIT)
    assert few.content.endswith(b" -->")
    assert len(someone.get("/en/a/?n=12000").content) == 2 * UNIT


def test_a_hit_and_a_miss_are_told_apart_by_nothing_outside(someone):
    miss, hit = someone.get("/en/a/exact/?n=1"), someone.get("/en/a/exact/?n=20000")
    assert len(hit.content) == len(miss.content) == 24_576
    assert hit.headers == miss.headers
    assert hit.status_code == miss.status_code


@pytest.mark.thorough
def test_a_page_and_its_headers_fit_the_first_flight(someone, careful):
    for response in (someone.get("/en/a/"), someone.get("/en/a/new/"), careful.get("/en/lock/")):
        assert len(response.content) == UNIT
        assert head_size(response) + UNIT <= 14_600


def test_private_pages_are_never_compressed(someone):
    response = someone.get("/en/a/", HTTP_ACCEPT_ENCODING="gzip")
    assert not response.has_header("Content-Encoding")


def test_public_pages_are(nobody):
    response = nobody.get("/en/", HTTP_ACCEPT_ENCODING="gzip")
    assert response["Content-Encoding"] == "gzip"
    assert b"word word" in gzip.decompress(response.content)
    assert "Accept-Encoding" in response["Vary"]
    plain = nobody.get("/en/")
    assert not plain.has_header("Content-Encoding")
    assert not plain.content.endswith(b" -->")


def test_signed_in_a_public_page_is_private(someone):
    response = someone.get("/en/", HTTP_ACCEPT_ENCODING="gzip")
    assert len(response.content) == UNIT
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("page", ["/en/in/", "/en/nothing/", "/en/lock/"])
def test_pages_for_secrets_and_errors_are_private(nobody, page):
    response = nobody.get(page, HTTP_ACCEPT_ENCODING="gzip")
    assert len(response.content) == UNIT
    assert response["Cache-Control"] == "no-store"


def test_what_is_unknown_is_private():
    request = RequestFactory().get("/")
    assert is_private(request)


# Headers


def test_headers_of_a_signed_in_page(someone):
    response = someone.get("/en/a/")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("page", ["/en/", "/en/in/", "/en/nothing/", "/exit", "/healthz"])
def test_headers_of_every_answer(nobody, page):
    response = nobody.get(page)
    policy = response["Content-Security-Policy"]
    for part in (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert part in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    for feature in ("geolocation", "camera", "microphone"):
        assert f"{feature}=()" in response["Permissions-Policy"]
    for feature in ("publickey-credentials-create", "publickey-credentials-get"):
        assert f"{feature}=(self)" in response["Permissions-Policy"]
    assert not {"Server", "X-Powered-By", "Date", "Last-Modified", "ETag"} & set(response.headers)


def test_public_pages_may_be_found_but_are_asked_for_anew(nobody):
    response = nobody.get("/en/")
    assert response["Cache-Control"] == "no-cache"
    assert not response.has_header("X-Robots-Tag")


@pytest.mark.django_db
def test_static_files_keep_their_own_caching(nobody):
    response = nobody.get("/static/icon.svg")
    response.close()
    assert response.status_code == 200
    assert response["Cache-Control"] != "no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("host", "expected"), [("notes.example", True), ("a" * 56 + ".onion", False)]
)
def test_hsts_everywhere_but_on_an_onion_address(nobody, settings, host, expected):
    settings.SECURE_HSTS_SECONDS = 1000
    settings.ALLOWED_HOSTS = [host]
    response = nobody.get("/en/", secure=True, HTTP_HOST=host)
    assert response.has_header("Strict-Transport-Security") is expected
    assert not nobody.get("/en/", HTTP_HOST=host).has_header("Strict-Transport-Security")


# Time


@pytest.mark.usefixtures("answers_wait")
@pytest.mark.parametrize(("work", "whole"), [(0.0, 0.2), (0.03, 0.2), (0.21, 0.4), (0.39, 0.4)])
def test_answers_leave_at_steps(monkeypatch, work, whole):
    now = [1000.0]

    def pass_by(seconds):
        now[0] += seconds

    def view(request):
        pass_by(work)
        page_state(request).hold_until_step = 0.2
        return HttpResponse()

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", pass_by)
    response_timing(view)(RequestFactory().get("/"))
    assert now[0] - 1000.0 == pytest.approx(whole)


@pytest.mark.usefixtures("answers_wait")
def test_answers_without_a_step_leave_at_once(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("waited"))
    response_timing(lambda request: HttpResponse())(RequestFactory().get("/"))


@pytest.mark.thorough
@pytest.mark.usefixtures("answers_wait")
def test_pace_holds_the_whole_site(nobody):
    began = time.monotonic()
    nobody.get("/slow")
    assert time.monotonic() - began >= 0.2


def test_pace_is_outermost(settings):
    assert settings.MIDDLEWARE[0] == "safety_app.privacy.middleware.response_timing.response_timing"


@pytest.mark.django_db
def test_health(nobody):
    response = nobody.get("/healthz")
    assert response.content == b"ok"
    assert response["Content-Type"] == "text/plain"
    assert response.cookies == {}
