"""At least 135 points from the MDN HTTP Observatory, through the shipped proxies, on every page."""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.seizure.client import Browser
from tests.served.network import Network, started
from tests.served.observatory import Answer, score
from tests.served.proxies import COMMANDS, in_front_of
from tests.test_walk import every_address

pytestmark = pytest.mark.thorough

LEAST = 135
# Scripts are the same for all, and no page; what leaves has nothing on it.
NO_PAGES = {"/exit", "/en/me/out/"}


@pytest.fixture(scope="module")
def secure_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """As it is served in earnest: cookies for TLS only, and HSTS."""
    with started(tmp_path_factory.mktemp("secure"), demo=False) as running:
        yield running


def connected(port: int) -> http.client.HTTPSConnection:
    """A connection to a server whose certificate is nobody's."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=60, context=context)


def fetched(
    connection: http.client.HTTPSConnection, path: str, cookies: dict[str, str]
) -> tuple[int, Answer, str]:
    """Status, answer and where it leads."""
    sent = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request("GET", path, headers={"Cookie": sent} if sent else {})
    answer = connection.getresponse()
    headers = [(name.lower(), value) for name, value in answer.getheaders()]
    html = answer.read().decode()
    return answer.status, Answer(headers, html), answer.headers.get("Location", "")


def followed(connection: http.client.HTTPSConnection, path: str) -> Answer:
    """The page at the end, with every cookie that was set on the way to it."""
    set_on_the_way: list[tuple[str, str]] = []
    for _hop in range(4):
        status, answer, location = fetched(connection, path, {})
        set_on_the_way += [one for one in answer.headers if one[0] == "set-cookie"]
        if status < 300:
            others = [one for one in answer.headers if one[0] != "set-cookie"]
            return Answer([*others, *set_on_the_way], answer.html)
        path = location
    raise AssertionError(f"{status} at {path}")


@pytest.mark.parametrize("proxy", COMMANDS)
def test_the_score_of_the_first_page_and_of_every_other(
    secure_network: Network, proxy: str, tmp_path: Path
) -> None:
    moderator: Browser = secure_network.moderator.browser
    with in_front_of(secure_network.server, proxy, tmp_path, tls=True) as port:
        connection = connected(port)
        page = followed(connection, "/")
        first, points = score(page)
        assert first >= LEAST, points
        assert "includeSubDomains" in page.first("strict-transport-security")
        for cookies in ({}, moderator.cookies):
            seen = 0
            for address in sorted(set(every_address()) - NO_PAGES):
                status, answer, _location = fetched(connection, address, cookies)
                if status == 200 and answer.first("content-type").startswith("text/html"):
                    reached, points = score(answer)
                    assert reached >= LEAST, (address, points)
                    seen += 1
            assert seen >= 15
        connection.close()


def test_what_it_counts() -> None:
    """The rules themselves: each thing that is wrong costs what is published."""
    policy = "default-src 'none'; script-src 'self'; form-action 'self'; frame-ancestors 'none'"
    good = [
        ("content-security-policy", policy), ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000"), ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("set-cookie", "__Host-c=1; Path=/; Secure; HttpOnly; SameSite=Strict"),
    ]  # fmt: skip
    page = '<script src="/a.js" integrity="sha256-x"></script>'
    assert score(Answer(good, page))[0] == 140
    assert score(Answer(good[:-1], page))[0] == 135
    assert score(Answer(good[:-1], ""))[0] == 130
    assert score(Answer([], ""))[0] == 100 - 25 - 20 - 5 - 20
    unsafe = [("content-security-policy", policy + "; script-src 'unsafe-inline'"), *good[1:]]
    assert score(Answer(unsafe, page))[0] == 80
