"""`/desk/`: its items, their order, and who sees them."""

from __future__ import annotations

import datetime
import re

import pytest
from django.test import Client

from safety_app.accounts import moderation_queue
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import LongSource, QueueItem, Source, Tool
from safety_app.locales.dates import today
from safety_app.registry import Registry
from tests.cast import Person

URL = "/en/desk/"


def three_items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Three items, out of order."""
    assert ring.epochs
    assert moderator.has_role("moderator")
    before = today() - datetime.timedelta(days=1)
    return [
        QueueItem("Newest", "/en/desk/newest/", today()),
        QueueItem("Oldest", "/en/desk/oldest/", before - datetime.timedelta(days=3)),
        QueueItem("Urgent", "/en/desk/urgent/", before, urgent=True),
    ]


def many(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    return three_items(ring, moderator) * 20


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nothing but these three waits."""
    monkeypatch.setattr(moderation_queue, "sources", Registry(Source("people", three_items)))
    monkeypatch.setattr(moderation_queue, "long_sources", Registry())
    return monkeypatch


def test_the_urgent_first_then_the_oldest(moderator: Person, listed: pytest.MonkeyPatch) -> None:
    page = moderator.client.get(URL).content.decode()
    assert "3 things to do" in page
    assert page.index("Urgent") < page.index("Oldest") < page.index("Newest")
    assert "4 days" in page
    assert "today" in page


def test_a_long_list_has_pages_and_a_true_count(
    moderator: Person, listed: pytest.MonkeyPatch
) -> None:
    listed.setattr(moderation_queue, "sources", Registry(Source("people", many)))
    pages = [moderator.client.get(URL, {"page": n}).content.decode() for n in (1, 2, 3, 99)]
    assert [page.count('<li><a href="/en/desk/') for page in pages[:3]] == [
        20 + 6,
        20 + 6,
        20 + 6,
    ]  # and the tools
    assert pages[3] == pages[2]
    assert all("60 things to do" in page for page in pages)
    assert '?page=2">' in pages[0]
    assert "Previous" not in pages[0]


@pytest.mark.thorough
def test_kinds_come_in_order_and_can_be_chosen(
    moderator: Person, listed: pytest.MonkeyPatch
) -> None:
    def one(name: str, *, urgent: bool = False) -> moderation_queue.ListItems:
        return lambda ring, moderator: [QueueItem(name, f"/en/{name}/", today(), urgent=urgent)]

    def notes(ring: KeyRing, moderator: Member, start: int, stop: int) -> list[QueueItem]:
        return [QueueItem(f"n{k}", f"/en/n{k}/", today()) for k in range(250)][start:stop]

    queue = Registry(
        Source("other", one("zoo")),
        Source("other", one("box", urgent=True)),
        Source("flags", one("f")),
        Source("people", one("p")),
    )
    listed.setattr(moderation_queue, "sources", queue)
    long = LongSource("notes", lambda ring, moderator: 250, notes)
    listed.setattr(moderation_queue, "long_sources", Registry(long))
    found = []
    for number in range(1, 14):
        page = moderator.client.get(URL, {"page": number}).content.decode()
        assert "254 things to do" in page
        found += re.findall(r'<li><a href="/en/(\w+)/">', page)[: 20 if number < 13 else 14]
    assert found == ["p", "f", "box", *(f"n{k}" for k in range(250)), "zoo"]
    page = moderator.client.get(URL, {"show": "other"}).content.decode()
    assert re.findall(r'<li><a href="/en/(box|zoo|n0)/">', page) == ["box", "zoo"]
    assert "Other <small>2</small>" in " ".join(page.split())
    page = moderator.client.get(URL, {"show": "flags"}).content.decode()
    assert re.findall(r'<li><a href="/en/(f|p|zoo|n0)/">', page) == ["f"]
    page = moderator.client.get(URL, {"show": "<x>"}).content.decode()
    assert len(re.findall(r'"/en/n\d', page)) == 17


@pytest.mark.thorough
def test_the_bar_has_the_number_and_counts_once_a_minute(
    moderator: Person, member: Person, listed: pytest.MonkeyPatch
) -> None:
    listed.setattr(moderation_queue, "sources", Registry(Source("people", many)))
    page = moderator.client.get("/en/a/").content.decode()
    assert re.search(r'<a href="/en/desk/"><span>.*<b>60</b></span> Moderate</a>', page)
    listed.setattr(moderation_queue, "sources", Registry())
    assert "<b>60</b>" in moderator.client.get("/en/a/").content.decode()
    moderator.client.post(f"/en/a/{2**62 + 1}/review/", {})  # a step of hers
    assert "<b>60</b>" not in moderator.client.get("/en/a/").content.decode()
    other = member.client.get("/en/a/").content.decode()
    assert "/en/desk/" not in other
    assert ">Help</a>" in other


def test_an_empty_desk_says_so(moderator: Person, listed: pytest.MonkeyPatch) -> None:
    listed.setattr(moderation_queue, "sources", Registry())
    page = moderator.client.get(URL).content.decode()
    assert "Nothing to do." in page


def test_other_apps_bring_tools(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moderation_queue, "tools", Registry(Tool("A tool", "pages:kept")))
    page = moderator.client.get(URL).content.decode()
    assert '<a href="/en/kept/">A tool</a>' in page


@pytest.mark.parametrize("name", ["member", "reporter", "translator"])
def test_nobody_else_has_a_desk(name: str, cast: dict[str, Person], nobody: Client) -> None:
    assert cast[name].client.get(URL).status_code == 404
    assert nobody.get(URL).status_code == 302


@pytest.mark.thorough
def test_wrong_method(moderator: Person) -> None:
    assert moderator.client.put(URL).status_code == 405
    assert moderator.client.post(URL).status_code == 405
