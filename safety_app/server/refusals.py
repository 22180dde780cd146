"""Pages that are made at start, for when there is too much of something: no thread renders them.

One that answers a form of ours brings the form back behind a button, with everything that was
typed. That needs no Django: the names and values go from the body into hidden fields, the token
among them, which still fits the cookie.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote
from wsgiref.types import WSGIApplication
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from safety_app.privacy import errors
from safety_app.privacy.form_replay import MAX_FIELDS, MAX_LENGTH, SECRETS
from safety_app.privacy.middleware.padding import padded
from safety_app.privacy.middleware.request_limits import FORM
from safety_app.server.request import TOO_LARGE, Request

Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, bytes]

RETRY_SECONDS = 5
_EXPRESS = ("healthz", "exit", "lock")
_PASSPHRASES = ("accounts:sign_in", "accounts:recover", "accounts:join", "accounts:apply")
# Of headers made for another page, these are not for ours.
_NOT_OURS = frozenset({"content-length", "set-cookie", "content-encoding", "expires", "refresh"})
# An onion service needs no certificate: its name is its key.
_HTTPS_ONLY = "strict-transport-security"
_ACTION, _FIELD = "/-action-/", "-field-"
_TOKEN = re.compile(r'<input type="?hidden"? name="?csrfmiddlewaretoken"? value="?[^">]*"?>')
_HIDDEN = re.compile(rf"<input[^>]*name=\"?{_FIELD}\"?[^>]*>")


@dataclass(frozen=True)
class Texts:
    """The pages of one language, and their headers."""

    too_large: str
    busy_reading: str
    busy_writing: str
    busy_with_form: str
    headers: Headers


class Refusals:
    """Which lane a request goes to, and what it gets when there is no place in it."""

    def __init__(self, texts: dict[str, Texts]) -> None:
        self._texts = texts
        self._express = _addresses(_EXPRESS, texts)
        self._passphrases = _addresses(_PASSPHRASES, texts)

    def lane_of(self, request: Request) -> str:
        """The name of the lane that this request waits in."""
        if request.path in self._express:
            return "express"
        if request.command == "POST" and request.path in self._passphrases:
            return "passphrases"
        return "pages"

    def answer(self, request: Request) -> Answer:
        """Status, headers and body of the page for a request that is refused."""
        language = request.path[1:].partition("/")[0]
        texts = self._texts.get(language) or next(iter(self._texts.values()))
        is_onion = request.headers.get("HOST", "").partition(":")[0].endswith(".onion")
        headers = [one for one in texts.headers if not is_onion or one[0].lower() != _HTTPS_ONLY]
        headers.append(("Cache-Control", "no-store"))
        if request.refusal == TOO_LARGE:
            return "413 Content Too Large", headers, padded(texts.too_large.encode())
        headers.append(("Retry-After", str(RETRY_SECONDS)))
        if request.command in ("GET", "HEAD"):
            headers.append(("Refresh", str(RETRY_SECONDS)))
            page = texts.busy_reading
        else:
            page = _with_form(texts.busy_with_form, request) or texts.busy_writing
        return "503 Service Unavailable", headers, padded(page.encode())


def make_refusals(application: WSGIApplication) -> Refusals:
    """Render what may have to be said, in every language. Needs the program to be loaded."""
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = Texts(
                too_large=_rendered(errors.too_large),
                busy_reading=_rendered(errors.busy_reading),
                busy_writing=_rendered(errors.busy_writing),
                busy_with_form=_TOKEN.sub("", _rendered(_busy_with_form)),
                headers=_headers_of(application, reverse("accounts:sign_in")),
            )
    connections.close_all()
    return Refusals(texts)


def _busy_with_form(request: HttpRequest) -> HttpResponse:
    return errors.busy_writing(request, [(_FIELD, "")])


def _rendered(page: Callable[[HttpRequest], HttpResponse]) -> str:
    environ = {"PATH_INFO": _ACTION}
    setup_testing_defaults(environ)
    request: Any = WSGIRequest(environ)
    request.session, request.user = {}, AnonymousUser()
    return page(request).content.decode()


def _headers_of(application: WSGIApplication, path: str) -> Headers:
    """The headers that every page has. The answer is not closed: nobody was answered."""
    environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": settings.ALLOWED_HOSTS[0]}
    if settings.SESSION_COOKIE_SECURE:
        environ["HTTP_X_FORWARDED_PROTO"] = "https"
    setup_testing_defaults(environ)
    found: Headers = []

    def start_response(status: str, headers: Headers, *_error: Any) -> Any:
        found.extend(one for one in headers if one[0].lower() not in _NOT_OURS)

    application(environ, start_response)
    return [one for one in found if one[0].lower() != "cache-control"]


def _addresses(names: tuple[str, ...], languages: dict[str, Texts]) -> frozenset[str]:
    found = set()
    for language in languages:
        with translation.override(language):
            found |= {reverse(name) for name in names}
    return frozenset(found)


def _with_form(page: str, request: Request) -> str:
    """The page with the form in it; empty if a browser does not vouch that the form is ours.

    Without the cookie that its token belongs to, nothing is brought back either: somebody has left,
    and who presses Back afterwards must not see what was typed.
    """
    headers = request.headers
    if headers.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != FORM:
        return ""
    if f"{settings.CSRF_COOKIE_NAME}=" not in headers.get("COOKIE", "") or not _is_own(headers):
        return ""
    body = request.get_body_stream().read().decode("latin-1")
    try:
        fields = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        return ""
    if len(body) > MAX_LENGTH:
        return ""
    hidden = "".join(_hidden(*field) for field in fields if "\0" not in "".join(field))
    action = quote("/" + request.path.lstrip("/"), encoding="latin-1")
    return _HIDDEN.sub(lambda _match: hidden, page.replace(_ACTION, escape(action)))


def _hidden(name: str, value: str) -> str:
    # Browsers may keep a form on the disk to restore it later; never one with such a field.
    kind = 'password" hidden autocomplete="off' if name in SECRETS else "hidden"
    return f'<input type="{kind}" name="{escape(name)}" value="{escape(value)}">'


def _is_own(headers: dict[str, str]) -> bool:
    host = headers.get("HOST", "")
    name, _port = split_domain_port(host)
    is_ours = bool(name) and validate_host(name, settings.ALLOWED_HOSTS)
    return is_ours and headers.get("ORIGIN") in (f"https://{host}", f"http://{host}")
