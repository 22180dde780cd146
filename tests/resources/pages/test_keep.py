"""Keeping pages on the phone: what the server says about it, and to whom."""

import datetime
import json
import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from resources.pages import offline
from resources.pages.models import LocalNote, Page, SegmentText
from tests.cast import Person
from tests.languages import EACH, EACH_SLOW
from tests.look.sheet import STATIC
from tests.resources.conftest import (
    FIRST_FLIGHT,
    NUMBERS,
    on_the_wire,
)

pytestmark = pytest.mark.usefixtures("starter")

WORKER = (STATIC / "pages.js").read_text()
SCRIPT = (STATIC / "keep.js").read_text()


def listed(client: Client, language: str = "en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(f"/{language}/keep/all.json").content)
    return found


def kept_pattern(name: str) -> re.Pattern[str]:
    """The worker's own expression of what it touches."""
    written = re.search(rf"const {name} = /(.*)/;", WORKER)
    assert written
    return re.compile(written[1])


def note(country: str, number: int = 8) -> LocalNote:
    day = datetime.date(2026, 1, 1)
    page = Page.objects.get(number=number)
    return LocalNote.objects.create(
        page=page, key="night", country=country, language="en", text="Ring.", checked=day
    )


@pytest.mark.parametrize("language", EACH)
def test_the_list_names_public_pages_of_one_language(client: Client, language: str) -> None:
    found = listed(client, language)
    pages = [f"/{language}/r/{number}/" for number in NUMBERS]
    about = [f"/{language}/{path}/" for path in ("now", "kept", "kept/limits", "keep", "keep/not")]
    assert found["pages"] == [f"/{language}/", *pages, *about]
    assert len(found["files"]) == 4
    for path in found["files"]:
        assert path.startswith("/static/")


def test_a_page_that_is_not_published_is_not_kept(client: Client) -> None:
    Page.objects.filter(number=3).update(published=False)
    assert "/en/r/3/" not in listed(client)["pages"]


@pytest.mark.thorough
def test_everything_listed_is_public_and_the_worker_would_take_it(client: Client) -> None:
    note("ES")
    page, file = kept_pattern("PAGE"), kept_pattern("FILE")
    found = listed(client)
    assert all(page.fullmatch(path) for path in found["pages"])
    assert all(file.fullmatch(path) for path in found["files"])
    for path in found["pages"]:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response["Content-Type"].startswith("text/html")
        assert "public" in response["Cache-Control"]
        assert response.cookies == {}


@pytest.mark.thorough
def test_no_link_of_a_kept_page_is_a_dead_end(client: Client) -> None:
    """It leads to what is kept, or to what the worker says it has not; else to a form to send."""
    note("ES")
    page, away = kept_pattern("PAGE"), kept_pattern("AWAY")
    kept = listed(client)["pages"]
    links: set[str] = set()
    for path in kept:
        main = client.get(path).content.decode().split("</header>")[1]
        links |= {link.split("#")[0] for link in re.findall(r'href="(/en/[^"]*)"', main)}
    # A page of which there is no copy for a country is shown without it.
    links -= {link for link in links if page.fullmatch(link) and link.split("?")[0] in kept}
    assert {link for link in links if not away.fullmatch(link)} == {
        "/en/apply/",
        "/en/in/",
        "/en/join/",
        "/en/object/",
    }


def test_what_is_not_kept_says_so(client: Client) -> None:
    response = client.get("/en/keep/not/", headers={"accept-encoding": "gzip"})
    assert on_the_wire(response) < FIRST_FLIGHT
    assert response["Cache-Control"] == "public, max-age=300"
    main = client.get("/en/keep/not/").content.decode().split("<main")[1]
    assert "This page is not on this phone" in main
    assert 'href="/en/"' in main
    assert "keep.js" not in main


def test_the_worker_touches_nothing_else() -> None:
    page, file, away = (kept_pattern(name) for name in ("PAGE", "FILE", "AWAY"))
    signed_in = "/en/in/ /en/a/ /en/a/check/ /en/me/ /en/lock/ /en/translate/ /en/services/edit/"
    forms = "/en/booking/ /en/object/"
    public = "/en/doctor/ /en/find/ /en/services/ /en/new/ /en/new.xml /en/join/ /en/keep/all.json"
    odd = "/exit /exit/ /healthz /pages.js /en/?q=x /en/r/8/?q=x /en/r/8/?in=ES&q=x /en/r/8/edit/"
    for path in f"{signed_in} {forms} {public} {odd}".split():
        assert not page.fullmatch(path), path
        assert not file.fullmatch(path), path
    # Of these it only says that they are not there, when there is no line.
    told = {path for path in f"{signed_in} {forms} {public} {odd}".split() if away.fullmatch(path)}
    assert told == {"/en/booking/", "/en/doctor/", "/en/services/", "/en/new/"}


def test_pages_with_notes_are_kept_for_each_country(client: Client) -> None:
    note("FR")
    assert not [path for path in listed(client)["pages"] if "?" in path]
    note("ES")
    note("not a country"[:2])
    chosen = [path for path in listed(client)["pages"] if "?" in path]
    assert chosen == ["/en/r/8/?in=ES", "/en/r/8/?in=FR"]


def test_too_many_countries_are_not_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "CHOICES", 2)
    note("ES")
    assert len([path for path in listed(client)["pages"] if "?" in path]) == 2
    note("PT")
    assert not [path for path in listed(client)["pages"] if "?" in path]


