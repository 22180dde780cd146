"""One text: what is saved, what is refused, and that nobody's work is overwritten."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resources.pages.models import SegmentText
from resources.text.segments import digest
from resources.translation.submissions import text_tags
from tests.cast import Person
from tests.resources.translation.pages import (
    RIGHT,
    WRONG,
    address,
    change,
    first,
    make_page,
    source_of,
    typed,
    write,
)

pytestmark = pytest.mark.django_db
UNIT = 12_288


def texts() -> list[tuple[str, str]]:
    """What there is in Spanish: (state, text)."""
    return sorted(SegmentText.objects.filter(language="es").values_list("state", "text"))


def test_what_is_saved_waits_and_says_what_it_was_made_from(translator: Person) -> None:
    segment = first(make_page())
    page = segment.page
    answer = translator.client.post(address(page, segment), typed(segment, RIGHT, save="1"))
    assert answer["Location"] == address(page, segment)
    row = SegmentText.objects.get(language="es")
    assert (row.state, row.text, row.fuzzy) == ("waiting", RIGHT, False)
    assert row.source_digest == digest(source_of(segment))
    assert bytes(row.author_tags) == text_tags(translator.ring, segment.pk, "es")[0]
    shown = translator.client.get(answer["Location"]).content.decode()
    assert "Saved. Now waiting for review." in shown
    assert RIGHT in shown


@pytest.mark.thorough
def test_save_and_next_goes_down_the_page_and_to_the_list_at_its_end(translator: Person) -> None:
    page = make_page()
    pieces = list(page.segments.order_by("position"))
    spanish = [
        "Después",
        "Descansa.",
        RIGHT,
        "Mira [la lista](page:9).",
        "::: local care\n¿Dónde?\n:::",
    ]
    for place, (segment, text) in enumerate(zip(pieces, spanish, strict=True)):
        answer = translator.client.post(address(page, segment), typed(segment, text, next="1"))
        following = pieces[(place + 1) % len(pieces)]
        if place == len(pieces) - 1:
            following = pieces[0]  # nothing else is left to write: what waits can be approved
        assert answer["Location"] == address(page, following)


def test_what_stands_stays_until_the_new_one_is_approved(translator: Person) -> None:
    segment = first(make_page())
    write(segment, "Pide ayuda en 72 horas.", "approved")
    url = address(segment.page, segment)
    translator.client.post(url, typed(segment, RIGHT, "Pide ayuda en 72 horas.", save="1"))
    assert texts() == [("approved", "Pide ayuda en 72 horas."), ("waiting", RIGHT)]
    public = Client().get(f"/es/r/{segment.page.number}/").content.decode()
    assert "Pide ayuda" in public
    assert "Busca ayuda" not in public


@pytest.mark.thorough
@pytest.mark.parametrize(
    "text",
    [WRONG, "Busca ayuda.", "", "x" * 6001, f"{RIGHT} [x](https://evil.example)", "## " + RIGHT],
)
def test_what_is_wrong_is_named_kept_on_the_page_and_not_saved(
    translator: Person, text: str
) -> None:
    segment = first(make_page())
    answer = translator.client.post(address(segment.page, segment), typed(segment, text, save="1"))
    page = answer.content.decode()
    assert 'href="#id_text"' in page
    assert text in page.replace("&amp;", "&")
    assert texts() == []


def test_a_warning_is_shown_and_does_not_block(translator: Person) -> None:
    segment = first(make_page())
    url = address(segment.page, segment)
    answer = translator.client.post(url, typed(segment, source_of(segment), next="1"))
    assert answer["Location"] == url
    shown = translator.client.get(url).content.decode()
    assert "Please look at the hints below again." in shown
    assert "It is the same as the original." in shown
    assert len(texts()) == 1


@pytest.mark.thorough
def test_nothing_is_overwritten_when_somebody_else_was_faster(
    translator: Person, proofreader: Person
) -> None:
    segment = first(make_page())
    url = address(segment.page, segment)
    hers = typed(segment, "Ve en 72 horas.", save="1")
    proofreader.client.post(url, typed(segment, RIGHT, save="1"))
    answer = translator.client.post(url, hers)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "Someone else changed this text meanwhile" in page
    assert "Ve en 72 horas." in page
    assert RIGHT in page
    assert f'name="base" value="{digest(RIGHT)}"' in page
    assert texts() == [("waiting", RIGHT)]
    # Having seen both, she can put hers in its place.
    translator.client.post(url, typed(segment, "Ve en 72 horas.", RIGHT, save="1"))
    assert texts() == [("waiting", "Ve en 72 horas.")]


@pytest.mark.thorough
def test_whoever_typed_against_an_older_original_is_told_what_changed(translator: Person) -> None:
    page = make_page()
    segment = first(page)
    hers = typed(segment, RIGHT, save="1")
    change(page, body=page.versions.get().body.replace("72", "48"))
    answer = translator.client.post(address(page, segment), hers).content.decode()
    assert "The original changed while you were writing" in answer
    assert "<del>" in answer
    assert "<ins>" in answer
    assert RIGHT in answer
    assert texts() == []
    told = f'name="source_digest" value="{digest(source_of(segment))}"'
    assert told in answer


def test_sent_twice_it_is_saved_once_and_a_reader_who_saves_nothing_takes_nothing_over(
    translator: Person, proofreader: Person
) -> None:
    segment = first(make_page())
    url = address(segment.page, segment)
    for _time in range(2):
        assert translator.client.post(url, typed(segment, RIGHT, save="1")).status_code == 302
    assert texts() == [("waiting", RIGHT)]
    proofreader.client.post(url, typed(segment, RIGHT, RIGHT, save="1"))
    tags = text_tags(translator.ring, segment.pk, "es")
    assert bytes(SegmentText.objects.get(language="es").author_tags) == tags[0]


def test_an_old_text_that_still_fits_is_made_current_by_saving_it(translator: Person) -> None:
    page = make_page()
    segment = first(page)
    write(segment, RIGHT, "approved")
    change(page, body=page.versions.get().body.replace("Get help", "Find help"))
    shown = translator.client.get(address(page, segment)).content.decode()
    assert "What changed in the original" in shown
    translator.client.post(address(page, segment), typed(segment, RIGHT, RIGHT, save="1"))
    waiting = SegmentText.objects.get(language="es", state="waiting")
    assert waiting.source_digest == digest(source_of(segment))


def test_a_draft_from_elsewhere_is_marked_and_no_reader_sees_it(translator: Person) -> None:
    segment = first(make_page())
    url = address(segment.page, segment)
    translator.client.post(url, typed(segment, RIGHT, save="1", fuzzy="on"))
    assert SegmentText.objects.get(language="es").fuzzy
    assert RIGHT not in Client().get(f"/es/r/{segment.page.number}/").content.decode()
    translator.client.post(url, typed(segment, RIGHT, RIGHT, save="1"))
    assert not SegmentText.objects.get(language="es").fuzzy


def test_what_was_typed_comes_back_unsaved_after_unlocking(translator: Person) -> None:
    segment = first(make_page())
    url = address(segment.page, segment)
    fields = typed(segment, RIGHT, "old", save="1", carry_to="/en/me/")
    page = translator.client.post(url, fields).content.decode()
    assert RIGHT in page
    assert f'name="base" value="{digest("old")}"' in page
    assert texts() == []


@pytest.mark.thorough
def test_addresses_that_are_none(translator: Person) -> None:
    page = make_page()
    segment, other = first(page), make_page(9)
    SegmentText.objects.filter(segment=first(other)).delete()
    for url in (
        address(page, segment, "en"),  # the original's own language
        address(page, segment, "xx"),
        address(other, segment),
        address(other, first(other)),  # nothing to translate from
        f"/en/translate/es/99/{segment.pk}/",
        f"/en/translate/es/8/{2**62 + 1}/",
    ):
        assert translator.client.get(url).status_code == 404, url
        assert translator.client.post(url, typed(segment, RIGHT, save="1")).status_code == 404
    segment.position = None
    segment.save()
    assert translator.client.get(address(page, segment)).status_code == 404
    answer = translator.client.post(address(page, segment), typed(segment, RIGHT, save="1"))
    assert answer.status_code == 409
    assert RIGHT in answer.content.decode(), "what was typed is given back"
    page.published = False
    page.save()
    assert translator.client.get(address(page)).status_code == 404
    assert texts() == []


@pytest.mark.thorough
def test_wrong_method_and_wrong_person(
    translator: Person, member: Person, moderator: Person, nobody: Client
) -> None:
    segment = first(make_page())
    url = address(segment.page, segment)
    assert translator.client.put(url).status_code == 405
    for someone in (member, moderator):
        assert someone.client.get(url).status_code == 404
        assert someone.client.post(url, typed(segment, RIGHT, save="1")).status_code == 404
    assert nobody.get(url).status_code == 302
    assert nobody.post(url, typed(segment, RIGHT, save="1")).status_code == 403
    assert texts() == []


def test_the_page_is_of_one_size_and_reads_no_note(translator: Person) -> None:
    segment = first(make_page())
    write(segment, RIGHT, by=translator)
    translator.client.get(address(segment.page, segment))
    with CaptureQueriesContext(connection) as asked:
        answer = translator.client.get(address(segment.page, segment))
    assert len(answer.content) == UNIT
    assert not [one for one in asked.captured_queries if "alerts_" in one["sql"]]


@pytest.mark.thorough
def test_odd_rows_do_not_break_it(translator: Person) -> None:
    segment = first(make_page())
    row = write(segment, RIGHT)
    url = address(segment.page, segment)
    for odd in (
        {"state": "nonsense"},
        {"state": "waiting", "source_digest": "?"},
        {"author_tags": b"x"},
    ):
        SegmentText.objects.filter(pk=row.pk).update(**odd)
        assert translator.client.get(url).status_code == 200
        translator.client.get(address(segment.page))
    for fields in ({}, {"save": "1"}, {"save": "1", "base": "?", "source_digest": "x" * 999}):
        assert translator.client.post(url, fields).status_code == 200
