"""`/desk/looks/`: which moderator of one's own organisation looked who sent something."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safety_app.members import looks as looked
from safety_app.members.guards import MemberRequest, role_required
from safety_app.members.periods import LOOK_DAYS


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def looks(request: MemberRequest) -> HttpResponse:
    """All entries of her organisation, the newest first."""
    entries, damaged = looked.entries(request.ring, request.user)
    context = {
        "entries": entries,
        "damaged": damaged,
        "days": LOOK_DAYS,
        "own": request.user.pk,
    }
    return render(request, "members/looks_list.html", context)
