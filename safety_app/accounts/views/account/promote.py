"""`/me/desk/`: a code makes a member a moderator."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app import notices
from safety_app.accounts.budgets import DESK_CODE
from safety_app.accounts.flows import promote, reauthenticate
from safety_app.accounts.forms.account import DeskRecoveryForm
from safety_app.accounts.guards import role_required
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.views.account.account import stay_in
from safety_app.accounts.views.responses import add_busy_error
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.privacy.form_replay import own_button
from safety_app.vault.errors import VaultBusy


@role_required("member")
@require_http_methods(["GET", "HEAD", "POST"])
@own_button("passphrase")
def desk_recovery(request: MemberRequest) -> HttpResponse:
    """Ask for the code and the passphrase, then make the member a moderator."""
    is_sent = "passphrase" in request.POST
    form = DeskRecoveryForm(request.POST if is_sent else None)
    if not form.is_valid():
        return _ask(request, form, status=400 if form.errors else 200)
    slow_down(DESK_CODE, EVERYONE)
    typed = form.cleaned_data
    try:
        if not reauthenticate.credentials_match(
            request.user, request.ring.pseudonym, typed["passphrase"]
        ):
            form.add_error("passphrase", _("That is not your passphrase. Type it again."))
            return _ask(request, form, status=403)
        member = promote.become_moderator(request.user.pk, request.ring, typed["code"])
    except VaultBusy:
        return _ask(request, add_busy_error(form), status=503)
    except promote.CodeRefused:
        form.add_error("code", _("This code does not open your organisation's moderation."))
        return _ask(request, form, status=403)
    stay_in(request, member, request.ring)
    notices.add(request, _("You are a moderator now."))
    return redirect("accounts:me")


def _ask(request: MemberRequest, form: DeskRecoveryForm, status: int) -> HttpResponse:
    return render(request, "accounts/desk_recover.html", {"form": form}, status=status)
