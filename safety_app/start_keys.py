"""Keys that are made when the site starts and end with it: for signed forms and for budgets.

One process draws them at random. Several, on one machine or more, have to agree: a form opened at
one of them is sent to another, and a code used there is used up here. They meet in the server of
CACHE_URL, which writes nothing to a disk: whoever comes first leaves a random value there, and
everyone derives the keys from it and the pepper, which that server does not know.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from safety_app.vault import boxes

NAME = "start keys"
SIZE = 32
_PATIENCE = 5  # seconds


def start_secret(cache_url: str, pepper: bytes | None) -> bytes:
    """32 bytes; the same for every process with this pepper until the server of `cache_url` is
    emptied or restarted.

    Without a server, without a pepper, or while the server does not answer: random. Then
    `safety_app.checks` keeps the site from starting.
    """
    own = os.urandom(SIZE)
    if not cache_url or not pepper:
        return own
    redis = _library()
    if redis is None:
        return own
    try:
        with redis.Redis.from_url(
            cache_url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE
        ) as server:
            server.set(NAME, own, nx=True)
            shared = server.get(NAME)
    except (redis.RedisError, ValueError):
        return own
    if not isinstance(shared, bytes) or len(shared) != SIZE:
        return own
    return boxes.derive(shared, "start secret", salt=pepper)


def _library() -> Any:
    """redis, which comes with `uv sync --extra scale`, or None. Only where it is used: it takes
    8 MB of memory.
    """
    try:
        return import_module("redis")
    except ImportError:
        return None


def start_key(secret: bytes, purpose: str) -> bytes:
    """A key (32 bytes) for one purpose, from `start_secret`."""
    return boxes.derive(secret, "start key", purpose)
