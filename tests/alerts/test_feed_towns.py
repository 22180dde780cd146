"""The towns of the chosen regions, as a filter of Notes."""

import html
import re
from typing import Any

import pytest
from django.http import QueryDict

from alerts.flows import feed as feed_flow
from alerts.flows import lifecycle
from tests.alerts.reports import report, reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
IDF, ARA = {"region": "FR-IDF", "country": "FR"}, {"region": "FR-ARA", "country": "FR"}


def post(author: Person, city: str, place: dict[str, str], **fields: Any) -> int:
    sent = report(PHONE, city=city, **place, **fields)
    return lifecycle.post(author.ring, author.row, sent).pk


def ask(person: Person, **data: Any) -> str:
    page: str = person.client.post("/en/a/", data, follow=True).content.decode()
    return page


def shown(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'class="card" href="(\d+)/"', page)]


def offered(page: str) -> list[str]:
    select = re.search(r'<select id="town".*?</select>', page, re.DOTALL)
    options = re.findall(r'<option value="([^"]+)"', select.group()) if select else []
    return list(map(html.unescape, options))


def test_the_towns_of_the_chosen_regions_can_be_picked(member: Person, outsider: Person) -> None:
    melun = post(member, "Melun", IDF)
    post(member, "Évry", IDF)
    post(member, "melun", IDF)
    post(member, "Lyon", ARA)
    post(member, "", IDF)
    post(member, 'A "quoted" <town>', IDF)
    page = ask(outsider, region="FR-IDF")
    assert offered(page) == []
    page = ask(outsider, region="FR-IDF", towns="1")
    assert offered(page) == ['A "quoted" <town>', "Évry", "Melun"]
    page = ask(outsider, region="FR-IDF", town="Melun")
    assert melun in shown(page)
    assert len(shown(page)) == 2
    assert offered(page) == ["Melun"]
    assert "<town>" not in page


def test_without_regions_no_towns_are_offered(member: Person) -> None:
    post(member, "Melun", IDF)
    page = ask(member, towns="1")
    assert offered(page) == []
    assert 'name="towns"' not in page
    assert "No towns are named in these notes." in ask(member, region="FR-ARA", towns="1")


def test_hidden_and_withdrawn_notes_name_no_town(member: Person, outsider: Person) -> None:
    lifecycle.withdraw(member.ring, post(member, "Melun", IDF))
    assert offered(ask(outsider, region="FR-IDF", towns="1")) == []


def test_as_many_cards_are_opened_whatever_else_is_chosen(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        post(member, f"Town {number}", IDF)
    monkeypatch.setattr(feed_flow, "MOST_FOR_TOWNS", 4)
    opened: list[int] = []
    open_one = feed_flow.opened_or_none
    monkeypatch.setattr(
        feed_flow, "opened_or_none", lambda keys, row: opened.append(row.pk) or open_one(keys, row)
    )
    for more in ({}, {"q": "melun"}, {"town": "Town 5"}, {"what": "theft"}, {"level": "3"}):
        form = feed_flow.read_filters(_form(region="FR-IDF", **more))
        opened.clear()
        assert len(feed_flow.towns(member.ring, form)) == 4
        assert len(opened) == 4


def _form(**fields: str) -> QueryDict:
    form = QueryDict(mutable=True)
    form.update(fields)
    return form
