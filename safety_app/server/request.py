"""One request, from the first byte to the last."""

from __future__ import annotations

import re
from importlib import import_module

from django.conf import settings
from django.http import parse_cookie
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import BadRequest, Error, RequestHeaderFieldsTooLarge

from safety_app.server import limits

_MULTIPART = "multipart/form-data"
_LENGTH = re.compile(r"[0-9]{1,18}")
TOO_LARGE, TOO_BUSY = "too large", "too busy"


class LengthRequired(Error):
    """411: what a body's length is has to be said before it."""

    code, reason = 411, "Length Required"


class LineTooLong(Error):
    """414."""

    code, reason = 414, "URI Too Long"


class Request(HTTPRequestParser):
    """waitress's parser with our limits.

    refusal   why no view gets this: TOO_LARGE, TOO_BUSY, or nothing
    unread    bytes of a body that were announced and are not taken in
    lane      where it waits for a thread
    """

    chunked: bool
    refusal = ""
    unread = 0
    lane = "pages"

    def received(self, data: bytes) -> int:
        """How many of these bytes belong to this request; all, if it is refused."""
        try:
            consumed = int(super().received(data))
        except ValueError:  # an address that cannot be taken apart
            self.error, self.completed, consumed = BadRequest(""), True, len(data)
        if self.error or self.refusal:
            # The body is not asked for, and is no request of its own.
            self.expect_continue = False
            return len(data)
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the headers; decide whether the body is taken in. Raises ParsingError."""
        line, _break, fields = header_plus.partition(b"\r\n")
        length = _announced(fields)
        super().parse_header(header_plus)
        if self.chunked:
            self.error = LengthRequired("")
        elif len(line) > limits.REQUEST_LINE:
            self.error = LineTooLong("")
        elif fields.count(b"\r\n") > limits.HEADER_FIELDS:
            self.error = RequestHeaderFieldsTooLarge("")
        elif length > self._most():
            self.refusal, self.unread = TOO_LARGE, length
        if self.error or self.refusal:
            # Without a receiver the request is complete as it is.
            self.body_rcv, self.content_length, self.chunked = None, 0, False
            self.connection_close = True

    def _most(self) -> int:
        """The longest body that is taken in from whoever sends this."""
        is_file = self.headers.get("CONTENT_TYPE", "").lower().startswith(_MULTIPART)
        if is_file and self._has_session():
            return limits.FILE
        return limits.FORM

    def _has_session(self) -> bool:
        cookie = parse_cookie(self.headers.get("COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
        try:
            return bool(import_module(settings.SESSION_ENGINE).SessionStore().exists(cookie))
        except Exception:  # the server that keeps sessions is away: then nobody has one
            return False

    @property
    def held(self) -> int:
        """Bytes of it that are in memory."""
        body = self.body_rcv
        return len(self.header_plus) + (0 if body is None else len(body))


def _announced(fields: bytes) -> int:
    """The length of the body, as far as it can be said. Raises ParsingError for nonsense."""
    lengths = re.findall(rb"(?im)^content-length:[ \t]*([^\r]*?)[ \t]*\r?$", fields)
    if not lengths:
        return 0
    if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0].decode("latin-1")):
        raise ParsingError("Content-Length is invalid")
    return int(lengths[0])