@pytest.mark.thorough
def test_the_state_changes_with_whatever_a_reader_would_see(client: Client) -> None:
    states = [listed(client, "es")["state"]]
    assert listed(client, "es")["state"] == states[0]
    segment_text = SegmentText.objects.filter(
        language="es",
        segment__page__number=8,
        segment__role="body",
        segment__position__isnull=False,
    ).first()
    assert segment_text
    SegmentText.objects.filter(pk=segment_text.pk).update(text="Otra cosa.")
    states.append(listed(client, "es")["state"])
    SegmentText.objects.filter(pk=segment_text.pk).update(superseded=True)
    states.append(listed(client, "es")["state"])
    filled = note("ES")
    states.append(listed(client, "es")["state"])
    LocalNote.objects.filter(pk=filled.pk).update(text="Ring twice.")
    states.append(listed(client, "es")["state"])
    Page.objects.filter(number=8).update(checked=datetime.date(2026, 11, 1))
    states.append(listed(client, "es")["state"])
    Page.objects.filter(number=9).update(published=False)
    states.append(listed(client, "es")["state"])
    assert len(set(states)) == len(states)
    assert all(re.fullmatch("[0-9a-f]{32}", state) for state in states)


def test_a_translation_into_another_language_changes_nothing(client: Client) -> None:
    before = listed(client, "es")["state"]
    SegmentText.objects.filter(language="fr", segment__page__number=8).update(text="Autre chose.")
    assert listed(client, "es")["state"] == before


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH_SLOW)
def test_the_size_is_about_right(client: Client, language: str) -> None:
    note("ES")
    found = listed(client, language)
    pages = sum(len(client.get(path).content) for path in found["pages"])
    files = sum((STATIC / name).stat().st_size for name in offline.FILES)
    with translation.override(language):
        assert 0.85 < offline.kept_bytes(language) / (pages + files) < 1.35


@pytest.mark.parametrize("language", EACH)
def test_the_page_fits_the_first_flight_and_is_public(client: Client, language: str) -> None:
    response = client.get(f"/{language}/keep/", headers={"accept-encoding": "gzip"})
    assert on_the_wire(response) < FIRST_FLIGHT
    assert response["Cache-Control"] == "public, max-age=300"
    assert response.cookies == {}


def test_without_script_the_page_explains_and_offers_no_button(client: Client) -> None:
    main = client.get("/en/keep/").content.decode().split("<main", 1)[1]
    assert "That does not work here" in main
    assert "print a page instead" in main
    shown = re.findall(r"<(?:button|p) [^>]*data-when=[^>]*>", main)
    assert len(shown) == 8
    assert [tag for tag in shown if "hidden" not in tag] == [
        '<p class="notice" data-when="impossible">'
    ]


def test_every_page_leads_there(client: Client) -> None:
    for path in ("/en/", "/en/r/8/"):
        assert 'href="/en/keep/"' in client.get(path).content.decode()


def test_the_worker_is_served_from_the_root_and_always_asked_for_anew(client: Client) -> None:
    response: HttpResponse = client.get("/pages.js")  # type: ignore[assignment]
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "connect-src 'self'" in response["Content-Security-Policy"]
    assert response.cookies == {}
    assert response.content.decode() == WORKER


def test_it_is_the_same_for_somebody_signed_in(member: Person) -> None:
    response = member.client.get("/pages.js")
    assert response.content.decode() == WORKER
    assert response["Cache-Control"] == "no-cache"
    assert response.cookies == {}
    # What she sees of the page is hers alone, and no worker would take it.
    assert member.client.get("/en/keep/")["Cache-Control"] == "no-store"
    assert member.client.get("/en/keep/all.json")["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_they_are_only_read(client: Client, method: str) -> None:
    for path in ("/en/keep/", "/en/keep/all.json", "/pages.js"):
        assert getattr(client, method)(path).status_code == 405


def test_the_scripts_are_small_and_ask_nobody_else() -> None:
    assert len(WORKER.encode()) < 4_864
    assert len(SCRIPT.encode()) < 2_816
    for text in (WORKER, SCRIPT):
        assert not re.search(r"https?:|innerHTML|eval|import|cookie\b(?! goes)|localStorage", text)
    # Only this line fetches for keeping, and it sends no cookie.
    assert WORKER.count("fetch(") == 2
    assert 'credentials: "omit"' in WORKER
    assert "fetch" not in SCRIPT


def test_kept_says_so(client: Client) -> None:
    assert "Pages you ask to keep on your phone" in client.get("/en/kept/").content.decode()
