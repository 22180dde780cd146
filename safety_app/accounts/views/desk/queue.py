"""`/desk/`: the moderation queue, and links to the moderators' tools."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from safety_app.accounts import moderation_queue
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today

MAX_SHOWN = 30


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def desk(request: MemberRequest) -> HttpResponse:
    """Urgent items first, then the oldest; below them the tools."""
    items = moderation_queue.items(request.ring, request.user)
    context = {
        "organisation": request.user.organisation.name,
        "items": [_row(item) for item in items[:MAX_SHOWN]],
        "count": len(items),
        "more": max(0, len(items) - MAX_SHOWN),
        "tools": moderation_queue.tools,
    }
    return render(request, "accounts/desk_show.html", context)


def _row(item: QueueItem) -> dict[str, Any]:
    return {"title": item.title, "url": item.url, "age": _age(item.day), "urgent": item.urgent}


def _age(day: datetime.date) -> str:
    days = (today() - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
