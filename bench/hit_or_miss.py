"""Whether the time of an answer tells a hit from a miss: `python -m bench.hit_or_miss`.

Checks of one and of four lines, over HTTP as a client sees them: the form and the page it leads
to. Hits and misses in turns, in changing order. The area under the curve is the chance that a hit
took longer than a miss: 0.5 tells nothing. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from http.client import HTTPConnection
from random import Random
from typing import NamedTuple
from urllib.parse import urlencode

from bench.demo import KNOWN, PORT, SITE, cookie_header, cookies_of, filled, one_of, serving

TIMES = int(os.environ.get("TIMES", "400"))
LEAST, MOST = 0.45, 0.55
_RESAMPLES = 1_000
_CHECK = "/en/a/check/"
UNKNOWN = [f"06 39 98 15 {number:02}" for number in range(4)]


class Taken(NamedTuple):
    """Seconds of both halves of one check, and the bytes of its answer."""

    form: float
    answer: float
    size: int
    is_hit: bool

    @property
    def both(self) -> float:
        """Seconds from pressing the button to the page."""
        return self.form + self.answer


class Client:
    """Somebody who checks numbers, on one connection that stays open."""

    def __init__(self, cookies: dict[str, str]) -> None:
        self._connection = HTTPConnection("localhost", int(PORT))
        self._token = cookies["c"]
        self._headers = {"Cookie": cookie_header(cookies), "Referer": f"{SITE}{_CHECK}"}

    def check(self, numbers: list[str]) -> Taken:
        """Check these."""
        form = {"csrfmiddlewaretoken": self._token, "q": "\n".join(numbers), "country": "FR"}
        began = time.perf_counter()
        location, _page = self._ask("POST", _CHECK, urlencode(form))
        between = time.perf_counter()
        _nowhere, page = self._ask("GET", location)
        ended = time.perf_counter()
        return Taken(
            between - began, ended - between, len(page), b"No notes about this" not in page
        )

    def _ask(self, method: str, path: str, body: str = "") -> tuple[str, bytes]:
        headers = self._headers
        if body:
            headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request(method, path, body or None, headers)
        response = self._connection.getresponse()
        page = response.read()
        assert response.status == (303 if body else 200), (response.status, path)
        return response.headers.get("Location", ""), page


def area(hits: list[float], misses: list[float]) -> float:
    """The chance that a hit is larger than a miss; ties count half."""
    ranked = sorted([(value, 1) for value in hits] + [(value, 0) for value in misses])
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += sum(is_hit for _value, is_hit in ranked[place:end]) * (place + end + 1) / 2
        place = end
    return (total - len(hits) * (len(hits) + 1) / 2) / (len(hits) * len(misses))


def interval(hits: list[float], misses: list[float]) -> tuple[float, float]:
    """Where the area lies in 95 of 100 resamples."""
    random = Random(1)
    areas = sorted(
        area(random.choices(hits, k=len(hits)), random.choices(misses, k=len(misses)))
        for _ in range(_RESAMPLES)
    )
    return areas[_RESAMPLES // 40], areas[-_RESAMPLES // 40 - 1]


def measure(client: Client, lines: int) -> tuple[list[Taken], list[Taken]]:
    """Hits and misses, as many of each, in changing order."""
    random = Random(2)
    hits, misses = [], []
    for _ in range(TIMES):
        for numbers in random.sample([KNOWN, UNKNOWN], 2):
            taken = client.check(numbers[:lines])
            assert taken.is_hit == (numbers is KNOWN)
            (hits if taken.is_hit else misses).append(taken)
    return hits, misses


def report(lines: int, hits: list[Taken], misses: list[Taken]) -> bool:
    """Print a line for each half and for both; whether all are within the limits."""
    fine = len({taken.size for taken in (*hits, *misses)}) == 1
    for half in ("form", "answer", "both"):
        one = [getattr(taken, half) for taken in hits]
        other = [getattr(taken, half) for taken in misses]
        found, (low, high) = area(one, other), interval(one, other)
        fine &= LEAST <= found <= MOST
        print(
            f"{lines:>5}  {half:<8}{statistics.median(one) * 1000:>8.1f}"
            f"{statistics.median(other) * 1000:>8.1f}{found:>8.3f}{low:>8.3f}–{high:.3f}",
            flush=True,
        )
    return fine


def main() -> int:
    """Print the table; 1 when time or size tells more than it may."""
    with tempfile.TemporaryDirectory(prefix="nightjar-bench-") as folder:
        with filled(folder) as accounts:
            account = one_of(accounts, "member")
        environment = {
            "DJANGO_SETTINGS_MODULE": "safety_app.settings",
            "NIGHTJAR_BIND": f"127.0.0.1:{PORT}",
            "NIGHTJAR_DATA": folder,
            "NIGHTJAR_DEMO": "1",
            "NIGHTJAR_PEPPER_IN_DATA": "1",
        }
        print(f"{TIMES} hits and {TIMES} misses; the area has to lie in {LEAST}–{MOST}")
        print("lines  half      hit ms miss ms    area  95 of 100 resamples")
        fine = True
        with serving("bench.generous", environment):
            client = Client(cookies_of(account))
            for lines in (1, 4):
                fine &= report(lines, *measure(client, lines))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
