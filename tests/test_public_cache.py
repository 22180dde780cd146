"""Public pages out of memory: the same bytes, never anybody's own, never an old text."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import brotli
import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import translation

from resources.directory.models import Service
from resources.pages.models import LocalNote, Page, Segment, SegmentText, Version
from safety_app import configuration
from safety_app.accounts.presentation import qr_code_of_address
from safety_app.locales.dates import today
from safety_app.privacy.middleware import public_cache
from safety_app.privacy.public.content import PublicContent, current_version
from safety_app.privacy.public.page_store import PageStore, StoredPage, store
from tests.test_walk import PEOPLE, every_address
from tests.test_walk import people as people  # the fixture

pytestmark = pytest.mark.django_db
BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}
CANARY = "canary-of-one-visitor"


@pytest.fixture
def text() -> SegmentText:
    """The title of a published page."""
    page = Page.objects.create(number=8, topic="work", source_language="en", checked=today())
    segment = Segment.objects.create(page=page, position=0, role="title")
    return SegmentText.objects.create(
        segment=segment, language="en", text="Before", state="approved"
    )


@pytest.fixture
def fresh() -> Callable[[str], bytes]:
    """A page as it is made anew, for a browser without a cookie."""

    def get(address: str) -> bytes:
        store.clear()
        return Client(headers=BROWSER).get(address).content

    return get


@pytest.mark.parametrize("address", ["/en/", "/fr/r/8/", "/es/r/8/?in=BE", "/en/kept/"])
def test_the_second_reader_gets_the_same_bytes_for_one_small_query(
    text, address, django_assert_num_queries
):
    first = Client(headers=BROWSER).get(address)
    assert first.status_code == 200
    with django_assert_num_queries(1):
        second = Client(headers=BROWSER).get(address)
    assert second.content == first.content
    assert second.headers == first.headers
    assert set(second["Vary"].split(", ")) == {"Accept-Encoding", "Cookie"}
    assert second["Cache-Control"] == "public, max-age=300"
    assert not second.cookies
    assert "ETag" not in second
    assert "default-src 'none'" in second["Content-Security-Policy"]


def test_each_browser_gets_the_coding_it_takes():
    plain = Client().get("/en/").content
    for accepted, coding, unpack in (
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip, deflate", "gzip", gzip.decompress),
        ("br;q=0, GZIP;q=0.5", "gzip", gzip.decompress),
        ("deflate", None, bytes),
        ("bread, xgzip", None, bytes),
    ):
        for _time in range(2):
            response = Client(headers={"accept-encoding": accepted}).get("/en/")
            assert response.get("Content-Encoding") == coding
            assert unpack(response.content) == plain
            assert int(response["Content-Length"]) == len(response.content)
            assert "Accept-Encoding" in response["Vary"]


def test_head_has_the_headers_of_get():
    for _time in range(2):
        head = Client(headers=BROWSER).head("/en/")
        assert head.content == b""
        assert head.headers == Client(headers=BROWSER).get("/en/").headers


def edits(text: SegmentText) -> dict[str, Callable[[], Any]]:
    page = text.segment.page
    note = {"page": page, "key": "k", "country": "FR", "language": "en", "checked": today()}
    return {
        "/en/r/8/ saved": lambda: (setattr(text, "text", "After"), text.save()),
        "/en/r/8/ updated": lambda: SegmentText.objects.update(text="After"),
        "/en/ related": lambda: text.segment.segment_texts.update(text="After"),
        "/en/ deleted": lambda: page.delete(),
        "/en/ all deleted": lambda: Page.objects.all().delete(),
        "/en/ bulk": lambda: SegmentText.objects.bulk_update(
            [SegmentText(pk=text.pk, text="After")], ["text"]
        ),
        "/en/new/ created": lambda: Version.objects.create(
            page=page, state="published", serial=1, day=today(), title="After", checked=today()
        ),
        "/en/services/ created": lambda: Service.objects.create(name="After", published=True),
        "/en/services/ bulk": lambda: Service.objects.bulk_create(
            [Service(name="After", published=True)]
        ),
        "/en/keep/all.json note": lambda: LocalNote.objects.create(**note, text="After"),
    }


@pytest.mark.parametrize("name", edits(SegmentText(segment=Segment(page=Page()))))
def test_an_edit_shows_at_once(text, fresh, name):
    address = name.split()[0]
    client = Client(headers=BROWSER)
    before, version = client.get(address).content, current_version()
    edits(text)[name]()
    assert current_version() != version
    after = client.get(address).content
    assert after != before
    assert after == fresh(address)


def test_what_is_rolled_back_was_never_there(text):
    before = Client().get("/en/r/8/").content
    with transaction.atomic():
        SegmentText.objects.update(text="After")
        transaction.set_rollback(True)
    assert Client().get("/en/r/8/").content == before


def test_a_new_day_makes_every_page_anew():
    Client().get("/en/")
    with time_machine.travel(today() + timedelta(days=2), tick=False):
        Client().get("/en/kept/")
        assert [key[2] for key in store.pages()] == ["/en/kept/"]


def test_whether_a_place_is_open_is_a_matter_of_minutes(monkeypatch):
    now = 1_000.0
    monkeypatch.setattr(public_cache.time, "monotonic", lambda: now)
    Client().get("/en/services/")
    [page] = store.pages().values()
    assert page.until == now + 150
    assert page.headers["Cache-Control"] == "public, max-age=150"
    key = next(iter(store.pages()))
    assert store.get(key, now + 149)
    assert store.get(key, now + 150) is None


def test_all_that_public_pages_show_makes_a_new_version():
    shown = [*apps.get_app_config("pages").get_models()]
    shown += apps.get_app_config("directory").get_models()
    assert len(shown) >= 9
    assert [model for model in shown if not issubclass(model, PublicContent)] == []


@pytest.mark.thorough
def test_only_known_parameters_are_kept(text):
    for address in (
        "/en/r/8/?in=ZZ",
        "/en/r/8/?in=FR&in=BE",
        "/en/r/8/?utm=1",
        "/en/?q=x",
        "/en/services/?q=x",
        "/en/services/?page=2",
        "/en/r/9999/",
        "/",
        "/en/doctor/",
        "/en/in/",
        "/en/static/x",
    ):
        Client().get(address)
    assert store.pages() == {}
    Client().get("/en/r/8/?in=FR")
    assert len(store.pages()) == 1


def test_spellings_of_one_address_are_one_page(text):
    """Else a visitor could fill the store with them, and push every other page out."""
    client = Client(headers=BROWSER)
    for query in ("", "?", "?&&&", "?" + "&" * 90):
        client.get(f"/en/r/8/{query}")
    assert len(store.pages()) == 1
    for query in ("?in=FR", "?&in=FR", "?in=%46R", "?in=FR&&"):
        client.get(f"/en/r/8/{query}")
    assert len(store.pages()) == 2
    assert client.get("/en/r/8/?" + "&" * 150).status_code == 200
    assert len(store.pages()) == 2


def test_a_form_that_is_sent_reaches_its_view():
    for _time in range(2):
        response = Client().post("/en/find/", {"q": "tea"})
        assert b"tea" in response.content
    assert store.pages() == {}
    assert Client().post("/en/").status_code == 405


def test_a_host_that_is_not_ours_gets_nothing():
    Client().get("/en/")
    assert Client(headers={"host": "evil.example"}).get("/en/").status_code == 400
    assert len(store.pages()) == 1


@pytest.mark.parametrize("host", ["localhost:{}", "LOCALHOST", "localhost."])
def test_spellings_of_the_host_and_other_ports_make_no_copies(host):
    for port in range(8001, 8004):
        assert Client(headers={"host": host.format(port)}).get("/en/new.xml").status_code == 200
    assert not store.pages()


@pytest.mark.parametrize(
    ("host", "kept"),
    [
        ("localhost:8443", 1),
        ("localhost", 1),
        ("localhost:8444", 0),
        ("127.0.0.1:8443", 0),
        ("LOCALHOST:8443", 0),
        ("localhost.:8443", 0),
    ],
)
def test_a_port_outside_that_is_not_the_servers(settings, host, kept):
    """A proxy may be reached at another port than the server: NIGHTJAR_HOSTS says at which."""
    settings.HOSTS_WITH_PORT = frozenset({"localhost:8443"})
    for _ in range(2):
        Client(headers={"host": host}).get("/en/new.xml", SERVER_PORT="8000")
    assert len(store.pages()) == kept


def test_hosts_may_be_given_with_their_ports():
    given = ["notes.example.org:8443", "Notes.example.org", "127.0.0.1", "[::1]:8443", "[::1]"]
    names, with_port = configuration.hosts(given)
    assert names == ["notes.example.org", "127.0.0.1", "[::1]"]
    assert with_port == {"notes.example.org:8443", "[::1]:8443"}


def test_our_own_port_has_pages():
    Client(headers={"host": "localhost:8000"}).get("/en/new.xml", SERVER_PORT="8000")
    assert len(store.pages()) == 1


def test_each_host_and_scheme_has_pages_of_its_own():
    for scheme, host in (("http", "localhost"), ("https", "localhost"), ("http", "127.0.0.1")):
        response = Client().get("/en/new.xml", headers={"host": host}, secure=scheme == "https")
        assert f"{scheme}://{host}/en/new.xml" in response.content.decode()
    assert len(store.pages()) == 3


@pytest.mark.thorough
@pytest.mark.parametrize("person", PEOPLE)
def test_nothing_of_anybody_gets_in(people, text, person):
    """Every address, as everybody, with something of one's own wherever a browser sends it."""
    own = {
        "user-agent": CANARY,
        "referer": f"http://testserver/{CANARY}",
        "x-forwarded-for": CANARY,
        "x-forwarded-host": CANARY,
        "accept-language": f"de, {CANARY}",
        "accept": CANARY,
    }
    client = people[person]
    with translation.override("en"):
        addresses = every_address()
    for address in addresses:
        if person == "nobody":
            client = Client()
        client.get(address, headers=own)
    if person != "nobody":
        assert store.pages() == {}
        return
    client.cookies[settings.CSRF_COOKIE_NAME] = "x" * 32
    pages = store.pages()
    assert len(pages) >= 8
    for key, page in pages.items():
        whole = page.body + repr(page.headers).encode()
        assert CANARY.encode() not in whole, key
        assert b"csrfmiddlewaretoken" not in whole, key
        assert "Set-Cookie" not in page.headers, key
        assert page.headers["Cache-Control"].startswith("public"), key
    for key in pages:
        client.get(key[2])
    assert store.pages() == pages


