"""Connections that hold on to whoever serves them, and how long everybody else waits meanwhile."""

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread

from tests.seizure.client import Browser

# What each kind of connection sends at once, and what it sends every second after that.
HALF_HEADERS = b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
HALF_BODY = (
    b"POST /en/in/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
WHOLE = b"GET /en/ HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: identity\r\n\r\n"
KINDS: dict[str, tuple[bytes, bytes]] = {
    "half headers": (HALF_HEADERS, b"X-A: b\r\n"),
    "three bytes of a body a second": (HALF_BODY, b"a=b"),
    "slow readers": (WHOLE * 40, b""),
    "idle": (b"", b""),
}
# An hour's budget has sixty lines, for three times this.
MOST_CHECKS = 18
# Of a slow reader: the system takes few bytes for it.
SMALL_BUFFER = 2048


@dataclass
class Waits:
    """Seconds that each probe took; what failed counts as the whole time it was given."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def longest(self, name: str) -> float:
        return max(self.seconds[name])

    def middle(self, name: str) -> float:
        took = sorted(self.seconds[name])
        return took[len(took) // 2]

    def __str__(self) -> str:
        return "; ".join(
            f"{name}: {len(took)} times, longest {self.longest(name):.3f} s, "
            f"middle {self.middle(name):.3f} s"
            for name, took in self.seconds.items()
        )


@contextmanager
def slow_connections(port: int, number: int) -> Iterator[None]:
    """`number` of them, of all kinds by turns; whoever is cut off comes back."""
    stop = Event()
    thread = Thread(target=_keep_slow, args=(port, number, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)


def _keep_slow(port: int, number: int, stop: Event) -> None:
    kinds = [list(KINDS.values())[at % len(KINDS)] for at in range(number)]
    places: list[socket.socket | None] = [None] * number
    with selectors.DefaultSelector() as selector:
        while not stop.is_set():
            began = time.monotonic()
            for at, (first, more) in enumerate(kinds):
                places[at] = _step(places[at], port, first, more)
            selector.select(max(0.0, 1 - (time.monotonic() - began)))
            stop.wait(max(0.0, 1 - (time.monotonic() - began)))
    for place in places:
        if place is not None:
            place.close()


def _step(place: socket.socket | None, port: int, first: bytes, more: bytes) -> socket.socket:
    """A second of one connection: what it sends and reads; a new one where it was cut off."""
    try:
        if place is None:
            raise ConnectionError
        if more:
            place.send(more)
        reading = not more and first
        got = place.recv(64 if reading else 4096)
        if not got:
            raise ConnectionError
        return place
    except BlockingIOError:
        assert place is not None
        return place
    except OSError:
        if place is not None:
            place.close()
    fresh = socket.socket()
    fresh.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
    fresh.settimeout(0.05)
    with suppress(OSError):
        fresh.connect(("127.0.0.1", port))
        fresh.sendall(first)
    fresh.setblocking(False)
    return fresh


def waits_during(
    seconds: float,
    probes: dict[str, Callable[[], None]],
    most: float,
    is_due: Callable[[str], bool] = bool,
) -> Waits:
    """What each probe took, one after the other, for that long; a failure took `most`."""
    waits = Waits({name: [] for name in probes})
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for name in filter(is_due, probes):
            probe = probes[name]
            began = time.monotonic()
            try:
                probe()
            except OSError:
                waits.seconds[name].append(max(most, time.monotonic() - began))
            else:
                waits.seconds[name].append(time.monotonic() - began)
        time.sleep(0.2)
    return waits


def health(port: int) -> None:
    """Ask for health once; OSError if it is not given."""
    if Browser(port).get("/healthz").status != 200:
        raise OSError("not well")


def measure(person: Browser, seconds: float, connections: int) -> Waits:
    """Health and a signed-in check while there are that many slow connections to her server."""

    every, due = seconds / MOST_CHECKS, [0.0]

    def check() -> None:
        page = person.fill(person.get("/en/a/check/"), {"q": "+33639980001", "country": "FR"})
        if page.status != 200:
            raise OSError(f"no check: {page.status}")

    def is_due(name: str) -> bool:
        if name != "check" or time.monotonic() < due[0]:
            return name != "check"
        due[0] = time.monotonic() + every
        return True

    probes = {"health": lambda: health(person.port), "check": check}
    with slow_connections(person.port, connections):
        time.sleep(2)  # all have come
        return waits_during(seconds, probes, most=60, is_due=is_due)
