"""`/in/` and `/in/code/`."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from safety_app.accounts.flows import sign_in as sign_in_flow
from safety_app.accounts.forms import SecondStepForm, SignInForm
from safety_app.accounts.keys import second_step
from safety_app.accounts.views.responses import busy, home_of
from safety_app.privacy.form_replay import carried, go_on, target
from safety_app.privacy.page_privacy import is_signed_in
from safety_app.vault.errors import VaultBusy, VaultError


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for pseudonym and passphrase. Also shown in place of a page whose session has ended."""
    if request.method != "POST":
        if is_signed_in(request):
            return redirect(home_of(request))
        return _ask(request, SignInForm())
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    typed = form.cleaned_data
    try:
        member, ring = sign_in_flow.open_account(typed["pseudonym"], typed["passphrase"])
        has_second_step = second_step.read(ring, member).secret is not None
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    except (sign_in_flow.NotKnown, VaultError):
        form.add_error(None, _("These two do not fit together. Look at both and type them again."))
        return _ask(request, form, status=403)
    if has_second_step:
        sign_in_flow.wait_for_code(request, member, ring, typed["pin"])
        return _ask_code(request, SecondStepForm())
    sign_in_flow.enter(request, member, ring, typed["pin"])
    return _on(request)


@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the second step's code, within two minutes, five times at most."""
    waiting = sign_in_flow.pending(request)
    if waiting is None:
        return _start_again(request) if request.method == "POST" else redirect("accounts:sign_in")
    if request.method != "POST":
        return _ask_code(request, SecondStepForm())
    form = SecondStepForm(request.POST)
    if not form.is_valid():
        return _ask_code(request, form, status=400)
    try:
        fits = sign_in_flow.finish(request, waiting, form.cleaned_data["code"])
    except sign_in_flow.NotKnown:
        return _start_again(request)
    if fits:
        return _on(request)
    if sign_in_flow.pending(request) is None:
        return _start_again(request)
    form.add_error("code", _("That was not the code. Wait for the next one, or use one on paper."))
    return _ask_code(request, form, status=403)


def show_signed_out(request: HttpRequest, why: str) -> HttpResponse:
    """The sign-in page after something that ended the session, saying what."""
    context = {"form": SignInForm(), "why": why, "carried": [], "carry_to": ""}
    return render(request, "accounts/sign_in.html", context)


def _on(request: HttpRequest) -> HttpResponse:
    """To where she was going; an account that cannot read notes starts at its own page."""
    if request.POST.get("carry_to") or carried(request):
        return go_on(request)
    return redirect(home_of(request))


def _start_again(request: HttpRequest) -> HttpResponse:
    """The sign-in page in place, with what was carried."""
    form = SignInForm()
    request.why_signed_out = _("Please start again. Nothing you wrote is lost.")  # type: ignore[attr-defined]
    return _ask(request, form, status=403)


def _carrying(request: HttpRequest) -> dict[str, Any]:
    """What the form takes along: only what another page sent, or was meant to go to."""
    own = {reverse("accounts:sign_in"), reverse("accounts:code")}
    goes_on = "carry_to" in request.POST or request.path not in own
    return {"carried": carried(request), "carry_to": target(request) if goes_on else ""}


def _ask(request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "why": getattr(request, "why_signed_out", ""),
        **_carrying(request),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _ask_code(request: HttpRequest, form: SecondStepForm, status: int = 200) -> HttpResponse:
    context = {"form": form, **_carrying(request)}
    return render(request, "accounts/sign_in_code.html", context, status=status)
