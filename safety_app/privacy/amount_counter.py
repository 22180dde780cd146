"""Counts amounts in fixed windows, in the cache, atomically across processes.

django-ratelimit counts requests. It takes one at a time and keeps counting what it refuses, so an
amount would be granted in part, or counted as used although nobody got it. Nor does it give back.
"""

import hmac
import time
from contextlib import suppress
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache

from safety_app.vault.encoding import encode

# A count outlives its window, so that it cannot expire between `add` and `incr`.
_SPARE_SECONDS = 5
_ATTEMPTS = 3


class Window(NamedTuple):
    """One subject's count during one window.

    subject  32 bytes of a keyed HMAC
    seconds  how long its windows are
    number   which of them this is, counted from the epoch
    """

    subject: bytes
    seconds: int
    number: int


def count(subject: bytes, seconds: int) -> tuple[int | None, Window]:
    """Add one to the count of `subject`, without a limit.

    Returns the new count, None if the cache keeps dropping it, and what `give_back` needs.
    """
    window, _left = _window_now(subject, seconds)
    return _increase(_name(window), 1, seconds + _SPARE_SECONDS), window


def give_back(window: Window) -> None:
    """Undo one `count`: what others counted meanwhile stays. A window that is over counts for
    nothing any more, and is left alone.
    """
    if _window_now(window.subject, window.seconds)[0] == window:
        # If the cache dropped it meanwhile, it must not go below zero.
        with suppress(ValueError):
            cache.incr(_name(window), -1)


def add(subject: bytes, amount: int, limit: int, seconds: int) -> tuple[int, int]:
    """Add `amount` to the count of `subject`, or nothing where it would exceed `limit`.

    Returns what the count would be, and the whole seconds until its window ends. More than `limit`
    is never granted. While a refused amount is being given back, a concurrent request of the same
    subject may be refused although it would just have fitted. If the cache keeps dropping the
    count, the budget is treated as spent.
    """
    if amount < 0:
        raise ValueError("budget: a negative amount")
    window, left = _window_now(subject, seconds)
    name = _name(window)
    used = _increase(name, amount, seconds + _SPARE_SECONDS)
    if used is None:
        return limit + 1, 1
    if used > limit:
        # If it was dropped meanwhile, there is nothing to give back, and it must not go below zero.
        with suppress(ValueError):
            cache.incr(name, -amount)
    return used, left


def _window_now(subject: bytes, seconds: int) -> tuple[Window, int]:
    """The window of this moment, and the whole seconds until it ends.

    Windows are staggered: when one ends, nobody without the key can work out whose it was.
    """
    now = int(time.time()) + int.from_bytes(subject[:4], "big")
    number, into_window = divmod(now, seconds)
    return Window(subject, seconds, number), seconds - into_window


def _name(window: Window) -> str:
    """Where the cache holds the count."""
    context = encode(window.subject, window.number)
    return "b" + hmac.digest(settings.BUDGET_KEY, context, "sha256").hex()


def _increase(name: str, amount: int, life: int) -> int | None:
    """The new count; None when the cache drops it faster than it can be increased."""
    for _attempt in range(_ATTEMPTS):
        cache.add(name, 0, life)
        with suppress(ValueError):
            return cache.incr(name, amount)
    return None
