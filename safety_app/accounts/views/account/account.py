"""`/me/`: one's own account, and changes to it."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.views import PasswordChangeView, ReauthenticateView
from django.contrib.auth import logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from safety_app import notices
from safety_app.accounts import roles
from safety_app.accounts.flows import departures, messages, recover
from safety_app.accounts.flows import second_step as second_step_flow
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.forms.account import ChangeForm, ConfirmForm, SecondStepForm
from safety_app.accounts.guards import View, recent_passphrase_required, role_required
from safety_app.accounts.keys import second_step
from safety_app.accounts.keys.keyring import KeyRing, remember
from safety_app.accounts.member_request import MemberRequest, set_ring
from safety_app.accounts.presentation import WRONG_CODE
from safety_app.accounts.rotation import absence
from safety_app.accounts.views.account.second_step import forget_switching_on
from safety_app.accounts.views.allauth_view import NewPassphraseMixin, VaultFormMixin
from safety_app.accounts.views.auth.apply import waiting_page
from safety_app.accounts.views.auth.sign_in import show_signed_out
from safety_app.accounts.views.responses import show_recovery_code
from safety_app.privacy.budgets import BudgetSpent
from safety_app.privacy.form_replay import own_button


@role_required(waiting=True)
@require_http_methods(["GET", "HEAD"])
def me(request: MemberRequest) -> HttpResponse:
    """The account and its settings; for applicants, the waiting page."""
    if request.user.state != "active":
        return waiting_page(request)
    step = second_step.open_settings(request.ring, request.user)
    if step.is_on:
        forget_switching_on(request)
    context = {
        "pseudonym": request.ring.pseudonym,
        "organisation": request.user.organisation.name,
        "roles": roles.labels_of(request.user.roles),
        "stay_until": request.user.stay_until,
        "keys_until": absence.last_day_of_new_keys(request.user.renewed),
        "kept_until": absence.account_expiry(request.user.renewed),
        "has_second_step": step.is_on,
        "paper_left": len(step.paper),
        "messages": messages.messages_for(request.ring, request.user),
        "leaving": departures.departure_notice(request.user),
    }
    return render(request, "accounts/account_show.html", context)


class ChangeView(NewPassphraseMixin, PasswordChangeView):
    """Change pseudonym or passphrase, given the current ones. The recovery code stays valid."""

    vault_form = ChangeForm
    template_name = "accounts/account_change.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A form that came back through the lock or sign-in page is shown, not processed."""
        if "passphrase" in request.POST:
            return super().post(request, *args, **kwargs)
        return self.render_to_response(self.get_context_data())

    def get_form_kwargs(self) -> dict[str, Any]:
        request = cast(MemberRequest, self.request)
        kwargs = {**super().get_form_kwargs(), "ring": request.ring}
        if "passphrase" not in request.POST:
            kwargs |= {"data": None, "files": None, "initial": request.POST.dict()}
        return kwargs

    def form_valid(self, form: ChangeForm) -> HttpResponse:
        """Other sessions end with the old stamp; allauth continues this one under a new
        cookie.
        """
        request = cast(MemberRequest, self.request)
        try:
            response = super().form_valid(form)
        except UnknownAccount:  # erased meanwhile on another device
            raise Http404 from None
        if not form.errors:
            reauthenticate_by_password(request)
            _finish_change(request, form)
        return response


def _finish_change(request: MemberRequest, form: ChangeForm) -> None:
    """Keep the changed keys, renew the network's if somebody may know the old passphrase, and say
    so.
    """
    member, ring = form.user, form.ring
    said = _("It is changed. From now on sign in with what you chose.")
    if form.cleaned_data.get("exposed") == "yes":
        try:
            ring = recover.renew_network_key(member, ring)
        except BudgetSpent:
            said = _(
                "It is changed. From now on sign in with what you chose. The network's key was "
                "renewed for you twice today: ask a moderator to renew it again."
            )
        except recover.NotRenewed:
            said = _(
                "It is changed. From now on sign in with what you chose. The network's key could "
                "not be renewed now: ask a moderator to renew it."
            )
        else:
            said = _(
                "It is changed. From now on sign in with what you chose. Everyone in the network "
                "has a new key."
            )
            if member.has_role("moderator"):
                said = _(
                    "It is changed. From now on sign in with what you chose. Everyone in the "
                    "network has a new key. Now renew the moderation keys as well: Moderation asks "
                    "you to."
                )
    remember(request.session, ring)
    set_ring(request, ring)
    notices.add(request, said)


class ConfirmView(VaultFormMixin, ReauthenticateView):
    """The passphrase again, valid for five minutes; then on to the page that asked for it."""

    vault_form = ConfirmForm
    template_name = "accounts/reauthenticate.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A passphrase that was typed to sign in or unlock does not count here."""
        if "passphrase" in request.POST:
            return super().post(request, *args, **kwargs)
        return self.get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        if "passphrase" not in self.request.POST:
            kwargs |= {"data": None, "files": None}
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "next": cast(Any, self).get_next_url() or ""}


change = role_required()(own_button("passphrase")(cast(View, ChangeView.as_view())))
reauthenticate = role_required()(own_button("passphrase")(cast(View, ConfirmView.as_view())))


@role_required()
@require_http_methods(["GET", "HEAD", "POST"])
@recent_passphrase_required()
@own_button("make")
def new_recovery_code(request: MemberRequest) -> HttpResponse:
    """Replace the recovery code and show the new one once. It opens the account, and switches
    the second step off: where that is on, it takes a code of it.
    """
    step = second_step.open_settings(request.ring, request.user)
    is_sent = "make" in request.POST
    form = SecondStepForm(request.POST if is_sent else None) if step.is_on else None
    if form and form.is_valid():
        code = form.cleaned_data["code"]
        if not second_step_flow.accept_code(request.ring, request.user, code):
            form.add_error("code", WRONG_CODE)
    if not is_sent or (form and form.errors):
        status = 400 if form and form.errors else 200
        return render(request, "accounts/recovery_code_renew.html", {"form": form}, status=status)
    try:
        made = recover.renew_recovery_code(request.user.pk, request.ring)
    except UnknownAccount:  # erased meanwhile, on another device
        raise Http404 from None
    stay_in(request, made.member, made.ring)
    reauthenticate_by_password(request)
    return show_recovery_code(request, made.recovery_code)


@role_required(waiting=True)
@require_POST
def sign_out_everywhere(request: MemberRequest) -> HttpResponse:
    """End every session of this account, including this one."""
    recover.end_all_sessions(request.user)
    logout(request)
    set_ring(request, None)
    return show_signed_out(request, _("You are signed out on every device."))


def stay_in(request: MemberRequest, member: Any, ring: KeyRing) -> None:
    """Keep this session, under a new key; all others end with the old stamp."""
    update_session_auth_hash(request, member)
    remember(request.session, ring)
    set_ring(request, ring)
