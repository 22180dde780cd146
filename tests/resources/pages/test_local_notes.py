"""What organisations filled in: one country at a time, chosen by the reader."""

import datetime
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.translation import override

from resources.pages.models import LocalNote, Page
from safety_app.locales.countries import countries
from safety_app.locales.dates import today
from tests.languages import LANGUAGES
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire

pytestmark = pytest.mark.usefixtures("starter")

RECENTLY, LONG_SINCE = 20, 220  # days


def days_ago(days: int) -> datetime.date:
    return today() - datetime.timedelta(days=days)


def fill(country: str, language: str, text: str, **more: object) -> None:
    page = Page.objects.get(number=more.pop("number", 8))
    row = {"key": "care-at-night", "checked": days_ago(RECENTLY)} | more
    LocalNote.objects.create(page=page, country=country, language=language, text=text, **row)


@pytest.fixture
def filled(starter: None) -> None:
    fill("FR", "en", "At **any** emergency room.")
    fill("FR", "fr", "Aux urgences.")
    fill("ES", "es", "En urgencias <script>.")


@pytest.mark.usefixtures("filled")
def test_the_sites_own_country_is_shown_with_its_day(html: Callable[[str], str]) -> None:
    shown = html("/en/r/8/")
    assert shown.count("Ask your organisation") == 2
    assert "<b>France</b> <small>checked on " in shown
    assert "<p>At <strong>any</strong> emergency room.</p>" in shown
    assert "Aux urgences." not in shown
    assert "En urgencias" not in shown


@pytest.mark.usefixtures("filled")
def test_another_country_is_one_choice_away(html: Callable[[str], str]) -> None:
    shown = html("/en/r/8/?in=ES")
    assert '<div lang="es" dir="ltr"><p>En urgencias &lt;script&gt;.</p></div>' in shown
    assert "any</strong> emergency room" not in shown
    assert '<option value="ES" selected>Spain</option>' in shown


@pytest.mark.usefixtures("filled")
def test_only_countries_with_notes_are_offered_once_before_the_first_place(
    html: Callable[[str], str],
) -> None:
    main = html("/en/r/8/").split("<main", 1)[1]
    assert main.count("<option") == 2
    assert main.count('name="in"') == 1
    assert main.index('name="in"') < main.index("Where do you get PEP")


def test_a_country_without_notes_asks_the_organisation_and_names_the_others(
    html: Callable[[str], str],
) -> None:
    fill("ES", "es", "En urgencias.")
    main = html("/en/r/8/").split("<main", 1)[1]
    assert main.count("Ask your organisation") == 3
    assert '<option value="FR" selected>France</option>' in main
    assert '<option value="ES">Spain</option>' in main


def test_without_a_choice_there_is_no_form(html: Callable[[str], str]) -> None:
    fill("FR", "en", "At any emergency room.")
    assert 'name="in"' not in html("/en/r/8/")
    assert 'name="in"' not in html("/en/r/7/")


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("odd", ["xx", "EU", "<script>", "FRA", "F" * 500, "%00x"[3:], "es "])
def test_an_odd_choice_is_the_sites_own_country(client: Client, odd: str) -> None:
    shown = client.get("/en/r/8/", {"in": odd}).content.decode()
    assert "<b>Spain</b>" in shown if odd == "es " else "<b>France</b>" in shown


@pytest.mark.thorough
@pytest.mark.usefixtures("filled")
def test_a_page_of_one_country_shows_that_one(html: Callable[[str], str]) -> None:
    Page.objects.filter(number=8).update(country="ES")
    for address in ("/en/r/8/", "/en/r/8/?in=FR"):
        shown = html(address)
        assert "En urgencias" in shown
        assert 'name="in"' not in shown


@pytest.mark.parametrize(("days", "warned"), [(RECENTLY, False), (LONG_SINCE, True)])
def test_a_note_not_checked_for_six_months_says_so(
    html: Callable[[str], str], days: int, warned: bool
) -> None:
    fill("FR", "en", "At any emergency room.", checked=days_ago(days))
    assert ("Not checked for six months" in html("/en/r/8/")) is warned


@pytest.mark.parametrize(
    ("there", "shown"), [(["es", "fr", "en"], "fr"), (["es", "en"], "en"), (["pt", "es"], "es")]
)
def test_a_note_in_the_readers_language_then_the_pages_own_then_any(
    html: Callable[[str], str], there: list[str], shown: str
) -> None:
    for language in there:
        fill("FR", language, f"note {language}")
    page = html("/fr/r/8/")
    assert f"<p>note {shown}</p>" in page
    assert page.count("<p>note ") == 1
    assert (f'<div lang="{shown}" dir="ltr"><p>note' in page) is (shown != "fr")


def test_a_key_that_a_translation_lost_still_finds_its_note(html: Callable[[str], str]) -> None:
    page = Page.objects.get(number=8)
    for segment in page.segments.filter(segment_texts__text__contains="::: local care-at-night"):
        segment.segment_texts.filter(language="es").update(
            text="::: local otra-clave\n¿Dónde?\n:::"
        )
    fill("FR", "es", "En urgencias.")
    assert "<p>En urgencias.</p>" in html("/es/r/8/")


@pytest.mark.thorough
def test_notes_from_every_country_leave_the_page_within_the_first_flight(client: Client) -> None:
    page = Page.objects.get(number=8)
    with override("en"):
        codes = [code for code, _name in countries("en")]
    LocalNote.objects.bulk_create(
        LocalNote(
            page=page,
            key=key,
            country=code,
            language="en",
            text=f"Ring {key} in {code}. " * 8,
            checked=days_ago(RECENTLY),
        )
        for code in codes
        for key in ("care-at-night", "emergency-number", "traces-without-police")
    )
    for language in LANGUAGES:
        response = client.get(f"/{language}/r/8/", headers={"accept-encoding": "gzip"})
        assert on_the_wire(response) < FIRST_FLIGHT
    assert len(codes) > 200
