"""A sheet to print for people without a phone."""

from __future__ import annotations

import datetime
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED
from alerts.flows import sheet
from alerts.report.places import country_choices, region_choices
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.countries import is_country
from safety_app.locales.dates import today
from safety_app.locales.regions import coarse, region_name
from safety_app.locales.session_country import chosen_country
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.form_replay import is_replayed

_MOST_REGIONS = 40


@role_required("reporter", "moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_page(request: MemberRequest) -> HttpResponse:
    """Ask for regions and a language; then the sheet, as it will be on paper."""
    if request.method != "POST" or "make" not in request.POST or is_replayed(request):
        return _ask(request)
    regions = _regions(request)
    if not regions:
        return _ask(request, _("Choose at least one region."), 400)
    language = _language(request)
    with override(language):
        found = sheet.collect(request.ring, regions, language)
    if not found.notes:
        return _ask(request, _("There are no notes of these two levels in this region now."))
    try:
        spend(OPENED, request.user.pk, len(found.notes))
    except BudgetSpent as spent:
        return _ask(request, spent.message, 429)
    context = {"sheet": _drawn(found, regions, language)}
    return render(request, "alerts/sheet_show.html", context)


def _drawn(found: sheet.Sheet, regions: tuple[str, ...], language: str) -> SafeString:
    """The sheet itself, in the language it is for; the frame stays in the reader's own."""
    with override(language):
        context = {
            "language": language,
            "bidi": get_language_bidi(),
            "number": sheet.new_number(),
            "made": today(),
            "ends": today() + datetime.timedelta(days=sheet.LIFE_DAYS),
            "days": sheet.LIFE_DAYS,
            "regions": [region_name(one, language) for one in regions],
            "notes": found.notes,
            "more": found.more,
        }
        return render_to_string("alerts/sheet_body.html", context)


def _ask(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    country, chosen = _country(request), _regions(request)
    every = "all_countries" in request.POST
    listed = region_choices(country, language)
    here = {code for code, _name in listed}
    elsewhere = [(code, region_name(code, language)) for code in chosen if code not in here]
    context = {
        "problem": problem,
        "regions": [(code, name, code in chosen) for code, name in [*elsewhere, *listed]],
        "country": country,
        "countries": country_choices(language, country, every=every),
        "every": every,
        "offered": settings.LANGUAGES,
        "language": _language(request),
        "most": sheet.MOST_NOTES,
        "days": sheet.LIFE_DAYS,
    }
    return render(request, "alerts/sheet_ask.html", context, status=status)


def _regions(request: HttpRequest) -> tuple[str, ...]:
    """The coarse regions that were chosen, each once; what is no region is left out."""
    found: dict[str, None] = {}
    for code in request.POST.getlist("region")[:_MOST_REGIONS]:
        with suppress(ValueError):
            found[coarse(code)] = None
    return tuple(found)


def _language(request: HttpRequest) -> str:
    """One of the site's languages: the chosen one, else the page's."""
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return get_language() or settings.LANGUAGE_CODE


def _country(request: HttpRequest) -> str:
    """The country whose regions are offered. Unlike in the list, it is not kept."""
    typed = request.POST.get("country", "").upper()
    return typed if is_country(typed) else chosen_country(request)
