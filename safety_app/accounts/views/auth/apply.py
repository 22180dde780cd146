"""`/apply/`: ask an organisation to be let in; and the page of someone who waits."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.budgets import APPLY
from safety_app.accounts.flows import applications, join, messages, sign_in
from safety_app.accounts.flows import apply as apply_flow
from safety_app.accounts.forms import ApplyForm
from safety_app.accounts.guards import MemberRequest
from safety_app.accounts.keys.desk_keys import own_desk
from safety_app.accounts.models import Application
from safety_app.accounts.views.responses import (
    busy,
    home_of,
    offered_passphrase,
    show_recovery_code,
)
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.vault.errors import VaultBusy, VaultError


@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Ask whom to ask and what the account shall open with; then show its recovery code once."""
    if is_signed_in(request):
        return redirect(home_of(request))
    if request.method != "POST":
        return _ask(request, ApplyForm())
    form = ApplyForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    slow_down(APPLY, EVERYONE)
    typed = form.cleaned_data
    try:
        waits = apply_flow.apply(
            typed["organisation"], typed["pseudonym"], typed["passphrase"], typed["note"]
        )
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    except apply_flow.DeskFull:
        form.add_error(
            "organisation",
            _(
                "Very many people are asking this organisation at the moment. Nothing was sent. "
                "Try again in a few days, or ask another one."
            ),
        )
        return _ask(request, form, status=503)
    except apply_flow.NotOffered:
        form.add_error("organisation", _("This organisation cannot be asked now. Choose another."))
        return _ask(request, form, status=400)
    except join.NameTaken:
        form.add_error("passphrase", _("Please choose another passphrase."))
        return _ask(request, form, status=400)
    sign_in.enter(request, waits.member, waits.ring)
    return show_recovery_code(request, waits.recovery_code, applied=True)


def show_waiting(request: MemberRequest) -> HttpResponse:
    """What someone reads whose application waits or was declined: what happens now, four words."""
    member, ring = request.user, request.ring
    application = Application.objects.filter(member=member).first()
    try:
        words = apply_flow.own_words(ring, member)
        own_desk(ring, member)
        desk_is_same = True
    except VaultError:
        words, desk_is_same = "", False
    context = {
        "pseudonym": ring.pseudonym,
        "organisation": member.organisation.name,
        "declined": application is None or application.state != "waiting",
        "until": applications.ends(application) if application is not None else None,
        "words": words if desk_is_same else "",
        "letters": messages.for_person(ring, member),
    }
    return render(request, "accounts/application_waiting.html", context)


def _ask(request: HttpRequest, form: ApplyForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "offered": offered_passphrase(request)}
    return render(request, "accounts/apply.html", context, status=status)
