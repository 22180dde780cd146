"""The feed. Its filters are a form, kept in memory for Back and nowhere else."""

from __future__ import annotations

import time
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alerts.budgets import CARDS
from alerts.cards import OpenedCard
from alerts.check.paste import is_whole_identifier
from alerts.flows.feed import (
    FeedPage,
    Filters,
    feed_page,
    own_cards,
    read_filters,
    towns,
    written_place,
)
from alerts.flows.feed_rows import FRESH_DAYS
from alerts.markup import card_html, regions_html, settings_html, towns_html, what_html
from alerts.own.places import OwnPlaces, own_places
from alerts.own.watches import NEWS, look_up, own_watches
from alerts.presentation import level_of
from alerts.report.places import country_choices
from alerts.vocabulary.choices import LEVELS
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys import personal_settings
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, month_words, today
from safety_app.locales.regions import region_name
from safety_app.locales.session_country import chosen_country, remember_country, remember_region
from safety_app.privacy.budgets import spend
from safety_app.privacy.paging import pager
from safety_app.privacy.post_redirect_get import keep, reads_entries, see, shown_by_get

_LOOK_AGAIN = 15 * 60  # seconds
_LEVELS = tuple(reversed(LEVELS[1:]))


@role_required("member")
@reads_entries
def feed(request: MemberRequest) -> HttpResponse:
    """The notes. A whole number typed into the filter goes to the check, since cards show a part
    of each number and no note would be found by it."""
    word, country = request.POST.get("q", ""), chosen_country(request)
    if word and is_whole_identifier(word, country):
        path = reverse("alerts:check")
        fields = [("q", [word]), ("country", [country])]
        entry_id = keep(request, {"fields": fields}, path)
        if entry_id:
            return see(path, entry_id)
    return _feed(request)


@shown_by_get
def _feed(request: MemberRequest) -> HttpResponse:
    """Newest first. The budget counts each card shown, also when somebody comes back.

    A search spends one before it begins, since one without a result reads the most cards.
    """
    language = get_language() or settings.LANGUAGE_CODE
    own = _own(request)
    filters = _filters(request, own)
    country = chosen_country(request)
    if len(filters.regions) == 1:
        remember_region(request, filters.regions[0])
    if "countries" in request.POST or "all_countries" in request.POST:
        return _ask_country(request, filters, country, language)
    counted = 1 if filters.narrowed else 0
    if counted:
        spend(CARDS, request.user.pk, counted)
    wants_towns = "towns" in request.POST and bool(filters.regions)
    named = towns(request.ring, filters) if wants_towns else []
    page = feed_page(request.ring, filters, language)
    if len(page.cards) > counted:
        spend(CARDS, request.user.pk, len(page.cards) - counted)
    context = {
        "filters": filters,
        "country": country,
        "regions": regions_html(country, filters.regions, language),
        "levels": [(level.number, level.word, level.number in filters.levels) for level in _LEVELS],
        "towns": towns_html(named, filters.town),
        "no_towns": wants_towns and not named,
        "what": what_html(filters.nuisance, filters.what, language),
        "settings": settings_html(filters.setting, language),
        "groups": _groups(request.ring, page, language),
        "pager": pager(filters.page, more=page.older),
        "behind": written_place(filters.behind) if filters.behind else "",
        "go_on": written_place(page.go_on) if page.go_on else "",
        "unopened": page.unopened,
        "makes_sheets": request.user.has_role("reporter", "moderator"),
        "own_regions": [region_name(region, language) for region in own.places.regions],
        "in_own_regions": filters.regions == own.places.regions,
        "news": own.news,
    }
    return render(request, "alerts/feed.html", context)


class _Own(NamedTuple):
    """Her regions, and how many of the things she watches have news."""

    places: OwnPlaces
    news: int


def _own(request: MemberRequest) -> _Own:
    """What she chose for herself; looked up again once a quarter of an hour."""
    content = personal_settings.read(request.ring, request.user.pk)
    places = own_places(content)
    if places.country:
        remember_country(request, places.country)
    when, news = request.session.get(NEWS, (0, 0))
    now = int(time.time())
    if not 0 <= now - when < _LOOK_AGAIN:
        news = sum(bool(one.alerts) for one in look_up(request.ring, own_watches(content)))
        request.session[NEWS] = (now, news)
    return _Own(places, news)


def _filters(request: HttpRequest, own: _Own) -> Filters:
    """Her regions, until she chooses others, or all."""
    if request.method != "POST":
        return Filters(regions=own.places.regions)
    filters = read_filters(request.POST)
    return Filters(nuisance=filters.nuisance) if "all" in request.POST else filters


def _groups(ring: KeyRing, page: FeedPage, language: str) -> list[tuple[str, list[SafeString]]]:
    """The cards under headings: the very dangerous ones of a week, then by day and by month."""
    groups: list[tuple[str, list[SafeString]]] = []
    own = own_cards(ring, page.cards)
    for opened in page.cards:
        row, card = opened.row, opened.card
        words = _heading(opened, language)
        if not groups or groups[-1][0] != words:
            groups.append((words, []))
        others = page.confirmations.get(row.pk, 0)
        html = card_html(
            f"{row.pk}/", row, card, others=others, is_own=row.pk in own, language=language
        )
        groups[-1][1].append(html)
    return groups


def _heading(opened: OpenedCard, language: str) -> str:
    day = opened.row.day
    days = (today() - day).days
    if days < FRESH_DAYS and level_of(opened.card) == len(LEVELS) - 1:
        return _("Very dangerous, of the last seven days")
    if days < FRESH_DAYS:
        return capfirst(age_words(day, today()))
    if (day.year, day.month) == (today().year, today().month):
        return _("Earlier this month")
    return month_words(day, language)


def _ask_country(
    request: HttpRequest, filters: Filters, country: str, language: str
) -> HttpResponse:
    """A separate screen to choose the country whose regions are offered."""
    every = "all_countries" in request.POST
    kept = [("region", region) for region in filters.regions]
    kept += [("level", str(level)) for level in filters.levels]
    kept += [("q", filters.word), ("what", filters.what), ("setting", filters.setting)]
    kept.append(("town", filters.town))
    kept += [("tab", "nuisance" if filters.nuisance else ""), ("mine", "1" if filters.mine else "")]
    context = {
        "kept": [(name, value) for name, value in kept if value],
        "countries": country_choices(language, country, every=every),
        "country": country,
        "every": every,
    }
    return render(request, "alerts/feed_country.html", context)
