"""`/desk/asked/<id>/`: one application, and the answer to it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import applications, undo
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Application
from safety_app.accounts.views.desk.decisions import show_decided
from safety_app.accounts.views.responses import days_ago
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id
from safety_app.vault.errors import VaultError

KIND = "application"


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("approve", "ask", "decline", "undo")
def application(request: MemberRequest, application_id: int) -> HttpResponse:
    """What she wrote, and two buttons. Approving asks once more; declining can be undone."""
    if request.method == "POST":
        answer = _answer(request, application_id)
        if answer is not None:
            return answer
    row = applications.find_application(request.user, application_id)
    state = applications.state_of(request.user, row)
    if row is None or state != "waiting":
        return _told(request, application_id, state)
    return _show(request, row)


def _answer(request: MemberRequest, application_id: int) -> HttpResponse | None:
    """What a button did; None for none of them."""
    moderator, person = request.user, parse_id(request.POST.get("person", ""))
    if "approve" in request.POST:
        before = applications.approve(request.ring, moderator, application_id, person)
        if before == "waiting":
            done = _("They are in. They find everything at their next page or sign-in.")
            return show_decided(request, before, done=done)
        return _told(request, application_id, before)
    if "decline" in request.POST:
        before = applications.decline(moderator, application_id, person)
        if before == "waiting":
            undo.offer(request.session, KIND, application_id)
            return redirect("accounts:application", application_id=application_id)
        return _told(request, application_id, before)
    if "undo" in request.POST:
        state = applications.state_of(
            moderator, applications.find_application(moderator, application_id)
        )
        if state != "declined":
            return None
        if undo.take(request.session, KIND, application_id):
            applications.undo_decline(moderator, application_id)
            return redirect("accounts:application", application_id=application_id)
        return show_decided(request, "declined", too_late=True)
    return None


def _told(request: MemberRequest, application_id: int, state: str) -> HttpResponse:
    can_undo = state == "declined" and undo.is_offered(request.session, KIND, application_id)
    note_at = reverse("accounts:message_to_applicant", args=[application_id])
    return show_decided(request, state, can_undo=can_undo, note_at=note_at)


def _show(request: MemberRequest, row: Application) -> HttpResponse:
    context = {
        "application_id": row.pk,
        "person": row.member_id,
        "age": days_ago(row.day),
        "until": applications.ends(row),
        "sure": "ask" in request.POST,
    }
    try:
        found = applications.open_application(request.ring, request.user, row)
    except VaultError:
        context["damaged"] = True
    else:
        context |= {
            "pseudonym": found.asked.pseudonym,
            "note": found.asked.note,
            "words": found.words,
            "moves": found.moves,
            "same_name": found.same_name,
        }
    return render(request, "accounts/application_show.html", context)
