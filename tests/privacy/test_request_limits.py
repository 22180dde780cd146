"""Anything can be sent. Each answer is a clear page with a fitting status, never 500."""

import io
import re
import string
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import given
from hypothesis import strategies as st

from safety_app.privacy.middleware.request_limits import MOST_TAKEN_IN
from tests.privacy import pages
from tests.privacy.conftest import ORIGIN, Browser, hidden
from tests.properties import costly

CLEAR = {200, 301, 302, 400, 403, 404, 405, 413, 429}
EVIL = {"HTTP_ORIGIN": "https://evil.example"}


def check_page(response, status: int) -> None:
    """A page of ours, with the frame, a neutral title and no trace of the program."""
    assert response.status_code == status
    text = response.content.decode()
    assert "<h1>" in text
    assert "<title>Message</title>" in text or "<title>T</title>" in text
    assert 'id="exit"' in text
    for trace in ("Traceback", "Django", "django", "Exception", "DEBUG", ".py"):
        assert trace not in text


def body_with(browser: Browser, rest: bytes) -> bytes:
    return b"csrfmiddlewaretoken=" + browser.token().encode() + b"&" + rest


# Too much


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["nobody", "someone"])
@pytest.mark.parametrize("page", ["/en/a/new/", "/en/in/", "/en/lock/", "/en/"])
def test_10_megabytes(who, page, request):
    browser = request.getfixturevalue(who)
    big = b"x" * (10 * 1024 * 1024)
    response = browser.raw(page, body_with(browser, b"q=kept+this&text=" + big))
    check_page(response, 413)
    assert hidden(response)["q"] == "kept this"
    assert "text" not in hidden(response)
    assert len(response.content) == 12_288
    assert pages.SEEN == []


def test_the_fields_that_fit_lead_back_to_the_form(someone):
    body = body_with(someone, b"q=kept&carry_to=/en/a/new/&text=" + b"x" * 500_000)
    response = someone.raw("/en/a/new/", body)
    fields = hidden(response)
    again = someone.send("/en/a/new/", fields)
    assert again.status_code == 200
    assert b'name="q" value="kept"' in again.content


@pytest.mark.thorough
@pytest.mark.parametrize(("letter", "count"), [("x", 1_000_000), ("ы", 170_000)])
def test_what_was_too_long_is_there_to_be_made_shorter(someone, letter, count):
    text = "06 39 98 12 34 " + letter * count
    body = body_with(someone, urlencode({"country": "FR", "q": text}).encode())
    response = someone.raw("/en/a/check/", body)
    check_page(response, 413)
    page = response.content.decode()
    assert '<input type="hidden" name="country" value="FR">' in page
    given_back = re.search(r'<textarea[^>]*name="q"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert given_back is not None
    assert given_back.group(1) == text[:200_000]


def test_a_secret_that_was_too_long_is_not_given_back(someone):
    body = body_with(someone, b"passphrase=" + b"x" * 500_000)
    assert b"xxx" not in someone.raw("/en/a/check/", body).content


def test_another_site_gets_nothing_to_send_again(someone):
    body = body_with(someone, b"q=from+evil&send=1&text=" + b"x" * 500_000)
    response = someone.raw("/en/a/new/", body, **EVIL)
    check_page(response, 413)
    assert b"xxx" not in response.content
    assert b"from evil" not in response.content
    assert b"<form" not in response.content.split(b"<main")[1]


def test_secrets_are_not_among_what_is_kept(nobody):
    body = b"pseudonym=Nightowl&passphrase=open+sesame&q=" + b"x" * 500_000
    response = nobody.raw("/en/in/", body)
    assert b"Nightowl" not in response.content
    assert b"sesame" not in response.content


@pytest.mark.django_db
def test_no_more_is_read_than_a_bound(someone):
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size=-1):
            assert 0 < size <= 65_536
            self.taken += size
            return b"x" * size

    body = Endless()
    environ = someone._base_environ(
        REQUEST_METHOD="POST",
        PATH_INFO="/en/a/new/",
        CONTENT_LENGTH=str(10**12),
        CONTENT_TYPE="application/x-www-form-urlencoded",
    )
    environ["wsgi.input"] = body
    statuses = []
    WSGIHandler()(environ, lambda status, headers: statuses.append(status))
    assert statuses == ["413 Request Entity Too Large"]
    assert body.taken <= MOST_TAKEN_IN


@pytest.mark.parametrize("length", ["", "x", "-1", "1e9", "\u0663", "9" * 5000])
def test_strange_lengths(someone, length):
    response = someone.raw("/en/a/new/", b"q=a", CONTENT_LENGTH=length)
    assert response.status_code in {403, 413}


