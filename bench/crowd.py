"""64 people for a minute, over HTTP, against the server as it is started: `python -m bench.crowd`.

Each signs in once, then opens pages, checks numbers and writes a note, with a few seconds to read
between two visits. Errors, and the 50th and 95th percentile of every request outside sign-in, as a
client sees them; a check is answered at the next step of 0.2 s, which counts. Last, the memory of
each process of the server when all is over, and no passphrase is being stretched.

`PROCESSES=4` serves with so many, on a PostgreSQL and a Redis that are started for it.

PEOPLE, SECONDS and PAUSE (seconds, on average) change the size; `PAUSE=0.2` asks for more than two
cores can give, and shows how it gives way. On a machine that does other work, too, the load that
is printed says how much.
"""

from __future__ import annotations

import contextlib
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from bench.demo import PORT, SITE, Account, cookie_header, cookies_of, filled, serving
from tests.privacy.redis_server import own_redis
from tests.stacks.postgres import own_postgres

PEOPLE = int(os.environ.get("PEOPLE", "64"))
SECONDS = float(os.environ.get("SECONDS", "60"))
PAUSE = float(os.environ.get("PAUSE", "3"))
PROCESSES = int(os.environ.get("PROCESSES", "1"))
MOST_MILLISECONDS = 300
MOST_MEMORY = 150  # MB a process
_NOTE = {
    "what": "theft",
    "level": "2",
    "when": "week",
    "country": "FR",
    "region": "FR-IDF",
    "setting": "hotel",
    "identifier-0-kind": "phone",
    "text": "He took the money back.",
    "send": "1",
}
_HIDDEN = re.compile(r'<input type="?hidden"? name="?([^" >]+)"? value="?([^" >]*)')
_READ = ("/en/a/", "/en/a/check/", "/en/", "/en/r/8/", "/en/services/")


class Member(threading.Thread):
    """Somebody who is signed in; how long each request took, by what it was, and what failed."""

    def __init__(self, account: Account, number: int) -> None:
        super().__init__(daemon=True)
        self._random = Random(number)
        self._cookies = cookies_of(account)
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self.until = 0.0

    def run(self) -> None:
        """Until it is over."""
        connection = HTTPConnection("localhost", int(PORT), timeout=60)
        self._wait()
        while time.monotonic() < self.until:
            chance = self._random.random()
            number = f"06 39 98 {self._random.randrange(10, 99)} {self._random.randrange(10, 99)}"
            if chance < 0.3:
                self._post(connection, "check", "/en/a/check/", {"q": number, "country": "FR"})
            elif chance < 0.4:
                path, page = self._ask(connection, "a form", "GET", "/en/a/new/")
                hidden = dict(_HIDDEN.findall(page))
                note = {**hidden, **_NOTE, "identifier-0-value": number}
                self._post(connection, "a note", path, note)
            else:
                path = self._random.choice(_READ)
                self._ask(connection, path, "GET", path)
            self._wait()

    def _wait(self) -> None:
        time.sleep(min(self._random.expovariate(1 / PAUSE), 4 * PAUSE))

    def _post(
        self, connection: HTTPConnection, name: str, path: str, fields: dict[str, str]
    ) -> None:
        form = {**fields, "csrfmiddlewaretoken": self._cookies["c"]}
        self._ask(connection, name, "POST", path, urlencode(form))

    def _ask(
        self, connection: HTTPConnection, name: str, method: str, path: str, body: str = ""
    ) -> tuple[str, str]:
        """Ask, and follow to another page; where that led, and what it says."""
        headers = {"Cookie": cookie_header(self._cookies), "Referer": f"{SITE}{path}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            read = response.read().decode()
        except (OSError, HTTPException) as failure:
            self.errors.append(f"{name}: {type(failure).__name__}")
            connection.close()
            return path, ""
        self.taken[name].append((time.perf_counter() - began) * 1000)
        if response.status in (302, 303):
            place = response.headers["Location"].removeprefix(SITE)
            return self._ask(connection, f"{name}, its page", "GET", place)
        if response.status != 200:
            self.errors.append(f"{name}: {response.status}")
        return path, read


def crowd(accounts: list[Account]) -> bool:
    """All of them at once; prints the table, and whether nobody met an error or waited long."""
    people = [Member(accounts[number % len(accounts)], number) for number in range(PEOPLE)]
    load = os.getloadavg()[0]
    until = time.monotonic() + SECONDS
    for person in people:
        person.until = until
        person.start()
    for person in people:
        person.join()
    taken: dict[str, list[float]] = defaultdict(list)
    for person in people:
        for name, times in person.taken.items():
            taken[name] += times
    every = [one for times in taken.values() for one in times]
    errors = [error for person in people for error in person.errors]
    print(f"{PEOPLE} people, {SECONDS:.0f} s, {len(every)} requests, {len(errors)} errors")
    print(f"load before {load:.1f}, after {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    for name, times in sorted({**taken, "all": every}.items()):
        print(f"{name:<24}{statistics.median(times):>8.0f}{ninety_five(times):>8.0f} ms")
    for error in sorted(set(errors)):
        print(f"  {error}")
    return not errors and ninety_five(every) < MOST_MILLISECONDS


def memory(parent: int) -> bool:
    """Print what each process of the server holds (resident, MB); whether all are within bounds.

    What several share is in each of these figures; in the sum at the end it counts once.
    """
    held, shared = {}, 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            told = dict(line.split(":", 1) for line in (place / "status").read_text().splitlines())
            if parent in (int(told["PPid"]), int(place.name)) and "VmRSS" in told:
                held[int(place.name)] = int(told["VmRSS"].split()[0]) / 1000
                rollup = (place / "smaps_rollup").read_text()
                shared += int(rollup.split("Pss:")[1].split()[0]) / 1000
    each = ", ".join(f"{megabytes:.0f} MB" for _process, megabytes in sorted(held.items()))
    print(f"memory: {each}; {shared:.0f} MB in all")
    return all(megabytes <= MOST_MEMORY for megabytes in held.values())


@contextlib.contextmanager
def several() -> Iterator[dict[str, str]]:
    """What several processes share, for as long as this lasts; nothing for one."""
    if PROCESSES == 1:
        yield {}
        return
    with own_postgres() as cluster, own_redis() as redis:
        yield {
            "DATABASE_URL": cluster.url(),
            "CACHE_URL": redis,
            "WEB_CONCURRENCY": str(PROCESSES),
        }


def ninety_five(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[max(0, len(times) * 95 // 100 - 1)]


def main() -> int:
    """A demo's data, served as `make run` does; 1 when a bound is broken."""
    with tempfile.TemporaryDirectory(prefix="nightjar-bench-") as folder, several() as shared:
        os.environ |= shared
        with filled(folder) as accounts:
            members = [one for one in accounts if one["role"] in ("member", "reporter")]
        environment = {
            "DJANGO_SETTINGS_MODULE": "safety_app.settings",
            "NIGHTJAR_BIND": f"127.0.0.1:{PORT}",
            "NIGHTJAR_DATA": folder,
            "NIGHTJAR_DEMO": "1",
            "NIGHTJAR_PEPPER_IN_DATA": "1",
        }
        with serving("bench.generous", environment) as server:
            is_fast = crowd(members)
            is_small = memory(server)
    return 0 if is_fast and is_small else 1


if __name__ == "__main__":
    sys.exit(main())
