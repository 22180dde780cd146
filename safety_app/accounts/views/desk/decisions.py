"""What a moderator reads after a decision, their own or one that came before it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_STATUS = {"gone": 404, "approved": 409, "declined": 200, "waiting": 200}


def render_decision(
    request: HttpRequest,
    state: str,
    *,
    too_late: bool = False,
    note_at: str = "",
) -> HttpResponse:
    """The page for a decision.

    `state` is the state before: "declined", "approved" or "gone". `note_at` is the
    address for leaving a message about it. What is gone has status 404, the same as what never
    existed.
    """
    context = {"state": state, "too_late": too_late}
    context["note_at"] = note_at if state == "declined" else ""
    status = _STATUS.get(state, 404)
    return render(request, "accounts/decision_show.html", context, status=status)
