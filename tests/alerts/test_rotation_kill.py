"""`kill -9` at any moment of a rotation: nothing is lost, nothing is half, and it goes on."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parent.parent.parent
ALERTS, KILLS, SEED = 5_000, 20, 9
LONGEST = 1.2  # seconds from the beginning of a run to its kill


def start(folder: Path, command: str, *more: str) -> subprocess.Popen[str]:
    """A process of its own on the same database."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.alerts.rotation_world", command, str(folder), *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def checker(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The process that looks at everything, kept between the kills."""
    process = start(folder, "check")
    try:
        yield process
    finally:
        process.communicate()


def look(process: subprocess.Popen[str], turn: int) -> list[str]:
    """What is wrong just now."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(turn, file=process.stdin, flush=True)
    answer: list[str] = json.loads(process.stdout.readline())
    return answer


def rotate_until_killed(process: subprocess.Popen[str], seconds: float) -> bool:
    """Begin or go on, and kill it after a while; whether it was killed before its end."""
    assert process.stdin is not None
    assert process.stdout is not None
    print(file=process.stdin, flush=True)
    assert process.stdout.readline() == "begun\n"
    time.sleep(seconds)
    process.kill()
    output, _nothing = process.communicate()
    return "done" not in output


def test_killed_at_twenty_random_moments(tmp_path: Path) -> None:
    began = time.monotonic()
    build = start(tmp_path, "build", str(ALERTS))
    build.communicate()
    assert build.returncode == 0
    built = time.monotonic() - began
    moments, kills = random.Random(SEED), 0
    with checker(tmp_path) as process:
        # It gets ready while everything is looked at, and touches nothing before it is told to.
        rotation = start(tmp_path, "rotate")
        assert look(process, 0) == []
        while kills < KILLS:
            # One that came to its end is followed by another rotation.
            kills += rotate_until_killed(rotation, moments.uniform(0, LONGEST))
            rotation = start(tmp_path, "rotate")
            assert look(process, kills) == [], f"after {kills} kills"
        assert "done" in rotation.communicate("\n")[0]
        for turn in range(6):
            assert look(process, turn) == []
    took = time.monotonic() - began
    print(f"\n{ALERTS} alerts built in {built:.0f} s, {kills} kills, {took:.0f} s in all")
