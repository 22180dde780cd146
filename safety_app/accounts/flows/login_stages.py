"""What lies between an opened account and a session, as allauth's login stages.

The keys travel on the user's row (`sign_in.attach`). Only while a second step is pending are they
stored in the stage's state, which allauth keeps in the session. Sessions are held in memory, sealed
under the cookie, and only the second step reads that state.
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
    """Asks for a code or a security key if the account's sealed settings say so.

    The sign-in waits ACCOUNT_LOGIN_TIMEOUT seconds.
    """

    key = "second_step"
    urlname = "accounts:sign_in_code"

    def handle(self) -> Handled:
        """Pass without a second step; otherwise store the keys and ask for it."""
        opened = attached(self.login.user)
        if opened is None:
            return refusal(), False
        step = second_step.open_settings(opened.ring, opened.member)
        if not step.is_on:
            return None, True
        # Against session fixation: the keys must not wait under a cookie somebody knew before.
        logout(self.request)
        set_ring(self.request, None)
        self.state.update(waiting_state_of(opened))
        if step.keys:
            # One challenge per sign-in, which a right answer completes: none can be replayed, nor
            # sent twice at once (`second_step.use_up_attempt`).
            question, challenge = security_keys.request_options(
                site_of(self.request), step.credentials
            )
            self.state.update(question=question, challenge=challenge)
        return HttpResponseRedirect(reverse(self.urlname)), True


class KeysStage(LoginStage):
    """The last stage: nobody is signed in without open keys.

    After a wait the row is compared with what it was: signing out everywhere, a new passphrase
    or a tampered row end a pending sign-in.
    """

    key = "keys"

    def handle(self) -> Handled:
        """Pass if the keys are open; end every other sign-in."""
        waited = waiting_state(self)
        user = self.login.user
        if waited:
            try:
                attach(reopen(cast(Member | None, user), waited))
            except VaultError:
                return refusal(), False
        return (None, True) if attached(user) is not None else (refusal(), False)


def refusal() -> HttpResponse:
    """The response with which a stage refuses; allauth ends the sign-in with it."""
    return HttpResponseRedirect(reverse("accounts:sign_in"))


def waiting_state(stage: LoginStage) -> dict[str, Any]:
    """The state the second step stored for this sign-in; empty when none was asked for."""
    second_step_stage = stage.controller.get_stage(SecondStepStage.key)
    return cast(dict[str, Any], second_step_stage.state if second_step_stage is not None else {})


def waiting_state_of(opened: OpenedAccount) -> dict[str, Any]:
    """What is stored while the second step is pending, as JSON; `attempt` keys the count of
    tries and the mark that it was completed.
    """
    return {
        "keys": pack(opened.ring),
        "pin": opened.pin,
        "stamp": opened.member.get_session_auth_hash(),
        "attempt": secrets.token_hex(16),
    }


def reopen(member: Member | None, waited: dict[str, Any]) -> OpenedAccount:
    """The account whose sign-in is pending, with its keys.

    Raises VaultError when it was deleted or has expired, its sessions were ended meanwhile, or
    its row is not authentic.
    """
    if member is None or member.get_session_auth_hash() != waited["stamp"]:
        raise VaultError("member: gone, or signed out everywhere")
    if not member.is_active:
        raise VaultError("member: not active")
    ring = unpack(waited["keys"])
    check_member(ring, member)
    return OpenedAccount(member, ring, waited["pin"])


def site_of(request: HttpRequest) -> security_keys.Site:
    """The site this browser uses. A security key is bound to it: onion and clear web differ."""
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    return security_keys.Site(split_domain_port(host)[0], origin, _("Notes"))


def waiting_stage(request: HttpRequest) -> SecondStepStage | None:
    """The second step this session waits for; None when there is none or it has timed out."""
    # allauth's own decorator redirects, which would lose a form held for replay.
    return cast(SecondStepStage | None, LoginStageController.enter(request, SecondStepStage.key))
