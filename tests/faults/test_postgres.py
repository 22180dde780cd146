"""PostgreSQL is stopped, frozen or full while people work: 503 meanwhile, then all goes on."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults.deeds import fields_of, new_text, post
from tests.faults.network import Network
from tests.seizure.client import Browser, Page
from tests.seizure.world import ALERT
from tests.stacks.postgres import own_postgres

pytestmark = pytest.mark.thorough


def in_plain_words(page: Page) -> bool:
    return page.status == 503 and "Please wait a little" in page.text


@pytest.mark.parametrize(("how", "seconds"), [("stopped", 60), ("frozen", 90)])
def test_gone_and_back(tmp_path: Path, how: str, seconds: int) -> None:
    """The server is never started anew, and nobody has to sign in again. Frozen, it takes what is
    sent and never answers: no page waits for it longer than settings say.
    """
    with own_postgres() as cluster:
        network = Network(tmp_path, {"DATABASE_URL": cluster.url()})
        network.server.start()
        try:
            person = network.reporter
            person.sign_in()
            assert post(person, network.ledger, random.Random(1))
            form, text = person.browser.get("/en/a/new/"), new_text()
            with getattr(cluster, how)():
                began = time.monotonic()
                assert in_plain_words(person.browser.get("/en/a/"))
                kept = person.browser.fill(form, [*fields_of(text), ("send", "1")])
                assert in_plain_words(kept)
                assert "Nothing you wrote is lost" in kept.text
                assert ("text", text) in kept.form().fields
                assert network.health() == 503
                assert time.monotonic() - began < seconds
            sent = sent_again(person.browser, kept)
            assert sent.status == 200, sent.text[:300]
            assert len(notes_of(person.browser)) == 2
            network.ledger.unsure_notes.append(text)
            with network.looking() as looker:
                assert looker.problems(network.ledger) == []
            assert network.health() == 200
        finally:
            network.server.stop()


def test_a_full_volume(tmp_path: Path) -> None:
    """What people read is there, what they write comes back, and nothing of it is stored."""
    with own_postgres() as cluster, cluster.small_volume(64) as (volume, address):
        network = Network(tmp_path, {"DATABASE_URL": address})
        network.server.start()
        try:
            person = network.reporter
            person.sign_in()
            assert post(person, network.ledger, random.Random(1))
            [number] = network.ledger.notes
            refused, text = person.browser.get("/en/a/new/"), new_text()
            with filled(volume):
                for _attempt in range(40):  # until the pages that are begun are full
                    refused = person.browser.fill(refused, [*fields_of(text), ("send", "1")])
                    if refused.status != 200:
                        break
                    network.ledger.unsure_notes.append(text)
                    refused, text = person.browser.get("/en/a/new/"), new_text()
                assert refused.status == 503, refused.text[:300]
                assert "Nothing you wrote is lost" in refused.text
                assert ("text", text) in refused.form().fields
                assert person.browser.get(f"/en/a/{number}/").status == 200
            before = len(network.ledger.unsure_notes)
            assert sent_again(person.browser, refused).status == 200
            assert len(notes_of(person.browser)) == before + 2
            network.ledger.unsure_notes.append(text)
            with network.looking() as looker:
                assert looker.problems(network.ledger) == []
        finally:
            network.server.stop()


@contextmanager
def filled(volume: Path) -> Iterator[None]:
    """There is no room left on it meanwhile."""
    filling = volume / "filling"
    with suppress(OSError), filling.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    try:
        yield
    finally:
        filling.unlink()


def notes_of(browser: Browser) -> set[str]:
    """The numbers of the notes in the feed."""
    return set(ALERT.findall(" ".join(browser.get("/en/a/").links)))


def sent_again(browser: Browser, kept: Page) -> Page:
    """With the button of the page; a pool may need a moment to notice that it is back."""
    for _attempt in range(20):
        sent = browser.fill(kept, {})
        if sent.status != 503:
            break
        time.sleep(1)
    return sent
