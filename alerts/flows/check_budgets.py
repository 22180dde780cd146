"""What a check costs, and what is left of the hour's lines."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import ngettext

from alerts import budgets
from alerts.flows.check_lines import Line
from safety_app.accounts.models import Member
from safety_app.privacy.budgets import BudgetSpent, spend

SHOWN_FROM = 15  # lines left; above that nobody needs to think of it


def spend_on(member: Member, lines: Sequence[Line]) -> str:
    """Spend the budgets, and say what is left once that is little. Raises BudgetSpent.

    To be called before the answer is made: its size may depend on these words, and not on what is
    found.
    """
    words = _spend_lines(member, sum(line.is_looked_up for line in lines))
    plates = sum(bool(line.pieces) for line in lines)
    if plates:
        spend(budgets.PARTIAL_PLATES, member.pk, plates)
    return words


def _spend_lines(member: Member, wanted: int) -> str:
    if not wanted:
        return ""
    reporter = member.has_role("reporter")
    budget = budgets.REPORTER_CHECKS if reporter else budgets.CHECKS
    try:
        left = spend(budget, member.pk, wanted)
    except BudgetSpent:
        if wanted > 1:
            raise
        return _reserve_words(spend(budgets.RESERVE, member.pk))
    if left > SHOWN_FROM:
        return ""
    words = ngettext(
        "%(left)s more line can be checked this hour.",
        "%(left)s more lines can be checked this hour.",
        left,
    )
    return words % {"left": left}


def _reserve_words(left: int) -> str:
    words = ngettext(
        "The lines of this hour are used up. %(left)s more can be checked, by itself.",
        "The lines of this hour are used up. %(left)s more can be checked, each by itself.",
        left,
    )
    return words % {"left": left}
