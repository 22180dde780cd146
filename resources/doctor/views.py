"""`/doctor/`: a form, and the sheet that is made from it. Nothing is kept, here or in an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from resources.doctor import showing
from resources.doctor.forms import SheetForm, typed


# Without a CSRF token: a token needs a cookie, and somebody without an account gets none. The POST
# changes nothing and reads nothing of anybody: another site that sends this form only makes a
# sheet of its own words, which nobody but its own visitor sees.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(no_store=True)
def sheet(request: HttpRequest) -> HttpResponse:
    """The questions; or, from a form that was sent, the sheet in two languages.

    `change` brings the questions back as they were answered.
    """
    own = get_language() or "en"
    if request.method != "POST":
        return _ask(request, SheetForm(None, own))
    sent = typed(request.POST)
    if "change" in request.POST:
        return _ask(request, SheetForm(None, own, sent))
    form = SheetForm(sent, own)
    if not form.is_valid():
        return _ask(request, form, 400)
    context = {"sheet": showing.make(form), "carried": form.carried()}
    return render(request, "resources/doctor_show.html", context)


def _ask(request: HttpRequest, form: SheetForm, status: int = 200) -> HttpResponse:
    return render(request, "resources/doctor_ask.html", {"form": form}, status=status)
