"""Counts amounts in fixed windows, in the cache, atomically across processes.

django-ratelimit counts requests. It takes one at a time and keeps counting what it refuses, so an
amount would be granted in part, or counted as used although nobody got it.
"""

import hmac
import time
from contextlib import suppress

from django.conf import settings
from django.core.cache import cache

from safety_app.vault.encoding import encode

# A count outlives its window, so that it cannot expire between `add` and `incr`.
_SPARE_SECONDS = 5
_ATTEMPTS = 3


def add(subject: bytes, amount: int, limit: int, seconds: int) -> tuple[int, int]:
    """Add `amount` to the count of `subject`, or nothing where it would exceed `limit`.

    Returns what the count would be, and the whole seconds until its window ends. More than `limit`
    is never granted. While a refused amount is being given back, a concurrent request of the same
    subject may be refused although it would just have fitted. If the cache keeps dropping the
    count, the budget is treated as spent.
    """
    if amount < 0:
        raise ValueError("budget: a negative amount")
    # Windows are staggered: when one ends, nobody without the key can work out whose it was.
    now = int(time.time()) + int.from_bytes(subject[:4], "big")
    window, into_window = divmod(now, seconds)
    name = "b" + hmac.digest(settings.BUDGET_KEY, encode(subject, window), "sha256").hex()
    used = _increase(name, amount, seconds + _SPARE_SECONDS)
    if used is None:
        return limit + 1, 1
    if used > limit:
        # If it was dropped meanwhile, there is nothing to give back, and it must not go below zero.
        with suppress(ValueError):
            cache.incr(name, -amount)
    return used, seconds - into_window


def _increase(name: str, amount: int, life: int) -> int | None:
    """The new count; None when the cache drops it faster than it can be increased."""
    for _attempt in range(_ATTEMPTS):
        cache.add(name, 0, life)
        with suppress(ValueError):
            return cache.incr(name, amount)
    return None
