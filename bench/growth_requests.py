"""One world of `bench.growth`: builds it, or measures every request in it, and prints JSON."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from bench.pages import USUAL, caller  # sets Django up, which the rest needs

from django.core.handlers.wsgi import WSGIHandler  # isort: skip
from django.db import connection  # isort: skip
from django.test import Client, override_settings  # isort: skip

from bench import growth_world as world  # isort: skip
from bench.fictional import report_typed  # isort: skip
from safety_app.accounts import sealed_memory  # isort: skip
from safety_app.privacy import budgets  # isort: skip
from safety_app.server.garbage import collect_garbage_rarely  # isort: skip
from safety_app.vault import boxes, seals  # isort: skip

_SECONDS, _LEAST, _MOST = 2.0, 3, 25  # spent on each request; rounds at least and at most
_NOTHING = "zzqzzq"

Request = Callable[[], list[float]]


def build(name: str) -> None:
    """The world of this name, in the file that DATABASE_FILE names."""
    began = time.monotonic()
    built = world.build(world.SIZES[name])
    seconds = time.monotonic() - began
    facts = {"application": built.application, "note": built.note, "seconds": seconds}
    _facts_file().write_text(json.dumps(facts))


def measure(name: str) -> dict[str, Any]:
    """Milliseconds of every request, of the bare view, and how large all of it is."""
    facts = json.loads(_facts_file().read_text())
    _lift_budgets()
    with override_settings(MIDDLEWARE=["bench.pages.use_bare_addresses", *USUAL]):
        bare = caller(WSGIHandler(), "/bare/")
    requests = _requests(facts)
    collect_garbage_rarely()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    results: dict[str, dict[str, float]] = {}
    for request, ask in requests.items():
        results[request] = {"ms": _median(ask)}
        print(f"{request}: {results[request]['ms']:.1f}", file=sys.stderr, flush=True)
    for request in ("mine", "desk", "people", "application, name warning"):
        with mock.patch.object(sealed_memory, "recall", return_value=None):
            results[request]["first"] = _median(requests[request])
    # Before what was opened is remembered, which no server does.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for request in ("feed", "check", "filter: a word without a match", "mine", "figures", "sheet"):
        with _already_open():
            results[request]["plain"] = _median(requests[request])
    file = Path(os.environ["DATABASE_FILE"])
    size = world.SIZES[name]
    return {
        "requests": results,
        "bare": _median(bare),
        "bytes": file.stat().st_size,
        "megabytes": [before / 1024, most / 1024],
        "about": f"built in {facts['seconds']:.0f} s, {file.stat().st_size / 1e6:,.0f} MB, "
        f"{file.stat().st_size / size.notes:,.0f} bytes a note, "
        f"RSS {before / 1024:.0f} MB before, {most / 1024:.0f} MB at most",
    }


def _median(ask: Request) -> float:
    """The median CPU time of a request, in ms, after it was made once."""
    ask()
    times: list[float] = []
    began = time.process_time()
    while len(times) < _LEAST or (len(times) < _MOST and time.process_time() - began < _SECONDS):
        times.append(sum(ask()))
    return statistics.median(times) * 1000


def _requests(facts: dict[str, Any]) -> dict[str, Request]:
    """Every request, by what the table calls it."""
    site = WSGIHandler()
    client = Client()
    typed = {"pseudonym": world.PSEUDONYM, "passphrase": str(world.PASSPHRASE)}
    client.post("/en/in/", typed)
    assert client.get("/en/a/check/").status_code == 200
    token = client.cookies["c"].value
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())

    def get(address: str) -> Request:
        return caller(site, address, cookies)

    def post(address: str, **form: str) -> Request:
        return caller(site, address, cookies, {"csrfmiddlewaretoken": token, **form})

    def write() -> list[float]:
        return post("/en/a/new/", **report_typed())()

    def sign_in() -> list[float]:
        visitor = Client()
        began = time.process_time()
        assert visitor.post("/en/in/", typed).status_code == 302
        return [time.process_time() - began]

    word = {"level": "3", "q": _NOTHING}
    return {
        "feed": get("/en/a/"),
        "check": post("/en/a/check/", q="06 39 98 45 45", country="FR"),
        "filter: a word without a match": post("/en/a/", **word),
        "mine": post("/en/a/", mine="1"),
        "desk": get("/en/desk/"),
        "figures": get("/en/a/figures/"),
        "sheet": post("/en/a/sheet/", region="FR-IDF", make="1"),
        "people": get("/en/desk/people/"),
        "application, name warning": get(f"/en/desk/asked/{facts['application']}/"),
        "one note": get(f"/en/a/{facts['note']}/"),
        "post": write,
        "sign-in": sign_in,
        "directory": caller(site, "/en/services/?n=1"),
        "directory: a word without a match": caller(site, f"/en/services/?q={_NOTHING}"),
        "directory: kept": caller(site, "/en/services/"),
        "all.json": caller(site, "/en/services/all.json?n=1"),
        "all.json: kept": caller(site, "/en/services/all.json"),
        "home": caller(site, "/en/?n=1"),
        "home: kept": caller(site, "/en/"),
        "a page": caller(site, "/en/r/8/?n=1"),
        "search": caller(site, "/en/find/", "", {"q": "condom pregnancy test"}),
        "search: without a match": caller(site, "/en/find/", "", {"q": _NOTHING}),
    }


def _lift_budgets() -> None:
    """Budgets are for people; here the same request is made many times."""
    spend = budgets.spend
    for module in list(sys.modules.values()):
        if getattr(module, "spend", None) is spend:
            mock.patch.object(module, "spend", lambda *given: 1_000).start()


@contextmanager
def _already_open() -> Iterator[None]:
    """Boxes and seals that were opened once are not opened again: what their pages cost without."""
    known: dict[tuple[Any, ...], bytes] = {}
    open_box, unseal = boxes.open_box, seals.unseal

    def remembered(function: Callable[..., bytes]) -> Callable[..., bytes]:
        def call(*given: bytes) -> bytes:
            if given not in known:
                known[given] = function(*given)
            return known[given]

        return call

    with (
        mock.patch.object(boxes, "open_box", remembered(open_box)),
        mock.patch.object(seals, "unseal", remembered(unseal)),
    ):
        yield


def _facts_file() -> Path:
    return Path(os.environ["DATABASE_FILE"]).with_name("facts.json")


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(sys.argv[2])
    else:
        print(json.dumps(measure(sys.argv[2])))
    connection.close()
