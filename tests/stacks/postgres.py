"""A PostgreSQL of our own: in a new directory, on a socket there, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

OLDEST = 15
# What an operator sets as well: see docs/operations.md.
QUIET = Path(__file__).parents[2] / "deploy" / "postgresql" / "nightjar.conf"
# Nothing of a test has to survive a power cut.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A running server. Its socket and its data are in `directory`."""

    directory: Path
    control: tuple[Any, ...] = ()
    user: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Everybody's connections end, and nobody gets a new one meanwhile."""
        subprocess.run([*self.control, "-m", "fast", "stop"], check=True, **self.user)
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Every process of it stands still: it takes connections, and never answers."""
        first = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGSTOP)  # so that it starts no other one
        all_of_it = [first, *_children(first)]
        for process in all_of_it:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in reversed(all_of_it):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def start(self) -> None:
        """Start, and wait until it answers."""
        log = ["-l", self.directory / "log"]
        subprocess.run([*self.control, *log, "start"], check=True, **self.user)

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def url(self, database: str = "nightjar") -> str:
        """For DATABASE_URL."""
        return f"postgres://nightjar@{quote(str(self.directory), safe='')}/{database}"

    def connect(self, database: str = "nightjar") -> psycopg.Connection[Any]:
        """A connection whose statements are each their own transaction."""
        return psycopg.connect(
            host=str(self.directory), user="nightjar", dbname=database, autocommit=True
        )

    @contextmanager
    def small_volume(self, megabytes: int) -> Iterator[tuple[Path, str]]:
        """A volume in memory, and the address of a database there. Only for root."""
        place = self.directory / "small"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"NOTHING WAS TRIED ON A FULL VOLUME: {done.stderr[:200]}")
        try:
            (place / "tables").mkdir(mode=0o700)
            if "user" in self.user:
                os.chown(place / "tables", self.user["user"], self.user["group"])
            with self.connect("postgres") as connection:
                connection.execute(f"CREATE TABLESPACE small LOCATION '{place / 'tables'}'")
                connection.execute("CREATE DATABASE on_small TABLESPACE small")
            yield place, self.url("on_small")
            with self.connect("postgres") as connection:
                connection.execute("DROP DATABASE on_small WITH (FORCE)")
                connection.execute("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", "--lazy", place], check=True)

    def create(self, database: str) -> str:
        """A new, empty database; its address."""
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {database}")
        return self.url(database)


def programs() -> Path | None:
    """The directory of the newest PostgreSQL on this machine; None if there is none."""
    found = {int(path.parents[1].name): path.parent for path in _initdbs()}
    if found:
        return found[max(found)]
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def _children(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(number) for number in children.read_text().split()]


def _initdbs() -> list[Path]:
    """Debian's, which are not on the path."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return [path for path in installed if int(path.parents[1].name) >= OLDEST]


@contextmanager
def own_postgres(**configuration: str) -> Iterator[Cluster]:
    """A cluster with the shipped configuration, `configuration` over it."""
    there = programs()
    if there is None:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no PostgreSQL, and CI must not skip these tests.")
        pytest.skip("NOTHING WAS TRIED ON A POSTGRESQL: install postgresql to run this.")
    # Not pytest's own directory: the path of a socket has 107 bytes at most, and the server is
    # another user's where we are root.
    with tempfile.TemporaryDirectory(prefix="nightjar-pg-") as name:
        directory = Path(name)
        user = _give_away(directory)
        control = (there / "pg_ctl", "-D", directory / "data", "-s", "-w")
        cluster = Cluster(directory, control, user)
        initdb = [there / "initdb", "-D", cluster.data, "-U", "nightjar", "-A", "trust"]
        initdb += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **user)
        shutil.copy(QUIET, cluster.data / "nightjar.conf")
        (cluster.data / "nightjar.conf").chmod(0o644)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(cluster.directory),
            **_FAST,
            **configuration,
        }
        with (cluster.data / "postgresql.conf").open("a") as file:
            file.write("include 'nightjar.conf'\n")
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        cluster.start()
        try:
            with cluster.connect("postgres") as connection:
                connection.execute("CREATE DATABASE nightjar")
            yield cluster
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **user)


def _give_away(directory: Path) -> dict[str, Any]:
    """Who it runs as, for `subprocess`, and whose the directory is: PostgreSQL refuses root."""
    directory.chmod(0o700)
    if os.geteuid() != 0:
        return {"cwd": directory}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        user = pwd.getpwnam("nobody")
    os.chown(directory, user.pw_uid, user.pw_gid)
    return {"cwd": directory, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
