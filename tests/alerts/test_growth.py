"""What a page costs does not grow with the table: work is counted, at two sizes."""

import datetime
import html
import re
import time
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts import cards
from alerts.flows import feed as feed_flow
from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.keys.tags import new_author_tag
from safety_app.locales.dates import today
from tests.alerts.many_reports import post_all
from tests.alerts.reports import report, reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
IDF = {"region": "FR-IDF", "country": "FR"}


def write(author: Person, count: int, city: str = "Melun", level: int = 2) -> list[int]:
    reports = [report(PHONE, city=city, level=level, **IDF)] * count
    return [row.pk for row in post_all(author.ring, author.row, reports)]


def work(ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How many queries a request makes, and how many cards it opens."""
    opened = []
    open_card = cards.open_card
    with CaptureQueriesContext(connection) as queries, monkeypatch.context() as patch:
        patch.setattr(cards, "open_card", lambda *given: opened.append(1) or open_card(*given))
        ask()
    return len(queries), len(opened)


def search(person: Person, **data: str) -> str:
    page: str = person.client.post("/en/a/", data, follow=True).content.decode()
    return html.unescape(page)


def go_on(page: str) -> str:
    found = re.search(r'name="go_on" value="([^"]+)"', page)
    return found[1] if found else ""


def test_a_search_stops_says_so_and_goes_on(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told that nothing was found while something was not looked at."""
    monkeypatch.setattr(feed_flow, "MOST_SEARCHED", 10)
    [old] = write(member, 1, city="Trappes")
    week = today() - datetime.timedelta(days=20)
    Alert.objects.filter(pk=old).update(day=week)
    write(member, 10, level=3)
    write(member, 8)
    page = search(outsider, q="trappes")
    assert "Nothing found so far." in page
    assert "Nothing fits." not in page
    steps = 1
    while place := go_on(page):
        page = search(outsider, q="trappes", go_on=place)
        steps += 1
    assert steps <= Alert.objects.count() // 10 + 1
    assert f'href="{old}/"' in page
    assert "there are older ones" not in page


def test_a_search_that_saw_everything_does_not_offer_to_go_on(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_flow, "MOST_SEARCHED", Alert.objects.count() + 3)
    write(member, 3)
    page = search(outsider, q="nowhere of this name")
    assert "Nothing fits." in page
    assert not go_on(page)


@pytest.mark.parametrize("place", ["1.2026-02-31.5000000000000000000", "2.x.1", "1..", "0" * 99])
def test_a_made_up_place_begins_anew(member: Person, outsider: Person, place: str) -> None:
    write(member, 1, city="Trappes")
    assert "Trappes" in search(outsider, q="trappes", go_on=place)


def test_another_filter_begins_anew(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_flow, "MOST_SEARCHED", 2)
    write(member, 5)
    place = go_on(search(outsider, q="nowhere of this name"))
    page = search(outsider, q="melun", behind=place)
    assert 'name="behind"' not in page


@pytest.mark.thorough
def test_pages_of_a_larger_table_take_the_same_work(
    member: Person, outsider: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: dict[str, Callable[[], object]] = {
        "feed": lambda: outsider.client.get("/en/a/"),
        "region": lambda: search(outsider, region="FR-IDF"),
        "queue": lambda: moderator.client.get("/en/desk/"),
        "sheet": lambda: moderator.client.post("/en/a/sheet/", {"region": "FR-IDF", "make": "1"}),
    }
    write(member, 60)
    for ask in pages.values():
        ask()
    small = {name: work(ask, monkeypatch) for name, ask in pages.items()}
    write(member, 120)
    assert {name: work(ask, monkeypatch) for name, ask in pages.items()} == small


def test_the_tags_of_all_notes_are_read_once(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(outsider, 30)
    mine = write(member, 2)
    Alert.objects.update(day=today() - datetime.timedelta(days=3))
    read: list[int] = []
    own_alerts = lifecycle.own_alerts

    def counted(ring: object, tagged: list[tuple[int, bytes]]) -> list[int]:
        read.append(len(tagged))
        return own_alerts(ring, tagged)

    monkeypatch.setattr(lifecycle, "own_alerts", counted)
    first = lifecycle.own_ids_since(member.ring)
    assert set(mine) <= set(first)
    assert read.pop() >= 32
    [new] = write(member, 1)
    assert sorted(lifecycle.own_ids_since(member.ring)) == sorted([*first, new])
    assert read.pop() <= len(first) + 1
    lifecycle.cut(member.ring, mine[0])
    assert mine[0] not in lifecycle.own_ids_since(member.ring)


def test_ones_own_among_a_hundred_thousand_cost_little(member: Person) -> None:
    """About 0.1 s of the processor; with an HMAC for each it was 1.7 s and more."""
    ring, count = member.ring, 100_000
    hers = [1_000_003, 1_050_000, 1_099_999]
    rows = [
        (alert, new_author_tag(ring, alert) if alert in hers else alert.to_bytes(16, "big"))
        for alert in range(1_000_000, 1_000_000 + count)
    ]
    began = time.process_time()
    assert lifecycle.own_among(ring, rows) == hers
    assert time.process_time() - began < 0.6
