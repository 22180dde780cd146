"""The feed. Its filters are a form, kept in memory for Back and nowhere else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from alerts.budgets import CARDS
from alerts.flows.feed import Filters, feed_page, is_own, read_filters
from alerts.markup import card_html, regions_html, settings_html, what_html
from alerts.report.places import country_choices
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.session_country import chosen_country, remember_region
from safety_app.privacy.budgets import spend
from safety_app.privacy.post_redirect_get import shown_by_get

_LEVELS = tuple(reversed(LEVELS[1:]))


@role_required("member")
@shown_by_get
def feed(request: MemberRequest) -> HttpResponse:
    """Newest first. The budget counts each card shown, also when somebody comes back.

    A search spends one before it begins, since one without a result reads the most cards.
    """
    language = get_language() or settings.LANGUAGE_CODE
    filters = read_filters(request.POST)
    country = chosen_country(request)
    if len(filters.regions) == 1:
        remember_region(request, filters.regions[0])
    if "countries" in request.POST or "all_countries" in request.POST:
        return _ask_country(request, filters, country, language)
    counted = 1 if filters.narrowed else 0
    if counted:
        spend(CARDS, request.user.pk, counted)
    page = feed_page(request.ring, filters, language)
    if len(page.cards) > counted:
        spend(CARDS, request.user.pk, len(page.cards) - counted)
    ring = request.ring
    context = {
        "filters": filters,
        "country": country,
        "regions": regions_html(country, filters.regions, language),
        "levels": [(level.number, level.word, level.number in filters.levels) for level in _LEVELS],
        "what": what_html(filters.nuisance, filters.what, language),
        "settings": settings_html(filters.setting, language),
        "cards": [
            card_html(
                f"{row.pk}/",
                row,
                card,
                others=page.confirmations.get(row.pk, 0),
                is_own=is_own(ring, row),
                language=language,
            )
            for row, card in page.cards
        ],
        "newer": filters.page - 1,
        "older": filters.page + 1 if page.older else 0,
        "unopened": page.unopened,
        "makes_sheets": request.user.has_role("reporter", "moderator"),
    }
    return render(request, "alerts/feed.html", context)


def _ask_country(
    request: HttpRequest, filters: Filters, country: str, language: str
) -> HttpResponse:
    """A separate screen to choose the country whose regions are offered."""
    every = "all_countries" in request.POST
    kept = [("region", region) for region in filters.regions]
    kept += [("level", str(level)) for level in filters.levels]
    kept += [("q", filters.word), ("what", filters.what), ("setting", filters.setting)]
    kept += [("tab", "nuisance" if filters.nuisance else ""), ("mine", "1" if filters.mine else "")]
    context = {
        "kept": [(name, value) for name, value in kept if value],
        "countries": country_choices(language, country, every=every),
        "country": country,
        "every": every,
    }
    return render(request, "alerts/feed_country.html", context)
