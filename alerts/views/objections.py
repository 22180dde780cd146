"""The objections, for moderators of all organisations, behind a warning."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.flows import objections as objections_flow
from alerts.flows import put_back
from alerts.models import Objection
from alerts.retention import objection_ends
from alerts.views import undo as undo_views
from safety_app import notices
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.ids import parse_id
from safety_app.privacy.paging import page_number, pager


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def objections(request: MemberRequest) -> HttpResponse:
    """The warning, whose button leads to the list. Buttons on the list lead to it again."""
    if request.method != "POST" or is_replayed(request):
        waiting_count, seen_count = objections_flow.counts()
        context: dict[str, Any] = {"waiting_count": waiting_count, "seen_count": seen_count}
        return render(request, "alerts/objections_warn.html", context)
    _act(request)
    page = page_number(request.POST.get("page", ""))
    listing = objections_flow.objection_page(request.ring, request.user, page)
    context = {
        "objections": [_context(objection) for objection in listing.opened],
        "unopened": listing.unopened,
        "pager": pager(page, more=listing.older),
    }
    return render(request, "alerts/objections_list.html", context)


def _act(request: MemberRequest) -> None:
    """Do what a button says, and have the list say so."""
    button = next((name for name in ("looked", "delete") if name in request.POST), "")
    if not button:
        return
    objection = _id(request.POST[button])
    kept = put_back.kept_row(request.ring, Objection, objection)
    if button == "looked":
        done = objections_flow.mark_looked_at(request.user, objection)
        words = _("It is marked as looked at.")
        gone = _("Another moderator has deleted that one.")
    else:
        done = objections_flow.delete(request.user, objection)
        words = _("The objection is deleted.")
        gone = _("Another moderator had deleted it already.")
    back = reverse("alerts:objections")
    undo_button = undo_views.button(request, undo_views.ROW, kept, back) if done else None
    notices.add(request, words if done else gone, undo_button)


def _context(objection: objections_flow.OpenedObjection) -> dict[str, Any]:
    return {
        "id": str(objection.id),
        "age": age_words(objection.day, today()),
        "until": expires_words(objection_ends(objection.day), today()),
        "looked_at": objection.looked_at,
        "identifier": objection.identifier,
        "text": objection.text,
    }


def _id(typed: str) -> int:
    """A row's id. Raises Http404 for anything else."""
    number = parse_id(typed)
    if number is None:
        raise Http404
    return number
