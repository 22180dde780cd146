"""Exactly what a budget allows is granted: by threads of one process, and by several on a Redis."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.conf import settings as site
from django.core.cache import cache

from tests.privacy.budget_worker import AMOUNT, spend_often
from tests.privacy.redis_server import own_redis

ROOT = Path(__file__).resolve().parent.parent.parent
THREADS, PROCESSES = 8, 4
# What each of them asks for comes to more than twice what there is.
HOW = pytest.mark.parametrize(
    ("unit", "amounts", "asked"),
    [("requests", [1], 2400), ("amounts", [1], 2400), ("amounts", [4], 800)],
    ids=["requests", "amounts of 1", "amounts of 4"],
)
NOW = 1_800_000_000.0


@pytest.fixture
def _one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """No window ends while a test runs."""
    monkeypatch.setattr(time, "time", lambda: NOW)


@pytest.fixture
def _quick_turns() -> Iterator[None]:
    """Threads take turns as often as they can, also in the middle of a line."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with own_redis() as address:
        yield address


@pytest.fixture
def on_redis(redis: str, settings) -> str:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis,
            "OPTIONS": {
                "serializer": "safety_app.privacy.backends.cache_serializer.PlainSerializer"
            },
        }
    }
    cache.clear()
    return redis


def by_threads(unit: str, amounts: list[int], asked: int) -> int:
    """What all threads together were granted."""
    start = Barrier(THREADS)

    def work(_number: int) -> int:
        start.wait(10)
        return spend_often(unit, amounts, asked // THREADS)

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)))


def by_processes(redis: str, unit: str, amounts: list[int], asked: int) -> int:
    """What all processes together were granted."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.privacy.budget_worker",
        "BUDGET_WORKER_REDIS": redis,
        "BUDGET_WORKER_KEY": site.BUDGET_KEY.hex(),
    }
    task = {"now": NOW, "unit": unit, "amounts": amounts, "times": asked // PROCESSES}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.privacy.budget_worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    try:
        for worker in workers:
            worker.stdin.write(json.dumps(task) + "\n")
            worker.stdin.flush()
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        return sum(int(worker.communicate(timeout=60)[0]) for worker in workers)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(10)


@pytest.mark.thorough
@pytest.mark.sqlite_only("counts in the process's own memory: a Redis has its tests below")
@HOW
@pytest.mark.usefixtures("_one_window", "_quick_turns")
def test_threads_of_one_process(unit: str, amounts: list[int], asked: int) -> None:
    assert by_threads(unit, amounts, asked) == AMOUNT


@pytest.mark.thorough
@pytest.mark.usefixtures("_one_window", "_quick_turns")
def test_odd_amounts_by_threads() -> None:
    """Never more; and what was refused while something was given back can be had afterwards."""
    granted = by_threads("amounts", [7, 1, 30, 2], 2400)
    assert granted <= AMOUNT
    assert granted + spend_often("amounts", [1], AMOUNT - granted + 1) == AMOUNT


@pytest.mark.thorough
@HOW
@pytest.mark.usefixtures("_one_window", "_quick_turns", "on_redis")
def test_threads_on_redis(unit: str, amounts: list[int], asked: int) -> None:
    assert by_threads(unit, amounts, asked) == AMOUNT


@pytest.mark.thorough
@HOW
@pytest.mark.usefixtures("_one_window")
def test_processes_on_redis(on_redis: str, unit: str, amounts: list[int], asked: int) -> None:
    assert by_processes(on_redis, unit, amounts, asked) == AMOUNT
    # Also what this process, the fifth, would be granted.
    assert spend_often(unit, [1], 10) == 0


@pytest.mark.thorough
@pytest.mark.usefixtures("_one_window")
def test_odd_amounts_by_processes(on_redis: str) -> None:
    granted = by_processes(on_redis, "amounts", [7, 1, 30, 2], 2400)
    assert granted <= AMOUNT
    assert granted + spend_often("amounts", [1], AMOUNT - granted + 1) == AMOUNT


@pytest.mark.thorough
@pytest.mark.usefixtures("_one_window")
def test_nothing_in_redis_tells_whose_it_is(on_redis: str) -> None:
    spend_often("requests", [1], 3)
    spend_often("amounts", [2], 3)
    client = cache._cache.get_client()
    kept = {name: client.get(name) for name in client.scan_iter()}
    assert sorted(kept.values()) == [b"3", b"6"]
    assert all(len(name) in (len(":1:b") + 64, len(":1:rl:") + 64) for name in kept)
    # Each goes by itself, a little after its window.
    assert all(0 < client.ttl(name) <= 24 * 60 * 60 + 5 for name in kept)
