"""Whatever page answers a signed-in form is opened by GET, so that Back never asks to send again.

The view has run, and may have written: its page is kept, and shown as often as somebody comes back.
Views that need less say so: see `safety_app.privacy.post_redirect_get`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from safety_app.page_entries import PARAMETER
from safety_app.privacy import errors
from safety_app.privacy.form_replay import DEAD_ENDS, RESERVED, SECRETS
from safety_app.privacy.page_privacy import is_page, is_signed_in
from safety_app.privacy.page_state import page_state
from safety_app.privacy.post_redirect_get import (
    fields_of,
    is_reader,
    keep,
    kept,
    no_longer_here,
    see,
)

# Answers of views. Other statuses say that the request itself was wrong, and nothing was typed.
_KEPT = frozenset({200, 400, 409, 429})

GetResponse = Callable[[HttpRequest], HttpResponse]


class PostRedirectGet:
    """Middleware inside the guards' own: `is_signed_in` must be known."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if page_state(request).shown_once and is_signed_in(request):
            errors.remember_sent(request)
        if request.method != "POST" or not _is_kept(request, response):
            return response
        content = {
            "page": response.content.decode(),
            "status": response.status_code,
            "retry": response.headers.get("Retry-After", ""),
            "size": page_state(request).exact_size,
            "step": page_state(request).hold_until_step,
            "language": get_language(),
            "fields": fields_of(request.POST),
        }
        entry_id = keep(request, content)
        return see(request.path, entry_id) if entry_id else response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponse | None:
        """The kept page in place of the view that made it; for a form that was answered by a page
        shown once, that it was done.
        """
        if request.method == "POST" and is_signed_in(request) and errors.is_sent_again(request):
            return errors.done_already(request)
        if request.method not in {"GET", "HEAD"} or PARAMETER not in request.GET:
            return None
        if not is_signed_in(request) or is_reader(view):
            return None
        content = kept(request)
        if content is None or "page" not in content:
            return no_longer_here(request)
        if content["language"] != get_language():
            return _in_another_language(request, content)
        page_state(request).exact_size = content["size"]
        page_state(request).hold_until_step = content["step"]
        response = HttpResponse(content["page"], status=content["status"])
        if content["retry"]:
            response["Retry-After"] = content["retry"]
        return response


def post_redirect_get(get_response: GetResponse) -> PostRedirectGet:
    """The middleware, under the name in settings."""
    return PostRedirectGet(get_response)


def _is_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer has a page to come back to, without a secret typed or shown."""
    match = request.resolver_match
    return (
        response.status_code in _KEPT
        and is_page(response)
        and bool(response.content)
        and is_signed_in(request)
        and match is not None
        and match.view_name not in DEAD_ENDS
        and not is_reader(match.func)
        and not page_state(request).answers_in_place
        and SECRETS.isdisjoint(request.POST)
    )


def _in_another_language(request: HttpRequest, content: dict[str, Any]) -> HttpResponse:
    """The page was made in one language; what was typed can be sent again in this one."""
    fields = [
        (name, value)
        for name, values in content["fields"]
        if name not in RESERVED
        for value in values
    ]
    return errors.page(
        request,
        200,
        _("In another language"),
        _("The page before was made in the other language. What you wrote is kept."),
        fields,
        back_to=request.path,
    )
