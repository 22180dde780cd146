"""`/join/`: an invitation's code becomes an account."""

from __future__ import annotations

from safety_app.accounts.budgets import JOIN
from safety_app.accounts.forms.auth import JoinForm
from safety_app.accounts.views.auth.sign_up import SignUpView
from safety_app.privacy.budgets import EVERYONE, slow_down


class JoinView(SignUpView):
    """Ask for the code too."""

    vault_form = JoinForm
    template_name = "accounts/join.html"
    shown = "joined"

    def slow_down(self) -> None:
        """For everyone together."""
        slow_down(JOIN, EVERYONE)


join = JoinView.as_view()
