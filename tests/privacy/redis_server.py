"""A Redis of our own, for tests of what several processes share."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis


class OwnRedis:
    """On a socket in a directory; nothing is written to a disk."""

    def __init__(self, program: str, directory: str) -> None:
        self.program, self.directory = program, directory
        self.socket = Path(directory, "s")
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """For CACHE_URL."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        self.server = subprocess.Popen(
            [self.program, "--port", "0", "--unixsocket", self.socket, "--dir", self.directory]
            + ["--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        for _ in range(200):
            if self.socket.exists() or self.server.poll() is not None:
                break
            time.sleep(0.05)
        assert self.socket.exists()

    def stop(self) -> None:
        """End it; what it held is gone."""
        if self.server is not None:
            self.server.send_signal(signal.SIGCONT)
            self.server.terminate()
            self.server.wait(10)
        self.server = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It takes connections, and never answers."""
        assert self.server is not None
        self.server.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.server.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.address) as client:
            client.flushall()


@contextmanager
def own_redis_server() -> Iterator[OwnRedis]:
    """A running one."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no redis-server, and CI must not skip these tests.")
        pytest.skip("NOTHING WAS TRIED ON A REDIS: install redis-server to run this.")
    # Not pytest's own directory: the path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="nightjar-redis-") as directory:
        server = OwnRedis(program, directory)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def own_redis() -> Iterator[str]:
    """Its address only."""
    with own_redis_server() as server:
        yield server.address
