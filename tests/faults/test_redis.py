"""The server of sessions is flushed, restarted or frozen while people work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.deeds import fields_of, new_text
from tests.faults.network import Network
from tests.privacy.redis_server import OwnRedis
from tests.seizure.client import Browser, Page

pytestmark = pytest.mark.thorough

SILENT = 3.0  # seconds: settings.CACHE_SECONDS


@pytest.fixture
def network(tmp_path: Path, redis: OwnRedis) -> Iterator[Network]:
    made = Network(tmp_path, {"CACHE_URL": redis.address})
    made.server.start()
    made.reporter.sign_in()
    yield made
    made.server.stop()


def in_plain_words(page: Page) -> bool:
    return page.status == 503 and "Please wait a little" in page.text


def test_flushed_restarted_and_frozen(network: Network, redis: OwnRedis) -> None:
    """One server for all of it: it is never started anew."""
    person = network.reporter
    redis.flush()
    assert person.browser.get("/en/me/").path == "/en/in/"
    person.sign_in()

    form = person.browser.get("/en/a/new/")
    text = new_text()
    with redis.frozen():
        began = time.monotonic()
        assert in_plain_words(person.browser.get("/en/a/"))
        # In a few times the patience, however slow this machine is: it does not hang.
        assert time.monotonic() - began < 10 * SILENT
        kept = person.browser.fill(form, [*fields_of(text), ("send", "1")])
        assert in_plain_words(kept)
        assert "Nothing you wrote is lost" in kept.text
        assert ("text", text) in kept.form().fields
        assert network.health() == 503
    # What came back is sent with its button, in the same session.
    assert person.browser.fill(kept, {}).status == 200
    assert text in all_text(person.browser)

    redis.stop()
    assert in_plain_words(person.browser.get("/en/a/"))
    redis.start()
    assert person.browser.get("/en/a/").path in ("/en/a/", "/en/in/")
    person.sign_in()
    assert text in all_text(person.browser)
    assert network.health() == 200


def all_text(browser: Browser) -> str:
    """What every note in the feed says."""
    links = {link for link in browser.get("/en/a/").links if link.count("/") == 4}
    return " ".join(browser.get(link).text for link in links if link.split("/")[3].isdigit())
