"""`/desk/asked/<id>/`: one application, and the answer to it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.flows import applications, people, undo
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Application
from safety_app.accounts.views.desk.decisions import render_decision
from safety_app.accounts.views.responses import days_ago
from safety_app.notices import Undo
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.ids import parse_id
from safety_app.vault.errors import VaultError

UNDO_KIND = "application"


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("approve", "ask", "decline", "undo")
def application(request: MemberRequest, application_id: int) -> HttpResponse:
    """The application and two buttons. Approving asks again; declining can be undone."""
    if request.method == "POST":
        answer = _answer(request, application_id)
        if answer is not None:
            return answer
    row = applications.find_application(request.user, application_id)
    state = applications.state_of(request.user, row)
    if row is None or state != "waiting":
        return _render_state(request, application_id, state)
    return _show(request, row)


def _answer(request: MemberRequest, application_id: int) -> HttpResponse | None:
    """The response to a button; None if there was none."""
    moderator, person = request.user, parse_id(request.POST.get("person", ""))
    if "approve" in request.POST:
        ticked = request.POST.get("compared", "")
        try:
            before = applications.approve(
                request.ring, moderator, application_id, person, compared=ticked
            )
        except applications.NotCompared:
            asked = applications.find_application(moderator, application_id)
            return None if asked is None else _show(request, asked, not_compared=True)
        if before == "waiting":
            row = people.find_person(request.ring, moderator, person or 0)
            if row is not None and row.row.state == "approved":
                words = _("Accepted. They come in with four words, which you read to them.")
                notices.add(request, words)
                return redirect("accounts:person", member_id=row.row.pk)
            notices.add(request, _("They are in. They find everything at their next page."))
            return redirect("accounts:desk")
        return _render_state(request, application_id, before)
    if "decline" in request.POST:
        before = applications.decline(moderator, application_id, person)
        if before == "waiting":
            until = undo.offer_undo(request.session, UNDO_KIND, application_id)
            button = Undo(request.path, {"undo": "1"}, until)
            notices.add(request, _("You can undo this for ten seconds."), button)
            return redirect("accounts:application", application_id=application_id)
        return _render_state(request, application_id, before)
    if "undo" in request.POST:
        state = applications.state_of(
            moderator, applications.find_application(moderator, application_id)
        )
        if state != "declined":
            return None
        if undo.use_undo(request.session, UNDO_KIND, application_id):
            applications.undo_decline(moderator, application_id)
            notices.add(request, _("Undone. It waits again."))
            return redirect("accounts:application", application_id=application_id)
        return render_decision(request, "declined", too_late=True)
    return None


def _render_state(request: MemberRequest, application_id: int, state: str) -> HttpResponse:
    note_at = reverse("accounts:message_to_applicant", args=[application_id])
    return render_decision(request, state, note_at=note_at)


def _show(request: MemberRequest, row: Application, *, not_compared: bool = False) -> HttpResponse:
    context = {
        "application_id": row.pk,
        "person": row.member_id,
        "age": days_ago(row.day),
        "until": applications.expiry_date(row),
        "sure": "ask" in request.POST or not_compared,
        "not_compared": not_compared,
    }
    try:
        opened = applications.open_application(request.ring, request.user, row)
    except VaultError:
        context["damaged"] = True
    else:
        context |= {
            "pseudonym": opened.content.pseudonym,
            "note": opened.content.note,
            "comparison_words": opened.words,
            "is_transfer": opened.is_transfer,
            "same_name": opened.same_name,
        }
    status = 400 if not_compared else 200
    return render(request, "accounts/application_show.html", context, status=status)
