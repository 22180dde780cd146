"""Two servers behind one address, on one PostgreSQL and one Redis: what happens at one of them
holds at the other.
"""

from __future__ import annotations

import base64
import copy
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import time_machine

from safety_app.vault import second_factor
from safety_app.vault.second_factor import HOTP, SHA1
from tests.privacy.redis_server import own_redis
from tests.seizure.client import Browser, Page
from tests.seizure.deeds import FOUND
from tests.seizure.server import ROOT, Server, free_port
from tests.seizure.trust import WAIT_SECONDS, wait_for_keys
from tests.seizure.world import ALERT, CODE, FIRST_PSEUDONYM, SMALL, Person, World, invite, join
from tests.stacks.postgres import Cluster, own_postgres

pytestmark = [pytest.mark.thorough]

PHONE = "06 39 98 41 07"
_SECRET = re.compile(r'class="secret"[^>]*>([A-Z0-9 ]+)<')


@dataclass
class Network:
    """Two servers, the only moderator's passphrase, and an objection that somebody began."""

    one: Server
    other: Server
    passphrase: str
    cluster: Cluster
    objecting: Browser = field(init=False)
    objection: Page = field(init=False)
    opened: float = field(init=False)

    def __post_init__(self) -> None:
        self.objecting = self.browser()
        self.objection = self.objecting.get("/en/object/")
        self.opened = time.monotonic()

    def browser(self) -> Browser:
        return Browser(self.one.port)

    def go_to(self, browser: Browser, server: Server) -> Browser:
        """As a balancer does between two requests. The addresses stay those of one site."""
        browser.port = server.port
        return browser

    def sign_in(self, browser: Browser) -> Page:
        typed = {"pseudonym": FIRST_PSEUDONYM, "passphrase": self.passphrase}
        return browser.fill(browser.get("/en/in/"), typed)

    def moderator(self) -> Person:
        browser = self.browser()
        self.sign_in(browser)
        return Person(FIRST_PSEUDONYM, self.passphrase, "moderator", browser)

    def member(self) -> Person:
        """Somebody new, who joined at the first server."""
        world = World(self.one, SMALL)
        return join(world, invite(world, self.moderator(), "member"), "member")

    def alerts(self) -> int:
        with closing(self.cluster.connect()) as connection:
            row = connection.execute("SELECT count(*) FROM alerts_alert").fetchone()
        return int(row[0]) if row else 0


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with own_postgres() as cluster, own_redis() as address:
        one = Server(tmp_path_factory.mktemp("servers"))
        one.configuration |= {"CACHE_URL": address, "DATABASE_URL": cluster.url()}
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
            yield Network(one, other, founded["passphrase"], cluster)
        finally:
            one.stop()
            other.stop()


def note(phone: str) -> dict[str, str]:
    """What somebody types who writes a note."""
    return {
        "what": "no_show",
        "level": "1",
        "when": "week",
        "country": "FR",
        "region": "FR-IDF",
        "identifier-0-kind": "phone",
        "identifier-0-value": phone,
        "text": f"He said {phone[-5:]}.",
        "send": "1",
    }


def shown(page: Page) -> set[str]:
    """The notes that a page leads to."""
    return set(ALERT.findall(" ".join(page.links)))


def at_once(server: Server, *arguments: str, **environment: str) -> list[tuple[int, str]]:
    """What two processes on two machines say when they begin the same at the same time."""
    both = [
        subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=server.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    return [(one.wait(300), one.communicate()[0]) for one in both]


def test_two_that_prepare_at_once_make_the_tables_once(network: Network) -> None:
    """As two machines do that are switched on together, with an empty database."""
    empty = network.cluster.create("empty")
    assert at_once(network.one, "manage.py", "prepare", DATABASE_URL=empty) == [(0, "")] * 2
    with closing(network.cluster.connect("empty")) as connection:
        for table in ("django_migrations", "pages_page"):
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            assert row
            assert row[0] > 0
        times = "SELECT DISTINCT (applied AT TIME ZONE 'UTC')::time::text FROM django_migrations"
        assert connection.execute(times).fetchall() == [("00:00:00",)]


def test_two_that_clean_up_at_once_do_it_once(network: Network) -> None:
    """And the servers go on meanwhile."""
    done = at_once(network.one, "manage.py", "housekeep")
    assert [code for code, _said in done] == [0, 0]
    assert {said for _code, said in done} <= {"", "Another process is at it: nothing was done.\n"}
    with closing(network.cluster.connect()) as connection:
        row = connection.execute("SELECT count(DISTINCT xmin::text) FROM accounts_member")
        assert row.fetchone() == (1,)
    browser = network.browser()
    network.sign_in(browser)
    assert browser.get("/en/me/").path == "/en/me/"


def test_a_session_is_one_at_both(network: Network) -> None:
    browser = network.browser()
    network.sign_in(browser)
    network.go_to(browser, network.other)
    assert browser.get("/en/me/").path == "/en/me/"
    browser.fill(browser.get("/en/me/"), {}, action="/me/out/")
    network.go_to(browser, network.one)
    assert browser.get("/en/me/").path == "/en/in/"


@pytest.mark.parametrize("way", ["leave", "everywhere"])
def test_what_ends_a_session_at_one_ends_it_at_the_other(network: Network, way: str) -> None:
    """Leave ends hers, and "Sign out everywhere" those of her other devices. A thief who kept the
    cookies has nothing.
    """
    first, second = network.browser(), network.browser()
    for browser in (first, second):
        network.sign_in(browser)
    kept = copy.deepcopy(first)
    network.go_to(first, network.one)
    if way == "leave":
        first.post("/exit", [])
    else:
        first.post("/en/me/everywhere/", first.get("/en/me/").form("/me/out/").fields)
    for server in (network.other, network.one):
        assert network.go_to(kept, server).get("/en/me/").path == "/en/in/"
        still = "/en/me/" if way == "leave" else "/en/in/"
        assert network.go_to(second, server).get("/en/me/").path == still


def test_a_budget_is_one_at_both(network: Network) -> None:
    """Sixty lines an hour, whichever server takes them, also when both are asked at once."""
    member = network.member()
    here, there = member.browser, network.go_to(copy.deepcopy(member.browser), network.other)
    page = here.get("/en/a/check/")

    def ask(browser: Browser, tens: int) -> int:
        """Look twenty numbers up."""
        lines = "\n".join(f"06 39 98 {tens} {number:02}" for number in range(20))
        return browser.fill(page, {"q": lines, "country": "FR"}).status

    assert [ask(here, 30), ask(there, 31)] == [200, 200]
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(ask, [here, there], [32, 33])) == [200, 429]


