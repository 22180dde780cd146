"""What changed lately: a page for people, a feed for programs (RFC 4287)."""

import datetime
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from resources.pages.models import Page, Segment, SegmentText, Version
from resources.pages.publication import publish
from resources.pages.recent_changes import MOST_CHANGES
from tests.languages import LANGUAGES
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = datetime.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def published_before(starter: None) -> None:
    """The starter pages are published today, whatever day that is; here it was before DAY."""
    Version.objects.update(day=DAY - datetime.timedelta(days=1))


def change(number: int = 8, day: datetime.date = DAY, **more: object) -> Version:
    page = Page.objects.get(number=number)
    version = Version(
        page=page,
        topic=page.topic,
        urgent=page.urgent,
        checked=day,
        day=day,
        title="If someone hurt you",
        answer="Answer.",
        body="Within 71 hours.",
    )
    for name, value in more.items():
        setattr(version, name, value)
    publish(version, day)
    return version


def feed(client: Client, language: str = "en") -> ElementTree.Element:
    response = client.get(f"/{language}/new.xml")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml"
    return ElementTree.fromstring(response.content)  # noqa: S314  our own


def text(element: ElementTree.Element, name: str) -> str:
    return element.findtext(ATOM + name) or ""


@pytest.mark.thorough
def test_the_newest_comes_first_with_what_was_said(client: Client) -> None:
    change(7, change_note="A sentence is clearer.")
    change(8, change_note="PEP: 71 hours.", correction=True)
    entries = feed(client).findall(f"{ATOM}entry")
    assert [text(entry, "summary") for entry in entries[:2]] == [
        "Urgent correction: PEP: 71 hours.",
        "A sentence is clearer.",
    ]
    main = client.get("/en/new/").content.decode().split("<main", 1)[1]
    assert main.index("Urgent correction") < main.index("A sentence is clearer.")
    assert 'href="/en/r/8/"' in main
    assert "23 November 2026" in main


def test_an_entry_has_all_that_the_standard_asks_for(client: Client) -> None:
    serial = change(8).serial
    root = feed(client, "es")
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "es"
    assert text(root, "id") == "http://testserver/es/new.xml"
    assert text(root, "title") == settings.SITE_NAME
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {
        "self": "http://testserver/es/new.xml",
        "alternate": "http://testserver/es/",
    }
    entry = root.find(f"{ATOM}entry")
    assert entry is not None
    assert text(entry, "id") == f"http://testserver/es/r/8/#{serial}"
    assert text(entry, "updated") == text(root, "updated") == "2026-11-23T00:00:00Z"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert (link.get("rel"), link.get("href")) == ("alternate", "http://testserver/es/r/8/")


@pytest.mark.thorough
def test_ids_stay_and_differ(client: Client) -> None:
    change(8)
    change(8, change_note="Again.")
    before = [text(entry, "id") for entry in feed(client).findall(f"{ATOM}entry")]
    assert len(set(before)) == len(before)
    change(7)
    after = [text(entry, "id") for entry in feed(client).findall(f"{ATOM}entry")]
    assert after[1:] == before


def test_no_time_is_finer_than_a_day(client: Client) -> None:
    change(8)
    times = re.findall(r"T\d\d:[^<]*", client.get("/en/new.xml").content.decode())
    assert set(times) == {"T00:00:00Z"}


@pytest.mark.thorough
def test_the_title_is_the_one_readers_see_and_the_editors_line_says_its_language(
    client: Client,
) -> None:
    change(8, change_note="Seventy-one.")
    entry = feed(client, "fr").find(f"{ATOM}entry")
    assert entry is not None
    assert text(entry, "title") == "Si quelqu’un t’a fait du mal"
    summary = entry.find(f"{ATOM}summary")
    assert summary is not None
    assert summary.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert (
        '<span lang="en" dir="ltr">Seventy-one.</span>' in client.get("/fr/new/").content.decode()
    )


@pytest.mark.thorough
def test_a_page_that_is_new_says_so_and_a_change_without_words_too(client: Client) -> None:
    Version.objects.all().delete()
    change(8)
    change(8)
    summaries = [text(entry, "summary") for entry in feed(client).findall(f"{ATOM}entry")]
    assert summaries == ["Changed", "New page"]


@pytest.mark.thorough
def test_only_what_is_public_stands_in_it(client: Client) -> None:
    change(8, change_note="Seen by everybody.")
    change(7, change_note="Of a hidden page.")
    Page.objects.filter(number=7).update(published=False)
    change(6)
    Version.objects.create(
        page=Page.objects.get(number=8),
        topic="harm",
        checked=DAY,
        day=DAY,
        title="x",
        answer="x",
        body="x",
        change_note="A draft.",
    )
    for address in ("/en/new/", "/en/new.xml"):
        shown = client.get(address).content.decode()
        assert "Seen by everybody." in shown
        assert "Of a hidden page." not in shown
        assert "A draft." not in shown


@pytest.mark.thorough
def test_hostile_lines_stay_lines(client: Client) -> None:
    nothing = "\x00" if connection.vendor == "sqlite" else ""  # PostgreSQL refuses it
    evil = f"</summary><script>alert(1)</script> & \x0b{nothing}]]>"
    change(8, change_note=evil)
    SegmentText.objects.filter(segment__role=Segment.Role.TITLE).update(text=evil)
    assert feed(client).find(f"{ATOM}entry") is not None
    assert "<script" not in client.get("/en/new/").content.decode().split("<main", 1)[1]


@pytest.mark.thorough
def test_it_stays_short_however_much_changes(client: Client) -> None:
    for number in range(MOST_CHANGES + 5):
        change(8 if number % 2 else 7, change_note=f"{number} " + "what changed here " * 10)
    assert len(feed(client).findall(f"{ATOM}entry")) == MOST_CHANGES
    for language in LANGUAGES:
        for address in (f"/{language}/new/", f"/{language}/new.xml"):
            response = client.get(address, headers={"accept-encoding": "gzip"})
            assert on_the_wire(response) < FIRST_FLIGHT


def test_without_any_change_both_are_empty_and_whole(client: Client) -> None:
    Version.objects.all().delete()
    assert feed(client).findall(f"{ATOM}entry") == []
    assert "Nothing yet." in client.get("/en/new/").content.decode()


@pytest.mark.thorough
def test_the_first_screen_names_the_feed_and_links_to_the_list(client: Client) -> None:
    home = client.get("/fr/").content.decode()
    assert '<link rel="alternate" type="application/atom+xml" href="/fr/new.xml">' in home
    assert 'href="/fr/new/"' in home
    assert 'href="/fr/new.xml"' in client.get("/fr/new/").content.decode()


@pytest.mark.parametrize("address", ["/en/new/", "/en/new.xml"])
def test_they_are_only_read_and_know_nobody(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    response = client.get(address)
    assert "public" in response["Cache-Control"]
    assert not response.cookies
