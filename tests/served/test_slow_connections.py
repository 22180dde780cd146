"""A thread is never held at the pace of whoever sends or reads.

`make slow` runs this for a minute on a quiet machine and says what was measured.
"""

import os
from pathlib import Path

import pytest

from tests.seizure.client import Browser
from tests.served.network import Network
from tests.served.proxies import COMMANDS, in_front_of
from tests.served.slow_connections import measure

pytestmark = pytest.mark.thorough
SECONDS = float(os.environ.get("SLOW_SECONDS", "8"))
IS_QUIET = "SLOW_SECONDS" in os.environ


def hold(browser: Browser) -> None:
    """Whoever held a thread would hold it for as long as all of this takes."""
    waits = measure(browser, SECONDS, connections=200)
    print(f"\n{waits}")
    took = waits.longest if IS_QUIET else waits.middle
    assert took("health") < 1, str(waits)
    assert took("check") < 2, str(waits)
    assert waits.longest("health") < SECONDS, str(waits)
    assert waits.longest("check") < SECONDS, str(waits)


def test_two_hundred_slow_connections_stop_nobody(network: Network) -> None:
    hold(network.moderator.browser)


@pytest.mark.parametrize("proxy", COMMANDS)
def test_nor_behind_the_proxy_that_is_shipped(network: Network, proxy: str, tmp_path: Path) -> None:
    with in_front_of(network.server, proxy, tmp_path) as port:
        browser = Browser(port)
        browser.cookies = network.moderator.browser.cookies
        hold(browser)
    assert not [one for one in tmp_path.rglob("*") if one.is_file() and b"q=" in one.read_bytes()]
