"""`/doctor/`: a form, and the sheet made from it. Nothing is kept, here or in an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from resources.doctor import presentation
from resources.doctor.forms import CARRIED, SheetForm, typed_fields
from safety_app.locales.page_languages import shown_in
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.middleware.padding import UNIT
from safety_app.privacy.origin import is_foreign
from safety_app.privacy.page_state import page_state
from safety_app.privacy.post_redirect_get import shown_by_get


# Without a CSRF token: a token needs a cookie, and somebody without an account gets none. The POST
# changes nothing and reads nothing of anybody. What the browser says another site sent is left
# out, or that site could put its words before its visitors under our name.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
@shown_by_get
def sheet(request: HttpRequest) -> HttpResponse:
    """The questions; or, from a form that was sent, the sheet in two languages.

    `change` brings the questions back as they were answered, and so does unlocking them.
    """
    own = shown_in()
    if request.method != "POST" or is_foreign(request):
        return render(request, "doctor/doctor_ask.html", {"form": SheetForm(None, own)})
    sent = typed_fields(request.POST)
    if "change" in request.POST or (is_replayed(request) and CARRIED not in request.POST):
        return _answer(request, "ask", {"form": SheetForm(None, own, sent)})
    form = SheetForm(sent, own)
    if not form.is_valid():
        return _answer(request, "ask", {"form": form}, 400)
    return _answer(
        request, "show", {"sheet": presentation.make_sheet(form), "carried": form.carried()}
    )


def _answer(
    request: HttpRequest, page: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Everything in two languages is too long for one flight unless compressed; all answers
    have one size, which says nothing about their content.
    """
    page_state(request).compressed_size = UNIT
    return render(request, f"doctor/doctor_{page}.html", context, status=status)
