"""What was worked out for somebody signed in, so that it need not be worked out again at once.

It stays in memory only, sealed under a key that only this session holds, padded, under a name that
tells neither whose it is nor what it is about: after signing out nobody can open it, whatever
passphrase they know. It goes by itself after a quarter of an hour. Whoever uses it looks at what is
clear first, and works out again what has changed since.
"""

from __future__ import annotations

import json
from typing import Any, cast

from django.core.cache import cache

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError

SECONDS = 15 * 60
MOST = 2 * 1024 * 1024  # bytes before sealing; more is not kept
_LEAST = 4 * 1024

Content = dict[str, Any]


def remember(ring: KeyRing, what: str, content: Content) -> None:
    """Keep JSON content under a name, instead of what was there."""
    text = json.dumps(content, separators=(",", ":")).encode()
    size = _LEAST
    while size <= len(text):
        size *= 2
    if size > MOST:
        return
    box = boxes.seal_box(_key(ring, what), pad(text, size), make_context("memory"))
    cache.set(_name(ring, what), box, SECONDS)


def recall(ring: KeyRing, what: str) -> Content | None:
    """What was kept under a name; None if nothing was, or no more."""
    box = cache.get(_name(ring, what))
    if not isinstance(box, bytes):
        return None
    try:
        opened = boxes.open_box(_key(ring, what), box, make_context("memory"))
        return cast(Content, json.loads(unpad(opened)))
    except VaultError:
        return None


def forget(ring: KeyRing, what: str) -> None:
    """Keep nothing under a name any more."""
    cache.delete(_name(ring, what))


def _key(ring: KeyRing, what: str) -> bytes:
    return boxes.derive(ring.memory_key, "memory", what)


def _name(ring: KeyRing, what: str) -> str:
    return f"m{boxes.derive(ring.memory_key, 'memory name', what).hex()}"
