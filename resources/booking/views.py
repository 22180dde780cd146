"""`/booking/`: a form, and the message made from it. Nothing is kept, here or in an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from resources.booking.forms import CARRIED, BookingForm, typed_fields
from resources.booking.presentation import make_message
from safety_app.locales.page_languages import shown_in
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.middleware.padding import UNIT
from safety_app.privacy.origin import is_foreign
from safety_app.privacy.page_state import page_state


# Without a CSRF token, and deaf to other sites: `resources.doctor.views` says why.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def message(request: HttpRequest) -> HttpResponse:
    """The form; or, from a form that was sent, the message to copy.

    `change` brings the form back as it was filled in, and so does unlocking it.
    """
    own = shown_in()
    if request.method != "POST" or is_foreign(request):
        return render(request, "booking/booking_ask.html", {"form": BookingForm(None, own)})
    sent = typed_fields(request.POST)
    if "change" in request.POST or (is_replayed(request) and CARRIED not in request.POST):
        return _answer(request, "ask", {"form": BookingForm(None, own, sent)})
    form = BookingForm(sent, own)
    if not form.is_valid():
        return _answer(request, "ask", {"form": form}, 400)
    return _answer(request, "show", {"message": make_message(form), "carried": form.carried()})


def _answer(
    request: HttpRequest, page: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """All answers have one size, which says nothing about their content.

    Somebody signed in gets them in place too: nothing of it waits in memory for Back.
    """
    page_state(request).compressed_size = UNIT
    page_state(request).answers_in_place = True
    return render(request, f"booking/booking_{page}.html", context, status=status)
