"""What stands between an opened account and a session, as allauth's login stages.

The keys travel on the user's row (`sign_in.attach`). Only while a second step is waited for are
they put into the stage's state: allauth keeps that in the session, which is sealed under the cookie
and in memory, and nothing but the second step reads it there.
"""

from __future__ import annotations

import secrets
from typing import Any, cast

from allauth.account.stages import LoginStage, LoginStageController
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import reverse
from django.utils.translation import gettext as _

from safety_app.accounts.flows.sign_in import OpenedAccount, attach, attached
from safety_app.accounts.keys import second_step
from safety_app.accounts.keys.keyring import pack, unpack
from safety_app.accounts.keys.row_auth import check_member
from safety_app.accounts.member_request import set_ring
from safety_app.accounts.models import Member
from safety_app.vault import security_keys
from safety_app.vault.errors import VaultError

Handled = tuple[HttpResponse | None, bool]


class SecondStepStage(LoginStage):
    """Asks for a code or a security key where the account's sealed settings say so.

    Waits for ACCOUNT_LOGIN_TIMEOUT seconds.
    """

    key = "second_step"
    urlname = "accounts:sign_in_code"

    def handle(self) -> Handled:
        """Nothing to do without a second step; otherwise keep the keys and ask for it."""
        opened = attached(self.login.user)
        if opened is None:
            return refusal(), False
        step = second_step.open_settings(opened.ring, opened.member)
        if not step.is_on:
            return None, True
        # A cookie that somebody knew before must not be the one that the keys wait under.
        logout(self.request)
        set_ring(self.request, None)
        self.state.update(waiting_state_of(opened))
        if step.keys:
            # One question for the whole wait: an answer ends it, so that none counts twice.
            question, challenge = security_keys.request_options(
                site_of(self.request), step.credentials
            )
            self.state.update(question=question, challenge=challenge)
        return HttpResponseRedirect(reverse(self.urlname)), True


class KeysStage(LoginStage):
    """The last one: nobody is signed in whose keys are not open.

    After a wait the row is compared with what it was: "log out everywhere", a new passphrase or a
    row that somebody tampered with end a sign-in that was half finished.
    """

    key = "keys"

    def handle(self) -> Handled:
        """Let in whose keys are open, and end every other sign-in."""
        waited = waiting_state(self)
        user = self.login.user
        if waited:
            try:
                attach(reopen(cast(Member | None, user), waited))
            except VaultError:
                return refusal(), False
        return (None, True) if attached(user) is not None else (refusal(), False)


def refusal() -> HttpResponse:
    """What a stage answers that lets nobody on; allauth ends the sign-in with it."""
    return HttpResponseRedirect(reverse("accounts:sign_in"))


def waiting_state(stage: LoginStage) -> dict[str, Any]:
    """What the second step of this sign-in keeps; empty when none was asked for."""
    second_step_stage = stage.controller.get_stage(SecondStepStage.key)
    return cast(dict[str, Any], second_step_stage.state if second_step_stage is not None else {})


def waiting_state_of(opened: OpenedAccount) -> dict[str, Any]:
    """What waits for the second step, as JSON; `attempt` names the count of its tries."""
    return {
        "keys": pack(opened.ring),
        "pin": opened.pin,
        "stamp": opened.member.get_session_auth_hash(),
        "attempt": secrets.token_hex(16),
    }


def reopen(member: Member | None, waited: dict[str, Any]) -> OpenedAccount:
    """The account that waited, with its keys.

    Raises VaultError when it has gone or ended, its sessions were ended meanwhile, or its row is
    not one that a member of the network made.
    """
    if member is None or member.get_session_auth_hash() != waited["stamp"]:
        raise VaultError("member: gone, or signed out everywhere")
    if not member.is_active:
        raise VaultError("member: not active")
    ring = unpack(waited["keys"])
    check_member(ring, member)
    return OpenedAccount(member, ring, waited["pin"])


def site_of(request: HttpRequest) -> security_keys.Site:
    """The address by which this browser came. A key is bound to it: onion and clear web differ."""
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    return security_keys.Site(split_domain_port(host)[0], origin, _("Notes"))


def waiting_stage(request: HttpRequest) -> SecondStepStage | None:
    """The second step that this session waits for; None when there is none or it took too long."""
    # allauth's decorator for this redirects, and a form that was carried along would be lost.
    return cast(SecondStepStage | None, LoginStageController.enter(request, SecondStepStage.key))
