"""`/in/recover/`: sign in with the recovery code."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView
from django.http import HttpRequest, HttpResponse

from safety_app.accounts.budgets import RECOVER
from safety_app.accounts.forms.auth import RecoverForm
from safety_app.accounts.views.allauth_view import NewPassphraseMixin
from safety_app.accounts.views.auth.sign_in import carrying
from safety_app.accounts.views.responses import show_recovery_code
from safety_app.privacy.budgets import EVERYONE, slow_down
from safety_app.privacy.form_replay import in_place
from safety_app.privacy.page_privacy import is_signed_in


class RecoverView(NewPassphraseMixin, LoginView):
    """Asks for the code and a new passphrase, then shows the new recovery code once."""

    vault_form = RecoverForm
    template_name = "accounts/recover.html"

    def get_success_url(self) -> str:
        """Empty: the recovery code is shown in place."""
        return ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Recover. The sign-in page's button sends only the form that came along there."""
        if "carry_to" in request.POST and "recovery_code" not in request.POST:
            return in_place(request, "accounts:recover", 200)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: RecoverForm) -> HttpResponse:
        """Delays a flood, changes the passphrase, and signs in through allauth's stages."""
        slow_down(RECOVER, EVERYONE)
        response = super().form_valid(form)
        if form.errors or not is_signed_in(self.request):
            return response
        context = {"recovered": True, **carrying(self.request)}
        return show_recovery_code(self.request, form.new_code, **context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), **carrying(self.request)}


recover = RecoverView.as_view()
