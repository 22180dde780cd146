"""Figures for donors: no count under ten, and none that can be worked out."""

import datetime
import re
import time

import pytest
from django.db import connection
from django.test import Client

from alerts.flows import figures, lifecycle
from alerts.models import Alert
from alerts.sealing import AlertKeys, card_of, seal_card
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault.labels import region_label
from tests.alerts.reports import report, reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/a/figures/"
FEW = "fewer than 10"


def put(author: Person, count: int, region: str = "FR-IDF", level: int = 3, age: int = 0) -> None:
    """So many alerts, with cards that open and bodies that nobody reads here."""
    keys = AlertKeys(author.ring)
    card = card_of(keys, keys.current, report(region=region, level=level))
    day = today() - datetime.timedelta(days=age)
    label = region_label(keys.network(keys.current), region)
    rows = []
    for _number in range(count):
        row = Alert(id=random_id(), epoch=keys.current, day=day, level=level, region=label)
        row.card = seal_card(keys, row.epoch, row.pk, 1, card)
        row.expires = day + datetime.timedelta(days=900)
        row.body = b""
        rows.append(row)
    Alert.objects.bulk_create(rows)


def tables(person: Person) -> list[dict[str, str]]:
    """The three tables."""
    page = person.client.get(PATH).content.decode()
    lists = re.findall(r"<dl.*?</dl>", page, re.DOTALL)
    return [dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", entries)) for entries in lists]


def test_counts_from_ten_on(moderator: Person, member: Person) -> None:
    put(member, 12, "FR-IDF", 3)
    put(member, 9, "ES-MD", 2)
    put(member, 10, "FR-BRE", 1)
    levels, regions, _quarters = tables(moderator)
    assert levels == {"Very dangerous": "12", "Dangerous": FEW, "Risky": "10"}
    assert regions == {
        "Île-de-France, France": "12",
        "Brittany, France": "10",
        "Every other region": FEW,
    }


def test_nothing_yet_is_fewer_than_ten_too(moderator: Person) -> None:
    levels, regions, quarters = tables(moderator)
    assert set(levels.values()) == set(quarters.values()) == {FEW}
    assert regions == {"Every region": FEW}
    assert len(quarters) == figures.QUARTERS


@pytest.mark.parametrize("count", range(10))
def test_what_is_under_ten_makes_no_difference(
    moderator: Person, member: Person, count: int
) -> None:
    put(member, 20, age=200)
    before = tables(moderator)
    put(member, count, "ES-MD", 2, age=400)
    put(member, count, "ES-CT", 0, age=1000)
    assert tables(moderator) == before


def test_no_table_gives_a_sum_that_completes_another(moderator: Person, member: Person) -> None:
    """All of one kind: what is left out everywhere could still be anything."""
    put(member, 30, level=3, age=200)
    put(member, 30, level=2, age=300)
    put(member, 30, level=1, age=400)
    put(member, 4, "ES-MD", 0)
    levels, regions, quarters = tables(moderator)
    whole = 94
    for table in (levels, regions, quarters):
        known = sum(int(number) for number in table.values() if number != FEW)
        assert known < whole
    assert "94" not in str([levels, regions, quarters])


def test_quarters_are_full_ones(moderator: Person, member: Person) -> None:
    today = datetime.date(2026, 11, 21)
    Alert.objects.all().delete()
    put(member, 10)
    Alert.objects.update(day=datetime.date(2026, 9, 30))
    quarters = dict(figures.count(member.ring, today).quarters)
    assert quarters[datetime.date(2026, 7, 1)] == 10
    Alert.objects.update(day=datetime.date(2026, 10, 1))
    quarters = dict(figures.count(member.ring, today).quarters)
    assert set(quarters.values()) == {None}
    assert list(quarters)[0] == datetime.date(2026, 7, 1)
    assert list(quarters)[-1] == datetime.date(2024, 10, 1)


def test_the_cards_count_and_not_the_columns(moderator: Person, member: Person) -> None:
    put(member, 10, "FR-IDF", 3)
    Alert.objects.update(level=1, region=b"x" * 16)
    levels, regions, _quarters = tables(moderator)
    assert levels["Very dangerous"] == "10"
    assert regions["Île-de-France, France"] == "10"
    Alert.objects.update(card=b"x")
    assert tables(moderator)[0]["Very dangerous"] == FEW


def test_hidden_ones_are_not_counted(moderator: Person, member: Person) -> None:
    put(member, 10)
    Alert.objects.update(state="hidden")
    assert tables(moderator)[0]["Very dangerous"] == FEW


def test_of_very_many_whole_days_are_counted(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "MOST_COUNTED", 25)
    put(member, 15)
    put(member, 15, age=1)
    assert tables(moderator)[0]["Very dangerous"] == "15"
    assert "only the newest" in moderator.client.get(PATH).content.decode()


def test_nothing_about_people_is_on_it(moderator: Person, member: Person) -> None:
    lifecycle.post(
        member.ring, member.row, report(reported("phone", "06 39 98 12 42"), city="Lyon")
    )
    page = moderator.client.get(PATH).content.decode()
    for word in ("Amber", "Lantern", "Lyon", "639981242"):
        assert word not in page


@pytest.mark.parametrize("person", ["member", "colleague", "reporter", "translator", "outsider"])
def test_only_moderators_see_it(request: pytest.FixtureRequest, person: str) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(PATH).status_code == 404
    assert someone.client.post(PATH).status_code == 404


def test_it_is_only_read(moderator: Person, other_moderator: Person, nobody: Client) -> None:
    assert moderator.client.post(PATH).status_code == 405
    assert other_moderator.client.get(PATH).status_code == 200
    assert nobody.get(PATH).status_code == 302
    assert moderator.client.get(PATH)["Cache-Control"] == "no-store"


def test_every_region_is_on_one_page(moderator: Person, member: Person) -> None:
    """Also regions that a card has and no list knows."""
    put(member, 10, "<b>nowhere")
    page = moderator.client.get(PATH).content.decode()
    assert "<b>nowhere" not in page
    assert "&lt;b&gt;nowhere" in page


@pytest.mark.thorough
def test_ten_thousand_take_a_second_or_two(moderator: Person, member: Person) -> None:
    put(member, 10_000)
    began = time.process_time()
    assert figures.count(moderator.ring, today()).whole
    assert time.process_time() - began < 3


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["day", "card", "epoch", "version", "level", "region"])
@pytest.mark.parametrize("value", ["'text'", "1000000000000000", "x'ff'"])
def test_odd_values_in_the_table_break_nothing(
    moderator: Person, member: Person, column: str, value: str
) -> None:
    lifecycle.post(member.ring, member.row, report(reported("phone", "06 39 98 12 42")))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE alerts_alert SET {column} = {value}")  # noqa: S608
    assert len(tables(moderator)) == 3
    typed = {"region": "FR-IDF", "make": "1"}
    assert moderator.client.post("/en/a/sheet/", typed).status_code == 200
