"""The list of services, as anybody sees it: filters, order, size."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from resources.directory import vocabulary
from resources.directory.content import KnownAnswer
from resources.directory.hours import Hours
from resources.directory.models import Fact, Opening, Service
from resources.pages.models import Page
from safety_app.locales.dates import today
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire
from tests.resources.directory.places import content, full, put, secret

pytestmark = pytest.mark.django_db
LIST = "/en/services/"
NO = KnownAnswer("no", "x", datetime.date(2026, 1, 31))
YES = KnownAnswer("yes", "x", datetime.date(2026, 1, 31))


def names(html: str) -> list[str]:
    """The entries of a page, in its order."""
    cards = html.split('<ul class="cards">')[1].split("</ul>")[0] if "cards" in html else ""
    return [part.split("</b>")[0].split(">")[-1] for part in cards.split("<li>")[1:]]


@pytest.fixture
def found(html: Callable[[str], str]) -> Callable[[str], list[str]]:
    return lambda query: names(html(f"{LIST}?{query}"))


def test_by_name_whatever_else(found: Callable[[str], list[str]]) -> None:
    for name in ("Éclair", "anchor", "Zebra", "Bridge"):
        facts = {**content().facts, "stop": YES if name in ("Zebra", "anchor") else NO}
        put(content(name=name, facts=facts))
    assert found("") == ["anchor", "Bridge", "Éclair", "Zebra"]


def test_only_what_is_published(
    found: Callable[[str], list[str]], html: Callable[[str], str]
) -> None:
    put(content(name="Hidden"), published=False)
    assert found("") == []
    assert "No places yet." in html(LIST)
    assert "Hidden" not in html(LIST)


@pytest.mark.thorough
def test_each_filter_narrows(found: Callable[[str], list[str]]) -> None:
    put(content(name="Here", country="FR", region="Bretagne", languages=("ro",), kinds=("legal",)))
    put(content(name="There", country="ES", languages=("es",)))
    assert found("kind=legal") == ["Here"]
    assert found("region=FR") == ["Here"]
    assert found("region=fr") == ["Here"]
    assert found("region=FR/Bretagne") == ["Here"]
    assert found("region=FR/Alsace") == []
    assert found("region=ES&language=es&kind=food") == ["There"]
    assert found("language=ro") == ["Here"]


@pytest.mark.parametrize(
    ("tick", "facts"),
    [
        ("anonymous", {"anonymous": YES}),
        ("undocumented", {"undocumented": YES}),
        ("no_contact", {"police": NO, "immigration": NO}),
        ("children", {"children": YES}),
    ],
)
def test_a_tick_wants_a_certain_answer(
    found: Callable[[str], list[str]], tick: str, facts: dict[str, KnownAnswer]
) -> None:
    put(content(name="Sure", facts={**content().facts, **facts}))
    unsure = {name: KnownAnswer("depends", "x", today()) for name in facts}
    put(content(name="Unsure", facts={**content().facts, **unsure}))
    put(content(name="Unknown"))
    assert found(f"{tick}=1") == ["Sure"]
    assert found(f"{tick}=yes") == ["Sure"]
    assert len(found(f"{tick}=0")) == len(found(f"{tick}=")) == 3


def test_open_now(found: Callable[[str], list[str]], html: Callable[[str], str]) -> None:
    always = tuple(Hours(day, "00:00", "00:00") for day in range(7))
    put(content(name="Night", hours=always, time_zone="Asia/Bangkok"))
    put(content(name="Never said"))
    assert found("open=1") == ["Night"]
    assert html(LIST).count("<small>Open now</small>") == 1


@pytest.mark.parametrize("query", ["écLAIR", "ECLAIR", "eclair food", "sao", "ไทย"])
def test_words_without_accents_and_in_any_script(
    found: Callable[[str], list[str]], query: str
) -> None:
    put(content(name="Éclair", city="São Tomé", description="ภาษาไทย"))
    put(content(name="Other"))
    assert found(f"q={query}") == ["Éclair"]


def test_kinds_are_found_in_the_language_of_the_page(html: Callable[[str], str]) -> None:
    put(content(name="Desk", kinds=("legal",)))
    assert names(html(f"{LIST}?q=legal+help")) == ["Desk"]


@pytest.mark.parametrize(
    "query",
    [
        "kind=%27%20OR%201=1--",
        "kind=%25&language=_",
        "region=" + "x" * 3000,
        "region=ZZ/../..",
        "language=" + "e" * 500,
        "page=-1&q=",
        "page=99999999999999999999",
        "page=٣",
        "q=" + "a" * 5000,
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "anonymous=" + "1" * 5000,
    ],
)
def test_hostile_queries_get_a_page(html: Callable[[str], str], query: str) -> None:
    put(content())
    assert "<script>alert" not in html(f"{LIST}?{query}")


@pytest.mark.thorough
def test_twenty_on_a_page_and_all_of_them_once(html: Callable[[str], str]) -> None:
    for number in range(45):
        put(content(name=f"Place {number:02}"))
    pages = [names(html(f"{LIST}?kind=food&page={page}")) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert sum(pages, []) == [f"Place {number:02}" for number in range(45)]
    assert "?kind=food&amp;page=2" in html(f"{LIST}?kind=food")
    assert names(html(f"{LIST}?page=9")) == pages[2]


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
def test_a_full_page_fits_the_first_flight(client: Client, language: str) -> None:
    for number in range(25):
        countries = ("FR", "ES", "GB", "DE", "RO")
        what = content(
            name=f"A place with a long enough name {number * 7919}",
            kinds=tuple(vocabulary.Kind.values[number % 9 : number % 9 + 8]),
            country=countries[number % 5],
            region=f"Region {number}",
            city=f"Town {number * 104729}",
            languages=vocabulary.SPOKEN,
        )
        put(replace(what, checked=None))
    address = f"/{language}/services/?anonymous=0&kind="
    response = client.get(address, headers={"accept-encoding": "gzip"})
    assert on_the_wire(response) < FIRST_FLIGHT


@pytest.mark.thorough
def test_a_list_costs_a_fixed_number_of_queries_and_none_of_people(client: Client) -> None:
    for _number in range(5):
        put(full())
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(LIST)
    for number in range(12):
        put(content(name=f"{number}"))
    with CaptureQueriesContext(connection) as many:
        client.get(f"{LIST}?kind=food&anonymous=1&q=a&region=FR")
    assert len(many) <= len(few) + 1
    asked = [query["sql"] for query in few.captured_queries + many.captured_queries]
    assert not [sql for sql in asked if "accounts_" in sql or "alerts_" in sql]


@pytest.mark.thorough
def test_it_may_be_kept_for_a_while_and_knows_nobody(client: Client) -> None:
    response = client.get(LIST)
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies


@pytest.mark.parametrize("method", ["post", "put", "delete"])
@pytest.mark.parametrize("path", ["", "all.json"])
def test_it_is_only_read(client: Client, method: str, path: str) -> None:
    assert getattr(client, method)(LIST + path).status_code == 405


def test_a_secret_town_is_not_in_the_filter(html: Callable[[str], str]) -> None:
    put(secret())
    page = html(LIST)
    assert "Germany · Bayern" in page


def test_what_does_not_belong_in_a_column_breaks_nothing(html: Callable[[str], str]) -> None:
    row = put(full())
    Service.objects.filter(pk=row.pk).update(
        kinds=",nothing,food,", languages=",xx-nope,", country="??", time_zone="../x", checked=None
    )
    Fact.objects.filter(service=row, question="police").update(answer="maybe")
    Fact.objects.filter(service=row, question="costs").update(question="other")
    Opening.objects.filter(service=row).update(weekday=99, opens="later")
    assert len(names(html(LIST))) == 1
    assert "Not known" in html(f"/en/services/{row.pk}/")


def test_the_home_page_leads_here(html: Callable[[str], str]) -> None:
    assert not Page.objects.exists()
    assert reverse("directory:services") in html("/en/")
