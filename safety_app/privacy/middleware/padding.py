"""Private pages have one of a few sizes; public ones are compressed.

Compression would make the size of a page depend on what is in it, so private pages are never
compressed. 12,288 bytes and the headers fit into the first flight of a TCP connection (10
segments of 1,460 bytes, RFC 6928), so the padding costs no round trip.
"""

import logging
import struct
import zlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from safety_app.privacy.page_privacy import is_page, is_private, is_private_answer, is_signed_in
from safety_app.privacy.page_state import page_state
from safety_app.privacy.public.compression import compress

UNIT = 12_288
OPEN, CLOSE = b"<!--", b"-->"
_LEAST = len(OPEN) + len(CLOSE)
# Of gzip (RFC 1952): the header, without name and time; the header of a stored block (final flag,
# length, its complement); the trailer with checksum and length.
_HEAD = b"\x1f\x8b\x08" + bytes(6) + b"\xff"
_BLOCK, _TAIL = struct.Struct("<BHH"), struct.Struct("<II")
_log = logging.getLogger(__name__)


class DoesNotFit(Exception):
    """A page is longer than the one size it must have."""


def padding(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: pad private pages to a multiple of UNIT bytes, compress public ones.

    A view that wants other sizes says so in `page_state`.
    """
    compressor = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        state = page_state(request)
        if state.shared and not is_private(request) and response.content:
            compress(request, response)
            return response
        if not is_page(response) or not response.content:
            return response
        size = 0 if is_signed_in(request) else state.compressed_size
        if size and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = compressed(response.content, size)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
            return response
        if is_private_answer(request, response):
            response.content = padded(response.content, state.exact_size)
            response["Content-Length"] = str(len(response.content))
            return response
        compressor.process_response(request, response)
        return response

    return middleware


def compressed(body: bytes, size: int) -> bytes:
    """The page as gzip of `size` bytes (at most 65,535), or of a multiple of it.

    Spaces at the end fill it up, in a last stored block (RFC 1951, 3.2.4), which every decoder
    supports. The header could hold padding as well, but some decoders limit its size.
    """
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = _HEAD + packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)
    shortest = len(packed) + _BLOCK.size + _TAIL.size
    room = -(-shortest // size) * size - shortest
    whole = body + b" " * room
    last = _BLOCK.pack(1, room, room ^ 0xFFFF) + b" " * room
    return packed + last + _TAIL.pack(zlib.crc32(whole), len(whole) & 0xFFFFFFFF)


def padded(body: bytes, exact_size: int = 0) -> bytes:
    """The page with a comment of spaces appended: `exact_size` bytes, or a multiple of UNIT."""
    wanted = exact_size or -(-(len(body) + _LEAST) // UNIT) * UNIT
    if len(body) == wanted:
        return body
    room = wanted - len(body) - _LEAST
    if room < 0:
        _log.error("A page does not fit", exc_info=DoesNotFit())
        return padded(body)
    return body + OPEN + b" " * room + CLOSE
