"""The bare address: on to the first screen, in a language that the reader's browser speaks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the browser's language; whose browser speaks none of ours chooses one with one tap.

    Only here does `Accept-Language` count. A client that names no language gets the site's own.
    """
    response: HttpResponse
    if _speaks_none(request.headers.get("Accept-Language", "")):
        response = render(request, "translation/language_choose.html")
    else:
        response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _speaks_none(accepted: str) -> bool:
    """Whether languages are named and the site has none of them."""
    codes = [code for code, _weight in parse_accept_lang_header(accepted.lower())]
    return bool(codes) and not any(code == "*" or _is_ours(code) for code in codes)


def _is_ours(code: str) -> bool:
    try:
        get_supported_language_variant(code)
    except LookupError:
        return False
    return True
