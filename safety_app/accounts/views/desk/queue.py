"""`/desk/`: the moderation queue, and links to the moderators' tools."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from safety_app.accounts import moderation_queue
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.moderation_queue import KINDS, QueueItem
from safety_app.locales.dates import today
from safety_app.privacy.paging import ON_A_PAGE, page_number, pager

_EVERYTHING = ""
# Translators: tabs of the moderation queue, each with a number: what kind of thing waits.
_TABS = {
    _EVERYTHING: pgettext_lazy("what waits", "Everything"),
    "people": pgettext_lazy("what waits", "People"),
    "flags": pgettext_lazy("what waits", "Objections and flags"),
    "notes": pgettext_lazy("what waits", "Notes"),
    "other": pgettext_lazy("what waits", "Other"),
}


@role_required("moderator")
@require_http_methods(["GET", "HEAD"])
def desk(request: MemberRequest) -> HttpResponse:
    """One list: people and flags first, then the most dangerous and newest notes; the tools."""
    queue = moderation_queue.queue_of(request.ring, request.user)
    show = request.GET.get("show", "")
    show = show if show in _TABS else _EVERYTHING
    kinds = KINDS if show == _EVERYTHING else (show,)
    count = sum(queue.counts[kind] for kind in kinds)
    last = max(1, -(-count // ON_A_PAGE))
    page = page_number(request.GET.get("page", ""), last)
    items = queue.part(kinds, (page - 1) * ON_A_PAGE, page * ON_A_PAGE)
    context = {
        "organisation": request.user.organisation.name,
        "tabs": [
            (key, words, queue.counts[key] if key else queue.total) for key, words in _TABS.items()
        ],
        "show": show,
        "items": [_row(item) for item in items],
        "count": queue.total,
        "pager": pager(page, more=page < last),
        "tools": moderation_queue.tools,
    }
    return render(request, "accounts/desk_show.html", context)


def _row(item: QueueItem) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": item.url,
        "age": _age(item.day),
        "urgent": item.urgent,
        "level": item.level,
        "about": item.about,
    }


def _age(day: datetime.date) -> str:
    days = (today() - day).days
    if days <= 0:
        return _("today")
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
