"""Public pages come out of memory for whoever sends no cookie.

What is kept is the whole answer as it was sent, compressed, under its address, language (part of
the address) and coding, and for one version of the content and one day. `docs/decisions/0022` says
why. Nothing of a visitor can get in: a request with a cookie neither reads nor fills it, and only
views that say `public_page` are kept, without a token or a cookie in the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

from safety_app.privacy.page_privacy import is_private
from safety_app.privacy.page_state import page_state
from safety_app.privacy.public.compression import coding_of
from safety_app.privacy.public.content import current_content
from safety_app.privacy.public.page_store import StoredPage, store

Key = tuple[str | None, ...]
_LONGEST_QUERY = 100  # characters; the ones that views read are much shorter


def public_cache(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, outside all that adds headers: the stored page, or the one made now."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if key is None:
            return get_response(request)
        page = store.get(key, time.monotonic())
        if page is not None and page.content == current_content():
            return HttpResponse(page.body, headers=page.headers)
        response = get_response(request)
        if _may_be_kept(request, response):
            state = page_state(request)
            until = time.monotonic() + state.kept_seconds
            headers = dict(response.items())
            store.put(key, StoredPage(state.content, headers, response.content, until))
        return response

    return middleware


def _key(request: HttpRequest) -> Key | None:
    """What the answer depends on beside the content; None if it may depend on who asks."""
    if request.method not in ("GET", "HEAD") or request.META.get("HTTP_COOKIE"):
        return None
    try:
        host = request.get_host()  # pages name their own address
    except DisallowedHost:
        return None
    if not _is_as_we_write_it(request, host):
        return None
    if len(request.META.get("QUERY_STRING", "")) > _LONGEST_QUERY:
        return None
    # As it is read, not as it was written: `?in=FR`, `?&in=%46R` and the like are one page, so
    # nobody can push the others out with spellings of it.
    return request.scheme, host, request.path, request.GET.urlencode(), coding_of(request)


def _is_as_we_write_it(request: HttpRequest, host: str) -> bool:
    """Whether a host is written in the one way that browsers do, without a port, with ours or with
    one that the operator named.

    Django accepts any port, capitals and a dot at the end: each would be a page of its own, and
    thousands of them would push the others out.
    """
    name, _port = split_domain_port(host)
    ours = (name, f"{name}:{request.META.get('SERVER_PORT')}")
    return host in ours or host in settings.HOSTS_WITH_PORT


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    return (
        page_state(request).kept_seconds > 0
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not is_private(request)
        # Set as soon as a template or view asks for a token.
        and "CSRF_COOKIE" not in request.META
    )
