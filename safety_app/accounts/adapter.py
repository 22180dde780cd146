"""What this site changes about allauth.

allauth's account layer runs sign-in, sign-up, sign-out, passphrase changes and reauthentication.
Our forms open accounts before it acts, so nothing that was typed reaches it. Its e-mail, phone and
password methods have nothing to work on; those that must never be called raise.
"""

from __future__ import annotations

from typing import Any, NoReturn, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from safety_app.accounts.flows import reauthenticate, sign_in
from safety_app.accounts.member_request import ring_of
from safety_app.accounts.models import Member
from safety_app.accounts.views.responses import home_of
from safety_app.privacy.form_replay import is_target

_STAGES = "safety_app.accounts.flows.login_stages"


class AccountAdapter(DefaultAccountAdapter):
    """For `ACCOUNT_ADAPTER`."""

    def get_login_stages(self) -> list[str]:
        """Our two; allauth's own stages are for e-mail, phone and codes sent there."""
        return [f"{_STAGES}.SecondStepStage", f"{_STAGES}.KeysStage"]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Start the session of someone whose keys are open, as `KeysStage` has ensured."""
        opened = sign_in.attached(user)
        if opened is None:
            raise ImproperlyConfigured("Nobody signs in without opened keys: call begin_sign_in.")
        sign_in.start_session(request, opened)
        sign_in.detach(user)

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether this is the signed-in member's passphrase. Raises VaultBusy."""
        ring = ring_of(context.request)
        if ring is None:
            return False
        return reauthenticate.credentials_match(cast(Member, user), ring.pseudonym, password)

    # Redirects

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request)

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return home_of(request)

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:sign_in")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:me")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The passphrase, on our own page."""
        return [{"id": "reauthenticate", "url": reverse("accounts:reauthenticate")}]

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """For a stay that ended between two stages; opening the account refuses it
        otherwise.
        """
        return HttpResponseRedirect(reverse("accounts:sign_in"))

    def is_safe_url(self, url: str) -> bool:
        """Only pages of this site that may follow a sign-in."""
        return is_target(url)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: allauth would wrap whole pages in JSON, beyond the fixed page sizes."""
        return False

    # Never recorded

    def get_client_ip(self, request: HttpRequest) -> str:
        return ""

    def get_http_user_agent(self, request: HttpRequest) -> str:
        return ""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: pages say what happened, and nothing is stored for the next request."""

    # Never called

    def authenticate(self, request: HttpRequest, **credentials: Any) -> NoReturn:
        raise ImproperlyConfigured("The vault checks passphrases in our forms, never a backend.")

    def new_user(self, request: HttpRequest) -> NoReturn:
        raise ImproperlyConfigured("Accounts are made by an invitation or an application only.")

    def save_user(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImproperlyConfigured("Accounts are made by an invitation or an application only.")

    def set_password(self, user: Any, password: str) -> NoReturn:
        raise ImproperlyConfigured("A passphrase locks keys: flows.recover changes it, no hash.")

    def send_mail(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ImproperlyConfigured("Nobody has an address here: there is nowhere to send this.")
