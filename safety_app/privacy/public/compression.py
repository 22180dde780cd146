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
    """Send the response in the best coding the browser takes."""
    patch_vary_headers(response, ["Accept-Encoding"])
    coding = coding_of(request)
    if not coding or len(response.content) < _LEAST:
        return
    if coding == "br":
        response.content = brotli.compress(
            response.content, mode=brotli.MODE_TEXT, quality=_QUALITY
        )
    else:
        response.content = gzip.compress(response.content, mtime=0)
    response["Content-Encoding"] = coding
    response["Content-Length"] = str(len(response.content))
