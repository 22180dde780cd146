"""`/object/`: objections by people who believe they were reported; no account needed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from alerts.flows import objections, public_form
from alerts.forms.objection import ObjectionForm, ReturnCodeForm
from alerts.periods import OBJECTION_DAYS
from safety_app.privacy.budgets import BudgetSpent
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault.codes import show_code
from safety_app.vault.errors import VaultError


@require_http_methods(["GET", "HEAD", "POST"])
def object_page(request: HttpRequest) -> HttpResponse:
    """Take an objection, or show the state of one. Never says whether there is an alert."""
    if request.method != "POST":
        return _form_page(request, ObjectionForm())
    if "return_code" in request.POST:
        return _show_state(request)
    if is_replayed(request):
        return _form_page(request, ObjectionForm(initial=request.POST.dict()))
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _form_page(request, form, 400)
    seconds = public_form.seconds_left(request.POST.get("form_token", ""))
    if seconds:
        form.add_error(None, _too_soon(seconds))
        return _form_page(request, form, 429)
    if seconds is None:
        form.add_error(None, _wait_again(_("This page was too old, or not opened here.")))
        return _form_page(request, form, 400, renew=True)
    return _send(request, form)


def _send(request: HttpRequest, form: ObjectionForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        code = public_form.send(request.POST["form_token"], typed["identifier"], typed["text"])
    except public_form.OtherWordsSent:
        form.add_error(
            None, _wait_again(_("One was sent from this page already, and this is another one."))
        )
        return _form_page(request, form, 409, renew=True)
    except BudgetSpent as spent:
        form.add_error(None, _enough_today(spent.minutes))
        return _form_page(request, form, 429)
    except VaultError:
        form.add_error(None, _("It cannot be sent right now. Please try again later."))
        return _form_page(request, form, 503)
    context = {"code": show_code(code), "days": OBJECTION_DAYS}
    return render_once(request, "alerts/object_sent.html", context)


def _show_state(request: HttpRequest) -> HttpResponse:
    codes = ReturnCodeForm(request.POST)
    if not codes.is_valid():
        return _form_page(request, ObjectionForm(), 400, codes=codes)
    state = objections.state_of(codes.cleaned_data["return_code"])
    return _form_page(request, ObjectionForm(), looked=True, state=state)


def _form_page(
    request: HttpRequest,
    form: ObjectionForm,
    status: int = 200,
    *,
    renew: bool = False,
    codes: ReturnCodeForm | None = None,
    **answer: Any,
) -> HttpResponse:
    """The page, with the token it had, so that the wait does not start again."""
    token = request.POST.get("form_token", "")
    keep = not renew and public_form.seconds_left(token) is not None
    context = {
        "form": form,
        "token": token if keep else public_form.new_token(),
        "codes": codes or ReturnCodeForm(),
        "days": OBJECTION_DAYS,
        "seconds": public_form.WAIT_SECONDS,
        **answer,
    }
    return render(request, "alerts/object_ask.html", context, status=status)


def _too_soon(seconds: int) -> str:
    words = ngettext(
        "You can send it in %(seconds)s second. What you typed is still here.",
        "You can send it in %(seconds)s seconds. What you typed is still here.",
        seconds,
    )
    return words % {"seconds": seconds}


def _wait_again(why: str) -> str:
    """Why, and that the wait starts again."""
    return f"{why} {_too_soon(public_form.WAIT_SECONDS)}"


def _enough_today(minutes: int) -> str:
    hours = -(-minutes // 60)
    words = ngettext(
        "We cannot read more today. Keep what you wrote, and send it in %(hours)s hour.",
        "We cannot read more today. Keep what you wrote, and send it in %(hours)s hours.",
        hours,
    )
    return words % {"hours": hours}
