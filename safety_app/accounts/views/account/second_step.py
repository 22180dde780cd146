"""`/me/second-step/`: switching the second sign-in step on and off."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.budgets import SECOND_STEP
from safety_app.accounts.forms import SecondStepForm
from safety_app.accounts.guards import MemberRequest, role_required
from safety_app.accounts.keys import second_step as steps
from safety_app.accounts.presentation import grouped, qr_code
from safety_app.privacy.budgets import spend
from safety_app.vault import second_factor

# The secret that is being set up waits in the sealed session, nowhere else.
SETTING_UP = "second step"


@role_required()
@require_http_methods(["GET", "HEAD", "POST"])
def second_step(request: MemberRequest) -> HttpResponse:
    """On: shows a secret, asks for a code of it, shows ten paper codes. Off: asks for a code."""
    if steps.read(request.ring, request.user).secret is not None:
        return _switch_off(request)
    return _switch_on(request)


def _switch_on(request: MemberRequest) -> HttpResponse:
    kept = request.session.get(SETTING_UP)
    if kept is None:
        kept = request.session[SETTING_UP] = second_factor.new_secret().hex()
    secret = bytes.fromhex(kept)
    form = SecondStepForm(request.POST if "code" in request.POST else None)
    # There are no codes on paper yet.
    form.fields["code"].help_text = _("The six digits that the app shows now.")
    if form.is_valid():
        spend(SECOND_STEP, request.user.pk)
        if steps.fits_app(secret, form.cleaned_data["code"]):
            paper = steps.new_paper_codes()
            steps.keep(request.ring, request.user, steps.SecondStep(secret, paper))
            request.user.save(update_fields=["second_factor_box"])
            del request.session[SETTING_UP]
            return render(request, "accounts/second_step_codes.html", {"paper": paper})
        form.add_error("code", _("That was not the code. Wait for the next one."))
    context = {
        "form": form,
        "secret": grouped(second_factor.spoken_secret(secret)),
        "qr": qr_code(second_factor.provisioning_uri(secret, _("Notes"))),
    }
    return render(request, "accounts/second_step_on.html", context, status=_status(form))


def _switch_off(request: MemberRequest) -> HttpResponse:
    form = SecondStepForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        spend(SECOND_STEP, request.user.pk)
        if steps.accept(request.ring, request.user, form.cleaned_data["code"]):
            steps.switch_off(request.ring, request.user)
            request.user.save(update_fields=["second_factor_box"])
            return redirect("accounts:me")
        form.add_error(
            "code", _("That was not the code. Wait for the next one, or use one on paper.")
        )
    return render(request, "accounts/second_step_off.html", {"form": form}, status=_status(form))


def _status(form: SecondStepForm) -> int:
    return 400 if form.errors else 200
