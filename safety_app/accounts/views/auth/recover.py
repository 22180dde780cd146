"""`/in/recover/`: back in with the recovery code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.budgets import RECOVER
from safety_app.accounts.flows import join, sign_in
from safety_app.accounts.flows import recover as recover_flow
from safety_app.accounts.forms import RecoverForm
from safety_app.accounts.views.responses import busy, offered_passphrase, show_recovery_code
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.vault.errors import VaultBusy


@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest) -> HttpResponse:
    """Ask for the code and a new passphrase; then show the new recovery code once."""
    if request.method != "POST":
        return _ask(request, RecoverForm())
    form = RecoverForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    slow_down(RECOVER, EVERYONE)
    typed = form.cleaned_data
    try:
        back = recover_flow.recover(typed["recovery_code"], typed["pseudonym"], typed["passphrase"])
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    except sign_in.NotKnown:
        form.add_error("recovery_code", _("This code does not open anything. Look at it again."))
        return _ask(request, form, status=403)
    except join.NotGenerated:
        form.add_error("passphrase", _("As a moderator, take the passphrase shown above."))
        return _ask(request, form, status=400)
    except join.NameTaken:
        form.add_error("passphrase", _("Please choose another passphrase."))
        return _ask(request, form, status=400)
    sign_in.enter(request, back.member, back.ring)
    return show_recovery_code(request, back.recovery_code, recovered=True)


def _ask(request: HttpRequest, form: RecoverForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "offered": offered_passphrase(request)}
    return render(request, "accounts/recover.html", context, status=status)
