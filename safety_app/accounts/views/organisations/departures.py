"""`/desk/leaving/` and `/desk/organisations/<id>/close/`: how an organisation goes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import departures as ways_out
from safety_app.accounts.guards import role_required
from safety_app.accounts.keys.keyring import remember
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.models import Application
from safety_app.accounts.views.organisations.organisations import say
from safety_app.privacy.form_replay import own_button


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("ask", "leave", "stay")
def leaving(request: MemberRequest) -> HttpResponse:
    """Say what happens; "ask" asks once more, "leave" sets the last day, "stay" takes it back."""
    only_one = False
    if "leave" in request.POST:
        try:
            ways_out.announce(request.user)
            return redirect("accounts:departure")
        except ways_out.OnlyOne:
            only_one = True
    if "stay" in request.POST:
        if ways_out.cancel(request.user):
            return say(request, _("Your organisation stays."))
        return say(request, _("Nothing was changed: it stays already, or the last day is over."))
    request.user.organisation.refresh_from_db()
    context = {
        "organisation": request.user.organisation.name,
        "leaves": request.user.organisation.leaves,
        "last_day": ways_out.last_day(),
        "sure": "ask" in request.POST,
        "only_one": only_one,
    }
    status = 400 if only_one else 200
    return render(request, "accounts/organisation_leave.html", context, status=status)


@role_required("moderator")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("ask", "close")
def close(request: MemberRequest, organisation_id: int) -> HttpResponse:
    """Say what happens; "ask" asks once more, "close" does it."""
    organisation = ways_out.ended(request.user, organisation_id)
    if "close" in request.POST:
        try:
            ring = ways_out.close(request.ring, request.user, organisation_id)
        except ways_out.NotPossible:
            return say(request, _("Nothing was changed: it is closed already, or it stays."))
        request.ring = ring
        remember(request.session, ring)
        return say(request, _("It is closed. Its notes stay, and the keys are new."))
    if organisation is None:
        raise Http404
    people, _codes = ways_out.remaining_in(organisation_id)
    asking = Application.objects.filter(member__organisation=organisation, state="waiting")
    context = {
        "organisation": organisation,
        "people": len(people),
        "asking": asking.filter(organisation=request.user.organisation_id).count(),
        "sure": "ask" in request.POST,
    }
    return render(request, "accounts/organisation_close.html", context)
