"""The form that asks for regions and a language, for the sheet and for the text of a week."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from alerts.report.places import coarse_regions, country_choices, region_options
from safety_app.locales.countries import is_country
from safety_app.locales.session_country import chosen_country


def region_form(request: HttpRequest) -> dict[str, Any]:
    """What `alerts/region_form.html` shows: what was chosen, and the regions of the country."""
    language = get_language() or settings.LANGUAGE_CODE
    country, chosen = _offered_country(request), coarse_regions(request.POST.getlist("region"))
    every = "all_countries" in request.POST
    return {
        "regions": region_options(country, chosen, language),
        "country": country,
        "countries": country_choices(language, country, every=every),
        "every": every,
        **language_form(request),
    }


def language_form(request: HttpRequest) -> dict[str, Any]:
    """What `alerts/language_form.html` shows."""
    return {"offered": settings.LANGUAGES, "language": chosen_language(request)}


def chosen_language(request: HttpRequest) -> str:
    """The chosen one of the site's languages, or the page's."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return get_language() or settings.LANGUAGE_CODE


def _offered_country(request: HttpRequest) -> str:
    """The country whose regions are offered. Unlike the feed's, it is not remembered."""
    typed = request.POST.get("country", "").upper()
    return typed if is_country(typed) else chosen_country(request)
