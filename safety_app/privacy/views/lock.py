"""The lock page: a phone taken while somebody is signed in shows nothing after 15 minutes.

The session falls asleep on the server (`sealed_sessions`). Pages that are only read go to the lock
page by themselves (`middleware.idle_lock`); pages with a form are covered by the stylesheet, and
the cover's button sends the form through the lock page. None of it needs script.
"""

import secrets
from typing import Protocol, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.privacy.form_replay import carried, go_on, in_place, target
from safety_app.privacy.page_privacy import is_signed_in, show_as_signed_out
from safety_app.privacy.page_state import page_state
from safety_app.privacy.views.exit import lock_cookie


class LockableSession(Protocol):
    """What this page needs of a session: see `sealed_sessions`."""

    @property
    def locked(self) -> bool: ...
    @property
    def has_pin(self) -> bool: ...
    @property
    def tries_left(self) -> int: ...
    def lock_now(self) -> bool: ...
    def unlock(self, pin: str) -> bool: ...


@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """The lock page. Opening it locks at once if a PIN was chosen.

    POST with `pin` unlocks; POST without one comes from the cover's button and carries a form.
    Without a session, the sign-in page is shown in its place and says why.
    """
    session = cast(LockableSession, request.session)
    sent_pin = request.method == "POST" and "pin" in request.POST
    if session.locked:
        return _try(request, session) if sent_pin else _ask(request, session)
    if not is_signed_in(request):
        return _signed_out(
            request,
            _(
                "You were signed out: the page was not used for a while, or the server "
                "restarted. Nothing you sent is lost."
            ),
        )
    if sent_pin or (request.method == "POST" and not session.has_pin):
        # Already unlocked, on another page or by a second tap.
        return go_on(request)
    if session.lock_now():
        return _ask(request, session)
    return render(request, "privacy/lock_impossible.html", {"carry_to": target(request)})


def _try(request: HttpRequest, session: LockableSession) -> HttpResponse:
    if session.unlock(request.POST["pin"]):
        return _marked(go_on(request))
    if session.locked:
        return _ask(request, session, wrong=True)
    return _signed_out(
        request,
        _("The PIN was wrong five times, so you have been signed out. Nothing you wrote is lost."),
    )


def _ask(request: HttpRequest, session: LockableSession, *, wrong: bool = False) -> HttpResponse:
    """The PIN form, in the frame of a page for somebody signed out."""
    show_as_signed_out(request)
    context = {
        "carried": carried(request),
        "carry_to": target(request),
        "wrong": wrong,
        "tries_left": session.tries_left,
    }
    status = 403 if wrong else 200
    return _marked(render(request, "privacy/lock_open.html", context, status=status))


def _signed_out(request: HttpRequest, why: str) -> HttpResponse:
    """The sign-in page, which says why, with what was sent."""
    page_state(request).why_signed_out = why
    return in_place(request, settings.LOGIN_URL, 200 if request.method != "POST" else 403)


def _marked(response: HttpResponse) -> HttpResponse:
    """Change an HttpOnly cookie, which makes Chrome drop its back/forward cache."""
    response.set_cookie(
        lock_cookie(),
        secrets.token_urlsafe(6),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )
    return response
