"""A page goes out as a file for another program and comes back; nothing newer is overwritten."""

from __future__ import annotations

import io

import polib
import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from resources.pages.models import Page, SegmentText
from resources.text.segments import digest
from resources.translation.po import exchange, file_format
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault.labels import member_tag
from tests.cast import Person
from tests.properties import costly
from tests.resources.translation.paper import (
    ANSWER,
    FIRST,
    SECOND,
    TITLE,
    TODAY,
    french,
    page_of,
    segment_of,
    translated,
)

pytestmark = pytest.mark.django_db
PATH = "/en/translate/fr/808/po/"
RING = KeyRing(b"s" * 32, "Somebody")
REST = "Tu peux te reposer."


@pytest.fixture
def page(db: None) -> Page:
    return page_of()


def fetch(person: Person, query: str = "") -> polib.POFile:
    response = person.client.get(f"{PATH}file/{query}")
    assert response.status_code == 200
    return polib.pofile(response.content.decode(), wrapwidth=0)


def entry(file: polib.POFile, source: str) -> polib.POEntry:
    (found,) = [one for one in file if one.msgid == source]
    return found


def bring(person: Person, content: object, path: str = PATH) -> HttpResponse:
    upload = io.BytesIO(content if isinstance(content, bytes) else str(content).encode())
    upload.name = "page.po"
    return person.client.post(path, {"file": upload})


def shown_text(response: HttpResponse) -> str:
    assert response.status_code == 200, response.content.decode()
    return " ".join(response.content.decode().split("<main")[1].split("</main")[0].split())


# Out


def test_the_file_has_every_text_with_its_translation(translator: Person, page: Page) -> None:
    translated(page, SECOND, REST)
    response = translator.client.get(f"{PATH}file/")
    assert response["Content-Type"] == "text/x-gettext-translation; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="page-808-fr.po"'
    assert "no-store" in response["Cache-Control"]
    file = polib.pofile(response.content.decode())
    assert [one.msgid for one in file] == [TITLE, ANSWER, FIRST, SECOND]
    assert [one.msgstr for one in file] == ["", "", "", REST]
    assert file.metadata["X-Page"] == "808"
    assert file.metadata["X-Language"] == file.metadata["Language"] == "fr"
    assert len({one.msgctxt for one in file}) == 4
    assert entry(file, SECOND).tcomment.startswith("mark: ")
    assert entry(file, FIRST).tcomment == f"mark: {file_format.NO_TEXT}"
    assert "72" in entry(file, ANSWER).comment
    assert "page:9" in entry(file, FIRST).comment
    assert not any(one.fuzzy for one in file)


def test_an_outdated_text_is_fuzzy_and_names_the_original_it_was_made_from(
    translator: Person, page: Page
) -> None:
    translated(page, SECOND, REST)
    newer = "You can rest now, as long as you want."
    page_of(FIRST, newer)
    one = entry(fetch(translator), newer)
    assert (one.fuzzy, one.previous_msgid, one.msgstr) == (True, SECOND, REST)


def test_only_the_originals(translator: Person, page: Page) -> None:
    translated(page, SECOND, REST)
    response = translator.client.get(f"{PATH}file/?empty=1")
    assert 'filename="page-808.pot"' in response["Content-Disposition"]
    file = polib.pofile(response.content.decode())
    assert {one.msgstr for one in file} == {""}
    assert {one.tcomment for one in file} == {""}


# Back


