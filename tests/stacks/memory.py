"""What a cache holds, be it the process's own memory or a Redis: for tests that look into it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCacheClient

# As it is stored, and when it ends: a time of its own kind.
Entry = tuple[bytes, Any]


def stored(alias: str = "default") -> dict[str, bytes]:
    """Everything in a cache, by its bare name, as bytes of the cache's own format."""
    return {name.split(":", 2)[2]: value for name, (value, _end) in take(alias=alias).items()}


def values(alias: str = "default") -> dict[str, Any]:
    """Everything that has not expired, by its bare name, as the program gets it."""
    found = {name: caches[alias].get(name) for name in stored(alias)}
    return {name: value for name, value in found.items() if value is not None}


def names(alias: str = "default") -> set[str]:
    """The names under which it is all stored, with the cache's prefix."""
    cache: Any = caches[alias]
    if isinstance(cache, LocMemCache):
        return set(cache._cache)  # type: ignore[attr-defined]
    return {name.decode() for name in cache._cache.get_client().scan_iter()}


def take(chosen: set[str] | None = None, alias: str = "default") -> dict[str, Entry]:
    """The entries with these names, or all of them."""
    cache: Any = caches[alias]
    wanted = sorted(names(alias) if chosen is None else chosen)
    if isinstance(cache, LocMemCache):
        held: Any = cache
        return {name: (held._cache[name], held._expire_info[name]) for name in wanted}
    pipe = cache._cache.get_client(write=True).pipeline()
    for name in wanted:
        pipe.get(name).pttl(name)
    answers = pipe.execute()
    return dict(zip(wanted, zip(answers[::2], answers[1::2], strict=True), strict=True))


def put(entries: dict[str, Entry], alias: str = "default") -> None:
    """Put back what `take` gave."""
    cache: Any = caches[alias]
    if isinstance(cache, LocMemCache):
        held: Any = cache
        for name, (value, end) in entries.items():
            held._cache[name], held._expire_info[name] = value, end
        return
    pipe = cache._cache.get_client(write=True).pipeline()
    for name, (value, end) in entries.items():
        pipe.set(name, value, px=end if end > 0 else None)
    pipe.execute()


@contextmanager
def redis_has_our_clock() -> Iterator[None]:
    """What a test's clock has passed by has expired on the Redis as well, which has its own."""
    get_client = RedisCacheClient.get_client
    seen = time.time()
    # Time passes once: a second thread that saw it too would let expire what was stored after it.
    turn = Lock()

    def with_our_clock(self: RedisCacheClient, key: Any = None, *, write: bool = False) -> Any:
        nonlocal seen
        client = get_client(self, key, write=write)
        with turn:
            passed = int(1000 * (time.time() - seen))
            seen = time.time()
            if passed > 500:
                for name in list(client.scan_iter()):
                    if (left := client.pttl(name)) > 0:
                        client.pexpire(name, left - passed)
        return client

    RedisCacheClient.get_client = with_our_clock  # type: ignore[method-assign]
    try:
        yield
    finally:
        RedisCacheClient.get_client = get_client  # type: ignore[method-assign]
