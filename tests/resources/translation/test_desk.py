"""The desk of a language: what changed, what there is to do, and how many queries it takes."""

from __future__ import annotations

import datetime
import time

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.pages.models import Page, Segment, SegmentText, Version
from resources.text.segments import digest
from resources.translation import bookmarks, desk
from resources.translation.models import BOOKMARK_SIZE, TranslatorBookmark
from safety_app.accounts.flows import erase
from safety_app.locales.dates import today
from safety_app.privacy.retention.housekeeping import housekeep
from safety_app.vault.boxes import OVERHEAD
from tests.cast import Person
from tests.resources.translation.pages import (
    RIGHT,
    address,
    change,
    first,
    make_page,
    source_of,
    typed,
    write,
)

pytestmark = pytest.mark.django_db
DESK = "/en/translate/es/"
UNIT = 12_288


def shown(who: Person, url: str = DESK) -> str:
    answer = who.client.get(url)
    assert answer.status_code == 200
    assert len(answer.content) % UNIT == 0
    return answer.content.decode()


def changed_part(page: str) -> str:
    """What stands under "what changed"."""
    return page.split("<h2>")[1]


def all_approved(page: Page) -> None:
    for segment in page.segments.filter(position__isnull=False):
        write(segment, source_of(segment) + " ", "approved")


def test_every_language_of_the_site_is_offered_with_its_progress(translator: Person) -> None:
    page = make_page()
    all_approved(page)
    first(page).segment_texts.filter(language="es").update(source_digest="")
    text = shown(translator, "/en/translate/")
    for language, name in settings.LANGUAGES:
        assert f"/en/translate/{language}/" in text
        assert name in text
    assert "80 % reviewed and up to date" in text
    assert "0 % reviewed and up to date" in text
    assert "nothing to translate" in text  # English is the original's own
    assert "No translation service is ever asked" in text


@pytest.mark.thorough
def test_an_unknown_language_is_not_there(translator: Person) -> None:
    make_page()
    for code in ("xx", "ES", "es-es"):
        assert translator.client.get(f"/en/translate/{code}/").status_code == 404
        answer = translator.client.post(f"/en/translate/{code}/seen/", {"serial": "1"})
        assert answer.status_code == 404


@pytest.mark.thorough
def test_urgent_health_comes_first_and_what_is_done_last() -> None:
    done, plain, urgent, health, corrected = (
        make_page(1), make_page(2), make_page(3, urgent=True),
        make_page(4, topic="health", urgent=True), make_page(5),
    )  # fmt: skip
    all_approved(done)
    write(first(corrected), RIGHT, "approved")
    change(corrected, body="Get help within 48 hours.", correction=True)
    order = [work.page.number for work in desk.find_work("es")]
    assert order == [page.number for page in (corrected, health, urgent, plain, done)]


def test_what_is_next_on_a_page() -> None:
    page = make_page()
    title, answer, care, listed, local = page.segments.order_by("position")
    write(title, "Después")
    write(care, RIGHT, "approved")
    (work,) = desk.find_work("es")
    assert desk.next_segment(work, set()) == work.pieces[1]
    assert desk.next_segment(work, set(), 3) == work.pieces[4]
    write(answer, "Descansa.", "approved", source_digest="")
    write(listed, "Mira [la lista](page:9).", "approved")
    write(local, "x", "approved", superseded=True, source_digest="")
    (work,) = desk.find_work("es")
    assert desk.next_segment(work, set()) == work.pieces[4], "after an urgent correction"
    SegmentText.objects.filter(language="es", state="approved").delete()
    for segment in (answer, care, listed, local):
        write(segment, "x", "approved")
    (work,) = desk.find_work("es")
    assert desk.next_segment(work, set()) == work.pieces[0], "what waits is to be reviewed"
    assert desk.next_segment(work, {title.pk}) is None, "by somebody else"


def test_states_are_words_and_numbers(translator: Person) -> None:
    page = make_page()
    title, answer, care, *_rest = page.segments.order_by("position")
    write(title, "Después", "approved")
    write(answer, "Descansa.")
    write(care, RIGHT, "approved", source_digest="")
    text = shown(translator)
    for words in ("not translated: 2", "needs editing: 1", "waiting for review: 1", "reviewed: 1"):
        assert words in text
    listed = shown(translator, address(page))
    for words in (
        "not translated",
        "needs editing",
        "waiting for review",
        "Get help within",
        RIGHT,
    ):
        assert words in listed


