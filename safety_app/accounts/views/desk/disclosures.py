"""`/desk/looks/`: which moderators of one's own organisation looked up who sent something."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import disclosures as disclosures_flow
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.periods import DISCLOSURE_DAYS


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def disclosures(request: MemberRequest) -> HttpResponse:
    """All disclosures of the moderator's organisation, newest first."""
    entries, damaged = disclosures_flow.disclosures_of(request.ring, request.user)
    context = {
        "disclosures": entries,
        "damaged": damaged,
        "days": DISCLOSURE_DAYS,
        "own": request.user.pk,
    }
    return render(request, "accounts/disclosures_list.html", context)