def test_what_came_back_waits_for_review_as_hers(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    text = shown_text(bring(translator, file))
    assert "1 paragraph waiting for review" in text
    assert "3 paragraphs had no translation" in text
    assert french(page) == {SECOND: (REST, "waiting", False)}
    row = SegmentText.objects.get(language="fr", segment__page=page)
    assert row.source_digest == digest(SECOND)
    assert row.author_tags == member_tag(
        translator.ring.tag_roots[0], "segment", row.segment_id, "fr"
    )


def test_the_same_file_twice_has_one_effect(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    shown_text(bring(translator, file))
    assert "1 paragraph was as it is here already" in shown_text(bring(translator, file))
    assert SegmentText.objects.filter(language="fr", segment__page=page).count() == 1


@pytest.mark.thorough
def test_an_approved_text_stands_while_the_new_one_waits(translator: Person, page: Page) -> None:
    translated(page, SECOND, "Repose-toi.")
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    shown_text(bring(translator, file))
    rows = SegmentText.objects.filter(language="fr", segment__page=page)
    assert set(rows.values_list("text", "state")) == {
        ("Repose-toi.", "approved"),
        (REST, "waiting"),
    }


def test_newer_work_is_not_overwritten(translator: Person, page: Page) -> None:
    row = translated(page, SECOND, "Repose-toi.", SegmentText.State.WAITING)
    file = fetch(translator)
    SegmentText.objects.filter(pk=row.pk).update(text="Repose-toi bien.")
    entry(file, SECOND).msgstr = REST
    entry(file, TITLE).msgstr = "Après une nuit difficile"
    text = shown_text(bring(translator, file))
    assert "Someone has worked on it here" in text
    assert SECOND in text
    assert french(page)[SECOND][0] == "Repose-toi bien."
    assert french(page)[TITLE][0] == "Après une nuit difficile"


def test_work_that_began_since_is_not_overwritten(translator: Person, page: Page) -> None:
    file = fetch(translator)
    translated(page, SECOND, "Repose-toi.", SegmentText.State.WAITING)
    entry(file, SECOND).msgstr = REST
    assert "Someone has worked on it here" in shown_text(bring(translator, file))
    assert french(page)[SECOND][0] == "Repose-toi."


def test_a_text_that_was_sent_back_since_is_not_approved_by_a_file(
    translator: Person, page: Page
) -> None:
    row = translated(page, SECOND, REST, SegmentText.State.WAITING)
    file = fetch(translator)
    SegmentText.objects.filter(pk=row.pk).update(source_digest="")
    assert "Someone has worked on it here" in shown_text(bring(translator, file))
    row.refresh_from_db()
    assert row.source_digest == ""


def test_an_original_that_changed_since(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    page_of(FIRST, "You can rest now, as long as you want.")
    assert "The original has changed" in shown_text(bring(translator, file))
    assert french(page) == {}


@pytest.mark.thorough
def test_a_paragraph_that_is_gone(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    page_of(FIRST)
    text = shown_text(bring(translator, file))
    assert "No longer on the page" in text
    assert SECOND in text
    assert french(page) == {}


def test_what_the_checks_find_is_said_and_left_out(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, ANSWER).msgstr = "Le mieux : avant 27 heures."
    entry(file, SECOND).msgstr = REST
    text = shown_text(bring(translator, file))
    assert "Something in it is not right" in text
    assert "72" in text
    assert "27" in text
    assert french(page) == {SECOND: (REST, "waiting", False)}


@pytest.mark.thorough
def test_a_fuzzy_text_is_a_draft_that_readers_do_not_see(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    entry(file, SECOND).fuzzy = True
    assert "1 draft to be worked through" in shown_text(bring(translator, file))
    assert french(page) == {SECOND: (REST, "waiting", True)}
    again = fetch(translator)
    assert entry(again, SECOND).fuzzy
    entry(again, SECOND).fuzzy = False
    assert "1 paragraph waiting for review" in shown_text(bring(translator, again))
    assert french(page) == {SECOND: (REST, "waiting", False)}


def test_a_draft_does_not_replace_a_finished_text(translator: Person, page: Page) -> None:
    translated(page, SECOND, "Repose-toi.", SegmentText.State.WAITING)
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    entry(file, SECOND).fuzzy = True
    assert "a finished translation is here" in shown_text(bring(translator, file))
    assert french(page)[SECOND][0] == "Repose-toi."


@pytest.mark.thorough
def test_an_outdated_text_can_be_said_to_fit_still(translator: Person, page: Page) -> None:
    translated(page, SECOND, REST, SegmentText.State.WAITING, author_tags=b"x" * 16)
    newer = "You may rest now."
    page_of(FIRST, newer)
    file = fetch(translator)
    assert "1 paragraph was as it is here already" in shown_text(bring(translator, file))
    entry(file, newer).fuzzy = False
    assert "1 paragraph waiting for review" in shown_text(bring(translator, file))
    row = SegmentText.objects.get(segment=segment_of(page, newer), language="fr")
    assert (row.text, row.source_digest) == (REST, digest(newer))


def test_without_the_mark_nothing_here_is_replaced(translator: Person, page: Page) -> None:
    translated(page, SECOND, "Repose-toi.")
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    entry(file, SECOND).tcomment = ""
    assert "“mark: …” is missing" in shown_text(bring(translator, file))
    assert french(page)[SECOND][0] == "Repose-toi."


def test_direction_marks_are_taken_out_of_what_comes_in(translator: Person, page: Page) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = "Tu peux\u202e te\u2066 reposer."
    shown_text(bring(translator, file))
    assert french(page)[SECOND][0] == "Tu peux te reposer."


@pytest.mark.thorough
@costly(with_fixtures=True)
@given(
    st.lists(
        st.text(
            st.one_of(
                st.sampled_from('"\\\n\t\r\u2028\u200f🫶🏽 '),
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
            ),
            min_size=1,
            max_size=40,
        ),
        min_size=4,
        max_size=4,
    ),
    st.sampled_from(SegmentText.State.values),
    st.booleans(),
)
def test_out_and_back_changes_nothing(
    page: Page, texts: list[str], state: str, fuzzy: bool
) -> None:
    SegmentText.objects.filter(language="fr").delete()
    for segment, text in zip(page.segments.all(), texts, strict=True):
        source = SegmentText.objects.get(segment=segment, language="en")
        source.text = f"{text} {source.pk}"
        source.save()
        source_digest = digest(source.text) if not fuzzy else ""
        SegmentText.objects.create(
            segment=segment,
            language="fr",
            text=text,
            state=state,
            source_digest=source_digest,
            fuzzy=fuzzy,
        )
    before = list(SegmentText.objects.order_by("pk").values())
    text = file_format.format_po(808, "fr", exchange.export_page(page, "fr"), TODAY)
    summary = exchange.import_page(page, "fr", file_format.parse_po(text.encode()).entries, RING)
    assert (summary.waiting, summary.fuzzy, summary.left_out) == ([], [], {})
    assert summary.same + summary.empty == 4
    assert list(SegmentText.objects.order_by("pk").values()) == before


# Refused


def test_a_file_that_is_none_names_the_line_and_changes_nothing(
    translator: Person, page: Page
) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    response = bring(translator, f"{file}\nwhat is this\n")
    assert response.status_code == 400
    assert "Line " in response.content.decode()
    assert "no part of a PO file" in response.content.decode()
    assert french(page) == {}


@pytest.mark.parametrize(("field", "value"), [("X-Page", "9"), ("X-Language", "es")])
def test_a_file_of_something_else(translator: Person, page: Page, field: str, value: str) -> None:
    file = fetch(translator)
    entry(file, SECOND).msgstr = REST
    file.metadata[field] = value
    file.metadata["Language"] = ""
    response = bring(translator, file)
    assert response.status_code == 400
    assert f"<bdi>{field}</bdi>: This file is of another" in response.content.decode()
    assert french(page) == {}


def test_no_file(translator: Person, page: Page) -> None:
    response = translator.client.post(PATH, {})
    assert response.status_code == 400
    assert "Choose a file." in response.content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("size", "status"), [(513 * 1024, 400), (4 * 1024 * 1024, 400), (50 * 1024 * 1024, 413)]
)
def test_a_large_file(translator: Person, page: Page, size: int, status: int) -> None:
    response = bring(translator, b"#" * size)
    assert response.status_code == status
    assert "<h1>" in response.content.decode()
    assert ("larger than 512 KiB" in response.content.decode()) == (status == 400)


def test_what_comes_back_through_the_lock_page_does_nothing(translator: Person, page: Page) -> None:
    assert translator.client.post(PATH, {"unlock": "1"}).status_code == 200
    assert french(page) == {}


# Who


def test_editors_too(editor: Person, page: Page) -> None:
    file = fetch(editor)
    entry(file, SECOND).msgstr = REST
    assert "1 paragraph waiting for review" in shown_text(bring(editor, file))


@pytest.mark.thorough
def test_nobody_else(member: Person, moderator: Person, nobody: Client, page: Page) -> None:
    for person in (member, moderator):
        for path in (PATH, f"{PATH}file/"):
            assert person.client.get(path).status_code == 404
        # Whoever may bring no file is refused before it is read.
        assert bring(person, b"x").status_code in {400, 404}
        assert person.client.post(PATH, {}).status_code == 404
    assert nobody.get(PATH).status_code == 302
    assert french(page) == {}


def test_wrong_methods(translator: Person, page: Page) -> None:
    assert translator.client.post(f"{PATH}file/").status_code == 405
    assert translator.client.put(PATH).status_code == 405


@pytest.mark.parametrize("where", ["en/808", "xx/808", "fr/809", "fr/99999999999999999999"])
def test_what_is_not_there(translator: Person, page: Page, where: str) -> None:
    for path in (f"/en/translate/{where}/po/", f"/en/translate/{where}/po/file/"):
        assert translator.client.get(path).status_code == 404


def test_a_page_that_is_not_published(translator: Person, page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(published=False)
    assert translator.client.get(PATH).status_code == 404
