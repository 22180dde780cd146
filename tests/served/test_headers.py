"""Every header that WSGI turns into something, sent as something it is not.

No answer is an error of ours, none that a cache may keep names another site, and none of it gets
into the log.
"""

import re
import socket

import pytest

from tests.served.network import Network

pytestmark = pytest.mark.thorough

EVIL = "evil.example"
NAMES = [
    "SCRIPT_NAME", "Script-Name", "PATH_INFO", "Path-Info", "PATH_TRANSLATED", "REMOTE_USER",
    "Remote-User", "REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "REQUEST_METHOD", "REQUEST_URI",
    "QUERY_STRING", "wsgi.url_scheme", "wsgi.input", "HTTP_HOST", "HTTPS", "X-Forwarded-Host",
    "X-Forwarded-Server", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Proto",
    "X_Forwarded_Proto", "X-Forwarded-Ssl", "X-Forwarded-For", "X-Forwarded-Scheme", "Forwarded",
    "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-Host", "X-HTTP-Method-Override", "Via",
    "Host", "Origin", "Referer", "Cookie", "Authorization", "Proxy", "Connection", "Keep-Alive",
    "Upgrade", "HTTP2-Settings", "TE", "Trailer", "Transfer-Encoding", "Content-Length",
    "Content-Type", "Content-Encoding", "Expect", "Range", "If-Range", "If-Match",
    "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Accept", "Accept-Encoding",
    "Accept-Language", "Accept-Charset", "User-Agent", "Sec-Fetch-Site", "Sec-Purpose",
    "Max-Forwards",
]  # fmt: skip
VALUES = [
    EVIL, f"https://{EVIL}/", f"//{EVIL}", f"{EVIL}:99999", "/en", "/../..", "https", "on", "*",
    "", "0", "-1", "bytes=0-0,5-1,-", "100-continue", "chunked", "chunked, chunked", "close, x",
    "h2c", "gzip, br;q=0.0001, *;q=x", "multipart/form-data", "multipart/form-data; boundary=",
    "x/y; charset*=x'y'z", "application/x-www-form-urlencoded; charset=x-none", "x; charset=utf-7",
    'W/"x", *', "Thu, 99 Foo 9999 99:99:99 GMT", "s=x; s=y; c=; =; __Host-s=1", "x" * 900,
    "\xff\xfe\x80", "é", "%00", "%0d%0aSet-Cookie:a=b", "\t", "\x0b", "xx;q=2,fr-FR;q=1,es\t;q=0",
]  # fmt: skip
PATHS = [
    "//evil.example/", "///en/", "/%2f%2fevil.example/", "/en/%2e%2e/%2e%2e/etc", "/en//in/",
    "/%00", "/%ff%fe", "/en/in/;x=y", "/en/r/%F0%9F%91%BB/", "http://evil.example/en/",
    "https://evil.example:1/en/in/", "*", "/en/?%00", "/en/?s=%ff&s=", "/en/#x", "/\\evil.example",
    "/en/in/?next=//evil.example", "/exit?next=//evil.example", "/en", "/xx/", "/static/../x",
    "/static/%2e%2e/x", "/static/", "/.well-known/", "/en/a/99999999999999999999999/",
]  # fmt: skip


def ask(port: int, *requests: str) -> list[str]:
    """Answers to requests on connections of their own; the connection is not kept."""
    answers = []
    for request in requests:
        with socket.create_connection(("127.0.0.1", port), 20) as place:
            place.sendall(request.encode("latin-1"))
            place.shutdown(socket.SHUT_WR)
            answers.append(b"".join(iter(lambda: place.recv(65536), b"")).decode("latin-1"))
    return answers


def request(*lines: str, method: str = "GET", path: str = "/en/", body: str = "") -> str:
    host = [] if any(line.lower().startswith("host:") for line in lines) else ["Host: 127.0.0.1"]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *host, "Connection: close", *lines, "", body])


def check(answer: str, what: str) -> None:
    if not answer:  # a body was announced that did not come: nobody waits for it
        return
    head, _blank, body = answer.partition("\r\n\r\n")
    status = int(head[9:12])
    assert status < 500 or status == 501, f"{what}: {head.splitlines()[0]}"
    headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:])
    assert EVIL not in headers.get("location", ""), what
    assert "a=b" not in headers.get("set-cookie", ""), what
    cacheable = "no-store" not in headers.get("cache-control", "no-cache")
    links = re.findall(r'(?:href|src|action)="?([^" >]*)', body)
    assert not [one for one in links if EVIL in one and cacheable], what
    assert not [one for one in links if one.startswith("//")], what
    assert "Traceback" not in body, what


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_header_says(network: Network, name: str) -> None:
    port = network.server.port
    for value in VALUES:
        line = f"{name}: {value}"
        for sent in (
            request(line),
            request(line, path="/en/in/"),
            request(line, path="/static/site.css", method="HEAD"),
            request(line, "Content-Length: 3", method="POST", path="/en/in/", body="a=b"),
        ):
            [answer] = ask(port, sent)
            check(answer, f"{sent[:60]!r} {line!r}")


def test_whatever_an_address_says(network: Network) -> None:
    for path in PATHS:
        for method in ("GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "CONNECT", "PRI"):
            [answer] = ask(network.server.port, request(path=path, method=method))
            check(answer, f"{method} {path}")


def test_what_is_kept_for_all_is_the_same_afterwards(network: Network) -> None:
    """Nothing that came in a header is in what public pages are answered with from memory."""
    plain = request("X-Forwarded-Proto: https")
    [before] = ask(network.server.port, plain)
    for line in (
        f"X-Forwarded-Host: {EVIL}",
        f"Forwarded: host={EVIL}",
        f"X-Original-URL: /{EVIL}",
    ):
        ask(network.server.port, request("X-Forwarded-Proto: https", line))
    [after] = ask(network.server.port, plain)
    assert before.partition("\r\n\r\n")[2] == after.partition("\r\n\r\n")[2]
    [foreign] = ask(network.server.port, request(f"Host: {EVIL}"))
    assert foreign.startswith("HTTP/1.1 400")


def test_the_log_has_none_of_it(network: Network) -> None:
    for log in (network.server.folder / "logs").iterdir():
        assert set(log.read_text().splitlines()) == set()
