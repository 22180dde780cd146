"""What a server holds in memory. `python -m bench.crowd` has what 64 people make of it."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.seizure.client import Browser
from tests.seizure.server import ROOT
from tests.served.network import Network

pytestmark = pytest.mark.thorough

MOST_AT_START = 120  # MB; the bound after a minute of 64 people is 150
_HEAP = 64 * 1024 * 1024  # bytes that glibc sets aside for an arena, at a multiple of it
_COUNT = "import sys, safety_app.server.__main__; print(*sys.modules)"


def process_of(network: Network) -> int:
    assert network.server.process is not None
    return network.server.process.pid


def resident(process: int) -> float:
    """MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def arenas(process: int) -> int:
    """How many arenas glibc has made beside the first: some of it in use, the rest set aside."""
    spaces = []
    for line in Path(f"/proc/{process}/maps").read_text().splitlines():
        begin, end = (int(number, 16) for number in line.split()[0].split("-"))
        spaces.append((begin, end, line.split()[1]))
    pairs = zip(spaces, spaces[1:], strict=False)
    return sum(
        used == "rw-p" and rest == "---p" and begin % _HEAP == 0 and last - begin == _HEAP
        for (begin, _end, used), (_begin, last, rest) in pairs
    )


def test_at_the_start(network: Network) -> None:
    assert Browser(network.server.port).get("/en/").status == 200
    assert resident(process_of(network)) < MOST_AT_START


def test_threads_keep_no_memory_of_their_own(network: Network) -> None:
    def visit(_number: int) -> int:
        return Browser(network.server.port).get("/en/in/").status

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(visit, range(40))) == {200}
    assert arenas(process_of(network)) == 0


def test_what_is_not_configured_is_not_loaded(network: Network) -> None:
    """Nor is the list of words for passphrases, before somebody chooses one."""
    environment = {
        name: value
        for name, value in {**os.environ, **network.server.configuration}.items()
        if name not in ("DATABASE_URL", "CACHE_URL")
    }
    done = subprocess.run(
        [sys.executable, "-c", _COUNT],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "safety_app.urls" in loaded
    assert not loaded & {"psycopg", "redis", "zxcvbn", "unittest", "django.test"}
