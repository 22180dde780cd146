"""The images, built and run where podman and the base image are: a note's network over sockets.

Loudly skipped elsewhere: a registry and the index of packages have to be reached.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.seizure.world import CODE

pytestmark = [pytest.mark.seizure]

ROOT = Path(__file__).resolve().parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/container/compose.yaml").read_text())
BASE = "docker.io/library/debian:bookworm-slim"
TARGETS = ("app", "database", "cache", "proxy")
HEALTHY = ["/opt/nightjar/.venv/bin/python", "-m", "deploy.container", "health"]


def podman(*command: str, seconds: int = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["podman", *command], capture_output=True, text=True, check=False, timeout=seconds
    )


@pytest.fixture(scope="module")
def images() -> None:
    """All four, from the layers that are there already as far as possible."""
    if not shutil.which("podman") or podman("image", "exists", BASE).returncode:
        pytest.skip(f"NOTHING WAS BUILT: podman or {BASE} is not here.")
    for target in TARGETS:
        done = podman(
            *("build", "--isolation", "chroot", "--network", "host", "--layers"),
            *("--file", str(ROOT / "deploy/container/Containerfile"), "--target", target),
            *("--tag", f"localhost/nightjar-{target}:test", str(ROOT)),
            seconds=1200,
        )
        assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:]


def options(service: str, folder: Path) -> list[str]:
    """The compose file's settings as podman's options; volumes are folders of this test."""
    said = COMPOSE["services"][service]
    chosen = ["--read-only", "--user", said["user"], "--memory", said["mem_limit"]]
    chosen += ["--memory-swap", said["memswap_limit"], "--pids-limit", str(said["pids_limit"])]
    chosen += [f"--cap-drop={one}" for one in said["cap_drop"]]
    chosen += [f"--security-opt={one}" for one in said["security_opt"]]
    chosen += ["--ulimit", "core=0:0", "--ulimit", "nofile=4096:4096"]
    chosen += ["--ulimit", "nproc=1000:1000", "--log-driver", "none"]
    chosen += [f"--tmpfs={one}" for one in said["tmpfs"]]
    for volume in said["volumes"]:
        name, _colon, place = volume.partition(":")
        chosen.append(f"--volume={folder / name}:{place}")
    for name, value in said.get("environment", {}).items():
        chosen.append(f"--env={name}={re.sub(r'[$]{.*?}', 'notes.example.org', value)}")
    chosen += ["--network", "none"]
    return chosen


@contextmanager
def running(service: str, folder: Path) -> Iterator[str]:
    """A service in the background, by its container's name."""
    name = f"nightjar-test-{os.getpid()}-{service}"
    command = ("run", "--detach", "--name", name, *options(service, folder))
    secret = (f"--volume={folder / 'pepper'}:/run/secrets/pepper:ro",) * (service == "app")
    started = podman(*command, *secret, f"localhost/nightjar-{service}:test")
    if "cgroup" in started.stderr or "setrlimit" in started.stderr:
        pytest.skip(f"NOTHING WAS RUN: no container can be limited here. {started.stderr[-300:]}")
    assert started.returncode == 0, started.stderr
    try:
        yield name
    finally:
        podman("rm", "--force", "--time", "5", name)


def once(service: str, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a new container of a service."""
    secret = (f"--volume={folder / 'pepper'}:/run/secrets/pepper:ro",) * (service == "app")
    chosen = [*options(service, folder), *secret]
    chosen[chosen.index("--log-driver") + 1] = "k8s-file"
    return podman("run", "--rm", *chosen, f"localhost/nightjar-{service}:test", *command)


def patiently(name: str, command: list[str]) -> bool:
    for _attempt in range(60):
        if podman("exec", name, *command).returncode == 0:
            return True
        time.sleep(1)
    return False


def test_a_network_is_founded_and_served(images: None, tmp_path: Path) -> None:
    for name in COMPOSE["volumes"]:
        (tmp_path / name).mkdir(mode=0o700)
        os.chown(tmp_path / name, 10001, 10001)
    (tmp_path / "pepper").write_text("ab" * 32)
    (tmp_path / "pepper").chmod(0o400)
    os.chown(tmp_path / "pepper", 10001, 10001)
    refused = once("database", tmp_path)
    if "cgroup" in refused.stderr or "setrlimit" in refused.stderr:
        pytest.skip(f"NOTHING WAS RUN: no container can be limited here. {refused.stderr[-300:]}")
    assert "is the volume mounted?" in refused.stderr
    made = once("database", tmp_path, "new")
    assert made.returncode == 0, made.stderr
    with running("database", tmp_path) as database, running("cache", tmp_path) as cache:
        assert patiently(database, ["pg_isready", "--quiet", "--host", "/run/database"])
        assert patiently(cache, ["redis-cli", "-s", "/run/cache/redis.sock", "ping"])
        unfounded = once("app", tmp_path)
        assert "There is no network in /srv/nightjar" in unfounded.stderr
        founded = once("app", tmp_path, "found", "Lantern Collective")
        assert CODE.search(founded.stdout), founded.stderr[-1500:]
        with running("app", tmp_path) as app:
            assert patiently(app, HEALTHY)
            assert podman("exec", app, "touch", "/opt/nightjar/x").returncode
            status = podman("exec", app, "cat", "/proc/1/status").stdout
            assert "NoNewPrivs:\t1" in status
            assert re.search(r"^CapEff:\t0+$", status, re.MULTILINE)
            assert "core file size 0 0" in " ".join(
                podman("exec", app, "cat", "/proc/1/limits").stdout.lower().split()
            )
