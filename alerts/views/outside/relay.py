"""`/a/<id>/pass/` and `/a/pass/`: a text to pass on to people outside. `/a/passed/`: who did."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alerts.budgets import OPENED
from alerts.card_status import visible_alert
from alerts.flows import relay_text, relays
from alerts.flows.relay_text import RelayText
from alerts.periods import RELAY_DAYS
from alerts.report.places import coarse_regions
from alerts.sealing.keys import AlertKeys
from alerts.views.outside.region_form import chosen_language, language_form, region_form
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.middleware.padding import UNIT
from safety_app.privacy.page_state import page_state
from safety_app.privacy.paging import page_number, pager
from safety_app.vault.errors import VaultError

# The choice of what the text shows of numbers, names and addresses: nothing, or a part.
_PART = "part"


@role_required("reporter", "moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("show")
def note(request: MemberRequest, alert_id: int) -> HttpResponse:
    """First what the text of one note reveals; then, recorded, the text."""
    if visible_alert(AlertKeys(request.ring), alert_id) is None:
        raise Http404
    context = {"alert_id": alert_id}
    if "show" not in request.POST:
        return _ask(request, "alerts/relay_ask.html", {**context, **language_form(request)})
    spend(OPENED, request.user.pk)
    language = chosen_language(request)
    try:
        with override(language):
            made = relay_text.text_of_note(
                request.ring, alert_id, language, hints=_wants_hints(request)
            )
    except (relay_text.NoSuchNote, VaultError):
        raise Http404 from None
    return _show(request, made, language, context)


@role_required("reporter", "moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("show")
def week(request: MemberRequest) -> HttpResponse:
    """The same for the dangerous notes of a week, in the regions that are chosen."""
    if "show" not in request.POST:
        return _ask_week(request)
    regions = coarse_regions(request.POST.getlist("region"))
    if not regions:
        return _ask_week(request, _("Choose at least one region."), 400)
    language = chosen_language(request)
    with override(language):
        made = relay_text.text_of_week(request.ring, regions, language, hints=_wants_hints(request))
    if not made.alerts:
        return _ask_week(request, _("There are no dangerous notes of this week in this region."))
    try:
        spend(OPENED, request.user.pk, len(made.alerts))
    except BudgetSpent as spent:
        return _ask_week(request, spent.message, 429)
    return _show(request, made, language, {})


@role_required("moderator")
@require_safe
def relays_page(request: MemberRequest) -> HttpResponse:
    """Everything that people of the moderator's organisation passed on, newest first."""
    page = page_number(request.GET.get("page", ""))
    passed = relays.passed_on(request.ring, request.user, page)
    context = {
        "entries": passed.entries,
        "damaged": passed.damaged,
        "pager": pager(page, more=passed.older),
        "own": request.user.pk,
        "days": RELAY_DAYS,
    }
    return render(request, "alerts/relay_list.html", context)


def _ask_week(request: MemberRequest, problem: str = "", status: int = 200) -> HttpResponse:
    context = {**region_form(request), "problem": problem, "most": relay_text.MOST_NOTES}
    return _ask(request, "alerts/relay_week.html", context, status)


def _ask(
    request: MemberRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    _one_size(request)
    more = {"hints": _wants_hints(request), "days": RELAY_DAYS}
    return render(request, template, context | more, status=status)


def _show(
    request: MemberRequest, made: RelayText, language: str, context: dict[str, Any]
) -> HttpResponse:
    """Record it, then show it: what cannot be recorded is not shown."""
    relays.record_relay(request.ring, request.user, made.alerts)
    _one_size(request)
    with override(language):
        direction = "rtl" if get_language_bidi() else "ltr"
    shown = {"text": made.text, "language": language, "direction": direction}
    return render(request, "alerts/relay_show.html", context | shown)


def _one_size(request: MemberRequest) -> None:
    """Every answer of a POST has the size of the longest text, and tells nothing of its length."""
    if request.method == "POST":
        page_state(request).exact_size = 2 * UNIT


def _wants_hints(request: MemberRequest) -> bool:
    return request.POST.get("numbers") == _PART
