"""Which responses are meant for one person only."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Apps whose pages anyone may read, keep and share.
PUBLIC = frozenset({"pages", "translation", "directory", "doctor", "booking"})
# The service worker for pages kept offline; at the root, because its scope ends at its own path.
WORKER = "/pages.js"


def is_signed_in(request: HttpRequest) -> bool:
    """Whether the request is from somebody fully signed in, whose session is not locked."""
    return getattr(request, "ring", None) is not None


def show_as_signed_out(request: HttpRequest) -> None:
    """Give the rest of this request the frame of a page for somebody signed out."""
    request.user = AnonymousUser()
    cast(Any, request).ring = None


def is_private(request: HttpRequest) -> bool:
    """Whether the response must leave no trace: never stored, its size one of a few.

    That is everything for somebody signed in, every page where secrets are typed and every response
    to a form; only public pages read by somebody signed out, and static files, are not. Errors are
    private too: `is_private_answer`.
    """
    if is_signed_in(request):
        return True
    match = request.resolver_match
    is_reading = request.method in ("GET", "HEAD")
    return not (is_reading and match is not None and match.namespace in PUBLIC)


def is_private_answer(request: HttpRequest, response: HttpResponseBase) -> bool:
    """The same, once the answer is known: a refusal is for the one who asked, also at an address
    that anybody may read.
    """
    return response.status_code >= 400 or is_private(request)


def is_static(request: HttpRequest) -> bool:
    """Whether the response is a file that is the same for everyone."""
    return request.path.startswith(settings.STATIC_URL) or request.path == WORKER


def is_page(response: HttpResponseBase) -> bool:
    """Whether the response is an HTML page."""
    return not response.streaming and response.headers.get("Content-Type", "").startswith(
        "text/html"
    )
