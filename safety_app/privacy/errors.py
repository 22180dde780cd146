"""Error pages: a neutral title, plain words, and nothing typed is lost."""

import hmac
import sys
from collections.abc import Sequence
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import (
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

from safety_app.privacy.backends.no_room import has_no_room
from safety_app.privacy.backends.unreachable import is_unreachable
from safety_app.privacy.budgets import BudgetSpent
from safety_app.privacy.form_replay import DEAD_ENDS, SECRETS, carried, is_target, target
from safety_app.privacy.origin import is_own_form
from safety_app.privacy.page_privacy import show_as_signed_out
from safety_app.privacy.page_state import page_state
from safety_app.vault.encoding import encode

Fields = Sequence[tuple[str, str]]

_ROOM_SECONDS = 300
_UNREACHABLE_SECONDS = 30
_TOKEN, _SENT = "csrfmiddlewaretoken", "forms whose answer was shown once"
_MOST_SENT = 16


def page(
    request: HttpRequest,
    status: int,
    heading: str,
    text: str,
    fields: Fields = (),
    back_to: str = "",
    longest: tuple[str, str] | None = None,
) -> HttpResponse:
    """An error page. With `fields` it has a button that sends them to the same URL again, and with
    `longest` (name and text) a box with a field that was too long, so that it can be made shorter.

    Pass fields only if a page of ours sent them (`is_own_form`, or the CSRF check passed):
    otherwise another site could get words of its own submitted with one tap.
    """
    context = {
        "heading": heading,
        "text": text,
        "fields": fields,
        "again": request.path,
        "back_to": back_to,
        "longest": longest,
    }
    if (fields or longest) and "carry_to" in request.POST:
        context["carry_to"] = target(request)
    return render(request, "privacy/error_show.html", context, status=status)


def _in_language_of_path(request: HttpRequest) -> None:
    """An error can occur before the language middleware has run."""
    translation.activate(translation.get_language_from_request(request, check_path=True))


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for a request that was too large."""
    _in_language_of_path(request)
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    if isinstance(exception, (TooManyFieldsSent, TooManyFilesSent)):
        text = _("Too much was sent at once.")
    else:
        text = _("Please go back, look at what you typed, and try again.")
    return page(request, 400, _("This could not be read"), text)


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    _in_language_of_path(request)
    return page(request, 403, _("You cannot open this page"), _("Go back, or begin at the start."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and for what this person may not see.

    The body is not parsed any more: a file, or too much data, would raise another error.
    """
    request._post, request._files = QueryDict(), MultiValueDict()  # type: ignore[attr-defined]
    return _not_found(request)


@requires_csrf_token
def _not_found(request: HttpRequest) -> HttpResponse:
    _in_language_of_path(request)
    return page(
        request,
        404,
        _("There is nothing here"),
        _("It may have been removed, or the address has a mistake in it."),
    )


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with what was typed when the machine has no room or something does not answer.

    Needs neither database nor session; if even the frame fails, a bare page is sent.
    """
    error = sys.exc_info()[1]
    no_room = has_no_room(error)
    unreachable = not no_room and is_unreachable(error)
    _in_language_of_path(request)
    heading = _("Something did not work")
    text = _("It is our mistake, not yours. Please go back and try again in a moment.")
    if no_room:
        heading = _("Nothing can be saved right now")
        text = _(
            "The server has no room, so nothing was saved. Nothing you wrote is lost: send it "
            "again in a few minutes. You can still read and check."
        )
    if unreachable:
        # The frame must not ask who is signed in. No session: none is saved or ended.
        show_as_signed_out(request)
        cast(Any, request).session = {}
        heading = _("Please wait a little")
    try:
        passes = no_room or unreachable
        fields = carried(request) if passes and is_own_form(request) else ()
        if unreachable and fields:
            text = _(
                "A part of the site does not answer right now. Nothing you wrote is lost: send it "
                "again in a few minutes."
            )
        response = page(request, 503 if passes else 500, heading, text, fields)
    except Exception:  # whatever broke the page may break the frame as well
        response = _bare_page(503 if no_room or unreachable else 500, heading, text)
    if no_room or unreachable:
        response["Retry-After"] = str(_ROOM_SECONDS if no_room else _UNREACHABLE_SECONDS)
    return response


def _bare_page(status: int, heading: str, text: str) -> HttpResponse:
    body = format_html(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width"><h1>{}</h1><p>{}</p>'
        '<p><a href="/">{}</a></p></html>',
        translation.get_language() or settings.LANGUAGE_CODE,
        settings.SITE_NAME,
        heading,
        text,
        _("Back to the start"),
    )
    return HttpResponse(body, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without a valid token: the cookie is gone, or the form was not ours.

    If the browser vouches that it was, everything typed is shown behind one button, with a fresh
    token. That does not bypass the check: another site cannot forge `Origin`.
    """
    if not is_own_form(request):
        return forbidden(request, PermissionError())
    if is_sent_again(request):
        return done_already(request)
    fields = carried(request) if _may_come_back(request) else []
    if not fields:
        heading = _("Please open this page again")
        text = _("You have left, or it was open for a long time. Nothing was sent.")
        return page(request, 403, heading, text)
    return page(
        request,
        403,
        _("Please send it again"),
        _("This page was open for a long time. Nothing you wrote is lost."),
        fields,
    )


def _may_come_back(request: HttpRequest) -> bool:
    """Whether the person has not pressed "Leave" since, which deletes the session's cookie.

    The CSRF cookie proves little, since any page with a form sets a new one. On the way in there is
    no session yet.
    """
    match = request.resolver_match
    is_way_in = match is not None and match.view_name in DEAD_ENDS
    return is_way_in or settings.SESSION_COOKIE_NAME in request.COOKIES


def remember_sent(request: HttpRequest) -> None:
    """Remember this form in the sealed session, because its answer is shown once."""
    name = _name_of_form(request)
    if name:
        request.session[_SENT] = [*request.session.get(_SENT, ()), name][-_MOST_SENT:]


def is_sent_again(request: HttpRequest) -> bool:
    """Whether this is the form whose answer was shown once: a reload, or Back and forward."""
    name = _name_of_form(request)
    return bool(name) and name in request.session.get(_SENT, ())


def _name_of_form(request: HttpRequest) -> str:
    """32 hexadecimal digits; empty for a form without a token, which only a program sends.

    The token tells it from the same form of another page, since each page masks it anew; address
    and fields tell it from other buttons of this page. Nothing secret goes in.
    """
    if not request.POST.get(_TOKEN):
        return ""
    parts = [request.path]
    for name, values in request.POST.lists():
        if name not in SECRETS:
            parts += [name, *values]
    content = encode(*(part.encode("utf-8", "replace") for part in parts))
    return hmac.digest(settings.BUDGET_KEY, content, "sha256").hex()[:32]


def done_already(request: HttpRequest) -> HttpResponse:
    """409 for a form whose answer was shown once. Nothing is done again."""
    page_state(request).answers_in_place = True
    text = _(
        "It was done when it was sent the first time, and now nothing was changed. What you saw "
        "then is not shown again. If it was a code and you did not write it down, make a new one."
    )
    return page(request, 409, _("This was done already"), text)


def not_text(request: HttpRequest) -> HttpResponse:
    """400 for NUL bytes and broken UTF-8."""
    page_state(request).answers_in_place = True
    return page(
        request,
        400,
        _("This could not be read"),
        _("It has signs that cannot be sent. Remove them and send it again."),
        carried(request) if is_own_form(request) else (),
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """413, with those fields that were not too long, and the longest one to be made shorter."""
    fields = carried(request) if is_own_form(request) else []
    longest = page_state(request).longest_field
    is_ours = is_own_form(request) and settings.CSRF_COOKIE_NAME in request.COOKIES
    return page(
        request,
        413,
        _("This is too long"),
        _("One of the fields holds more than fits here. Please write less there."),
        fields,
        longest=longest if is_ours else None,
    )


def busy_reading(request: HttpRequest) -> HttpResponse:
    """503 for a page, when more people are here than can be served; the browser asks again."""
    text = _("Many people are here at this moment. This page opens by itself in a few seconds.")
    return page(request, 503, _("Please wait a little"), text, back_to=request.path)


def busy_writing(request: HttpRequest, fields: Fields = ()) -> HttpResponse:
    """503 for a form, with what was typed, if a page of ours sent it."""
    text = _("Many people are here at this moment. Wait a few seconds and send it again.")
    return page(request, 503, _("Please wait a little"), text, fields)


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    """405, with a link to the page that the form belongs to."""
    _in_language_of_path(request)
    above = request.path.rstrip("/").rpartition("/")[0] + "/"
    response = page(
        request,
        405,
        _("This page cannot be opened this way"),
        _("Please go back to where it began, and send it from there."),
        back_to=above if is_target(above) else "",
    )
    response["Allow"] = allowed
    return response


def does_not_open(request: HttpRequest) -> HttpResponse:
    """403 for a row that was tampered with or damaged: nothing of it is used."""
    return page(
        request,
        403,
        _("This does not open"),
        _("What is stored here was changed or damaged. Tell whoever runs this site."),
    )


def own_row_changed(request: HttpRequest) -> HttpResponse:
    """403 for a session that ended because its own account was tampered with."""
    return page(
        request,
        403,
        _("Your account does not open"),
        _(
            "What is stored for it was changed or damaged, so you are signed out. Nothing of it is "
            "used. Tell your organisation, and whoever runs this site."
        ),
    )


def budget_spent(request: HttpRequest, spent: BudgetSpent) -> HttpResponse:
    """429, with the form: the view ran, so the CSRF check has passed."""
    fields = carried(request) if request.method == "POST" else ()
    response = page(request, 429, _("Please wait a little"), spent.message, fields)
    response["Retry-After"] = str(spent.minutes * 60)
    return response