def test_who_brings_a_cookie_neither_reads_nor_fills_it(text, member):
    signed_in = member.client
    signed_in.get("/en/")
    assert store.pages() == {}
    Client().get("/en/")
    [key] = store.pages()
    fake = replace(store.pages()[key], headers={"Content-Type": "text/html"}, body=b"stored")
    store.put(key, fake)
    assert Client().get("/en/").content == b"stored"
    assert b"stored" not in signed_in.get("/en/").content[:100]
    with_token = Client()
    with_token.get("/en/in/")
    assert with_token.cookies
    assert with_token.get("/en/").content != b"stored"


def test_the_store_is_bounded():
    small = PageStore(most_pages=3, most_bytes=100)
    for number in range(5):
        small.put(number, StoredPage("state", {}, b"x" * 10, 9.0))
    assert list(small.pages()) == [2, 3, 4]
    assert small.get(2, 0.0)
    small.put(5, StoredPage("state", {}, b"x" * 10, 9.0))
    assert list(small.pages()) == [4, 2, 5]
    small.put(6, StoredPage("state", {}, b"x" * 95, 9.0))
    assert list(small.pages()) == [6]
    small.put(7, StoredPage("state", {}, b"x" * 101, 9.0))
    assert small.pages() == {}
    small.put(8, StoredPage("state", {}, b"x", 9.0))
    small.put(8, StoredPage("state", {}, b"y" * 100, 9.0))
    assert list(small.pages()) == [8]
    small.put(9, StoredPage("newer", {}, b"x" * 100, 9.0))
    assert list(small.pages()) == [9]


def test_the_qr_code_of_a_page_is_made_once(text, member):
    qr_code_of_address.cache_clear()
    client = member.client
    for _time in range(3):
        client.get("/en/r/8/")
    assert qr_code_of_address.cache_info().misses == 1