@pytest.mark.thorough
def test_one_changed_number_is_on_every_desk_until_it_is_approved(
    translator: Person, proofreader: Person, nobody: Client
) -> None:
    page = make_page(topic="health")
    segment = first(page)
    for language, text in (("es", RIGHT), ("fr", "Demande de l’aide dans les 72 heures.")):
        write(segment, text, "approved", language=language)
    for language in ("es", "fr"):
        translator.client.post(f"/en/translate/{language}/seen/", {"serial": desk.last_serial()})
    change(page, body=page.versions.get().body.replace("72", "48"), change_note="48, not 72")
    for language in ("es", "fr"):
        listed = changed_part(shown(translator, f"/en/translate/{language}/"))
        assert "48, not 72" in listed
        assert "5 paragraphs to work on" in listed
        assert "Urgent correction" not in listed
    public = nobody.get("/es/r/8/").content.decode()
    assert "72 horas" in public
    older = "An older version" if "An older version" in public else "versión"
    assert older in public
    new = "Busca ayuda en 48 horas."
    translator.client.post(address(page, segment), typed(segment, new, RIGHT, save="1"))
    proofreader.client.post(address(page, segment), typed(segment, new, new, approve="1"))
    assert "4 paragraphs to work on" in changed_part(shown(translator))
    assert "5 paragraphs to work on" in changed_part(shown(translator, "/en/translate/fr/"))
    assert new in nobody.get("/es/r/8/").content.decode()


@pytest.mark.thorough
def test_an_urgent_correction_stands_first_and_readers_get_the_original(
    translator: Person, nobody: Client
) -> None:
    page, other = make_page(), make_page(9)
    segment = first(page)
    write(segment, RIGHT, "approved")
    change(page, body=page.versions.get().body.replace("72", "48"), correction=True)
    change(other, title="Before work", change_note="A new title")
    listed = changed_part(shown(translator))
    assert listed.index("Urgent correction") < listed.index("A new title")
    assert "1 paragraph after an urgent correction" in shown(translator)
    assert "48 hours" in nobody.get("/es/r/8/").content.decode()
    text = shown(translator, address(page, segment))
    assert "until this is reviewed, readers see the original" in text


@pytest.mark.thorough
def test_the_bookmark_is_written_only_when_she_says_so(translator: Person) -> None:
    page = make_page()
    assert "What changed in the last 30 days" in shown(translator)
    assert not TranslatorBookmark.objects.exists()
    answer = translator.client.post(f"{DESK}seen/", {"serial": "1"})
    assert answer["Location"] == DESK
    text = shown(translator)
    assert "What changed since you last looked" in text
    assert "After work" not in changed_part(text)
    assert "What changed in the last 30 days" in shown(translator, "/en/translate/fr/")
    change(page, title="Before work")
    assert "Before work" in changed_part(shown(translator))
    # What came after the page was shown has not been seen.
    translator.client.post(f"{DESK}seen/", {"serial": "1"})
    assert "Before work" in changed_part(shown(translator))


def test_older_changes_are_not_listed_on_a_first_visit(translator: Person) -> None:
    page = make_page()
    Version.objects.update(day=today() - datetime.timedelta(days=31))
    assert "After work" not in changed_part(shown(translator))
    assert page.number == 8


def test_pages_as_they_came_with_the_program_are_no_change(translator: Person) -> None:
    page = make_page()
    Page.objects.update(loaded="0" * 32)
    assert "After work" not in changed_part(shown(translator))
    change(page, title="Before work")
    assert "Before work" in changed_part(shown(translator))


@pytest.mark.parametrize("serial", ["", "x", "-1", "٣", "9" * 30, "1.5"])
def test_a_bookmark_that_is_none_changes_nothing(translator: Person, serial: str) -> None:
    assert translator.client.post(f"{DESK}seen/", {"serial": serial}).status_code == 302
    assert not TranslatorBookmark.objects.exists()


