"""`/me/erase/`: the end of an account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.members import erasure
from safety_app.members.forms import EraseForm
from safety_app.members.guards import MemberRequest, role_required
from safety_app.members.views.account import is_hers
from safety_app.members.views.common import busy
from safety_app.privacy.carry import came_back
from safety_app.vault.errors import VaultBusy


@role_required(waiting=True)
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: MemberRequest) -> HttpResponse:
    """Say what goes and what stays, ask for the passphrase, and erase."""
    if erasure.must_stay(request.user, request.ring):
        return _stays(request)
    offers = [] if request.user.state == "waiting" else erasure.offers()
    is_sent = "passphrase" in request.POST and not came_back(request)
    form = EraseForm(
        request.POST if is_sent else None,
        initial=request.POST.dict(),
        offers=[(offer.name, offer.label) for offer in offers],
    )
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form, status=400 if form.errors else 200)
    try:
        if not is_hers(request, request.ring.pseudonym, form.cleaned_data["passphrase"]):
            form.add_error("passphrase", _("That is not your passphrase. Type it again."))
            return _ask(request, form, status=403)
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    accepted = [offer.name for offer in offers if form.cleaned_data[offer.name]]
    try:
        erasure.erase(request.user, request.ring, accepted)
    except erasure.LastModerator:
        return _stays(request)
    logout(request)
    request.ring = None  # type: ignore[assignment]
    return render(request, "members/account_erased.html", {"withdrawn": bool(accepted)})


def _stays(request: MemberRequest) -> HttpResponse:
    """The last moderator reads how to go on."""
    status = 409 if request.method == "POST" else 200
    return render(request, "members/account_stays.html", status=status)


def _ask(request: MemberRequest, form: EraseForm, status: int) -> HttpResponse:
    context = {"form": form, "waits": request.user.state == "waiting"}
    return render(request, "members/account_erase.html", context, status=status)
