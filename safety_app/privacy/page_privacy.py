"""Which pages are meant for one person only."""

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Apps whose pages anyone may read, keep and share.
PUBLIC = frozenset({"pages", "translation", "directory", "doctor"})
# The script that shows kept pages without a line; at the root, since it may serve no page above it.
WORKER = "/pages.js"


def is_signed_in(request: HttpRequest) -> bool:
    """Whether the answer is for someone fully signed in, with her session awake."""
    return getattr(request, "ring", None) is not None


def show_as_signed_out(request: HttpRequest) -> None:
    """Give the rest of this request the frame of a page for somebody signed out."""
    request.user = AnonymousUser()
    cast(Any, request).ring = None


def is_private(request: HttpRequest) -> bool:
    """Whether the answer must leave no trace: no copy kept, its size one of a few.

    So is everything for someone signed in, every page where secrets are typed, every answer to a
    form and every error. Left are public pages, read by someone signed out, and static files.
    """
    if is_signed_in(request):
        return True
    match = request.resolver_match
    is_reading = request.method in ("GET", "HEAD")
    return not (is_reading and match is not None and match.namespace in PUBLIC)


def is_static(request: HttpRequest) -> bool:
    """Whether the answer is a file that is the same for everyone."""
    return request.path.startswith(settings.STATIC_URL) or request.path == WORKER


def is_page(response: HttpResponseBase) -> bool:
    """Whether the answer is a page that someone looks at."""
    return not response.streaming and response.headers.get("Content-Type", "").startswith(
        "text/html"
    )
