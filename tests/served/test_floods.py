"""Too much at once: whoever must wait is told at once, and everybody else goes on."""

import os
import re
from collections.abc import Callable
from html import unescape
from threading import Thread

import pytest

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
