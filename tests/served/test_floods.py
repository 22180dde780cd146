"""Too much at once: whoever must wait is told at once, and everybody else goes on."""

import os
import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from threading import Thread

import pytest

from safety_app.server import limits
from tests.seizure.client import Browser
from tests.served.burst import Reply, burst, form
from tests.served.network import Network
from tests.served.slow_connections import health, waits_during

pytestmark = pytest.mark.thorough
IS_QUIET = "SLOW_SECONDS" in os.environ
MIB = 1024 * 1024


def signing_in(port: int, number: int) -> bytes:
    """Somebody else each time, since a budget slows down who tries one pseudonym often."""
    browser = Browser(port)
    fields = browser.get("/en/in/").form().fields
    typed = [("pseudonym", f"Nobody {number}"), ("passphrase", "typed <twice> & kept")]
    return form(browser, "/en/in/", [*fields, *typed])


def probes_of(network: Network) -> dict[str, Callable[[], None]]:
    person, port = network.moderator.browser, network.server.port

    def see(path: str, status: int = 200) -> None:
        if person.get(path).status != status:
            raise OSError(path)

    def check() -> None:
        page = person.fill(person.get("/en/a/check/"), {"q": "+33639980001", "country": "FR"})
        if page.status != 200:
            raise OSError(f"no check: {page.status}")

    def leave() -> None:
        if Browser(port).post("/exit", []).status != 200:
            raise OSError("cannot leave")

    return {
        "health": lambda: health(port),
        "leave": leave,
        "lock": lambda: see("/en/lock/"),
        "check": check,
    }


def test_three_hundred_sign_ins_at_once_stop_nobody(network: Network) -> None:
    port = network.server.port
    requests = [signing_in(port, number) for number in range(300)]
    replies: list[Reply] = []
    flood = Thread(target=lambda: replies.extend(burst(port, requests)))
    flood.start()
    waits = waits_during(4, probes_of(network), most=60)
    flood.join()
    busy = [one for one in replies if one.status == 503]
    served = [one for one in replies if one.status == 403]
    print(f"\n{waits}\n{len(busy)} busy, the last after {max(one.seconds for one in busy):.3f} s;")
    print(f"{len(served)} served, the last after {max(one.seconds for one in served):.3f} s")
    assert len(busy) + len(served) == 300
    assert served
    took = waits.longest if IS_QUIET else waits.middle
    assert all(took(name) < 1 for name in waits.seconds), str(waits)
    in_order = sorted(one.seconds for one in busy)
    assert in_order[-1 if IS_QUIET else len(in_order) // 2] < 1


def test_who_must_wait_keeps_what_was_typed(network: Network) -> None:
    port = network.server.port
    replies = burst(port, [signing_in(port, number) for number in range(1000, 1030)])
    busy = next(one.text for one in replies if one.status == 503)
    fields = dict(re.findall(r'<input type="[^>]*name="([^"]*)" value="([^"]*)">', busy))
    assert unescape(fields["pseudonym"]).startswith("Nobody 10")
    assert unescape(fields["passphrase"]) == "typed <twice> & kept"
    assert fields["csrfmiddlewaretoken"]
    assert 'action="/en/in/"' in busy
    assert busy.startswith("HTTP/1.1 503")
    assert "no-store" in busy
    # Browsers write forms to the disk, to restore them; never one with a field of this kind.
    assert re.search(r'<input type="password" hidden [^>]*name="passphrase"', busy)


def memory(network: Network, name: str = "VmRSS") -> int:
    """Bytes of memory that the server has."""
    process = network.server.process
    assert process
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) * 1024


def forget_the_peak(network: Network) -> None:
    """From now on VmHWM tells the most that the server had since now."""
    process = network.server.process
    assert process
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def announced(length: int) -> bytes:
    return (
        f"POST /en/a/new/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    ).encode()


def send_all(port: int, body: bytes, length: int) -> str:
    """Send a body that is announced with this length, and read what comes back, as far as it
    comes.
    """
    with socket.create_connection(("127.0.0.1", port), 60) as place:
        place.sendall(announced(length) + body)
        return b"".join(iter(lambda: place.recv(65536), b"")).decode()


def test_refused_bodies_cost_no_memory(network: Network) -> None:
    health(network.server.port)
    forget_the_peak(network)
    before, body = memory(network), b"q=" + b"x" * (16 * MIB - 2)
    with ThreadPoolExecutor(14) as pool:
        replies = list(
            pool.map(lambda _: send_all(network.server.port, body, len(body)), range(14))
        )
    grown = memory(network, "VmHWM") - before
    print(f"\n14 bodies of 16 MiB: {before / MIB:.0f} MiB, and {grown / MIB:.1f} more")
    assert all(one.startswith("HTTP/1.1 413") for one in replies)
    assert all("This is too long" in one and "Connection: close" in one for one in replies)
    assert grown < 32 * MIB


def test_a_refusal_comes_before_the_body(network: Network) -> None:
    with socket.create_connection(("127.0.0.1", network.server.port), 20) as place:
        place.sendall(announced(10**12))
        assert place.recv(65536).startswith(b"HTTP/1.1 413")


def test_bodies_that_never_end_are_held_up_to_a_bound(network: Network) -> None:
    forget_the_peak(network)
    before = memory(network)
    part = b"q=" + b"x" * (1000 * 1000)
    places = []
    for _ in range(150):
        place = socket.create_connection(("127.0.0.1", network.server.port), 60)
        place.sendall(announced(limits.FORM) + part)
        places.append(place)
    health(network.server.port)
    grown = memory(network, "VmHWM") - before
    print(f"\n150 unfinished bodies of 1 MB: {grown / MIB:.1f} MiB more")
    for place in places:
        place.close()
    assert grown < 2 * limits.HELD


def test_no_file_is_written_for_a_large_body(network: Network) -> None:
    folder = network.server.folder / "temporary"
    process = network.server.process
    assert process
    with socket.create_connection(("127.0.0.1", network.server.port), 60) as place:
        place.sendall(announced(limits.FORM) + b"q=" + b"x" * (900 * 1000))
        time.sleep(1)
        opened = [os.readlink(one) for one in Path(f"/proc/{process.pid}/fd").iterdir()]
    assert not [one for one in opened if "(deleted)" in one or str(folder) in one]
    assert not list(folder.iterdir())
