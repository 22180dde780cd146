"""`/desk/`: its items, their order, and who sees them."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from safety_app.accounts import moderation_queue
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.accounts.moderation_queue import QueueItem, Tool
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
    monkeypatch.setattr(moderation_queue, "sources", Registry(three_items))
    return monkeypatch


def test_the_urgent_first_then_the_oldest(moderator: Person, listed: pytest.MonkeyPatch) -> None:
    page = moderator.client.get(URL).content.decode()
    assert "3 things to do" in page
    assert page.index("Urgent") < page.index("Oldest") < page.index("Newest")
    assert "4 days" in page
    assert "today" in page


def test_a_long_list_is_cut_and_counted(moderator: Person, listed: pytest.MonkeyPatch) -> None:
    listed.setattr(moderation_queue, "sources", Registry(many))
    page = moderator.client.get(URL).content.decode()
    assert page.count("/desk/urgent/") + page.count("/desk/oldest/") == 30
    assert "60 things to do" in page
    assert "30 more come up" in page


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


def test_wrong_method(moderator: Person) -> None:
    assert moderator.client.put(URL).status_code == 405
    assert moderator.client.post(URL).status_code == 405
