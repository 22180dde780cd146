"""Django's cache in the memory of the process, which also lets go of what has expired.

Django's own leaves an expired entry where it is until somebody asks for it by name. Nobody asks
for a session that was left alone, so its boxes would lie in memory until the next restart, and a
megabyte of what its pages kept beside them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

SWEEP_SECONDS = 60
# When each cache is swept next; every thread has an object of its own for one cache.
_next_sweep: dict[str, float] = {}


class MemoryCache(LocMemCache):
    """At most SWEEP_SECONDS after it expired, the next write removes an entry."""

    # What Django's class has, and its stubs leave out.
    _cache: OrderedDict[str, bytes]
    _expire_info: dict[str, float | None]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name = name

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        now = time.time()
        # Also where the clock was set back.
        if not 0 <= _next_sweep.get(self._name, 0) - now <= SWEEP_SECONDS:
            self._sweep(now)
        super()._set(key, value, timeout)  # type: ignore[misc]

    def _sweep(self, now: float) -> None:
        """Remove what has expired. Called under the lock; 200,000 entries take some 20 ms."""
        _next_sweep[self._name] = now + SWEEP_SECONDS
        ends = self._expire_info.items()
        for key in [key for key, end in ends if end is not None and end <= now]:
            self._delete(key)  # type: ignore[attr-defined]
