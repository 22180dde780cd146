"""A Redis of our own, for tests of what several processes share."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def own_redis() -> Iterator[str]:
    """Its address: on a socket in a new directory, nothing on a disk."""
    program = shutil.which("redis-server")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no redis-server, and CI must not skip these tests.")
        pytest.skip("NOTHING WAS TRIED ON A REDIS: install redis-server to run this.")
    # Not pytest's own directory: the path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="nightjar-redis-") as directory:
        socket = Path(directory, "s")
        server = subprocess.Popen(
            [program, "--port", "0", "--unixsocket", socket, "--dir", directory]
            + ["--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        try:
            for _ in range(200):
                if socket.exists() or server.poll() is not None:
                    break
                time.sleep(0.05)
            assert socket.exists()
            yield f"unix://{socket}"
        finally:
            server.terminate()
            server.wait(10)
