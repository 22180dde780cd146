"""A sheet to print for people without a phone."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED
from alerts.flows import sheet
from alerts.report.places import coarse_regions
from alerts.views.outside.region_form import chosen_language, region_form
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.regions import region_name
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.form_replay import own_button


@role_required("reporter", "moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("make")
def sheet_page(request: MemberRequest) -> HttpResponse:
    """A form for regions and a language, then the sheet as it will be on paper."""
    if "make" not in request.POST:
        return _form_page(request)
    regions = coarse_regions(request.POST.getlist("region"))
    if not regions:
        return _form_page(request, _("Choose at least one region."), 400)
    language = chosen_language(request)
    with override(language):
        collected = sheet.collect(request.ring, regions, language)
    if not collected.notes:
        return _form_page(request, _("There are no notes of these two levels in this region now."))
    try:
        spend(OPENED, request.user.pk, len(collected.notes))
    except BudgetSpent as spent:
        return _form_page(request, spent.message, 429)
    context = {"sheet": _sheet_html(collected, regions, language)}
    return render(request, "alerts/sheet_show.html", context)


def _sheet_html(collected: sheet.Sheet, regions: tuple[str, ...], language: str) -> SafeString:
    """The sheet in the language it is for; the page around it stays in the reader's."""
    with override(language):
        context = {
            "language": language,
            "bidi": get_language_bidi(),
            "number": sheet.new_number(),
            "printed_on": today(),
            "ends": today() + datetime.timedelta(days=sheet.LIFE_DAYS),
            "days": sheet.LIFE_DAYS,
            "regions": [region_name(region, language) for region in regions],
            "notes": collected.notes,
            "more": collected.more,
        }
        return render_to_string("alerts/sheet_body.html", context)


def _form_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    context = {
        **region_form(request),
        "problem": problem,
        "most": sheet.MOST_NOTES,
        "days": sheet.LIFE_DAYS,
    }
    return render(request, "alerts/sheet_ask.html", context, status=status)
