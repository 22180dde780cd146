"""`/desk/asked/<id>/`: one application, and the answer to it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.members import approving, undoing
from safety_app.members.guards import MemberRequest, role_required
from safety_app.members.models import Application
from safety_app.members.views.common import days_ago, id_in
from safety_app.members.views.decided import show_decided
from safety_app.privacy.carry import came_back
from safety_app.vault.errors import VaultError

KIND = "application"


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: MemberRequest, application_id: int) -> HttpResponse:
    """What she wrote, and two buttons. Approving asks once more; declining can be undone."""
    if request.method == "POST" and not came_back(request):
        answer = _answer(request, application_id)
        if answer is not None:
            return answer
    row = approving.find(request.user, application_id)
    state = approving.state_of(request.user, row)
    if row is None or state != "waiting":
        return _told(request, application_id, state)
    return _show(request, row)


def _answer(request: MemberRequest, application_id: int) -> HttpResponse | None:
    """What a button did; None for none of them."""
    moderator, person = request.user, id_in(request.POST.get("person", ""))
    if "approve" in request.POST:
        before = approving.approve(request.ring, moderator, application_id, person)
        if before == "waiting":
            done = _("They are in. They find everything at their next page or sign-in.")
            return show_decided(request, before, done=done)
        return _told(request, application_id, before)
    if "decline" in request.POST:
        before = approving.decline(moderator, application_id, person)
        if before == "waiting":
            undoing.offer(request.session, KIND, application_id)
            return redirect("members:asked", application_id=application_id)
        return _told(request, application_id, before)
    if "undo" in request.POST:
        state = approving.state_of(moderator, approving.find(moderator, application_id))
        if state != "declined":
            return None
        if undoing.take(request.session, KIND, application_id):
            approving.undo_decline(moderator, application_id)
            return redirect("members:asked", application_id=application_id)
        return show_decided(request, "declined", too_late=True)
    return None


def _told(request: MemberRequest, application_id: int, state: str) -> HttpResponse:
    can_undo = state == "declined" and undoing.is_offered(request.session, KIND, application_id)
    note_at = reverse("members:letter_to_applicant", args=[application_id])
    return show_decided(request, state, can_undo=can_undo, note_at=note_at)


def _show(request: MemberRequest, row: Application) -> HttpResponse:
    context = {
        "application_id": row.pk,
        "person": row.member_id,
        "age": days_ago(row.day),
        "until": approving.ends(row),
        "sure": "ask" in request.POST and not came_back(request),
    }
    try:
        found = approving.opened(request.ring, request.user, row)
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
    return render(request, "members/asked_show.html", context)
