"""`/me/erase/`: deleting one's account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import erase as erase_flow
from safety_app.accounts.forms.account import EraseForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest, set_ring
from safety_app.privacy.form_replay import own_button


@role_required(waiting=True)
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("passphrase")
def erase(request: MemberRequest) -> HttpResponse:
    """Say what is deleted and what stays, ask for the passphrase, and erase."""
    if erase_flow.is_last_moderator(request.user, request.ring):
        return _stays(request)
    offers = [] if request.user.state != "active" else list(erase_flow.erasure_offers)
    form = EraseForm(
        request.POST if "passphrase" in request.POST else None,
        initial=request.POST.dict(),
        user=request.user,
        offers=[(offer.name, offer.label) for offer in offers],
    )
    if not form.is_valid():
        return _ask(request, form, status=form.status if form.errors else 200)
    accepted = [offer.name for offer in offers if form.cleaned_data[offer.name]]
    try:
        erase_flow.erase_account(request.user, request.ring, accepted)
    except erase_flow.LastModerator:
        return _stays(request)
    logout(request)
    set_ring(request, None)
    return render(request, "accounts/account_erased.html", {"withdrawn": bool(accepted)})


def _stays(request: MemberRequest) -> HttpResponse:
    """Tells the last moderator what to do first."""
    status = 409 if request.method == "POST" else 200
    return render(request, "accounts/account_erase_refused.html", status=status)


def _ask(request: MemberRequest, form: EraseForm, status: int) -> HttpResponse:
    context = {"form": form, "is_waiting": request.user.state != "active"}
    return render(request, "accounts/account_erase.html", context, status=status)
