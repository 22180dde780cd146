"""`/desk/leaving/` and `/desk/organisations/<id>/close/`: how an organisation leaves."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.flows import departures as departures_flow
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.views.organisations.organisations import redirect_with_message
from safety_app.privacy.form_replay import own_button


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("ask", "leave", "stay")
def departure(request: MemberRequest) -> HttpResponse:
    """Say what happens; "ask" asks again, "leave" sets the last day, "stay" cancels it."""
    only_one = False
    if "leave" in request.POST:
        try:
            departures_flow.announce_departure(request.user)
            notices.add(request, _("It is announced. Its people see the last day."))
            return redirect("accounts:organisation_departure")
        except departures_flow.OnlyOrganisation:
            only_one = True
    if "stay" in request.POST:
        if departures_flow.cancel_departure(request.user):
            return redirect_with_message(request, _("Your organisation stays."))
        return redirect_with_message(
            request, _("Nothing was changed. It was already staying, or its last day is over.")
        )
    request.user.organisation.refresh_from_db()
    context = {
        "organisation": request.user.organisation.name,
        "leaves": request.user.organisation.leaves,
        "last_day": departures_flow.last_day(),
        "sure": "ask" in request.POST,
        "only_one": only_one,
    }
    status = 400 if only_one else 200
    return render(request, "accounts/organisation_leave.html", context, status=status)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("ask", "close")
def close(request: MemberRequest, organisation_id: int) -> HttpResponse:
    """Say what happens; "ask" asks again, "close" does it."""
    organisation = departures_flow.find_closable(request.user, organisation_id)
    if "close" in request.POST:
        try:
            ring = departures_flow.close_organisation(request.ring, request.user, organisation_id)
        except departures_flow.ClosingNotPossible:
            return redirect_with_message(
                request, _("Nothing was changed. It was already closed, or it is not closing.")
            )
        request.ring = ring
        remember(request.session, ring)
        return redirect_with_message(
            request, _("It is closed. Its notes stay, and the keys are new.")
        )
    if organisation is None:
        raise Http404
    people, _codes = departures_flow.remaining_accounts(organisation_id)
    context = {
        "organisation": organisation,
        "people": len(people),
        "applications": departures_flow.unanswered_transfers(request.user, organisation),
        "sure": "ask" in request.POST,
    }
    return render(request, "accounts/organisation_close.html", context)