@pytest.mark.thorough
def test_10_000_fields(someone):
    fields = b"&".join(b"f%d=x" % n for n in range(10_000))
    check_page(someone.raw("/en/a/new/", body_with(someone, fields)), 400)
    check_page(someone.raw("/en/a/new/", body_with(someone, b"&" * 200_000)), 400)
    assert someone.get("/en/", {f"f{n}": "x" for n in range(300)}).status_code == 200
    check_page(someone.get("/en/?" + "&".join(f"f{n}" for n in range(10_000))), 400)


def test_a_file_is_refused(someone):
    upload = io.BytesIO(b"GIF89a")
    upload.name = "x.gif"
    response = someone.post("/en/a/new/", {"text": upload}, HTTP_ORIGIN=ORIGIN)
    check_page(response, 400)


# Not text


@pytest.mark.parametrize(
    "broken",
    [b"%00", b"\0", b"%ff", b"\xff\xfe", b"%C3%28", b"%ED%A0%80", b"%ed%bf%bf", b"%F5%80%80%80"],
    ids=repr,
)
def test_broken_text_in_a_form(someone, broken):
    for field in (b"text=ab" + broken + b"c&q=kept", b"x" + broken + b"=1&q=kept"):
        response = someone.raw("/en/a/new/", body_with(someone, field))
        check_page(response, 400)
        assert hidden(response)["q"] == "kept"
        assert pages.SEEN == []
    assert hidden(someone.raw("/en/a/new/", b"text=ab" + broken))["text"].startswith("ab")


def test_what_is_kept_of_broken_text_can_be_sent(someone):
    response = someone.raw("/en/a/new/", body_with(someone, b"text=a%00b%ffc&q=kept"))
    again = someone.send("/en/a/new/", hidden(response))
    assert again.status_code == 200
    assert pages.SEEN[-1]["text"] == "ab\ufffdc"


def test_another_site_gets_nothing_back_of_broken_text(someone):
    response = someone.raw("/en/a/new/", body_with(someone, b"text=evil%00&q=evil"), **EVIL)
    check_page(response, 400)
    assert b"evil" not in response.content


@pytest.mark.parametrize("query", ["q=%00", "q=%ff", "%00=1", "q=a\0b"])
def test_broken_text_in_a_query(nobody, query):
    check_page(nobody.get("/en/", QUERY_STRING=query), 400)


@pytest.mark.parametrize("odd", ["q=%", "q=%zz", "q=%u0041", "&&&==", "q[]=1&q[a][b]=2", "?"])
def test_odd_but_readable(nobody, someone, odd):
    assert nobody.get("/en/", QUERY_STRING=odd).status_code == 200
    assert someone.raw("/en/a/new/", body_with(someone, odd.encode())).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/en/a/%00", "/en/%ff", "/%ED%A0%80/", "/en/\u202egnp.exe", "/en/a/" + "9" * 500, "//x"],
)
def test_odd_paths(nobody, someone, path):
    for browser in (nobody, someone):
        response = browser.generic("GET", path)
        assert response.status_code in {404, 302}
        response = browser.generic("POST", path, b"x=%00", content_type="text/plain")
        assert response.status_code in {302, 400, 403, 404}


@pytest.mark.parametrize(
    "cookie", ["s=\0", "s=\xff\xfe", "c=x; c=y", "=", ";;;", "s=" + "x" * 9000]
)
def test_odd_cookies(cookie):
    browser = Browser()
    browser.cookies.clear()
    for page in ("/en/", "/en/in/", "/en/a/"):
        assert browser.get(page, HTTP_COOKIE=cookie).status_code in {200, 302}
    response = browser.raw("/en/in/", b"pseudonym=x", HTTP_COOKIE=cookie)
    check_page(response, 403)


def test_right_to_left_overrides_and_emoji_are_text(someone):
    odd = "\u202eabc\u2066 \U0001f4a5 \u0000".strip("\0 ")
    response = someone.send("/en/a/new/", {"text": odd, "send": "1"})
    assert response.status_code == 200
    assert odd in response.content.decode()


def test_a_list_where_a_word_belongs(someone):
    response = someone.send("/en/a/new/", {"text": ["one", "two"], "q[]": "x", "send": ["1", "1"]})
    assert response.status_code == 200


