"""`/join/`: an invitation's code becomes an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.budgets import JOIN
from safety_app.accounts.flows import join as join_flow
from safety_app.accounts.flows import sign_in
from safety_app.accounts.forms import JoinForm
from safety_app.accounts.views.responses import (
    busy,
    home_of,
    offered_passphrase,
    show_recovery_code,
)
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.vault.errors import VaultBusy


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask for the code and what the account shall open with; then show its recovery code once."""
    if is_signed_in(request):
        return redirect(home_of(request))
    if request.method != "POST":
        return _ask(request, JoinForm())
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    slow_down(JOIN, EVERYONE)
    typed = form.cleaned_data
    try:
        joined = join_flow.join(typed["code"], typed["pseudonym"], typed["passphrase"])
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    except join_flow.NotApproved:
        form.add_error(
            "code",
            _(
                "This code is not approved yet. Nothing was used up: try again later, or ask the "
                "person who gave it to you."
            ),
        )
        return _ask(request, form, status=403)
    except join_flow.InvitationRefused:
        form.add_error(
            "code",
            _(
                "This code does not open anything. A code works once, for 14 days; whoever invited "
                "you can make a new one."
            ),
        )
        return _ask(request, form, status=403)
    except join_flow.NotGenerated:
        form.add_error(
            "passphrase", _("This invitation is for a moderator: take the passphrase shown above.")
        )
        return _ask(request, form, status=400)
    except join_flow.NameTaken:
        form.add_error("passphrase", _("Please choose another passphrase."))
        return _ask(request, form, status=400)
    sign_in.enter(request, joined.member, joined.ring)
    return show_recovery_code(request, joined.recovery_code, joined=True)


def _ask(request: HttpRequest, form: JoinForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "offered": offered_passphrase(request)}
    return render(request, "accounts/join.html", context, status=status)
