"""`/me/move/`: ask another organisation to accept one, when one's own leaves."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.flows import departures
from safety_app.accounts.flows import transfer as transfer_flow
from safety_app.accounts.forms.organisations import TransferForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
def transfer(request: MemberRequest) -> HttpResponse:
    """The organisations that can be asked; or the open request, and a button to withdraw it."""
    offered = transfer_flow.organisations_offered(request.user)
    application = transfer_flow.open_request(request.user)
    if not offered and application is None:
        raise Http404
    if "back" in request.POST:
        transfer_flow.withdraw_request(request.ring, request.user)
        notices.add(request, _("Your request is stopped."))
        return redirect("accounts:transfer")
    form = TransferForm(
        request.POST if "ask" in request.POST else None,
        initial=request.POST.dict(),
        offered=offered,
    )
    if form.is_bound and form.is_valid():
        try:
            chosen = int(form.cleaned_data["organisation"])
            transfer_flow.request_transfer(
                request.ring, request.user, chosen, form.cleaned_data["note"]
            )
            notices.add(request, _("Your request is sent. Its moderators read it."))
            return redirect("accounts:transfer")
        except transfer_flow.AlreadyAsked:
            notices.add(request, _("You had asked already. Nothing more happened now."))
            return redirect("accounts:transfer")
        except transfer_flow.TransferNotOffered:
            form.add_error("organisation", _("This one accepts nobody now. Choose another."))
    context = {
        "form": form,
        "application": application,
        "notice": departures.departure_notice(request.user),
    }
    status = 400 if form.errors else 200
    return render(request, "accounts/account_transfer.html", context, status=status)
