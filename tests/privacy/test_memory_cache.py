"""The cache in memory: what has expired does not stay until a restart."""

from __future__ import annotations

import datetime
import time

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache, caches

from safety_app.privacy.backends.memory_cache import SWEEP_SECONDS, MemoryCache
from safety_app.sealed_sessions import SessionStore

pytestmark = pytest.mark.sqlite_only(
    "the cache in the process's own memory; a Redis expires by itself"
)

NOW = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.UTC)


def later(seconds: float) -> time_machine.travel:
    return time_machine.travel(NOW + datetime.timedelta(seconds=seconds), tick=False)


def test_it_is_what_settings_name() -> None:
    assert type(caches["default"]) is MemoryCache


def test_what_a_session_kept_is_gone_from_memory_when_it_is_over() -> None:
    with later(0):
        session = SessionStore()
        session.create()
        assert session.page_entries is not None
        session.page_entries.add("/a/", {"q": "x" * 60_000})
        cache.set("other", 1, None)
        assert len(cache._cache) > 4
    with later(settings.SESSION_COOKIE_AGE + SWEEP_SECONDS + 1):
        cache.set("whatever", 1, 60)
        names = [name.rpartition(":")[2] for name in cache._cache]
    assert sorted(names) == ["other", "whatever"]
    assert cache._expire_info.keys() == cache._cache.keys()


def test_what_lives_stays() -> None:
    with later(0):
        cache.set("short", 1, 30)
        cache.set("long", 2, 3600)
    with later(2 * SWEEP_SECONDS):
        cache.set("new", 3, 60)
        assert (cache.get("short"), cache.get("long"), cache.get("new")) == (None, 2, 3)


def test_a_clock_that_was_set_back_does_not_end_the_sweeping() -> None:
    with later(10**7):
        cache.set("ahead", 1, 60)
    with later(0):
        cache.set("short", 1, 30)
    with later(SWEEP_SECONDS + 1):
        cache.set("new", 1, 60)
        assert not any("short" in name for name in cache._cache)


@pytest.mark.thorough
def test_sweeping_many_takes_no_time_to_speak_of() -> None:
    with later(0):
        for number in range(20_000):
            cache.set(f"k{number}", number, 30)
    with later(SWEEP_SECONDS + 60):
        before = time.process_time()
        cache.set("new", 1, 60)
        assert time.process_time() - before < 0.5
    assert len(cache._cache) == 1
