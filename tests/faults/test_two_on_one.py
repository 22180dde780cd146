"""Two servers on one data directory: the second one does not start, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.seizure.client import Browser
from tests.seizure.server import Server, free_port

pytestmark = pytest.mark.thorough


def another(server: Server, folder: Path) -> Server:
    """On the same directory, at another port."""
    folder.mkdir()
    made = Server(folder)
    made.port, made.data = free_port(), server.data
    made.configuration = {**server.configuration, "NIGHTJAR_BIND": f"127.0.0.1:{made.port}"}
    return made


def test_the_second_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    one = Server(tmp_path)
    one.prepare()
    one.start()
    other = another(one, tmp_path / "other")
    try:
        with pytest.raises(RuntimeError, match="Another server serves"):
            other.start()
        assert Browser(one.port).get("/healthz").status == 200
        one.kill()
        other.start()
        assert Browser(other.port).get("/healthz").status == 200
    finally:
        one.kill()
        other.kill()
