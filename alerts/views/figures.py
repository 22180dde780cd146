"""Figures for donors, which moderators copy from the screen."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from alerts.flows import figures
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import today
from safety_app.locales.phrases import join_places, month_range
from safety_app.locales.regions import country_of, region_name

_MONTHS_AFTER = 2


@role_required("moderator")
@require_safe
def figures_page(request: MemberRequest) -> HttpResponse:
    """Three tables in which no count is under ten."""
    language = get_language() or settings.LANGUAGE_CODE
    counted = figures.count(request.ring, today())
    context = {
        "day": today(),
        "least": figures.LEAST,
        "whole": counted.whole,
        "levels": [(LEVELS[level].word, number) for level, number in counted.levels],
        "regions": [(_region(key, language), number) for key, number in counted.regions],
        "quarters": [(_quarter(first), number) for first, number in counted.quarters],
    }
    return render(request, "alerts/figures_show.html", context)


def _region(key: str, language: str) -> str:
    """The region's name, and its country's."""
    name, country = region_name(key, language), country_of(key)
    if not country or country == key:
        return name
    return join_places((name, region_name(country, language)))


def _quarter(first: datetime.date) -> str:
    last = first.replace(month=first.month + _MONTHS_AFTER)
    return month_range(first, last)