# Not a form


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "text/plain",
        "",
        "nonsense",
        "multipart/form-data",
        "multipart/form-data; boundary=" + "x" * 500,
        "multipart/form-data; boundary=\u00e9",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=zlib",
        "multipart/form-data; boundary=b; charset=hex",
        "application/x-www-form-urlencoded; charset=nonsense",
        "application/x-www-form-urlencoded; charset=idna",
        "application/x-www-form-urlencoded; charset*=x'y'z",
        "multipart/form-data; boundary*=x'y'z",
        "multipart/form-data; boundary*=idna'y'%ff",
        "multipart/form-data; boundary*=''",
        ";=;",
    ],
)
def test_wrong_content_types(someone, kind):
    assert someone.get("/en/a/?q=%ff", CONTENT_TYPE=kind).status_code == 400
    many = "&".join("a" * 900)
    assert someone.get(f"/en/a/?{many}", CONTENT_TYPE=kind).status_code == 400
    for body in (b"", b'{"q": [[[[1]]]]}', b"[" * 100_000, b"--b\r\n\r\nx", b"\0"):
        response = someone.generic(
            "POST", "/en/a/new/", body, content_type=kind, HTTP_ORIGIN=ORIGIN
        )
        if response.status_code == 303:
            response = someone.get(response["Location"])
        check_page(response, response.status_code)
        assert response.status_code in {400, 403}, body[:20]


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Disposition: form-data; name="q"\r\n\r\na\0b',
        b'Content-Disposition: form-data; name="q"\r\n\r\n\xff',
        b'Content-Disposition: form-data; name="q"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!',
        b"Content-Disposition: form-data\r\n\r\nx",
        b"no header at all",
        b'Content-Disposition: form-data; name="' + b"x" * 5000 + b'"\r\n\r\nx',
        b'Content-Disposition: form-data; name="q"; filename="a"\r\n\r\nx',
    ],
)
def test_multipart_garbage(someone, part):
    body = b"--b\r\n" + part + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    response = someone.post("/en/a/new/", body, content_type=kind, HTTP_ORIGIN=ORIGIN)
    check_page(response, response.status_code)
    assert response.status_code in {400, 403}


def test_deep_multipart(someone):
    body = b"".join(
        b"--b\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % n for n in range(999)
    )
    kind = "multipart/form-data; boundary=b"
    response = someone.post("/en/a/new/", body, content_type=kind, HTTP_ORIGIN=ORIGIN)
    assert response.status_code in {400, 403}


@pytest.mark.django_db
def test_the_line_is_cut_while_sending(someone):
    class Cut(io.RawIOBase):
        def read(self, size=-1):
            raise OSError("cut")

    for length in ("100", "1000000"):
        environ = someone._base_environ(
            REQUEST_METHOD="POST",
            PATH_INFO="/en/a/new/",
            CONTENT_LENGTH=length,
            CONTENT_TYPE="application/x-www-form-urlencoded",
        )
        environ["wsgi.input"] = Cut()
        statuses = []
        WSGIHandler()(environ, lambda status, headers, s=statuses: s.append(status))
        assert statuses[0][:3] in {"400", "413"}


@pytest.mark.parametrize(
    "method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "X" * 500]
)
@pytest.mark.parametrize("page", ["/en/", "/en/a/", "/en/in/", "/exit", "/healthz"])
def test_unknown_methods(someone, method, page):
    response = someone.generic(method, page, b"x")
    check_page(response, 405)
    assert response["Allow"] == "GET, HEAD, POST"


def test_a_view_that_takes_post_only(someone):
    response = someone.get("/en/a/only/")
    check_page(response, 405)
    assert response["Allow"] == "POST"
    # The page that the form at this address belongs to.
    assert b'<a class="button" href="/en/a/">Go back</a>' in response.content


@pytest.mark.thorough
def test_huge_and_odd_headers(nobody):
    for name in ("HTTP_ACCEPT_LANGUAGE", "HTTP_REFERER", "HTTP_ORIGIN", "HTTP_X", "HTTP_COOKIE"):
        for value in ("x" * 100_000, "\xff\0\r\n", "http://[", ",;q=,;q=9e999"):
            assert nobody.get("/en/in/", **{name: value}).status_code == 200
            assert nobody.post("/exit", **{name: value}).status_code == 200
            assert nobody.post("/en/in/", {"a": "b"}, **{name: value}).status_code == 403


def test_a_foreign_host(nobody):
    for host in ("evil.example", "testserver:x", "\xff", "a b"):
        response = nobody.get("/en/", HTTP_HOST=host)
        assert response.status_code == 400
        assert b"<h1>" in response.content


@pytest.mark.thorough
@costly(0.5, with_fixtures=True)
@given(
    path=st.text(max_size=20),
    query=st.text(string.printable, max_size=20),
    body=st.binary(max_size=200),
    kind=st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]),
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]),
)
def test_anything_at_all(nobody, path, query, body, kind, method):
    path = path.encode("utf-8", "replace").decode()
    response = nobody.generic(
        method, f"/en/{path}", body, content_type=kind, QUERY_STRING=query, HTTP_ORIGIN=ORIGIN
    )
    assert response.status_code in CLEAR
    assert not re.search(rb"Traceback|Exception", response.content)
