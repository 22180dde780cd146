"""Form replay: nothing typed is lost when a session locks or ends while somebody is writing.

The form travels as hidden fields through the sign-in page, the second step or the lock page
(partial `privacy/carried.html`); afterwards the browser sends it again to where it was meant to go.
It is never stored on the server, and it works without script.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import unquote, urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.urls import resolve, reverse
from django.utils import translation

from safety_app.page_entries import address_part
from safety_app.privacy.origin import referrer_page

# They have to be typed again.
SECRETS = frozenset(
    {
        "pseudonym",
        "passphrase",
        "passphrase_again",
        "new_passphrase",
        "offered",
        "typed_passphrase",
        "another",
        "pin",
        "code",
        "recovery_code",
        "return_code",
        "credential",
    }
)
# The rest steers the replay itself.
RESERVED = SECRETS | {"unlock", "carry_to", "csrfmiddlewaretoken"}
NEXT = "next"  # in the address of the lock page
MAX_FIELDS = 300
MAX_NAME_LENGTH = 100
MAX_LENGTH = 128 * 1024  # characters of all names and values together
# Replaying to one of these after signing in would ask, lock or leave once more.
DEAD_ENDS = frozenset(
    {
        "exit",
        "healthz",
        "language",
        "lock",
        "accounts:sign_in",
        "accounts:sign_in_code",
        "accounts:recover",
        "accounts:join",
        "accounts:apply",
        "accounts:sign_out",
    }
)


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class SendAgain(HttpResponseRedirectBase):
    """307: the browser sends the same form to another URL of ours."""

    status_code = 307


def carried(request: HttpRequest) -> list[tuple[str, str]]:
    """The names and values of the submitted form, without RESERVED ones.

    At most MAX_FIELDS fields and MAX_LENGTH characters; what exceeds that is dropped. Nothing is
    carried without our CSRF cookie: "Leave" deletes it, and whoever presses Back afterwards makes
    the browser send the last form again, which must not show what was in it.
    """
    if settings.CSRF_COOKIE_NAME not in request.COOKIES:
        return []
    fields: list[tuple[str, str]] = []
    left = MAX_LENGTH
    for name, values in request.POST.lists():
        if name in RESERVED or len(name) > MAX_NAME_LENGTH:
            continue
        for value in values:
            if len(fields) < MAX_FIELDS and len(name) + len(value) <= left:
                left -= len(name) + len(value)
                fields.append((name, value.replace("\0", "")))
    return fields


def target(request: HttpRequest) -> str:
    """The path the form was meant for; else the sign-in page, which redirects those signed in.

    In this order: `carry_to`; on the lock page, the one its address names; the request's own path;
    on the lock page, the page of ours that led there, since the cover's button sends the form of
    any page to it. Only a path of this site that exists and is no dead end, with the name of a page
    entry at most, which the lock keeps.
    """
    return _wanted(request) or reverse(settings.LOGIN_URL)


def _wanted(request: HttpRequest) -> str:
    match = request.resolver_match
    is_lock = match is not None and match.view_name == "lock"
    named = request.GET.get(NEXT, "") if is_lock else ""
    led_here = referrer_page(request) if is_lock else ""
    for path in (request.POST.get("carry_to", ""), named, request.path, led_here):
        if is_target(path):
            return path
    return ""


def is_target(path: str) -> bool:
    """Whether it is a path of this site where somebody can go on after signing in.

    It may end in the name of a page entry: `?s=…`.
    """
    path, _mark, query = path.partition("?")
    if query and not address_part(query):
        return False
    if not path.startswith("/") or path.startswith("//") or set(path) & set("\\?#"):
        return False
    language = translation.get_language_from_path(path)
    if language is None or not path.isprintable() or len(path) > 500:
        return False
    with translation.override(language):
        try:
            match = resolve(unquote(path))
        except Http404:
            return False
    return match.view_name not in DEAD_ENDS


def is_replayed(request: HttpRequest) -> bool:
    """Whether the lock or sign-in page sent this form, rather than the button of its own page.

    What cannot be undone needs that button (`own_button`): a passphrase typed to get back in, or
    filled into a form under the cover, is no consent to anything else.
    """
    return not {"unlock", "carry_to"}.isdisjoint(request.POST)


def own_button(*names: str) -> Callable[[View], View]:
    """A view sees these fields only if its own page sent them.

    For what cannot be undone: a replayed form arrives without them, so that the view shows what was
    typed and asks for the button once more.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def without_replayed_buttons(
            request: HttpRequest, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            if is_replayed(request):
                fields = request.POST.copy()
                for name in names:
                    fields.pop(name, None)
                cast(Any, request).POST = fields
            return view(request, *args, **kwargs)

        return cast(View, without_replayed_buttons)

    return decorate


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """The response for somebody who is not signed in, or whose session is locked.

    GET and HEAD are redirected to the sign-in or lock page; the lock page is told which page entry
    to come back to. A POST gets that page in place, with status 403, carrying the form.
    """
    name = "lock" if getattr(request.session, "locked", False) else settings.LOGIN_URL
    if request.method in ("GET", "HEAD"):
        entry = address_part(request.META.get("QUERY_STRING", "")) if name == "lock" else ""
        asked = f"?{urlencode({NEXT: request.path + entry})}" if entry else ""
        return HttpResponseRedirect(reverse(name) + asked)
    return in_place(request, name, 403)


def in_place(request: HttpRequest, name: str, status: int) -> HttpResponse:
    """The named page as it looks before anything is typed, at the requested URL.

    The view is looked up by name, so that this room need not import the one that signs people in.
    """
    request.POST  # noqa: B018  parsed now: Django parses no form of a GET
    request.method = "GET"
    response = cast(HttpResponse, resolve(reverse(name)).func(request))
    if response.status_code == 200:
        response.status_code = status
    return response


def go_on(request: HttpRequest) -> HttpResponse:
    """After success: redirect to the target, along with the carried form.

    Signing in rotates the CSRF secret, but the replayed form holds a token of the old one; so with
    something to carry, the old secret stays. It came from a cookie that no other site can set.
    """
    to = _wanted(request)
    if not to or not carried(request):
        return HttpResponseRedirect(target(request))
    secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    if len(secret) == 32:
        request.META["CSRF_COOKIE"] = secret
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
    return SendAgain(to)
