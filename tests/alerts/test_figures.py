"""Figures for donors: no count under ten, and none that can be worked out."""

import csv
import datetime
import io
import re
import time
from collections import Counter
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from alerts.flows import figures, lifecycle
from alerts.models import Alert
from alerts.sealing.cards import card_of, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.status import Status
from safety_app.locales.dates import today
from safety_app.locales.phrases import month_and_year
from safety_app.privacy.ids import random_id
from safety_app.vault.labels import region_label
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.languages import EACH
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

PATH = "/en/a/figures/"
FEW = "fewer than 10"


def put(author: Person, count: int, region: str = "FR-IDF", level: int = 3, age: int = 0) -> None:
    """So many alerts, with cards that open and bodies that nobody reads here."""
    keys = AlertKeys(author.ring)
    day = today() - datetime.timedelta(days=age)
    status = Status(day, day + datetime.timedelta(days=900))
    card = card_of(keys, keys.current, report(region=region, level=level), status)
    label = region_label(keys.content_key(keys.current), region)
    rows = []
    for _number in range(count):
        row = Alert(id=random_id(), epoch=keys.current, day=day, level=level, region=label)
        row.card = seal_card(keys, row.pk, 1, card)
        row.expires = status.expires
        row.body = b""
        rows.append(row)
    Alert.objects.bulk_create(rows)


def tables(person: Person) -> list[dict[str, str]]:
    """The tables of levels, regions and quarters."""
    page = person.client.get(PATH).content.decode()
    levels, _harms, *others = re.findall(r"<dl.*?</dl>", page, re.DOTALL)
    lists = [levels, *others]
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


@pytest.mark.thorough
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
    put_status(member.ring, day=datetime.date(2026, 9, 30))
    quarters = dict(figures.count(member.ring, today).quarters)
    assert quarters[datetime.date(2026, 7, 1)] == 10
    put_status(member.ring, day=datetime.date(2026, 10, 1))
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
    put_status(member.ring, state="hidden")
    assert tables(moderator)[0]["Very dangerous"] == FEW


