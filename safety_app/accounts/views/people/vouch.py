"""`/vouch/` and `/desk/vouched/<id>/`: a member vouches for someone, a moderator decides."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.flows import undo
from safety_app.accounts.flows import vouch as vouch_flow
from safety_app.accounts.forms.people import VouchForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Organisation, Vouching
from safety_app.accounts.presentation import invitation_context
from safety_app.accounts.views.desk.decisions import render_decision
from safety_app.accounts.views.responses import days_ago
from safety_app.notices import Undo
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault.errors import VaultError

UNDO_KIND = "vouching"


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("make")
def vouch(request: MemberRequest) -> HttpResponse:
    """Write who it is for. The code is shown at once, and opens nothing until it is approved."""
    is_sent = "make" in request.POST
    form = VouchForm(request.POST if is_sent else None, initial=request.POST.dict())
    if is_sent and form.is_valid():
        try:
            code = vouch_flow.vouch(request.ring, request.user, form.cleaned_data["note"])
        except vouch_flow.QuotaSpent:
            form.add_error(None, _("You have vouched for as many people as you can this month."))
        else:
            context = {
                **invitation_context(request, code),
                "needs_approval": True,
                "back": reverse("accounts:me"),
            }
            return render_once(request, "accounts/invitation_show.html", context)
    organisation = Organisation.objects.get(pk=request.user.organisation_id)
    context = {
        "form": form,
        "quota": vouch_flow.quota(organisation),
        "quota_left": vouch_flow.quota_left(request.ring, organisation),
    }
    return render(request, "accounts/vouch.html", context, status=400 if form.errors else 200)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("approve", "ask", "decline", "undo")
def vouching(request: MemberRequest, vouching_id: int) -> HttpResponse:
    """Who vouches and their note, and two buttons, as for an application."""
    if request.method == "POST":
        answer = _answer(request, vouching_id)
        if answer is not None:
            return answer
    row = vouch_flow.find_vouching(request.user, vouching_id)
    state = vouch_flow.state_of(row)
    if row is None or state != "waiting":
        return _render_state(request, vouching_id, state)
    return _show(request, row)


def _answer(request: MemberRequest, vouching_id: int) -> HttpResponse | None:
    """The response to a button; None if there was none."""
    if "approve" in request.POST:
        before = vouch_flow.approve_vouching(request.ring, request.user, vouching_id)
        if before == "waiting":
            done = _("The code works from now on, for 14 days. Tell the member who vouched.")
            notices.add(request, done)
            return redirect("accounts:desk")
        return _render_state(request, vouching_id, before)
    if "decline" in request.POST:
        before = vouch_flow.decline_vouching(request.user, vouching_id)
        if before == "waiting":
            until = undo.offer_undo(request.session, UNDO_KIND, vouching_id)
            button = Undo(request.path, {"undo": "1"}, until)
            notices.add(request, _("You can undo this for ten seconds."), button)
            return redirect("accounts:vouching", vouching_id=vouching_id)
        return _render_state(request, vouching_id, before)
    if "undo" in request.POST:
        state = vouch_flow.state_of(vouch_flow.find_vouching(request.user, vouching_id))
        if state != "declined":
            return None
        if undo.use_undo(request.session, UNDO_KIND, vouching_id):
            vouch_flow.undo_decline(request.user, vouching_id)
            notices.add(request, _("Undone. It waits again."))
            return redirect("accounts:vouching", vouching_id=vouching_id)
        return render_decision(request, "declined", too_late=True)
    return None


def _render_state(request: MemberRequest, vouching_id: int, state: str) -> HttpResponse:
    return render_decision(request, state)


def _show(request: MemberRequest, row: Vouching) -> HttpResponse:
    context = {
        "vouching_id": row.pk,
        "age": days_ago(row.day),
        "until": row.invitation.expires if row.invitation else None,
        "sure": "ask" in request.POST,
    }
    try:
        note, voucher = vouch_flow.open_request(request.ring, request.user, row)
    except VaultError:
        context["damaged"] = True
    else:
        context |= {"note": note, "voucher": voucher}
    return render(request, "accounts/vouching_show.html", context)
