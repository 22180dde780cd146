"""Help now: what somebody in danger needs, one tap away, for any country, and nothing kept."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.directory.models import Service
from resources.pages import empty_boxes
from resources.pages.models import LocalNote, Page
from safety_app.locales.dates import today
from tests.cast import Person
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire

pytestmark = pytest.mark.usefixtures("starter")
BROWSER = {"accept-encoding": "gzip, br", "accept": "text/html"}


def links(html: str) -> dict[str, str]:
    """Text → address of every link in the text of a page."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', main, re.S)
    return {
        " ".join(re.sub(r"<[^>]*>", "", text).split()): unescape(address) for address, text in found
    }


def place(kind: str, country: str = "FR") -> Service:
    return Service.objects.create(
        name=f"The place for {kind}",
        kinds=f",{kind},",
        country=country,
        language="en",
        checked=today(),
        published=True,
    )


def note(number: int, key: str, text: str) -> LocalNote:
    page = Page.objects.get(number=number)
    return LocalNote.objects.create(
        page=page, key=key, country="FR", language="en", text=text, checked=today()
    )


@pytest.fixture
def now(client: Client) -> Callable[[str], dict[str, str]]:
    return lambda query="": links(client.get(f"/en/now/{query}").content.decode())


def test_an_ambulance_care_the_sheet_and_somebody_to_talk_to(
    now: Callable[[str], dict[str, str]],
) -> None:
    found = list(now("").items())[:4]
    assert found == [
        ("Call an ambulance in France: 112", "tel:112"),
        (
            "Medicine against HIV (PEP) and emergency contraception",
            "/en/r/8/?in=FR#care-at-night",
        ),
        ("A sheet to show a doctor", "/en/doctor/"),
        ("Someone to talk to", "/en/r/13/?in=FR#crisis-line"),
    ]


def test_the_directory_is_asked_first(now: Callable[[str], dict[str, str]]) -> None:
    for kind in ("pep", "contraception", "line"):
        place(kind)
    found = now("")
    assert found["Medicine against HIV (PEP) near me"] == "/en/services/?kind=pep&region=FR"
    assert found["Emergency contraception near me"] == "/en/services/?kind=contraception&region=FR"
    assert found["Someone to talk to"] == "/en/services/?kind=line&region=FR"


def test_every_link_leads_to_a_page_with_an_answer(client: Client) -> None:
    place("pep")
    place("line", country="")
    for address in links(client.get("/en/now/").content.decode()).values():
        if not address.startswith(("tel:", "?")):
            assert client.get(address.split("#")[0]).status_code == 200
    [listed] = [
        address
        for text, address in links(client.get("/en/now/").content.decode()).items()
        if text == "Someone to talk to"
    ]
    assert "The place for line" in client.get(listed).content.decode()


def test_a_place_that_is_not_published_or_elsewhere_is_not_offered(
    now: Callable[[str], dict[str, str]],
) -> None:
    place("pep", country="ES")
    hidden = place("line")
    hidden.published = False
    hidden.save()
    assert not [address for address in now("").values() if address.startswith("/en/services/")]


@pytest.mark.parametrize(
    ("country", "address"), [("GB", "tel:999"), ("gb", "tel:999"), ("US", "tel:911")]
)
def test_another_country(now: Callable[[str], dict[str, str]], country: str, address: str) -> None:
    assert next(iter(now(f"?in={country}").values())) == address


def test_no_number_is_invented(client: Client) -> None:
    html = client.get("/en/now/?in=NG").content.decode()
    assert next(iter(links(html))) == "Call 112 from a mobile phone"
    assert "We do not know the ambulance’s number in Nigeria." in html


@pytest.mark.parametrize("wanted", ["", "XX", "%C3%A9", "' or 1", "FR" * 500])
def test_anything_else_is_the_sites_own_country(
    now: Callable[[str], dict[str, str]], wanted: str
) -> None:
    assert "Call an ambulance in France: 112" in now(f"?in={wanted}")


def test_without_script_every_country_is_a_link_with_its_number(client: Client) -> None:
    found = links(client.get("/en/now/").content.decode())
    assert found["Spain"] == "?in=ES"
    assert found["Nigeria"] == "?in=NG"
    assert len([address for address in found.values() if address.startswith("?in=")]) > 240


