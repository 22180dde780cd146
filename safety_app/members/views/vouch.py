"""`/vouch/` and `/desk/vouched/<id>/`: a member vouches for someone, a moderator answers."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.members import desks, undoing, vouching
from safety_app.members.forms import VouchForm
from safety_app.members.guards import MemberRequest, role_required
from safety_app.members.models import Member, Organisation, Vouching
from safety_app.members.showing import card_context, code_context
from safety_app.members.views.common import days_ago
from safety_app.members.views.decided import show_decided
from safety_app.privacy.carry import came_back
from safety_app.vault.errors import VaultError

KIND = "vouching"


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
def vouch(request: MemberRequest) -> HttpResponse:
    """Write who it is for; the code is shown at once, and opens nothing until it is approved."""
    is_sent = "make" in request.POST and not came_back(request)
    form = VouchForm(request.POST if is_sent else None, initial=request.POST.dict())
    if is_sent and form.is_valid():
        try:
            code = vouching.vouch(request.ring, request.user, form.cleaned_data["note"])
        except vouching.QuotaSpent:
            form.add_error(None, _("You have vouched for as many people as you can this month."))
        else:
            context = {
                **code_context(code),
                **card_context(request),
                "vouched": True,
                "back": reverse("members:me"),
            }
            return render(request, "members/invitation_show.html", context)
    organisation = Organisation.objects.get(pk=request.user.organisation_id)
    context = {
        "form": form,
        "quota": vouching.quota(organisation),
        "left": vouching.left(request.ring, organisation),
    }
    return render(request, "members/vouch.html", context, status=400 if form.errors else 200)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
def vouched(request: MemberRequest, vouching_id: int) -> HttpResponse:
    """Who vouches and with what words, and two buttons, as for an application."""
    if request.method == "POST" and not came_back(request):
        answer = _answer(request, vouching_id)
        if answer is not None:
            return answer
    row = vouching.find(request.user, vouching_id)
    state = vouching.state_of(row)
    if row is None or state != "waiting":
        return _told(request, vouching_id, state)
    return _show(request, row)


def _answer(request: MemberRequest, vouching_id: int) -> HttpResponse | None:
    """What a button did; None for none of them."""
    if "approve" in request.POST:
        before = vouching.approve(request.ring, request.user, vouching_id)
        if before == "waiting":
            done = _("The code works from now on, for 14 days. Tell the member who vouched.")
            return show_decided(request, before, done=done)
        return _told(request, vouching_id, before)
    if "decline" in request.POST:
        before = vouching.decline(request.user, vouching_id)
        if before == "waiting":
            undoing.offer(request.session, KIND, vouching_id)
            return redirect("members:vouched", vouching_id=vouching_id)
        return _told(request, vouching_id, before)
    if "undo" in request.POST:
        state = vouching.state_of(vouching.find(request.user, vouching_id))
        if state != "declined":
            return None
        if undoing.take(request.session, KIND, vouching_id):
            vouching.undo_decline(request.user, vouching_id)
            return redirect("members:vouched", vouching_id=vouching_id)
        return show_decided(request, "declined", too_late=True)
    return None


def _told(request: MemberRequest, vouching_id: int, state: str) -> HttpResponse:
    can_undo = state == "declined" and undoing.is_offered(request.session, KIND, vouching_id)
    return show_decided(request, state, can_undo=can_undo)


def _show(request: MemberRequest, row: Vouching) -> HttpResponse:
    context = {
        "vouching_id": row.pk,
        "age": days_ago(row.day),
        "until": row.invitation.expires if row.invitation else None,
        "sure": "ask" in request.POST and not came_back(request),
    }
    try:
        desk = desks.desk_of(request.ring, request.user.organisation_id)
        seed = desks.open_desk(request.ring, request.user, desk)
        found = vouching.read(row, seed, request.ring)
    except VaultError:
        context["damaged"] = True
    else:
        context |= {"note": found.note, "voucher": _name(request, seed, found.voucher)}
    return render(request, "members/vouched_show.html", context)


def _name(request: MemberRequest, seed: bytes, member_id: int) -> str:
    """The pseudonym of a person of the moderator's organisation; empty when there is none."""
    people = Member.objects.filter(organisation=request.user.organisation_id)
    person = people.filter(pk=member_id).first()
    if person is None:
        return ""
    try:
        return desks.open_pseudonym(seed, person, request.ring)
    except (VaultError, UnicodeDecodeError):
        return ""
