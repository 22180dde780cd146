"""Merging two alerts about the same person: a page that shows the result, and the merge itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from alerts.budgets import OPENED
from alerts.card_status import trust_card
from alerts.flows import merge as merge_flow
from alerts.flows import moderation, put_back
from alerts.flows.lifecycle import report_or_none
from alerts.flows.moderation import Case, seen_of
from alerts.models import Alert
from alerts.sealing.bodies import ReportTooLong
from alerts.sealing.keys import AlertKeys
from alerts.views import review_context
from alerts.views import undo as undo_views
from alerts.views.alert_text import alert_content
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.privacy.budgets import spend
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id

_WHY_NOT: dict[type[Exception], Promise] = {
    moderation.AlertChanged: _(
        "Nothing was done: one of the two has changed since you opened the page. Look again."
    ),
    moderation.NotPossible: _(
        "These two cannot be put together: they have no number in common, or one of them is "
        "hidden or not published."
    ),
    merge_flow.OwnAlertKept: _(
        "You cannot put another note into your own: the one that would be kept is yours. Keep the "
        "other one instead, or let another moderator do it."
    ),
    merge_flow.TooManyIdentifiers: _(
        "These two have more numbers and names together than fit into one note, and none may "
        "be lost. Keep them as they are."
    ),
    merge_flow.WordsLost: _(
        "Words of the very dangerous one would be lost, and that needs a moderator of "
        "another organisation. Keep that one instead, or keep them as they are."
    ),
    ReportTooLong: _(
        "These two are too long for one note, and nothing may be lost. Keep them as they are."
    ),
}


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("merge")
def merge(request: MemberRequest, alert_id: int) -> HttpResponse:
    """GET shows the result, POST merges. The address has the id of the alert that is kept."""
    other_id = parse_id(request.POST.get("with") or request.GET.get("with", "")) or 0
    rows = Alert.objects.in_bulk([alert_id, other_id])
    if len(rows) != 2:
        return review_context.alert_gone(request)
    if "merge" not in request.POST:
        return _page(request, rows[alert_id], rows[other_id])
    seen, other_seen = request.POST.get("seen", ""), request.POST.get("other_seen", "")
    case = Case(request.ring, request.user, alert_id, seen)
    kept = put_back.kept_alerts(request.ring, [alert_id, other_id])
    try:
        merge_flow.merge(case, other_id, other_seen)
    except moderation.AlertGone:
        return review_context.alert_gone(request)
    except tuple(_WHY_NOT) as error:
        return _page(request, rows[alert_id], rows[other_id], _WHY_NOT[type(error)])
    back = reverse("alerts:review", args=[alert_id])
    button = undo_views.button(request, undo_views.DECISION, kept, back)
    notices.add(request, _("The two are one note now."), button)
    return HttpResponseRedirect(back)


def _page(
    request: MemberRequest, kept: Alert, other: Alert, problem: str | Promise = ""
) -> HttpResponse:
    keys = AlertKeys(request.ring)
    for alert in (kept, other):
        trust_card(keys, alert)
    spend(OPENED, request.user.pk)
    language = get_language() or settings.LANGUAGE_CODE
    context: dict[str, Any] = {
        "kept": kept,
        "other": review_context.whole_alert(keys, other, report_or_none(keys, other), language),
        "seen": seen_of(kept),
        "other_seen": seen_of(other),
        "problem": problem,
    }
    try:
        _before, result = merge_flow.together(keys, request.user, kept, other)
    except tuple(_WHY_NOT) as error:
        context["problem"] = problem or _WHY_NOT[type(error)]
        context["keep_other"] = isinstance(error, merge_flow.OwnAlertKept)
    else:
        report = result.report
        context |= {
            "content": alert_content(report, language),
            "left_out": result.left_out,
            "report": report,
        }
    status = 409 if problem else 200
    return render(request, "alerts/alert_merge.html", context, status=status)
