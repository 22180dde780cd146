"""Private pages have one of a few sizes; public ones are compressed.

Compression would make the size of a page depend on what is in it, so private pages are never
compressed. 12,288 bytes and the headers fit into the first flight of a TCP connection (10
segments of 1,460 bytes, RFC 6928), so the padding costs no round trip.
"""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from safety_app.privacy.audience import is_page, is_private

UNIT = 12_288
OPEN, CLOSE = b"<!--", b"-->"
_LEAST = len(OPEN) + len(CLOSE)
_log = logging.getLogger(__name__)


class DoesNotFit(Exception):
    """A page is longer than the one size it must have."""


def padding(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pad private pages to a multiple of UNIT bytes, compress public ones.

    A view sets `response.exact_size` in bytes when its answers must all have that size. A longer
    one gets the next multiple of UNIT, and an error in the log.
    """
    compressor = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not is_page(response) or not response.content:
            return response
        if is_private(request):
            response.content = padded(response.content, getattr(response, "exact_size", 0))
            response["Content-Length"] = str(len(response.content))
            return response
        compressor.process_response(request, response)
        return response

    return middleware


def padded(body: bytes, exact_size: int = 0) -> bytes:
    """The page with a comment of spaces at its end: `exact_size` bytes, or a multiple of UNIT."""
    wanted = exact_size or -(-(len(body) + _LEAST) // UNIT) * UNIT
    if len(body) == wanted:
        return body
    room = wanted - len(body) - _LEAST
    if room < 0:
        _log.error("A page does not fit", exc_info=DoesNotFit())
        return padded(body)
    return body + OPEN + b" " * room + CLOSE
