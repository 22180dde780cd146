"""What a check costs, what is left of the hour's lines, and how often a note answers."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import ngettext

from alerts import budgets
from alerts.check.paste import Line
from safety_app.accounts.models import Member
from safety_app.privacy.budgets import DAY, BudgetSpent, spend
from safety_app.vault.encoding import encode

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


def may_answer_plate(person: int, alert: int, pieces: tuple[str, ...]) -> bool:
    """Whether an alert whose plate these pieces match may be found by this person's question.

    One question a day: every further one would tell one more character of the plate. The same
    again gets the same answer; another finds nothing, in the words of a miss. Kept in memory like
    the budgets, under a name that means nothing without the start-up key. `cache.add` is atomic:
    of two questions at once, one is the first.
    """
    name = f"p{_digest('partial plate', person, alert).hex()}"
    asked = _digest("pieces", person, alert, *pieces)
    return bool(cache.add(name, asked, DAY)) or cache.get(name) == asked


def _digest(*parts: str | int) -> bytes:
    return hmac.digest(settings.BUDGET_KEY, encode(*parts), "sha256")
