"""The bare domain: redirects to the first screen, in a language of the reader's browser."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Redirect to the browser's language, or offer all of ours if it has none of them.

    `Accept-Language` counts only here: everywhere else the language is in the path. A client that
    names no language gets the site's default.
    """
    response: HttpResponse
    if _speaks_none(request.headers.get("Accept-Language", "")):
        response = render(request, "language_choose.html", {"languages": settings.LANGUAGES})
    else:
        response = HttpResponseRedirect(f"/{get_language_from_request(request)}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


def _speaks_none(accepted: str) -> bool:
    """Whether the header names languages, and the site has none of them."""
    codes = [code for code, _weight in parse_accept_lang_header(accepted.lower())]
    return bool(codes) and not any(code == "*" or _is_ours(code) for code in codes)


def _is_ours(code: str) -> bool:
    try:
        get_supported_language_variant(code)
    except LookupError:
        return False
    return True
