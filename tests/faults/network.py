"""A small network on a server of its own, and what is wrong with it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

from safety_app.privacy.retention.health import SECONDS_REMEMBERED
from tests.faults.deeds import Person, keep_writing
from tests.faults.ledger import Ledger
from tests.seizure.client import Browser
from tests.seizure.server import ROOT, Server

FOUND = "from tests.faults.founding import found; found()"


class Network:
    """A server with a moderator and a reporter, and the ledger of what they did."""

    def __init__(self, folder: Path, configuration: dict[str, str]) -> None:
        self.server = Server(folder)
        self.server.configuration |= configuration
        self.server.prepare()
        said = self.server.run("manage.py", "shell", "-v", "0", "-c", FOUND)
        self.accounts: list[dict[str, Any]] = json.loads(said.strip().splitlines()[-1])
        self.ledger = Ledger()
        self.moderator, self.reporter = (
            Person(one["pseudonym"], one["passphrase"], Browser(self.server.port))
            for one in self.accounts
        )
        self.moderator.message_to = self.accounts[1]["id"]

    @property
    def people(self) -> list[Person]:
        return [self.moderator, self.reporter]

    def health(self) -> int:
        """The status of `/healthz`, as things stand now: a server remembers what it found."""
        time.sleep(SECONDS_REMEMBERED)
        return Browser(self.server.port).get("/healthz").status

    def sign_in(self) -> None:
        """Both, at the same time."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(Person.sign_in, self.people))

    @contextmanager
    def writing(self, chance: random.Random, tabs: int = 2) -> Iterator[None]:
        """Each writes in so many tabs meanwhile; the body may end the server."""
        ends = Event()
        with ThreadPoolExecutor(2 * tabs) as pool:
            under_way = [
                pool.submit(keep_writing, person, self.ledger, ends, random.Random(chance.random()))
                for person in self.people
                for _tab in range(tabs)
            ]
            try:
                yield
            finally:
                ends.set()
        for one in under_way:
            one.result()

    @contextmanager
    def serving_by_turns(self) -> Iterator[Forks]:
        """Servers that can be killed and are there again at once."""
        log = self.server.folder / "logs" / "stderr.log"
        with log.open("ab") as errors:
            process = self._beside("tests.faults.forks", stderr=errors)
        forks = Forks(process, self.server.port)
        try:
            yield forks
        finally:
            forks.kill()
            process.communicate()

    def _beside(self, module: str, *arguments: str, **named: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.server.configuration},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **named,
        )

    @contextmanager
    def looking(self) -> Iterator[Looker]:
        """A process that looks at everything, as often as it is asked."""
        process = self._beside("tests.faults.look", json.dumps(self.accounts))
        try:
            yield Looker(process)
        finally:
            process.communicate()


class Looker:
    """What is wrong just now."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def problems(self, ledger: Ledger) -> list[str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(ledger.as_json()), file=self.process.stdin, flush=True)
        found: list[str] = json.loads(self.process.stdout.readline())
        return found


class Forks:
    """One server after another, of a program that is loaded once."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self.number = 0

    def start(self) -> None:
        """Start one and wait until it answers."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(file=self.process.stdin, flush=True)
        self.number = int(self.process.stdout.readline())
        for _attempt in range(1200):
            try:
                if Browser(self.port).get("/healthz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server does not answer")

    def kill(self) -> None:
        """`kill -9`."""
        if self.number:
            os.kill(self.number, signal.SIGKILL)
            self.number = 0