@pytest.mark.thorough
def test_a_bookmark_never_runs_ahead_or_back(translator: Person) -> None:
    make_page()
    make_page(9)
    translator.client.post(f"{DESK}seen/", {"serial": "999"})
    assert bookmarks.last_seen(translator.ring) == {"es": 2}
    translator.client.post(f"{DESK}seen/", {"serial": "1"})
    assert bookmarks.last_seen(translator.ring) == {"es": 2}
    translator.client.post(f"{DESK}seen/", {"serial": "2", "unlock": "1"})
    translator.client.post("/en/translate/fr/seen/", {"serial": "1"})
    assert bookmarks.last_seen(translator.ring) == {"es": 2, "fr": 1}
    assert TranslatorBookmark.objects.count() == 1


def test_only_she_finds_and_opens_her_bookmark(translator: Person, proofreader: Person) -> None:
    bookmarks.mark_seen(translator.ring, "es", 7, today())
    row = TranslatorBookmark.objects.get()
    assert bookmarks.last_seen(proofreader.ring) == {}
    assert len(bytes(row.box)) == BOOKMARK_SIZE + OVERHEAD
    assert b"es" not in bytes(row.box)[:40]
    assert row.until.day == 1
    assert (row.until.year, row.until.month) == (today().year + 1, today().month)
    # Under another row's id it does not open, nor when it was damaged.
    TranslatorBookmark.objects.update(id=row.pk + 1)
    assert bookmarks.last_seen(translator.ring) == {}
    TranslatorBookmark.objects.update(box=b"text")
    assert bookmarks.last_seen(translator.ring) == {}
    bookmarks.mark_seen(translator.ring, "es", 8, today())
    assert bookmarks.last_seen(translator.ring) == {"es": 8}


def test_a_bookmark_ends_after_a_year_and_with_the_account(translator: Person) -> None:
    bookmarks.mark_seen(translator.ring, "es", 7, today())
    until = TranslatorBookmark.objects.get().until
    housekeep(until - datetime.timedelta(days=1))
    assert TranslatorBookmark.objects.exists()
    bookmarks.sweep_bookmarks(until)
    assert not TranslatorBookmark.objects.exists()
    bookmarks.mark_seen(translator.ring, "es", 7, today())
    erase.erase_account(translator.row, translator.ring, [])
    assert not TranslatorBookmark.objects.exists()


@pytest.mark.thorough
def test_wrong_method_and_wrong_person(
    translator: Person, member: Person, reporter: Person, moderator: Person, nobody: Client
) -> None:
    page = make_page()
    urls = ("/en/translate/", DESK, address(page), f"{address(page)}preview/")
    for url in urls:
        assert translator.client.post(url).status_code == 405
        for someone in (member, reporter, moderator):
            assert someone.client.get(url).status_code == 404
        assert nobody.get(url).status_code == 302
    assert translator.client.get(f"{DESK}seen/").status_code == 405
    assert member.client.post(f"{DESK}seen/", {"serial": "1"}).status_code == 404
    assert not TranslatorBookmark.objects.exists()


def many_pages(pages: int, segments: int) -> None:
    """Pages with texts in English, Spanish and French, without going through publishing."""
    rows = Page.objects.bulk_create(
        Page(number=number, topic="work", source_language="en", checked=today())
        for number in range(1, pages + 1)
    )
    texts = [
        Segment(page=page, position=place, role="body" if place else "title")
        for page in rows
        for place in range(segments)
    ]
    Segment.objects.bulk_create(texts)
    SegmentText.objects.bulk_create(
        SegmentText(
            segment=segment,
            language=language,
            text=f"Text {segment.position} " * 20,
            source_digest=digest(f"Text {segment.position} " * 20),
            state="approved",
        )
        for segment in texts
        for language in ("en", "es", "fr")
    )


@pytest.mark.thorough
def test_the_number_of_queries_does_not_grow_with_the_pages(translator: Person) -> None:
    urls = ("/en/translate/", DESK, "/en/translate/es/3/")
    counted = []
    for pages in (3, 12):
        Page.objects.all().delete()
        many_pages(pages, 4)
        shown(translator)
        for url in urls:
            with CaptureQueriesContext(connection) as asked:
                shown(translator, url)
            counted.append(len(asked.captured_queries))
    assert counted[:3] == counted[3:]
    assert max(counted) <= 14, counted


@pytest.mark.thorough
def test_two_hundred_pages_are_a_matter_of_a_second_or_two(translator: Person) -> None:
    many_pages(200, 25)
    shown(translator)
    begun = time.process_time()
    shown(translator)
    shown(translator, "/en/translate/")
    assert time.process_time() - begun < 5
