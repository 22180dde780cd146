"""Keys made at the start: one's own, or those of every process at the same Redis."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from redis import Redis

from safety_app import start_keys
from safety_app.start_keys import start_key, start_secret
from tests.privacy.redis_server import own_redis

PEPPER = b"the pepper of these two machines"


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with own_redis() as address:
        yield address


def test_machines_at_one_cache_agree(redis: str) -> None:
    assert start_secret(redis, PEPPER) == start_secret(redis, PEPPER)


def test_what_the_cache_holds_is_not_the_key(redis: str) -> None:
    secret = start_secret(redis, PEPPER)
    held = Redis.from_url(redis).get(start_keys.NAME)
    assert len(held) == start_keys.SIZE
    assert held != secret
    assert start_secret(redis, secrets.token_bytes(32)) != secret


def test_the_keys_end_with_what_the_cache_holds(redis: str) -> None:
    before = start_secret(redis, PEPPER)
    Redis.from_url(redis).flushall()
    assert start_secret(redis, PEPPER) != before


def test_without_a_cache_or_a_pepper_they_are_random(redis: str) -> None:
    drawn = {start_secret("", PEPPER), start_secret("", PEPPER), start_secret(redis, None)}
    assert len(drawn) == 3


@pytest.mark.parametrize("held", [b"", b"short", b"x" * 33])
def test_a_value_that_is_none_of_ours(redis: str, held: bytes) -> None:
    Redis.from_url(redis).set(start_keys.NAME, held)
    assert start_secret(redis, PEPPER) != start_secret(redis, PEPPER)
    Redis.from_url(redis).flushall()


@pytest.mark.parametrize("address", ["unix:///nowhere/at/all", "nothing://at all", "redis://[::"])
def test_a_cache_that_is_not_there(address: str) -> None:
    assert len(start_secret(address, PEPPER)) == 32


def test_each_purpose_has_its_own() -> None:
    assert start_key(PEPPER, "forms") != start_key(PEPPER, "budgets")
