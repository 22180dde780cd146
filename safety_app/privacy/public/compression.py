"""Compression of public pages. Nothing with a secret in it may come here (BREACH)."""

import gzip

import brotli
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

# Takes a millisecond for the longest page; the highest quality takes fifty for a tenth less.
_QUALITY = 5
_LEAST = 200  # bytes; below, the headers cost more than is saved
_REFUSED = {"q=0", "q=0.0", "q=0.00", "q=0.000"}


def coding_of(request: HttpRequest) -> str:
    """The best content coding the browser takes: br, gzip, or empty for none."""
    accepted = set()
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _semicolon, weight = part.partition(";")
        if weight.replace(" ", "") not in _REFUSED:
            accepted.add(name.strip())
    return next((coding for coding in ("br", "gzip") if coding in accepted), "")


def compress(request: HttpRequest, response: HttpResponse) -> None:
    """Send the response in the best coding the browser takes, unless its view has done so."""
    patch_vary_headers(response, ["Accept-Encoding"])
    coding = coding_of(request)
    if not coding or len(response.content) < _LEAST or response.has_header("Content-Encoding"):
        return
    response.content = compressed(response.content, coding)
    response["Content-Encoding"] = coding
    response["Content-Length"] = str(len(response.content))


def compressed(body: bytes, coding: str) -> bytes:
    """The bytes in a coding: br, gzip, or as they are."""
    if coding == "br":
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=_QUALITY))
    return gzip.compress(body, mtime=0) if coding else body
