"""The choice of a language for somebody signed in: a page, so that no other page carries the menu.

Fifteen names in fifteen languages weigh more than a tenth of a signed-in page, which has one of a
few sizes and is never compressed.
"""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from safety_app.privacy.form_replay import is_target


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """All languages; each leads to the page that `to` names, without its language."""
    rest = request.GET.get("to", "")
    if not is_target(f"/{get_language()}/{rest}"):
        rest = ""
    context = {"languages": settings.LANGUAGES, "rest": rest, "path_rest": rest}
    return render(request, "language_choose.html", context)


def choice_of_language(rest: str) -> str:
    """The address of the choice, from a page with this address after its language."""
    return f"{reverse('language')}?to={quote(rest)}"
