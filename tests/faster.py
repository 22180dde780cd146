"""What makes thousands of tests cheap: nothing here changes what they see.

Measured over all quick tests, in seconds of the processor; see each part for why.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator

import pytest
from _pytest import runner
from django.core.signals import setting_changed
from django.test.client import ClientHandler

from safety_app.privacy.middleware import response_timing
from safety_app.template_tags import rendered

_CHAIN = ("_view_middleware", "_template_response_middleware", "_exception_middleware")


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the collector need not walk them again.

    Nor need it come by after every 700 new objects; a page makes several thousand.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _on_one_stack(test: Callable[[], object | None]) -> object | None:
    return test()


# Python keeps the frames of calls in chunks of 16 KiB. Where a page is rendered deep inside a test
# the edge of a chunk lies within a loop, and each call maps and unmaps one: a tenth of all time.
# A frame that asks for more than a chunk gets one of twice its size, where all its calls find room.
_on_one_stack.__code__ = _on_one_stack.__code__.replace(co_stacksize=70_000)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> object | None:
    """Every test runs as always, on a stack that is in one piece."""
    return _on_one_stack(lambda: runner.pytest_runtest_protocol(item, nextitem))


@pytest.fixture(scope="session", autouse=True)
def one_chain_of_middlewares() -> Iterator[None]:
    """Every test client builds all middlewares anew; they are the same until a setting changes."""
    load = ClientHandler.load_middleware
    loaded: list[ClientHandler] = []

    def share(handler: ClientHandler, is_async: bool = False) -> None:
        if not loaded:
            load(handler, is_async)
            loaded.append(handler)
        for name in (*_CHAIN, "_middleware_chain"):
            setattr(handler, name, getattr(loaded[0], name))

    def drop(**_changed: object) -> None:
        loaded.clear()

    setting_changed.connect(drop)
    ClientHandler.load_middleware = share
    yield
    ClientHandler.load_middleware = load
    setting_changed.disconnect(drop)


@pytest.fixture(scope="session", autouse=True)
def constant_parts_follow_settings() -> Iterator[None]:
    """The program's settings stand still; a test's do not, and parts of pages depend on them."""

    def drop(**_changed: object) -> None:
        rendered.cache_clear()

    setting_changed.connect(drop)
    yield
    setting_changed.disconnect(drop)


class NoWaiting:
    """The module `time` as it is, but whoever sleeps wakes at once."""

    monotonic = staticmethod(lambda: time.monotonic())
    sleep = staticmethod(lambda _seconds: None)


@pytest.fixture(scope="session", autouse=True)
def answers_leave_at_once() -> None:
    """Hundreds of checks would wait for the next step each; tests/privacy/test_sizes.py does."""
    response_timing.time = NoWaiting  # type: ignore[assignment]


@pytest.fixture
def answers_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of the waiting itself."""
    monkeypatch.setattr(response_timing, "time", time)
