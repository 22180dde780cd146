"""What a request may look like. Everything else gets a clear page, never a traceback.

Decided before any view, but after session and language are known, so that the error page has the
frame and the language of the page it came from.
"""

import logging
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.request import UnreadablePostError
from django.utils.datastructures import MultiValueDict

from safety_app.privacy import errors
from safety_app.privacy.backends import uploads
from safety_app.privacy.budgets import BudgetSpent
from safety_app.privacy.form_replay import MAX_FIELDS, MAX_NAME_LENGTH, RESERVED
from safety_app.privacy.numbers import parse_number
from safety_app.privacy.page_state import page_state
from safety_app.vault.errors import VaultError

METHODS = ("GET", "HEAD", "POST")
FORM = "application/x-www-form-urlencoded"
# The server lets nothing larger through, and holds it whole before a view is asked.
MOST_TAKEN_IN = uploads.MOST
CHUNK = 64 * 1024
LONGEST_KEPT = 32 * 1024  # bytes of one field, of a form that was too large
# Of one longer field, so many characters are given back to be made shorter.
MOST_GIVEN_BACK = 200_000
LARGEST_FORM = 4 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # bytes

_HALF_BYTE = re.compile(rb"%[0-9A-Fa-f]?$")

_log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestLimits:
    """Middleware with a hook before each view, and one for exceptions."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Everything is UTF-8, whatever a header claims; the names of some encodings would raise.
        request._encoding = None  # type: ignore[attr-defined]
        if _declared_length(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            _take_in(request)
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            return errors.wrong_method(request, response["Allow"])
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponse | None:
        """Respond in the view's place if no page of ours can have sent this."""
        uploads.admit(request, view)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if page_state(request).is_too_large:
            return errors.too_large(request)
        try:
            broken = _is_broken(request)
        except UnreadablePostError:  # the connection was cut; nobody will read the response
            broken = True
        return errors.not_text(request) if broken else None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """429 for a spent budget, 403 for what does not open, unless the view handled it."""
        if isinstance(error, BudgetSpent):
            return errors.budget_spent(request, error)
        if isinstance(error, VaultError):
            _log.error("Something stored does not open", exc_info=error)
            return errors.does_not_open(request)
        return None


def request_limits(get_response: GetResponse) -> RequestLimits:
    """The middleware, under the name in settings."""
    return RequestLimits(get_response)


def _declared_length(request: HttpRequest) -> int:
    """Bytes of the body; a malformed length counts as no body, here and further in."""
    length = parse_number(request.META.get("CONTENT_LENGTH") or "0", 19)
    if length is None:
        request.META["CONTENT_LENGTH"] = "0"
    return length or 0


def _take_in(request: HttpRequest) -> None:
    """Read a body that is too large; everything further in sees only its short fields."""
    left = min(_declared_length(request), MOST_TAKEN_IN)
    body = bytearray()
    try:
        while left > 0 and (chunk := request.read(min(CHUNK, left))):
            body += chunk
            left -= len(chunk)
    except UnreadablePostError:
        body.clear()
    if len(body) == _declared_length(request):  # no half of a file
        uploads.set_aside(request, body)
    fields = bytes(body).split(b"&", MAX_FIELDS) if request.content_type == FORM else []
    is_form = _declared_length(request) <= LARGEST_FORM
    longer = next((field for field in fields[:MAX_FIELDS] if len(field) > LONGEST_KEPT), b"")
    page_state(request).longest_field = _beginning(longer) if is_form else None
    short = [field for field in fields[:MAX_FIELDS] if len(field) <= LONGEST_KEPT]
    page_state(request).is_too_large = True
    request._body = b""
    request._post = QueryDict(b"&".join(short))  # type: ignore[attr-defined]
    request._files = MultiValueDict()  # type: ignore[attr-defined]


def _beginning(field: bytes) -> tuple[str, str] | None:
    """Name and text of a percent-encoded field, cut; None for a secret and for what is no text."""
    quoted_name, _equals, quoted = field.partition(b"=")
    name = unquote_to_bytes(quoted_name[: 3 * MAX_NAME_LENGTH]).decode("utf-8", "ignore")
    if not 0 < len(name) <= MAX_NAME_LENGTH or name in RESERVED:
        return None
    # At most four bytes a character, each as %XX; a piece of one at the end falls away.
    quoted = _HALF_BYTE.sub(b"", quoted[: 12 * MOST_GIVEN_BACK]).replace(b"+", b" ")
    text = unquote_to_bytes(quoted).decode("utf-8", "ignore").replace("\0", "")
    return name, text.replace("\r\n", "\n")[:MOST_GIVEN_BACK]


def _is_broken(request: HttpRequest) -> bool:
    """Whether query or form hold what is not text: NUL bytes, malformed UTF-8."""
    if _is_broken_text(request.META.get("QUERY_STRING", "").encode("latin-1", "replace")):
        return True
    if request.method != "POST":
        return False
    if request.content_type == FORM:
        return _is_broken_text(request.body)
    texts = [text for name, values in request.POST.lists() for text in [name, *values]]
    return any("\0" in str(text) or "\ufffd" in str(text) for text in texts)


def _is_broken_text(quoted: bytes) -> bool:
    """Whether percent-encoded bytes hold a NUL or are not UTF-8; lone surrogates are not."""
    raw = unquote_to_bytes(quoted)
    try:
        raw.decode()
    except UnicodeDecodeError:
        return True
    return b"\0" in raw
