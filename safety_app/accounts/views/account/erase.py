"""`/me/erase/`: the end of an account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import erase as erase_flow
from safety_app.accounts.forms import EraseForm
from safety_app.accounts.guards import MemberRequest, role_required
from safety_app.accounts.views.account.account import is_own
from safety_app.accounts.views.responses import busy
from safety_app.privacy.form_replay import is_replayed
from safety_app.vault.errors import VaultBusy


@role_required(waiting=True)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: MemberRequest) -> HttpResponse:
    """Say what goes and what stays, ask for the passphrase, and erase."""
    if erase_flow.must_stay(request.user, request.ring):
        return _stays(request)
    offers = [] if request.user.state == "waiting" else list(erase_flow.offers)
    is_sent = "passphrase" in request.POST and not is_replayed(request)
    form = EraseForm(
        request.POST if is_sent else None,
        initial=request.POST.dict(),
        offers=[(offer.name, offer.label) for offer in offers],
    )
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, status=400 if form.errors else 200)
    try:
        if not is_own(request, request.ring.pseudonym, form.cleaned_data["passphrase"]):
            form.add_error("passphrase", _("That is not your passphrase. Type it again."))
            return _ask(request, form, status=403)
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    accepted = [offer.name for offer in offers if form.cleaned_data[offer.name]]
    try:
        erase_flow.erase(request.user, request.ring, accepted)
    except erase_flow.LastModerator:
        return _stays(request)
    logout(request)
    request.ring = None  # type: ignore[assignment]
    return render(request, "accounts/account_erased.html", {"withdrawn": bool(accepted)})


def _stays(request: MemberRequest) -> HttpResponse:
    """The last moderator reads how to go on."""
    status = 409 if request.method == "POST" else 200
    return render(request, "accounts/account_stays.html", status=status)


def _ask(request: MemberRequest, form: EraseForm, status: int) -> HttpResponse:
    context = {"form": form, "waits": request.user.state == "waiting"}
    return render(request, "accounts/account_erase.html", context, status=status)