def test_of_very_many_some_are_counted_at_a_time(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is shown until all are: two counts would tell a small one by their difference."""
    put(member, 15)
    put(member, 15, age=1)
    whole = tables(moderator)
    assert whole[0]["Very dangerous"] == "30"
    monkeypatch.setattr(figures, "MOST_COUNTED", 8)
    steps = 0
    while "Not all notes are counted yet." in (page := moderator.client.get(PATH).content.decode()):
        assert "<table" not in page
        assert "<dd>" not in page
        steps += 1
        assert moderator.client.get(f"{PATH}levels.svg").status_code in (200, 302)
    assert 1 <= steps <= Alert.objects.count() // 8
    assert tables(moderator) == whole


def test_nothing_about_people_is_on_it(moderator: Person, member: Person) -> None:
    lifecycle.post(
        member.ring, member.row, report(reported("phone", "06 39 98 12 42"), city="Lyon")
    )
    page = moderator.client.get(PATH).content.decode()
    for word in ("Amber", "Lantern", "Lyon", "639981242"):
        assert word not in page


def matrix(person: Person) -> dict[str, list[str]]:
    """The table by month and level: a month → what its three cells say."""
    page = person.client.get(PATH).content.decode()
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', page, re.DOTALL)
    return {month: re.findall(r"<td>(.*?)</td>", cells) for month, cells in rows}


def test_by_what_happened(moderator: Person, member: Person) -> None:
    put(member, 12)
    harms = figures.count(member.ring, today()).harms
    assert harms == [(key, 12) for key in sorted(figures.HARMS.intersection(report().what))]
    assert not figures.HARMS & {"client", "police", "group"}
    page = moderator.client.get(PATH).content.decode()
    assert f"<dt>Everything else</dt><dd>{FEW}</dd>" in page


@pytest.mark.thorough
def test_months_are_full_ones_with_a_count_for_each_level(
    moderator: Person, member: Person
) -> None:
    put(member, 15, level=3, age=40)
    put(member, 12, level=2, age=40)
    put(member, 9, level=1, age=40)
    put(member, 30, level=3)
    put(member, 30, level=2)
    put(member, 30, level=0, age=40)
    found = matrix(moderator)
    assert len(found) == figures.MONTHS
    month = next(iter(figures.count(member.ring, today()).months))
    written = month_and_year((today() - datetime.timedelta(days=40)).replace(day=1))
    assert found[written] == ["15", "12", "–"]
    assert month[0] < today().replace(day=1)


@pytest.mark.thorough
def test_a_month_is_left_out_where_a_sum_would_give_another_away(
    moderator: Person, member: Person
) -> None:
    """All notes of the level are in two full months: the total would give the small one away."""
    put(member, 20, level=3, age=40)
    put(member, 3, level=3, age=75)
    put(member, 40, level=0, age=40)
    put(member, 40, level=0, age=75)
    assert tables(moderator)[0]["Very dangerous"] == "23"
    assert {cell for cells in matrix(moderator).values() for cell in cells} == {"–"}


@pytest.mark.thorough
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 400), st.integers(1, 40)), max_size=14))
def test_no_sum_leaves_a_small_remainder(kinds: list[tuple[int, int, int]]) -> None:
    """Whatever is counted, each level and each quarter keeps ten notes that no cell gives."""
    day = datetime.date(2026, 11, 21)
    counts: figures.Cells = Counter()
    levels: Counter[int] = Counter()
    quarters: Counter[datetime.date] = Counter()
    for level, age, number in kinds:
        written = day - datetime.timedelta(days=age)
        counts[level, written.replace(day=1)] += number
        levels[level] += number
        quarters[figures.quarter_of(written)] += number
    months = figures._full_months(day)
    given = figures._without_small_remainders(counts, months, levels, quarters)
    assert all(number >= figures.LEAST for number in given.values())
    for level in figures.GIVEN_LEVELS:
        shown = sum(number for (of, _month), number in given.items() if of == level)
        assert not shown or levels[level] - shown >= figures.LEAST
    for quarter, total in quarters.items():
        shown = sum(
            number for (_of, month), number in given.items() if figures.quarter_of(month) == quarter
        )
        assert not shown or total - shown >= figures.LEAST


def test_a_chart_shows_no_more_than_its_table(moderator: Person, member: Person) -> None:
    """Small counts change no height, no width and no byte of any chart."""
    put(member, 30, level=3, age=200)
    put(member, 12, "FR-BRE", 2)

    def charts() -> list[bytes]:
        # Every note here says the same of what happened, so that table may change.
        names = ("levels", "months", "regions", "quarters")
        return [moderator.client.get(f"{PATH}{name}.svg").content for name in names]

    before = charts()
    put(member, 9, "ES-MD", 1, age=100)
    assert charts() == before


def test_charts_and_numbers_are_files(moderator: Person, member: Person) -> None:
    put(member, 12)
    chart = moderator.client.get(f"{PATH}levels.svg")
    assert chart["Content-Type"] == "image/svg+xml"
    assert chart["Content-Disposition"] == 'attachment; filename="levels.svg"'
    assert chart["Cache-Control"] == "no-store"
    root = ElementTree.fromstring(chart.content.decode())  # noqa: S314 (ours)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "style" not in chart.content.decode()
    file = moderator.client.get(f"{PATH}figures.csv")
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert ["By level", "Very dangerous", "", "12"] in lines
    assert ["By level", "Dangerous", "", FEW] in lines
    assert len([line for line in lines if line[0] == "By month and level"]) == 36
    assert moderator.client.get(f"{PATH}nothing.svg").status_code == 404


def test_a_spreadsheet_takes_no_region_for_a_formula(moderator: Person, member: Person) -> None:
    put(member, 10, '=HYPERLINK("x")')
    file = moderator.client.get(f"{PATH}figures.csv").content.decode("utf-8-sig")
    assert "'=HYPERLINK" in next(
        row[1] for row in csv.reader(io.StringIO(file)) if "HYPER" in row[1]
    )


@pytest.mark.parametrize("language", EACH)
def test_the_page_says_each_chart_in_words(moderator: Person, language: str) -> None:
    page = moderator.client.get(f"/{language}/a/figures/").content.decode()
    assert page.count('role="img"') == page.count('class="chart"') == 5
    assert page.count("<dl") + page.count("<table") == 5


@pytest.mark.parametrize("person", ["member", "colleague", "reporter", "translator", "outsider"])
def test_only_moderators_see_it(request: pytest.FixtureRequest, person: str) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(PATH).status_code == 404
    assert someone.client.post(PATH).status_code == 404


@pytest.mark.thorough
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
    began, unfinished = time.process_time(), 0
    while figures.count(moderator.ring, today()) is None:
        unfinished += 1
    assert unfinished == 10_000 // figures.MOST_COUNTED
    assert time.process_time() - began < 3


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["day", "card", "epoch", "version", "level", "region"])
@pytest.mark.parametrize("value", ["'text'", "1000000000000000", "x'ff'"])
def test_odd_values_in_the_table_break_nothing(
    moderator: Person, member: Person, column: str, value: str
) -> None:
    lifecycle.post(member.ring, member.row, report(reported("phone", "06 39 98 12 42")))
    put_odd(f"UPDATE alerts_alert SET {column} = {value}")  # noqa: S608
    assert len(tables(moderator)) == 3
    typed = {"region": "FR-IDF", "make": "1"}
    assert moderator.client.post("/en/a/sheet/", typed).status_code == 200
