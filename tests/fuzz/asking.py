"""A request as WSGI hands it over, and what every answer has to keep."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

from django.test import Client

from safety_app.page_entries import PARAMETER
from tests.fuzz.hostile import EVIL, MARK

# Seconds of the processor. Nothing that is asked for takes a tenth of it on a slow machine; an
# expression that backtracks takes minutes.
MOST_SECONDS = 4.0
# Bytes of an answer, beside some times what was sent: what was too long is given back, escaped.
MOST_BYTES = 600_000
FRAME = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OF_DOCUMENTS = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Frame-Options": "DENY",
}
TRACES = re.compile(rb"Traceback|DEBUG = |DisallowedHost|\bdjango\b|site-packages|\.py&quot;")


@dataclass
class Request:
    """What is sent. Path and query are the bytes sent, read as latin-1."""

    method: str = "GET"
    path: str = "/en/"
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    checks_csrf: bool = False

    def environ(self) -> dict[str, Any]:
        """For WSGI."""
        has_body = {
            "CONTENT_TYPE": self.content_type,
            "CONTENT_LENGTH": str(len(self.body)),
            "HTTP_ORIGIN": "http://testserver",
            "HTTP_REFERER": "http://testserver/en/a/",
        }
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path,
            "QUERY_STRING": self.query,
            "wsgi.input": BytesIO(self.body),
            **(has_body if self.body or self.method == "POST" else {}),
            **self.headers,
        }

    def send(self, client: Client) -> Any:
        """The answer, and nothing that it leads to."""
        handler: Any = client.handler
        handler.enforce_csrf_checks = self.checks_csrf
        started = time.process_time()
        try:
            answer: Any = client.request(**self.environ())
        finally:
            handler.enforce_csrf_checks = False
            client.exc_info = None
        answer.seconds = time.process_time() - started
        return answer

    def entry(self, answer: Any) -> Request | None:
        """The page that a form is answered with, where the form is really dealt with."""
        location = answer.headers.get("Location", "")
        path, _mark, query = location.partition("?")
        if answer.status_code not in {302, 303} or f"{PARAMETER}=" not in query:
            return None
        return Request(path=path, query=query)


class _Tags(HTMLParser):
    """Whether what was sent has become part of the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [tag, *(name for name, _value in attrs)]
        self.found += [name for name in names if MARK in name]
        for name, value in attrs:
            if name in {"href", "src", "action", "formaction"} and _leads_away(value or ""):
                self.found.append(f"{name}={value}")


def _leads_away(value: str) -> bool:
    """Whether an address from a request leads to another site or is a script."""
    address = value.strip().lower()
    return address.startswith(("javascript:", "data:")) or (
        EVIL in address and not address.startswith(("/", "?", "#"))
    )


def faults(request: Request, answer: Any, *, signed_in: bool) -> list[str]:
    """What is wrong with an answer; empty if nothing is."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    wrong = []
    if answer.status_code >= 500:
        wrong.append(f"status {answer.status_code}")
    if answer.seconds > MOST_SECONDS:
        wrong.append(f"{answer.seconds:.1f} s")
    if len(content) > MOST_BYTES + 6 * len(request.body):
        wrong.append(f"{len(content)} bytes")
    if TRACES.search(content):
        wrong.append("tells of the program")
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    wanted = {**FRAME, **(OF_DOCUMENTS if is_page else {})}
    wrong += [
        f"{name}: {answer.headers.get(name)}"
        for name, value in wanted.items()
        if answer.headers.get(name) != value
    ]
    wrong += _policy(answer, is_page=is_page) + _kept(request, answer, signed_in=signed_in)
    wrong += _reflected(answer, content, is_page=is_page)
    return wrong


def _policy(answer: Any, *, is_page: bool) -> list[str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    is_strict = "default-src 'none'" in policy and "unsafe" not in policy
    return [f"policy {policy!r}"] if is_page and not is_strict else []


def _kept(request: Request, answer: Any, *, signed_in: bool) -> list[str]:
    """No cache keeps an answer to somebody signed in, to a form, or a refusal of one."""
    is_for_one = signed_in or request.method == "POST" or answer.status_code >= 400
    is_file = request.path.startswith("/static/") or request.path == "/pages.js"
    if is_for_one and not is_file and "no-store" not in answer.headers.get("Cache-Control", ""):
        return [f"Cache-Control: {answer.headers.get('Cache-Control')}"]
    return []


def _reflected(answer: Any, content: bytes, *, is_page: bool) -> list[str]:
    wrong = []
    for name, value in answer.headers.items():
        if "\r" in value or "\n" in value or name.lower() == MARK:
            wrong.append(f"header {name}: {value!r}")
    if _leads_away(answer.headers.get("Location", "")):
        wrong.append(f"Location: {answer.headers['Location']}")
    if re.match(r"[/\\]{2}", answer.headers.get("Location", "")):
        wrong.append(f"Location: {answer.headers['Location']}")
    wrong += [f"cookie {name}" for name in answer.cookies if MARK in name]
    compressed = answer.headers.get("Content-Encoding")
    if is_page and not compressed and (MARK.encode() in content or EVIL.encode() in content):
        wrong += [f"reflected {one}" for one in _Tags(content.decode()).found]
    return wrong
