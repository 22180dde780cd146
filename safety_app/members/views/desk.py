"""`/desk/`: what waits for a moderator, and what she can do."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from safety_app.members import panels
from safety_app.members.guards import MemberRequest, role_required
from safety_app.members.hooks import Waiting
from safety_app.members.retention import today

MOST_SHOWN = 30


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def desk(request: MemberRequest) -> HttpResponse:
    """What is urgent first, then the oldest; under it the tools."""
    waiting = panels.waiting(request.ring, request.user)
    context = {
        "organisation": request.user.organisation.name,
        "waiting": [_shown(one) for one in waiting[:MOST_SHOWN]],
        "count": len(waiting),
        "more": max(0, len(waiting) - MOST_SHOWN),
        "tools": panels.tools(),
    }
    return render(request, "members/desk_show.html", context)


def _shown(one: Waiting) -> dict[str, Any]:
    return {"title": one.title, "url": one.url, "age": _age(one.day), "urgent": one.urgent}


def _age(day: datetime.date) -> str:
    days = (today() - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
