"""Two servers behind one address, on one database and one Redis: what happens at one of them holds
at the other.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import time_machine

from safety_app.vault import second_factor
from safety_app.vault.second_factor import HOTP, SHA1
from tests.privacy.redis_server import own_redis
from tests.seizure.client import Browser, Page
from tests.seizure.deeds import FOUND
from tests.seizure.server import Server, free_port
from tests.seizure.world import FIRST_PSEUDONYM

pytestmark = [pytest.mark.thorough]

PHONE = "06 39 98 41 07"
_SECRET = re.compile(r'class="secret"[^>]*>([A-Z0-9 ]+)<')


@dataclass
class Network:
    """Two servers, and the passphrase of the only moderator."""

    one: Server
    other: Server
    passphrase: str

    def browser(self) -> Browser:
        return Browser(self.one.port)

    def go_to(self, browser: Browser, server: Server) -> Browser:
        """As a balancer does between two requests. The addresses stay those of one site."""
        browser.port = server.port
        return browser

    def sign_in(self, browser: Browser) -> Page:
        typed = {"pseudonym": FIRST_PSEUDONYM, "passphrase": self.passphrase}
        return browser.fill(browser.get("/en/in/"), typed)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with own_redis() as address:
        one = Server(tmp_path_factory.mktemp("servers"))
        one.configuration["CACHE_URL"] = address
        one.prepare()
        founded = json.loads(
            one.run("manage.py", "shell", "-v", "0", "-c", FOUND).strip().splitlines()[-1]
        )
        other = Server(tmp_path_factory.mktemp("another"))
        other.port, other.data = free_port(), one.data
        other.configuration = {**one.configuration, "NIGHTJAR_BIND": f"127.0.0.1:{other.port}"}
        one.start()
        other.start()
        try:
            yield Network(one, other, founded["passphrase"])
        finally:
            one.stop()
            other.stop()


def test_a_session_is_one_at_both(network: Network) -> None:
    browser = network.browser()
    network.sign_in(browser)
    network.go_to(browser, network.other)
    assert browser.get("/en/me/").path == "/en/me/"
    browser.fill(browser.get("/en/me/"), {}, action="/me/out/")
    network.go_to(browser, network.one)
    assert browser.get("/en/me/").path == "/en/in/"


def test_a_form_of_one_is_taken_by_the_other(network: Network) -> None:
    """Its token, what was typed, and the answer that waits behind the redirect."""
    browser = network.browser()
    network.sign_in(browser)
    page = browser.get("/en/a/check/")
    network.go_to(browser, network.other)
    answer = browser.fill(page, {"q": PHONE, "country": "FR"})
    assert answer.status == 200
    assert "No notes" in answer.text


def test_a_public_form_of_one_is_taken_by_the_other(network: Network) -> None:
    """Too early, as at the server that made it; not as a form that nobody made."""
    browser = network.browser()
    page = browser.get("/en/object/")
    typed = {"identifier": PHONE, "text": "That was not me.", "send": "1"}
    here = browser.fill(page, typed)
    network.go_to(browser, network.other)
    there = browser.fill(page, typed)
    assert (there.status, there.text) == (here.status, here.text)


def test_a_used_code_is_used_everywhere(network: Network) -> None:
    browser = network.browser()
    network.sign_in(browser)
    page = browser.get("/en/me/second-step/")
    page = browser.fill(page, {"passphrase": network.passphrase})
    found = _SECRET.search(page.body.decode())
    assert found, page.text
    secret = base64.b32decode(found.group(1).replace(" ", ""))

    def code(steps: int = 0) -> str:
        # The servers have the machine's clock, which stands still in tests.
        step = int(time_machine.escape_hatch.time.time() // second_factor.STEP) + steps
        return HOTP(secret, second_factor.DIGITS, SHA1()).generate(step).decode()

    page = browser.fill(page, {"code": code()})
    assert "on paper" in page.text, page.text
    next_code = code(1)  # one step of drift is allowed
    first, second = network.browser(), network.go_to(network.browser(), network.other)
    at_one, at_other = network.sign_in(first), network.sign_in(second)
    assert first.fill(at_one, {"code": next_code}, action="/in/code/").path == "/en/a/"
    refused = second.fill(at_other, {"code": next_code}, action="/in/code/")
    assert refused.path == "/en/in/code/"
    assert "That was not the code" in refused.text


def test_the_pin_is_shared_beside_the_data(network: Network) -> None:
    """Both servers know which network key they have seen."""
    assert json.loads(Path(network.one.data, "epoch-pin.json").read_text())["seen"]["number"] == 1
