"""A clock that tests can move, and an empty cache."""

import time

import pytest
from django.core.cache import cache

from safety_app.sealed_sessions import SessionStore


class Clock:
    """Stands in for `time.time`, in the cache too."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def pass_by(self, *, minutes: float = 0, hours: float = 0, seconds: float = 0) -> None:
        self.now += seconds + 60 * minutes + 3600 * hours


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def session():
    return SessionStore()


@pytest.fixture
def saved():
    """A stored session with something in it, loaded anew."""
    session = SessionStore()
    session["cat"] = "dog"
    session.save()
    return SessionStore(session.session_key)


@pytest.fixture
def with_pin():
    session = SessionStore()
    session["cat"] = "dog"
    session.set_pin("123456")
    session.save()
    return SessionStore(session.session_key)