def test_what_organisations_filled_in_is_on_it(client: Client) -> None:
    note(8, "emergency-number", "112. The police do not come.")
    note(13, "crisis-line", "Ring the lantern, day and night.")
    html = client.get("/en/now/").content.decode()
    assert "The police do not come." in html
    assert "Ring the lantern, day and night." in html
    assert "Ring the lantern" not in client.get("/en/now/?in=ES").content.decode()


@pytest.mark.thorough
def test_pages_8_and_10_have_it_on_top(client: Client) -> None:
    place("drugs")
    for number in (8, 10):
        html = client.get(f"/en/r/{number}/").content.decode()
        top = html[: html.index('class="fact"')]
        assert 'href="tel:112"' in top
        assert 'href="/en/doctor/"' in top
        assert "Someone to talk to" in top
        assert ("kind=drugs" in top) == (number == 10)
    assert "tel:" not in client.get("/en/r/7/").content.decode()


def test_a_box_that_the_site_can_answer_does_not_say_ask_your_organisation(
    client: Client,
) -> None:
    asked = "Ask your organisation"
    before = client.get("/en/r/10/").content.decode()
    place("drugs")
    after = client.get("/en/r/10/").content.decode()
    assert before.count(asked) == 1
    assert after.count(asked) == 0
    assert '<b>France</b> <a href="tel:112"' in after


def test_what_an_organisation_says_stands_instead_of_the_table(client: Client) -> None:
    note(10, "emergency-number", "Ring 15.")
    main = client.get("/en/r/10/").content.decode()
    assert "Ring 15." in main
    assert main.count('href="tel:112"') == 1


def test_missing_pages_leave_no_dead_link(client: Client) -> None:
    Page.objects.filter(number__in=(8, 13)).update(published=False)
    found = links(client.get("/en/now/").content.decode())
    assert "Someone to talk to" not in found
    assert next(iter(found.values())) == "tel:112"


@pytest.mark.parametrize("language", EACH)
def test_it_is_public_without_a_cookie_and_fits_the_first_flight(
    client: Client, language: str
) -> None:
    response = client.get(f"/{language}/now/", headers=BROWSER)
    assert not response.cookies
    assert "public" in response["Cache-Control"]
    assert on_the_wire(response) < FIRST_FLIGHT


def test_signed_in_it_begins_with_the_country_of_the_session(member: Person) -> None:
    member.client.post("/en/a/check/", {"q": "x", "country": "GB", "look": "1"})
    html = member.client.get("/en/now/").content.decode()
    assert "Call an ambulance in United Kingdom: 999" in unescape(html)
    assert member.client.get("/en/now/").headers["Cache-Control"].count("no-store")
    assert len(html.encode()) % 12_288 == 0


def test_opening_it_writes_no_row_and_no_line(
    client: Client, member: Person, caplog: pytest.LogCaptureFixture
) -> None:
    for reader in (client, member.client):
        with CaptureQueriesContext(connection) as queries:
            assert reader.get("/en/now/?in=ES").status_code == 200
        words = {query["sql"].split()[0] for query in queries.captured_queries}
        assert words <= {"SELECT", "PRAGMA", "SAVEPOINT", "RELEASE"}
    assert caplog.records == []


def test_it_takes_nothing_but_reading(client: Client) -> None:
    assert client.post("/en/now/", {"in": "GB"}).status_code == 405
    assert settings.HOME_COUNTRY == "FR"


@pytest.mark.thorough
def test_moderators_are_reminded_until_the_boxes_are_filled(moderator: Person) -> None:
    def reminders() -> list[str]:
        items = empty_boxes.queue_items(moderator.ring, moderator.row)
        return [f"{item.title} {item.url}" for item in items]

    assert reminders() == [
        "“When police take a phone”: 3 local boxes are empty (France) /en/r/6/local/?country=FR",
        "“If someone hurt you”: 4 local boxes are empty (France) /en/r/8/local/?country=FR",
        "“Overdose: what to do”: 2 local boxes are empty (France) /en/r/10/local/?country=FR",
    ]
    note(10, "emergency-number", "112")
    assert "“Overdose: what to do”: 1 local box is empty" in reminders()[2]
    note(10, "naloxone", "At the pharmacy.")
    assert len(reminders()) == 2
    assert "4 local boxes are empty" in moderator.client.get("/en/desk/").content.decode()
