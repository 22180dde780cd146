"""Pages of what a member chose for her own use: `/a/regions/` and `/a/watch/`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import WATCHED
from alerts.check.paste import MOST_LINES, Line, read_paste
from alerts.identifiers import mask
from alerts.own import places, watches
from alerts.report.places import coarse_regions, country_choices, region_options
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys import personal_settings
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.session_country import chosen_country
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.codec import TooLong
from safety_app.privacy.form_replay import own_button


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("save")
def own_regions(request: MemberRequest) -> HttpResponse:
    """A form for her country and regions."""
    if "save" not in request.POST:
        return _regions_form(request)
    regions = coarse_regions(request.POST.getlist("region"))
    if len(regions) > places.MOST_REGIONS:
        problem = ngettext(
            "Choose at most %(most)s region.",
            "Choose at most %(most)s regions.",
            places.MOST_REGIONS,
        ) % {"most": places.MOST_REGIONS}
        return _regions_form(request, problem, 400)
    chosen = places.OwnPlaces(chosen_country(request), regions)
    places.save(request.ring, request.user.pk, chosen)
    notices.add(request, _("Your regions are saved. Notes begin with them."))
    return redirect("alerts:feed")


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("set", "remove", "seen")
def watch(request: MemberRequest) -> HttpResponse:
    """What she watches, and what is new about it; a form that came from a check is added to it."""
    if request.method == "POST":
        request.session.pop(watches.NEWS, None)
    if "set" in request.POST:
        return _set(request)
    if request.POST.get("remove"):
        watches.remove(request.ring, request.user.pk, request.POST.getlist("remove"))
        notices.add(request, _("You will not be told about this any more."))
        return redirect("alerts:watch")
    if "seen" in request.POST:
        try:
            watches.mark_seen(request.ring, request.user.pk)
        except TooLong:
            problem = _("You watch as much as fits. Remove something first.")
            return _watch_page(request, problem, 400)
        notices.add(request, _("All of it counts as seen."))
        return redirect("alerts:watch")
    return _watch_page(request)


def _set(request: MemberRequest) -> HttpResponse:
    wanted = [
        (request.POST.get(f"name-{number}", "").strip() or mask(line.readings[0]), line.readings)
        for number, line in enumerate(_lines(request))
        if f"watch-{number}" in request.POST
    ]
    if not wanted:
        return _watch_page(request, _("Tick at least one."), 400)
    try:
        spend(WATCHED, request.user.pk, len(wanted))
        watches.add(request.ring, request.user.pk, wanted)
    except BudgetSpent as spent:
        return _watch_page(request, spent.message, 429)
    except (watches.TooMany, TooLong):
        problem = _("You watch as much as fits. Remove something first.")
        return _watch_page(request, problem, 400)
    notices.add(
        request,
        ngettext(
            "You will see on this page and in Notes if someone writes about this in the next "
            "%(days)s day.",
            "You will see on this page and in Notes if someone writes about this in the next "
            "%(days)s days.",
            watches.DAYS,
        )
        % {"days": watches.DAYS},
    )
    return redirect("alerts:watch")


def _lines(request: HttpRequest) -> list[Line]:
    """What was typed into the check that came before, without what cannot be looked up."""
    typed = request.POST.get("q", "")

    def kind_of(number: int, _text: str) -> str:
        return str(request.POST.get(f"kind-{number}", ""))

    lines = read_paste(typed, chosen_country(request), kind_of).lines[:MOST_LINES]
    return [line for line in lines if line.readings]


def _regions_form(request: MemberRequest, problem: str = "", status: int = 200) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    own = places.own_places(personal_settings.read(request.ring, request.user.pk))
    country = chosen_country(request)
    chosen = own.regions if request.method != "POST" else ()
    every = "all_countries" in request.POST
    context = {
        "problem": problem,
        "country": country,
        "countries": country_choices(language, country, every=every),
        "every": every,
        "regions": region_options(
            country, chosen or coarse_regions(request.POST.getlist("region")), language
        ),
        "most": places.MOST_REGIONS,
    }
    return render(request, "alerts/own_regions.html", context, status=status)


def _watch_page(request: MemberRequest, problem: str = "", status: int = 200) -> HttpResponse:
    content = personal_settings.read(request.ring, request.user.pk)
    context: dict[str, Any] = {
        "problem": problem,
        "news": watches.look_up(request.ring, watches.own_watches(content)),
        "lines": [
            (number, line, mask(line.readings[0])) for number, line in enumerate(_lines(request))
        ],
        "typed": request.POST.get("q", ""),
        "country": chosen_country(request),
        "kinds": [(name, value) for name, value in request.POST.items() if "kind-" in name],
        "days": watches.DAYS,
        "most": watches.MOST,
        "longest": watches.NAME_LIMIT,
    }
    return render(request, "alerts/own_watch.html", context, status=status)
