"""Machines that break on demand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.privacy.redis_server import OwnRedis, own_redis_server


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    """One that can be stopped, started and frozen."""
    with own_redis_server() as server:
        yield server
