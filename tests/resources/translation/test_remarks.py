"""Remarks at a text: everybody at the desk reads and settles them, and nobody is named."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection, models
from django.db.models import Value
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.pages.models import Page, Segment
from resources.translation import remarks
from resources.translation.models import Remark
from safety_app.vault.labels import member_tag
from tests.cast import Person
from tests.resources.translation.paper import FIRST, SECOND, TODAY, page_of, segment_of

pytestmark = pytest.mark.django_db
LIST = "/en/translate/remarks/"


@pytest.fixture
def page(db: None) -> Page:
    return page_of()


@pytest.fixture
def segment(page: Page) -> Segment:
    return segment_of(page, SECOND)


def path_of(segment: Segment) -> str:
    return f"/en/translate/remark/{segment.pk}/"


def leave(person: Person, segment: Segment, text: str, language: str = "fr") -> HttpResponse:
    return person.client.post(path_of(segment), {"text": text, "language": language, "at": "fr"})


def text(response: HttpResponse, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode().split("<main")[1].split("</main")[0]


def test_leaving_a_remark(translator: Person, segment: Segment) -> None:
    shown = text(translator.client.get(f"{path_of(segment)}?at=fr"))
    assert SECOND in shown
    assert "Everyone who translates here reads it" in shown
    assert 'value="fr" id="id_language_0" checked' in shown or "checked" in shown
    response = leave(translator, segment, "  Too\u202e soft?\nI think so. ")
    assert response.status_code == 302
    assert response["Location"] == f"/en/translate/fr/808/{segment.pk}/"
    row = Remark.objects.get()
    assert (row.text, row.language, row.segment_id) == ("Too soft?\nI think so.", "fr", segment.pk)
    assert type(row.day) is datetime.date
    assert bytes(row.author_tag) == member_tag(translator.ring.tag_roots[0], "remark", row.pk)


def test_the_same_remark_twice_is_there_once(translator: Person, segment: Segment) -> None:
    assert leave(translator, segment, "Really?").status_code == 302
    assert leave(translator, segment, "Really?").status_code == 302
    assert Remark.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"text": "", "language": "fr"}, "id_text"),
        ({"text": " \u202e\n", "language": "fr"}, "id_text"),
        ({"text": "x" * 601, "language": "fr"}, "id_text"),
        ({"text": "kept", "language": "en"}, "id_language"),
        ({"text": "kept", "language": "xx"}, "id_language"),
    ],
)
def test_what_is_wrong_is_named_and_kept(
    translator: Person, segment: Segment, sent: dict[str, str], field: str
) -> None:
    shown = text(translator.client.post(path_of(segment), sent))
    assert f'href="#{field}"' in shown
    assert sent["text"].strip("\u202e \n") in shown
    assert not Remark.objects.exists()


def test_fifty_are_open_at_most(translator: Person, segment: Segment) -> None:
    Remark.objects.bulk_create(
        Remark(segment=segment, text=str(number), day=TODAY, author_tag=b"") for number in range(50)
    )
    assert "50 open remarks" in text(leave(translator, segment, "One more"))
    assert Remark.objects.count() == 50


def test_the_other_sees_it_and_not_whose_it_is(
    translator: Person, editor: Person, segment: Segment
) -> None:
    leave(translator, segment, "Is this right?", "")
    assert "yours" in text(translator.client.get(LIST))
    shown = text(editor.client.get(LIST))
    assert "Is this right?" in shown
    assert "yours" not in shown
    assert "about the original" in shown
    row = Remark.objects.get()
    assert str(translator.row.pk) not in shown
    assert [
        one.yours for one in remarks.remarks_on([segment.pk], "fr", editor.ring)[segment.pk]
    ] == [False]
    assert remarks.remarks_on([segment.pk], "es", translator.ring)[segment.pk][0].pk == row.pk


def test_of_a_language_and_the_original_only(translator: Person, segment: Segment) -> None:
    for language in ("", "fr", "es"):
        Remark.objects.create(
            segment=segment, language=language, text=language, day=TODAY, author_tag=b""
        )
    found = remarks.remarks_on([segment.pk], "fr", translator.ring)
    assert {one.language for one in found[segment.pk]} == {"", "fr"}
    assert remarks.remarks_on([], "fr", translator.ring) == {}


def test_urgent_pages_come_first_and_originals_can_be_seen_alone(
    translator: Person, page: Page, segment: Segment
) -> None:
    urgent = page_of(FIRST, "Breathe.", number=900, urgent=True)
    leave(translator, segment, "Later.", "")
    leave(translator, segment_of(urgent, "Breathe."), "First.")
    shown = text(translator.client.get(LIST))
    assert shown.index("First.") < shown.index("Later.")
    assert "urgent help" in shown
    shown = text(translator.client.get(f"{LIST}?about=originals"))
    assert "First." not in shown
    assert "Later." in shown


@pytest.mark.thorough
def test_a_long_list_has_pages_and_costs_the_same(translator: Person, segment: Segment) -> None:
    counts = []
    for many in (1, 45):
        Remark.objects.bulk_create(
            Remark(segment=segment, text=f"no {many} {number:02}", day=TODAY, author_tag=b"")
            for number in range(many)
        )
        translator.client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            assert "?page=2" in text(translator.client.get(LIST)) or many == 1
        counts.append(len(queries))
    assert counts[0] == counts[1]
    for page in ("3", "99", "x"):
        assert "?page=4" not in text(translator.client.get(f"{LIST}?page={page}"))


def test_settling_asks_first_and_erases(
    translator: Person, editor: Person, segment: Segment
) -> None:
    leave(translator, segment, "Is this right?")
    path = f"/en/translate/remark/{Remark.objects.get().pk}/settle/"
    assert "Is this right?" in text(editor.client.get(f"{path}?at=fr"))
    text(editor.client.post(path, {"unlock": "1"}))
    assert Remark.objects.exists()
    response = editor.client.post(path, {"at": "fr"})
    assert response["Location"] == f"/en/translate/fr/808/{segment.pk}/"
    assert not Remark.objects.exists()
    # Whoever comes second is not told that anything went wrong.
    assert translator.client.post(path)["Location"] == LIST
    assert translator.client.get(path).status_code == 404


def test_a_paragraph_that_was_taken_out(translator: Person, segment: Segment) -> None:
    leave(translator, segment, "Is this right?")
    page_of(FIRST)
    assert "was removed" in text(translator.client.get(LIST))
    assert translator.client.get(path_of(segment)).status_code == 404
    path = f"/en/translate/remark/{Remark.objects.get().pk}/settle/"
    assert translator.client.post(path, {"at": "fr"})["Location"] == LIST


def test_what_comes_back_through_the_lock_page_does_nothing(
    translator: Person, segment: Segment
) -> None:
    sent = {"text": "Kept.", "language": "fr", "at": "fr", "carry_to": path_of(segment)}
    assert "Kept." in text(translator.client.post(path_of(segment), sent))
    assert not Remark.objects.exists()


@pytest.mark.sqlite_only("PostgreSQL refuses another type: tests/stacks/test_postgres.py")
def test_odd_values_break_no_page(translator: Person, segment: Segment) -> None:
    row = Remark.objects.create(segment=segment, language="xx", text="?", day=TODAY, author_tag=b"")
    for column, value in (("author_tag", "text"), ("day", "2026-99-99"), ("day", "")):
        put = Value(value, output_field=models.Field())
        Remark.objects.filter(pk=row.pk).update(**{column: put})
        assert "xx" in text(translator.client.get(LIST))
        text(translator.client.get(f"/en/translate/remark/{row.pk}/settle/"))


def test_beside_a_text(translator: Person, segment: Segment) -> None:
    leave(translator, segment, "<b>Is</b> this right?")
    found = remarks.remarks_on([segment.pk], "fr", translator.ring)[segment.pk]
    context = {"remarks": found, "segment": segment.pk, "language": "fr"}
    shown = render_to_string("translation/remarks.html", context)
    assert "1 remark" in shown
    assert "&lt;b&gt;Is" in shown
    assert "yours" in shown
    assert f"/translate/remark/{segment.pk}/?at=fr" in shown


@pytest.mark.thorough
def test_nobody_else(member: Person, moderator: Person, nobody: Client, segment: Segment) -> None:
    row = Remark.objects.create(segment=segment, text="?", day=TODAY, author_tag=b"")
    for path in (LIST, path_of(segment), f"/en/translate/remark/{row.pk}/settle/"):
        for person in (member, moderator):
            assert person.client.get(path).status_code == 404
            assert person.client.post(path, {"text": "x"}).status_code == 404
        assert nobody.get(path).status_code == 302
    assert Remark.objects.count() == 1


def test_wrong_methods_and_what_is_not_there(
    translator: Person, page: Page, segment: Segment
) -> None:
    assert translator.client.post(LIST).status_code == 405
    assert translator.client.put(path_of(segment)).status_code == 405
    assert translator.client.get(f"/en/translate/remark/{2**62}/").status_code == 404
    Page.objects.filter(pk=page.pk).update(published=False)
    assert translator.client.get(path_of(segment)).status_code == 404
