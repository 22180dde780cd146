"""Tapping twice sends once.

A random token in the form, together with what it says, is remembered for a day, in memory only,
under a keyed hash; beside it stands the id of the alert, which is no secret, so that the second
answer can link to it. Going back and changing something makes it another one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from django.conf import settings
from django.core.cache import cache

_SECONDS = 24 * 60 * 60
_ON_ITS_WAY, _LONGEST = "on its way", 64
_PATIENCE, _PAUSE = 10.0, 0.05  # seconds


def new_token() -> str:
    """A random token, 22 letters and digits."""
    return secrets.token_urlsafe(16)


def name_of(member: int, token: str, content: str) -> str:
    """What this sending is remembered under: 64 hexadecimal digits that tell nothing.

    Empty for a form without a token, which only a program sends: that is always the first time.
    """
    if not token:
        return ""
    message = "\0".join(["report", str(member), token[:_LONGEST], content]).encode()
    return hmac.new(settings.BUDGET_KEY, message, hashlib.sha256).hexdigest()


def begin(name: str) -> str | None:
    """None the first time; afterwards what came of it: an alert's id, or "".

    Waits for one that is on its way. When that failed, or never ends (its server stopped), this
    counts as the first: better sent twice than said to be sent and lost.
    """
    give_up = time.monotonic() + _PATIENCE
    while name and not cache.add(name, _ON_ITS_WAY, _SECONDS):
        result = cache.get(name, _ON_ITS_WAY)
        if result != _ON_ITS_WAY:
            return str(result)
        if time.monotonic() > give_up:
            break
        time.sleep(_PAUSE)
    return None


def finish(name: str, result: str) -> None:
    """Remember what came of it."""
    if name:
        cache.set(name, result, _SECONDS)


def undo(name: str) -> None:
    """Forget it: nothing was sent."""
    if name:
        cache.delete(name)
