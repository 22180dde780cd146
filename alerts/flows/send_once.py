"""Tapping twice sends once.

A random token in the form and the form's content are remembered for a day, in memory only, as a
keyed hash with the alert's id, which is no secret and lets the second answer link to it. A changed
form counts as a different one.
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
    """The name under which a form is remembered: 64 hexadecimal digits that reveal nothing.

    Empty for a form without a token, which only a program sends: each one is the first.
    """
    if not token:
        return ""
    message = "\0".join(["report", str(member), token[:_LONGEST], content]).encode()
    return hmac.new(settings.BUDGET_KEY, message, hashlib.sha256).hexdigest()


def begin(name: str) -> str | None:
    """None for the first sending; afterwards its result: an alert's id, or "".

    Waits for a sending under way. If that fails or never ends (its server stopped), this one
    counts as the first: better to send twice than to lose it and say it was sent.
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
    """Remember the result."""
    if name:
        cache.set(name, result, _SECONDS)


def undo(name: str) -> None:
    """Forget the form: nothing was sent."""
    if name:
        cache.delete(name)
