"""The country somebody looks in: their last choice in this session, else the operator's."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from safety_app.locales.countries import is_country

_SESSION_KEY, _REGION_KEY = "country", "region"


def remembered_country(request: HttpRequest) -> str:
    """The country that the session remembers, else the home country. Nothing is changed."""
    kept: str = request.session.get(_SESSION_KEY, settings.HOME_COUNTRY)
    return kept


def chosen_country(request: HttpRequest) -> str:
    """The form's `country`, which the session remembers; else the remembered or the home country.

    Any country is accepted, whether or not the form offered it; anything else is no choice.
    """
    typed = request.POST.get("country", "").upper()
    kept = remembered_country(request)
    if not is_country(typed):
        return kept
    if typed != kept:
        request.session[_SESSION_KEY] = typed
    return typed


def remember_region(request: HttpRequest, region: str) -> None:
    """Remember a region that somebody looked in, for the next form that asks for one."""
    if request.session.get(_REGION_KEY) != region:
        request.session[_REGION_KEY] = region


def last_region(request: HttpRequest) -> str:
    """The region somebody looked in last; empty for none."""
    region: str = request.session.get(_REGION_KEY, "")
    return region


def remember_country(request: HttpRequest, country: str) -> None:
    """Let the session begin with this country, unless another was chosen in it."""
    if _SESSION_KEY not in request.session:
        request.session[_SESSION_KEY] = country
