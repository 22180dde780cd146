"""How much someone may do in a given time: one table of budgets, and the ways to spend them.

Requests are counted by django-ratelimit, amounts by `amount_counter`. Both counts live in memory
under an HMAC with a key made at start and never stored, so a copy of the cache does not tell whose
they are. A restart empties all budgets; "What we keep" says so.
When the cache cannot be reached, nothing is granted: the error ends the request.
"""

import hmac
import threading
import time
from typing import Final, Literal, NamedTuple

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_ratelimit.core import get_usage

from safety_app.privacy import amount_counter
from safety_app.vault.encoding import encode

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60

# Stands for the person in budgets that everyone shares.
EVERYONE: Final = "everyone"

LONGEST_DELAY = 10.0  # seconds
SHARED_DELAY = 1.0  # seconds, for requests that arrive while another of the same subject waits

# A waiting request occupies one of the server's 16 threads: this is how many may wait at once.
_PLACES = threading.BoundedSemaphore(5)
_waiting: set[bytes] = set()
_waiting_lock = threading.Lock()


# What is counted; of amounts, several can be spent at once, and a try can be given back.
Unit = Literal["requests", "amounts"]
# Whose requests share one count: an account's; a pseudonym's as it was typed, also when nobody has
# it; those of one half-finished sign-in; everyone's.
KeyedBy = Literal["person", "pseudonym", "sign-in", "everyone"]
# What happens to the request that comes when the budget is spent. "refuse": 429, which says how
# long to wait and keeps what was typed. "wait": it goes on after at most LONGEST_DELAY, so that
# nobody can be locked out. "end": the half-finished sign-in ends.
WhenSpent = Literal["refuse", "wait", "end"]


class Budget(NamedTuple):
    """`amount` in windows of `seconds`, for each of `keyed_by`.

    `name` is part of what the count is kept under; `what` says on `/kept/` what is counted.
    Windows are fixed, at a different offset for each subject: around the end of one, up to twice
    the amount can be spent in a short time.
    """

    name: str
    what: str | Promise
    amount: int
    seconds: int
    unit: Unit
    keyed_by: KeyedBy
    when_spent: WhenSpent


_table: dict[str, Budget] = {}


def register(*budgets: Budget) -> None:
    """Put an app's budgets into the table. Raises ValueError for a name that is taken."""
    for budget in budgets:
        if _table.setdefault(budget.name, budget) is not budget:
            raise ValueError(f"budget: two are named {budget.name!r}")


def table() -> tuple[Budget, ...]:
    """Every budget there is."""
    return tuple(_table.values())


# One counted try, for `give_back`; None where requests are counted.
Try = amount_counter.Window | None


class BudgetSpent(Exception):
    """A budget is used up. It is fresh again after `minutes`; `message` says so."""

    def __init__(self, budget: Budget, minutes: int) -> None:
        super().__init__(budget.name)
        self.budget = budget
        self.minutes = minutes

    @property
    def message(self) -> str:
        """Plain words for the screen, in the reader's language."""
        return wait_message(self.minutes)


def wait_message(minutes: int) -> str:
    """That a budget is used up, in plain words and the reader's language."""
    return ngettext(
        "That is the limit for now. Please try again in %(minutes)s minute.",
        "That is the limit for now. Please try again in %(minutes)s minutes.",
        minutes,
    ) % {"minutes": minutes}


def spend(budget: Budget, who: bytes | str | int, amount: int = 1) -> int:
    """Take `amount` out of someone's budget and return what is left.

    Raises BudgetSpent, and takes nothing, if there is not enough.
    """
    if budget.when_spent == "wait":
        raise ValueError("budget: one that delays never refuses")
    subject = _subject(budget, who)
    if budget.unit == "amounts":
        used, left = amount_counter.add(subject, amount, budget.amount, budget.seconds)
    elif amount == 1:
        used, left = _count_request(budget, subject)
    else:
        raise ValueError("budget: requests are counted one by one")
    if used > budget.amount:
        raise BudgetSpent(budget, max(1, -(-left // MINUTE)))
    return budget.amount - used


def delay(budget: Budget, who: bytes | str | int) -> float:
    """Take one and return how many seconds to wait first: 0 while the budget lasts.

    After that 1, 2, 4, 8 and then LONGEST_DELAY.
    """
    return _try(budget, _subject(budget, who))[0]


def slow_down(budget: Budget, who: bytes | str | int) -> Try:
    """Take one, and wait as `delay` says. Never refuses. Returns what `give_back` takes.

    For sign-in and the like: an attacker can spend a budget that is not theirs alone, or occupy
    every waiting place, and must not be able to lock anybody out. The first request of a subject
    waits for the whole time, those that arrive meanwhile for SHARED_DELAY. If all places are taken,
    the next request goes on at once, to the slow key derivation that follows.
    """
    subject = _subject(budget, who)
    seconds, counted = _try(budget, subject)
    if not seconds or not _PLACES.acquire(blocking=False):
        return counted
    try:
        with _waiting_lock:
            is_first = subject not in _waiting
            _waiting.add(subject)
        try:
            time.sleep(seconds if is_first else min(seconds, SHARED_DELAY))
        finally:
            if is_first:
                with _waiting_lock:
                    _waiting.discard(subject)
    finally:
        _PLACES.release()
    return counted


def give_back(counted: Try) -> None:
    """Give one try back, when it turned out to be no guess. Only that one: the rest stays counted.

    Raises ValueError for a budget of requests, which django-ratelimit only counts upwards.
    """
    if counted is None:
        raise ValueError("budget: requests are not given back")
    amount_counter.give_back(counted)


def _try(budget: Budget, subject: bytes) -> tuple[float, Try]:
    """Count one try; return the seconds to wait, and what `give_back` takes."""
    if budget.when_spent != "wait":
        raise ValueError("budget: one that refuses never delays")
    counted = None
    if budget.unit == "amounts":
        count, counted = amount_counter.count(subject, budget.seconds)
        # The cache keeps dropping the count: treat it as just spent.
        used = budget.amount + 1 if count is None else count
    else:
        used, _left = _count_request(budget, subject)
    if used <= budget.amount:
        return 0.0, counted
    return min(LONGEST_DELAY, 2.0 ** min(used - budget.amount - 1, 10)), counted


def _subject(budget: Budget, who: bytes | str | int) -> bytes:
    """Who spends, as 32 bytes that mean nothing without the start-up key."""
    if (who == EVERYONE) is not (budget.keyed_by == "everyone"):
        raise ValueError("budget: shared by everyone, or by nobody")
    return hmac.digest(settings.BUDGET_KEY, encode(budget.name, who), "sha256")


def _count_request(budget: Budget, subject: bytes) -> tuple[int, int]:
    """Count one request; return the new count and the whole seconds until its window ends."""
    usage = get_usage(
        None,
        group=budget.name,
        # The library's own digest has no key, so what goes in must already be meaningless.
        key=lambda *_: subject.hex(),
        rate=(budget.amount, budget.seconds),
        increment=True,
    )
    if not usage["count"]:  # the cache dropped the count: treat it as just spent
        return budget.amount + 1, 1
    # The window ends after the second that `time_left` names.
    return usage["count"], usage["time_left"] + 1


# Of the pages that wait for Back: sixteen entries of a session are little, but one account can open
# any number of sessions.
PAGES_UNIT = 4 * 1024  # bytes
PAGES = Budget(
    "pages",
    _("Pages kept for going back, in parts of 4 KB"),
    2_000,
    HOUR,
    "amounts",
    "person",
    "refuse",
)
register(PAGES)
