"""A bare Debian 12 in a directory of its own, as on a rented server on the first evening."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
MIRROR = "http://deb.debian.org/debian"
# Where this machine keeps the certificate of whoever stands between it and the indexes, if anybody.
_CERTIFICATES = ("PIP_CERT", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Debian:
    """The directory that is `/` there."""

    root: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command there as root, and return what it says."""
        return subprocess.run(
            ["chroot", str(self.root), *command],
            env=self.environment(**environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def environment(self, **more: str) -> dict[str, str]:
        """Only what a login of root has."""
        outside = {name: "/root/outside.crt" for name in _CERTIFICATES if os.environ.get(name)}
        return {"HOME": "/root", "PATH": PATH, "LANG": "C.UTF-8", **outside, **more}


@contextmanager
def bare_debian(root: Path) -> Iterator[Debian]:
    """Make one with nothing but its base system and the program's sources in /root/source."""
    done = subprocess.run(
        ["debootstrap", "--variant=minbase", "bookworm", str(root), MIRROR],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"NOTHING WAS INSTALLED: no Debian to be had. {done.stdout[-300:]}")
    _as_outside(root)
    sources = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for name in sources:
        if (ROOT / name).is_file():
            place = root / "root/source" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place)
    mounted = [("proc", root / "proc"), ("devtmpfs", root / "dev")]
    try:
        for kind, place in mounted:
            if subprocess.run(["mount", "-t", kind, kind, str(place)], check=False).returncode:
                pytest.skip("NOTHING WAS INSTALLED: nothing can be mounted here.")
        yield Debian(root)
    finally:
        for _kind, place in mounted:
            subprocess.run(["umount", "--lazy", str(place)], check=False)


def _as_outside(root: Path) -> None:
    """Where packages and indexes are found, and by which certificates, is as on this machine."""
    for place in ("etc/resolv.conf", "etc/hosts", "etc/pip.conf"):
        if Path("/", place).is_file():
            shutil.copy(Path("/", place), root / place)
    for place in Path("/etc/apt/apt.conf.d").iterdir():
        if "docker" not in place.name and place.is_file():
            shutil.copy(place, root / "etc/apt/apt.conf.d")
    listed = list(Path("/etc/apt/sources.list.d").iterdir())
    for place in listed:
        shutil.copy(place, root / "etc/apt/sources.list.d")
    if listed:
        (root / "etc/apt/sources.list").unlink(missing_ok=True)
    for name in _CERTIFICATES:
        if os.environ.get(name) and Path(os.environ[name]).is_file():
            shutil.copy(os.environ[name], root / "root/outside.crt")
