"""`/me/second-step/`: switching the second sign-in step on and off, and its security keys."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from safety_app import notices
from safety_app.accounts.flows import second_step as flow
from safety_app.accounts.flows.login_stages import site_of
from safety_app.accounts.forms.account import AddKeyForm, AppCodeForm, SecondStepForm
from safety_app.accounts.guards import recent_passphrase_required, role_required
from safety_app.accounts.keys import second_step as settings_of_step
from safety_app.accounts.keys.second_step import KEY_NAME_LIMIT, MAX_KEYS, SecondStep, SecurityKey
from safety_app.accounts.member_request import MemberRequest
from safety_app.accounts.presentation import WRONG_CODE, as_json, in_groups, qr_code
from safety_app.privacy.form_replay import own_button
from safety_app.privacy.post_redirect_get import render_once
from safety_app.vault import second_factor, security_keys
from safety_app.vault.errors import VaultError

# Settings in progress are kept in the sealed session, nowhere else.
SETTING_UP = "second step"
SWITCHED_ON = "code that switched the second step on"
ADDING_KEY = "security key"
KEY_NAME = "name of a security key"


@role_required()
@require_http_methods(["GET", "HEAD", "POST"])
@recent_passphrase_required()
def second_step(request: MemberRequest) -> HttpResponse:
    """Switch on: show a secret, check a code, show ten paper codes. Switch off: check a code."""
    step = settings_of_step.open_settings(request.ring, request.user)
    if not step.is_on:
        return _switch_on(request)
    if request.method != "POST":
        forget_switching_on(request)
    elif _is_switched_on_again(request, step):
        return _show_paper_codes(request, step.paper)
    return _switch_off(request, step)


def _is_switched_on_again(request: MemberRequest, step: SecondStep) -> bool:
    """Whether this is the form that switched it on, once more: a second tap or a reload."""
    sent = request.POST.get("code", "")
    if sent == request.session.get(SWITCHED_ON):
        return True
    # The first tap may not be answered yet: then the account has changed, the session not.
    secret = step.secret or b""
    is_setting_up = request.session.get(SETTING_UP) == secret.hex()
    return is_setting_up and flow.is_code_of_app(request.user, secret, sent)


def forget_switching_on(request: MemberRequest) -> None:
    """From the next page on, a reload of the paper codes shows them no more."""
    request.session.pop(SETTING_UP, None)
    request.session.pop(SWITCHED_ON, None)


def _show_paper_codes(request: MemberRequest, paper: tuple[str, ...]) -> HttpResponse:
    context = {"paper": paper}
    return render_once(request, "accounts/second_step_codes.html", context, reload_shows_it=True)


def _switch_on(request: MemberRequest) -> HttpResponse:
    secret_hex = request.session.get(SETTING_UP)
    if secret_hex is None:
        secret_hex = request.session[SETTING_UP] = second_factor.new_secret().hex()
    secret = bytes.fromhex(secret_hex)
    form = AppCodeForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        try:
            paper = flow.switch_on(request.ring, request.user, secret, form.cleaned_data["code"])
        except flow.WrongCode:
            form.add_error("code", _("That was not the code. Wait for the next one."))
        else:
            del request.session[SETTING_UP]
            # A second tap or a reload sends the same form and must not lose the codes.
            request.session[SWITCHED_ON] = request.POST["code"]
            return _show_paper_codes(request, paper)
    app_link = second_factor.provisioning_uri(secret, pgettext("file title", "Notes"))
    context = {
        "form": form,
        "secret": in_groups(second_factor.spoken_secret(secret)),
        "qr": qr_code(app_link),
        "app_link": app_link,
    }
    status = 400 if form.errors else 200
    return render_once(
        request, "accounts/second_step_on.html", context, status, reload_shows_it=True
    )


def _switch_off(request: MemberRequest, step: SecondStep) -> HttpResponse:
    form = SecondStepForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        if flow.accept_code(request.ring, request.user, form.cleaned_data["code"]):
            flow.switch_off(request.ring, request.user)
            notices.add(request, _("The second step is switched off."))
            return redirect("accounts:me")
        form.add_error("code", WRONG_CODE)
    context = {"form": form, "keys": step.keys, "can_add": len(step.keys) < MAX_KEYS}
    status = 400 if form.errors else 200
    return render(request, "accounts/second_step_off.html", context, status=status)


@role_required()
@require_http_methods(["GET", "HEAD", "POST"])
def add_key(request: MemberRequest) -> HttpResponse:
    """Add a security key to an app and paper codes. Needs script."""
    if "name" in request.POST:
        # Asking for the passphrase again must not lose what the key was called.
        request.session[KEY_NAME] = request.POST["name"][:KEY_NAME_LIMIT]
    return _add_key(request)


@recent_passphrase_required()
@own_button("credential")
def _add_key(request: MemberRequest) -> HttpResponse:
    name = request.session.pop(KEY_NAME, "")
    step = settings_of_step.open_settings(request.ring, request.user)
    if not step.is_on or len(step.keys) >= MAX_KEYS:
        notices.add(request, _("No key was added: switch on the app first, and remove old keys."))
        return redirect("accounts:second_step")
    is_sent = "credential" in request.POST
    form = AddKeyForm(request.POST if is_sent else None, initial={"name": name})
    if form.is_valid() and _is_added(request, form):
        notices.add(request, _("The security key is added."))
        return redirect("accounts:second_step")
    question, request.session[ADDING_KEY] = security_keys.creation_options(
        site_of(request), step.credentials
    )
    context = {"form": form, "question": as_json(question)}
    status = 400 if form.errors else 200
    return render(request, "accounts/security_key_add.html", context, status=status)


def _is_added(request: MemberRequest, form: AddKeyForm) -> bool:
    """Add the key. Returns whether it worked; if not, the form says why."""
    challenge = request.session.pop(ADDING_KEY, {})
    typed = form.cleaned_data
    try:
        credential = security_keys.created(site_of(request), challenge, typed["credential"])
        if not flow.accept_code(request.ring, request.user, typed["code"]):
            form.add_error("code", WRONG_CODE)
            return False
        flow.add_key(request.ring, request.user, SecurityKey(typed["name"], credential))
    except security_keys.KeepsTrace:
        form.add_error(
            None,
            _(
                "This one would be listed on a device or copied to an account in the cloud. "
                "Delete it there, and use a key that you hold in your hand."
            ),
        )
        return False
    except (flow.TooManyKeys, VaultError):
        form.add_error(None, _("That did not work. Please try again."))
        return False
    return True


@role_required()
@require_POST
@recent_passphrase_required("accounts:second_step")
def remove_key(request: MemberRequest) -> HttpResponse:
    """Remove a security key that is lost or given away."""
    flow.remove_key(request.ring, request.user, request.POST.get("key", ""))
    notices.add(request, _("The security key is removed."))
    return redirect("accounts:second_step")
