"""How much someone may do in a while. Counted in memory, under names nobody can work out.

The name of a count is an HMAC under a key made at start and never stored, so neither the cache nor
a copy of it tells whose it is. A restart empties all budgets; the page "What we keep" says so.
"""

import hmac
import threading
import time
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import ngettext

from safety_app.vault.encoding import encode

LONGEST_DELAY = 10.0  # seconds
SHARED_DELAY = 1.0  # seconds, for those who come while another of the same name is waiting

# Waiting takes one of the server's 16 threads: so many wait at once, whatever for.
_PLACES = threading.BoundedSemaphore(5)
_waiting: set[str] = set()
_waiting_lock = threading.Lock()


class Budget(NamedTuple):
    """`amount` of something called `name` in windows of `seconds`.

    Windows stand still, at another offset for each person: around the end of one, up to twice the
    amount can be spent in a short time.
    """

    name: str
    amount: int
    seconds: int


class BudgetSpent(Exception):
    """Someone has used up a budget. `minutes` is when it is fresh again, `message` says it."""

    def __init__(self, budget: Budget, minutes: int) -> None:
        super().__init__(budget.name)
        self.budget = budget
        self.minutes = minutes

    @property
    def message(self) -> str:
        """Plain words for the screen, in the reader's language."""
        return ngettext(
            "That is as much as is possible for now. Please try again in %(minutes)s minute.",
            "That is as much as is possible for now. Please try again in %(minutes)s minutes.",
            self.minutes,
        ) % {"minutes": self.minutes}


def spend(budget: Budget, who: bytes | str | int, amount: int = 1) -> int:
    """Take `amount` out of someone's budget; the answer is what is left.

    Raises BudgetSpent, and takes nothing, when there is not enough.
    """
    name, seconds_left = _window(budget, who)
    used = _add(name, amount, budget.seconds)
    if used > budget.amount:
        _add(name, -amount, budget.seconds)
        raise BudgetSpent(budget, max(1, -(-seconds_left // 60)))
    return budget.amount - used


def delay(budget: Budget, who: bytes | str | int) -> float:
    """Take one; the answer is how many seconds to wait first: 0 while the budget lasts.

    After that 1, 2, 4, 8 and then LONGEST_DELAY.
    """
    used = _add(_window(budget, who)[0], 1, budget.seconds)
    if used <= budget.amount:
        return 0.0
    return min(LONGEST_DELAY, 2.0 ** min(used - budget.amount - 1, 10))


def slow_down(budget: Budget, who: bytes | str | int) -> None:
    """Take one, and wait as `delay` says. Never refuses.

    For ways in, where whoever can spend a budget that is not hers alone, or fill all places to
    wait in, must lock nobody out. One of a name waits for the whole time, others who come
    meanwhile for SHARED_DELAY; when all places are taken, the next goes on without waiting, and
    what is left in her way is the slow step that follows.
    """
    seconds = delay(budget, who)
    if not seconds or not _PLACES.acquire(blocking=False):
        return
    name = _window(budget, who)[0]
    try:
        with _waiting_lock:
            is_first = name not in _waiting
            _waiting.add(name)
        try:
            time.sleep(seconds if is_first else min(seconds, SHARED_DELAY))
        finally:
            if is_first:
                with _waiting_lock:
                    _waiting.discard(name)
    finally:
        _PLACES.release()


def _window(budget: Budget, who: bytes | str | int) -> tuple[str, int]:
    """The name of the count that is running now, and the whole seconds until it ends."""
    person = hmac.digest(settings.BUDGET_KEY, encode(budget.name, who), "sha256")
    now = int(time.time()) + int.from_bytes(person[:4], "big")
    window = now // budget.seconds
    name = hmac.digest(settings.BUDGET_KEY, encode(person, window), "sha256").hex()
    return f"b{name}", budget.seconds - now % budget.seconds


def _add(name: str, amount: int, seconds: int) -> int:
    """Add to a count at once, with no other request in between; the answer is the new count."""
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name, amount)
    except ValueError:  # the window ended between the two lines
        cache.set(name, amount, seconds)
        return amount
