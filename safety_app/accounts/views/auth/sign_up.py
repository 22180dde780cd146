"""What joining and applying share: a form that creates an account, by allauth's view."""

from __future__ import annotations

from typing import Any

from allauth.account.views import SignupView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from safety_app.accounts.forms.auth import SignUpForm
from safety_app.accounts.views.allauth_view import NewPassphraseMixin
from safety_app.accounts.views.responses import home_of, show_recovery_code
from safety_app.privacy.page_privacy import is_signed_in


class SignUpView(NewPassphraseMixin, SignupView):
    """Asks for the new credentials, then signs in and shows the recovery code once."""

    shown: str  # names the flag for the page of the recovery code
    place = ""  # on the page of somebody who is signed in already

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever is signed in already has an account."""
        if is_signed_in(request) and request.method in ("GET", "HEAD", "POST"):
            return redirect(f"{home_of(request)}{self.place}")
        return super().dispatch(request, *args, **kwargs)

    def get_success_url(self) -> str:
        """Empty: the recovery code is shown in place."""
        return ""

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Create the account and sign in through allauth's stages."""
        response = super().form_valid(form)
        if form.errors or not is_signed_in(self.request):
            return response
        return show_recovery_code(self.request, form.recovery_code, **{self.shown: True})