def test_two_taps_at_two_servers_send_one_note(network: Network) -> None:
    """The balancer sends the second tap elsewhere while the first is still on its way."""
    member = network.member()
    before = network.alerts()
    page = member.browser.get("/en/a/new/")
    there = network.go_to(copy.deepcopy(member.browser), network.other)
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda browser: browser.fill(page, note(PHONE)), [member.browser, there])
        )
    assert [answer.status for answer in answers] == [200, 200]
    assert shown(answers[0]) == shown(answers[1]) != set()
    assert network.alerts() == before + 1
    # And a third one, later.
    assert shown(there.fill(page, note(PHONE))) == shown(answers[0])
    assert network.alerts() == before + 1


def test_keys_are_renewed_at_one_while_the_other_serves(network: Network) -> None:
    """Nobody is thrown out, nothing that is sent meanwhile is lost, and everything opens."""
    moderator, member = network.moderator(), network.member()
    network.go_to(member.browser, network.other)
    sent: set[str] = set()

    def write(numbers: range) -> None:
        for number in numbers:
            page = member.browser.get("/en/a/new/")
            answer = member.browser.fill(page, note(f"06 39 98 50 {number:02}"))
            assert answer.status == 200, answer.text
            sent.update(shown(answer))

    write(range(4))
    page = moderator.browser.get("/en/desk/keys/renew/")
    if page.path == "/en/me/again/":
        page = moderator.browser.fill(page, {"passphrase": moderator.passphrase})
    with ThreadPoolExecutor(2) as pool:
        writing = pool.submit(write, range(4, 12))
        answer = moderator.browser.fill(page, {})
        assert "There is a new key" in answer.text, answer.text
        writing.result()
    wait_for_keys(moderator)
    assert member.browser.get("/en/a/").path == "/en/a/"
    assert len(sent) == 12
    pin = json.loads(Path(network.one.data, "epoch-pin.json").read_text())
    assert pin["seen"]["number"] == 2
    for browser in (member.browser, network.go_to(moderator.browser, network.one)):
        for alert in sent:
            assert "He said" in browser.get(f"/en/a/{alert}/").text
    # Whoever was signed in at the first all along is not thrown out there either.
    assert network.go_to(member.browser, network.one).get("/en/a/").path == "/en/a/"


def test_a_form_of_one_is_taken_by_the_other(network: Network) -> None:
    """Its token, what was typed, and the answer that waits behind the redirect."""
    browser = network.browser()
    network.sign_in(browser)
    page = browser.get("/en/a/check/")
    network.go_to(browser, network.other)
    answer = browser.fill(page, {"q": "06 39 98 77 07", "country": "FR"})
    assert answer.status == 200
    assert "No notes" in answer.text


def test_a_public_form_of_one_is_refused_by_the_other_for_its_own_reasons(
    network: Network,
) -> None:
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


def test_an_objection_begun_at_one_is_sent_to_the_other(network: Network) -> None:
    """Its page was opened when the servers came up: it can be sent a minute later."""
    time.sleep(max(0.0, WAIT_SECONDS - (time.monotonic() - network.opened)))
    browser = network.go_to(network.objecting, network.other)
    typed = {"identifier": PHONE, "text": "That was not me.", "send": "1"}
    answer = browser.fill(network.objection, typed)
    assert answer.status == 200
    assert CODE.search(answer.text), answer.text
