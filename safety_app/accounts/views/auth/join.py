"""`/join/`: an invitation's code becomes an account."""

from __future__ import annotations

from django.http import HttpResponse

from safety_app.accounts.budgets import JOIN
from safety_app.accounts.forms.auth import JoinForm, SignUpForm
from safety_app.accounts.views.auth.sign_up import SignUpView
from safety_app.privacy.budgets import EVERYONE, slow_down


class JoinView(SignUpView):
    """Sign-up that also asks for a code."""

    vault_form = JoinForm
    template_name = "accounts/join.html"
    shown = "joined"
    place = "#main"  # replaces the code behind `#`, which browsers take along to another page

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        """Delays a flood, counted for everyone together."""
        slow_down(JOIN, EVERYONE)
        return super().form_valid(form)


join = JoinView.as_view()
