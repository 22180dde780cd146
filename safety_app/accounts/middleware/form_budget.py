"""Whoever is signed in may send only so many forms an hour, whatever they are.

What costs more than a row has a budget of its own as well. This one is for all the rest, those that
somebody will add without thinking of it included.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from safety_app.accounts import budgets
from safety_app.accounts.models import Member
from safety_app.privacy import errors
from safety_app.privacy.budgets import BudgetSpent, spend
from safety_app.privacy.page_privacy import is_signed_in

# What must always be possible: to leave, to lock, to end sessions, to take back what one wrote.
ALWAYS = frozenset(
    {
        "exit",
        "lock",
        "accounts:sign_out",
        "accounts:sign_out_everywhere",
        "accounts:erase",
        "alerts:withdraw",
        "alerts:cut",
    }
)

GetResponse = Callable[[HttpRequest], HttpResponse]


class FormBudget:
    """Middleware after the check of the form's token: only forms of ours count."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_arguments: Any
    ) -> HttpResponse | None:
        """429 in the view's place when the budget is spent."""
        match = request.resolver_match
        if request.method != "POST" or match is None or match.view_name in ALWAYS:
            return None
        if not is_signed_in(request):
            return None
        try:
            spend(budgets.FORMS, cast(Member, request.user).pk)
        except BudgetSpent as spent:
            return errors.budget_spent(request, spent)
        return None


def form_budget(get_response: GetResponse) -> FormBudget:
    """The middleware, under the name in settings."""
    return FormBudget(get_response)
