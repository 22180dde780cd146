"""The clock jumps while the site serves: nobody and nothing is lost."""

from __future__ import annotations

import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.deeds import post
from tests.faults.network import Network
from tests.seizure.client import Browser

pytestmark = pytest.mark.thorough

DAY = 24 * 60 * 60
CLOCK = Path(__file__).parent / "jumping_clock"


class Clock:
    """The clock of a server and of those that it starts."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.write_text("0")

    def jump(self, network: Network, seconds: int) -> None:
        """So far from the right time from now on."""
        self.file.write_text(str(seconds))
        assert network.server.process is not None
        network.server.process.send_signal(signal.SIGUSR1)
        time.sleep(0.2)


def rows(network: Network, query: str) -> int:
    with closing(sqlite3.connect(network.server.data / "db.sqlite3", timeout=20)) as connection:
        return int(connection.execute(query).fetchone()[0])


def visit_until(network: Network, query: str) -> None:
    """Ask for pages until housekeeping has seen the day."""
    for _attempt in range(120):
        Browser(network.server.port).get("/en/")
        if rows(network, query):
            return
        time.sleep(0.5)
    pytest.fail("nobody did the housekeeping")


def test_a_clock_that_jumps(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    configuration = {"PYTHONPATH": str(CLOCK), "CLOCK_FILE": str(clock.file)}
    network = Network(tmp_path, configuration)
    network.server.start()
    try:
        network.reporter.sign_in()
        assert post(network.reporter, network.ledger, random.Random(1))
        clock.jump(network, 400 * DAY)
        visit_until(network, "SELECT count(*) FROM privacy_clocktrust WHERE seen_on IS NOT NULL")
        # A note of level 2 is over by then: nobody reads it, and it is kept all the same.
        assert rows(network, "SELECT count(*) FROM alerts_alert") == 1
        assert rows(network, "SELECT count(*) FROM accounts_member") == 2
        clock.jump(network, -DAY)
        network.reporter.sign_in()
        assert network.health() == 200
        clock.jump(network, 0)
        visit_until(network, "SELECT count(*) FROM privacy_clocktrust WHERE seen_on IS NULL")
        network.reporter.sign_in()
        assert post(network.reporter, network.ledger, random.Random(2))
        with network.looking() as looker:
            assert looker.problems(network.ledger) == []
        assert rows(network, "SELECT count(*) FROM accounts_member") == 2
    finally:
        network.server.stop()
