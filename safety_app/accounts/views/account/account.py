"""`/me/` and what is done there to one's own account."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from safety_app.accounts import retention, roles
from safety_app.accounts.flows import departures, join, messages, recover, sign_in
from safety_app.accounts.forms import ChangeForm, ConfirmForm
from safety_app.accounts.guards import MemberRequest, role_required
from safety_app.accounts.keys import credentials, second_step
from safety_app.accounts.keys.keyring import KeyRing, remember
from safety_app.accounts.views.auth.apply import show_waiting
from safety_app.accounts.views.auth.sign_in import show_signed_out
from safety_app.accounts.views.responses import busy, offered_passphrase, show_recovery_code
from safety_app.privacy.form_replay import is_replayed
from safety_app.vault import network
from safety_app.vault.errors import VaultBusy


@role_required(waiting=True)
@require_http_methods(["GET", "HEAD"])
def me(request: MemberRequest) -> HttpResponse:
    """The account: who she is here, and what can be changed; or the page of someone who waits."""
    if request.user.state == "waiting":
        return show_waiting(request)
    step = second_step.read(request.ring, request.user)
    context = {
        "pseudonym": request.ring.pseudonym,
        "organisation": request.user.organisation.name,
        "roles": roles.words_of(request.user.roles),
        "stay_until": request.user.stay_until,
        "kept_until": retention.account_ends(request.user.renewed),
        "has_second_step": step.secret is not None,
        "paper_left": len(step.paper),
        "letters": messages.for_person(request.ring, request.user),
        "leaving": departures.notice(request.user),
        "changed": "changed" in request.session and request.session.pop("changed"),
    }
    return render(request, "accounts/account_show.html", context)


@role_required()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: MemberRequest) -> HttpResponse:
    """Another pseudonym or passphrase; asks for the ones of now. The recovery code stays."""
    if not _is_sent(request):
        return _ask(request, ChangeForm(initial=request.POST.dict()))
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    typed = form.cleaned_data
    name = typed["new_pseudonym"] or request.ring.pseudonym
    try:
        if not is_own(request, typed["pseudonym"], typed["passphrase"]):
            form.add_error("passphrase", _("Pseudonym and passphrase of now do not fit together."))
            return _ask(request, form, status=403)
        passphrase = typed["new_passphrase"] or typed["passphrase"]
        member = recover.change(request.user.pk, request.ring, name, passphrase)
    except VaultBusy:
        return _ask(request, busy(form), status=503)
    except sign_in.NotKnown:  # erased meanwhile, on another device
        raise Http404 from None
    except join.NotGenerated:
        form.add_error("new_passphrase", _("As a moderator, take the passphrase shown above."))
    except join.NameTaken:
        form.add_error("new_passphrase", _("Please choose another passphrase."))
    except recover.DeskRenewed:
        form.add_error(
            "new_pseudonym", _("Your pseudonym cannot be changed. Ask your organisation.")
        )
    if form.errors:
        return _ask(request, form, status=400)
    stay_in(request, member, KeyRing(request.ring.seed, name, request.ring.epochs))
    request.session["changed"] = True
    return redirect("accounts:me")


@role_required()
@require_http_methods(["GET", "HEAD", "POST"])
def new_recovery_code(request: MemberRequest) -> HttpResponse:
    """Replace the recovery code, and show the new one once.

    It opens the account, so the passphrase is asked for: a phone that is taken while someone is
    signed in must not be enough to take the account with it.
    """
    is_sent = "make" in request.POST and _is_sent(request)
    form = ConfirmForm(request.POST if is_sent else None)
    status = 400
    if form.is_valid():
        try:
            if is_own(request, request.ring.pseudonym, form.cleaned_data["passphrase"]):
                code = recover.renew_code(request.user.pk, request.ring)
                return show_recovery_code(request, code)
            form.add_error("passphrase", _("That is not your passphrase. Type it again."))
            status = 403
        except VaultBusy:
            form, status = busy(form), 503
        except sign_in.NotKnown:  # erased meanwhile, on another device
            raise Http404 from None
    context = {"form": form}
    return render(
        request, "accounts/recovery_code_ask.html", context, status=status if form.errors else 200
    )


@role_required(waiting=True)
@require_POST
def sign_out_everywhere(request: MemberRequest) -> HttpResponse:
    """End every session of this account, this one too."""
    request.user.stamp = credentials.new_stamp()
    request.user.save(update_fields=["stamp"])
    logout(request)
    request.ring = None  # type: ignore[assignment]
    return show_signed_out(request, _("You are signed out on every device."))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session."""
    logout(request)
    return redirect("accounts:sign_in")


def is_own(request: MemberRequest, pseudonym: str, passphrase: str) -> bool:
    """Whether these open the account that is signed in. Raises VaultBusy."""
    sign_in.slow_down(pseudonym)
    keys = credentials.stretch(pseudonym, passphrase)
    return network.equal(keys.handle, bytes(request.user.handle))


def _is_sent(request: MemberRequest) -> bool:
    """False also for a form that came back through the lock or the sign-in page."""
    return request.method == "POST" and "passphrase" in request.POST and not is_replayed(request)


def stay_in(request: MemberRequest, member: Any, ring: KeyRing) -> None:
    """Other sessions end with the old stamp; this one goes on under a new key."""
    update_session_auth_hash(request, member)
    remember(request.session, ring)


def _ask(request: MemberRequest, form: ChangeForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "offered": offered_passphrase(request)}
    return render(request, "accounts/account_change.html", context, status=status)
