"""`kill -9` during mixed writes: what was acknowledged is there afterwards, and nothing is half.

20 kills on each database; `make faults` makes it 200. The first comes when each kind of write was
acknowledged, each other one after a few acknowledged writes; others are under way then. So a slow
machine sees as much as a fast one, and no kind depends on chance.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
from redis import Redis

from tests.faults.ledger import Ledger
from tests.faults.network import Network
from tests.privacy.redis_server import own_redis
from tests.stacks.postgres import own_postgres

pytestmark = pytest.mark.thorough

KILLS = int(os.environ.get("KILLS") or "20")
MOST_WRITES = 6  # acknowledged between a start and its kill
# Sessions outlive a kill in Redis. So do budgets, until everything there is forgotten.
KILLS_A_SESSION = 8
DEEDS = {"post", "correct", "withdraw", "confirm", "message", "choose_regions"}


def test_killed_on_sqlite(tmp_path: Path) -> None:
    with own_redis() as redis:
        kill_often(Network(tmp_path, {"CACHE_URL": redis}), Redis.from_url(redis))


def test_killed_on_postgresql(tmp_path: Path) -> None:
    with own_postgres() as cluster, own_redis() as redis:
        addresses = {"DATABASE_URL": cluster.url(), "CACHE_URL": redis}
        kill_often(Network(tmp_path, addresses), Redis.from_url(redis))


def kill_often(network: Network, redis: Redis) -> None:
    began, chance, ledger = time.monotonic(), random.Random(13), network.ledger
    with network.looking() as looker, network.serving_by_turns() as servers:
        for kill in range(KILLS):
            servers.start()
            if kill % KILLS_A_SESSION == 0:
                redis.flushall()
                network.sign_in()
            with network.writing(chance):
                wait_for(ledger, chance)
                servers.kill()
            assert looker.problems(ledger) == [], f"after {kill + 1} kills"
            ledger.settle()
    took = time.monotonic() - began
    print(f"\n{KILLS} kills in {took:.0f} s; acknowledged {ledger.acknowledged}")
    print(f"under way when it was killed: {ledger.unsure}")
    assert ledger.odd == []
    assert set(ledger.acknowledged) >= DEEDS
    assert sum(ledger.unsure.values()) >= KILLS


def wait_for(ledger: Ledger, chance: random.Random) -> None:
    """Until a few more writes are acknowledged, and then a part of the time that one takes."""
    began = time.monotonic()
    before, wanted = ledger.total(), chance.randint(1, MOST_WRITES)

    def is_enough() -> bool:
        return ledger.total() >= before + wanted and set(ledger.acknowledged) >= DEEDS

    while not is_enough() and not ledger.odd and time.monotonic() < began + 60:
        time.sleep(0.002)
    time.sleep(chance.random() * (time.monotonic() - began) / (ledger.total() - before or 1))
