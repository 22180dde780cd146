"""The objections, for moderators of all organisations, behind a warning."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alerts.flows import objections as objections_flow
from alerts.retention import objection_ends
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.locales.dates import age_words, expires_words, today
from safety_app.privacy.form_replay import is_replayed
from safety_app.privacy.ids import parse_id
from safety_app.privacy.paging import page_number


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def objections(request: MemberRequest) -> HttpResponse:
    """The warning, whose button leads to the list. Buttons on the list lead to it again."""
    if request.method != "POST" or is_replayed(request):
        waiting_count, seen_count = objections_flow.counts()
        context: dict[str, Any] = {"waiting_count": waiting_count, "seen_count": seen_count}
        return render(request, "alerts/objections_warn.html", context)
    notice = ""
    if "looked" in request.POST and not objections_flow.mark_looked_at(
        request.user, _id(request.POST["looked"])
    ):
        notice = _("Another moderator has deleted that one.")
    if "delete" in request.POST:
        deleted = objections_flow.delete(request.user, _id(request.POST["delete"]))
        notice = (
            _("The objection is deleted.")
            if deleted
            else _("Another moderator had deleted it already.")
        )
    page = page_number(request.POST.get("page", ""))
    listing = objections_flow.objection_page(request.ring, request.user, page)
    context = {
        "notice": notice,
        "objections": [_context(objection) for objection in listing.opened],
        "unopened": listing.unopened,
        "page": page,
        "newer": page - 1,
        "older": page + 1 if listing.older else 0,
    }
    return render(request, "alerts/objections_list.html", context)


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
