"""The country someone looks in: what she chose last in this session, else the operator's."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from safety_app.locales.countries import is_country

_SESSION_KEY = "country"


def chosen_country(request: HttpRequest) -> str:
    """The form's `country`, kept for the session; else the one kept, else the home country.

    Any country is taken, whether or not the form offered it; anything else counts as not chosen.
    """
    typed = request.POST.get("country", "").upper()
    kept: str = request.session.get(_SESSION_KEY, settings.HOME_COUNTRY)
    if not is_country(typed):
        return kept
    if typed != kept:
        request.session[_SESSION_KEY] = typed
    return typed
