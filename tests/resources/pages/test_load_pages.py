"""Loading is repeatable and never touches what people have written."""

from dataclasses import replace
from functools import cache
from io import StringIO

import pytest
from django.core.management import call_command

from resources.pages.management.commands.load_pages import load
from resources.pages.models import LocalNote, Page, Segment, SegmentText, Source, Version
from resources.pages.publication import publish
from resources.pages.starter import StarterPage, StarterText, read_starter_pages, stored_page
from safety_app.privacy.ids import random_id
from tests.resources.conftest import NUMBERS

pytestmark = pytest.mark.django_db


def _say() -> str:
    out = StringIO()
    call_command("load_pages", stdout=out)
    return out.getvalue()


def _everything() -> list[object]:
    tables = (Page, Segment, SegmentText, Source, Version)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@cache
def _pages() -> dict[int, StarterPage]:
    return {page.number: page for page in read_starter_pages()}


def _page(number: int) -> StarterPage:
    return _pages()[number]


def _newer(number: int) -> StarterPage:
    """A later release of a starter page, its first paragraph changed in the source."""
    page = _page(number)
    pieces = page.texts["en"]
    first = [piece.role for piece in pieces].index("body")
    changed = replace(pieces[first], text="::: fact Within 72 hours\nNewer words.\n:::")
    after = (*pieces[:first], changed, *pieces[first + 1 :])
    return replace(page, texts={**page.texts, "en": after})


@pytest.mark.thorough
def test_first_new_then_unchanged_to_the_last_row() -> None:
    assert _say().count("new") == len(NUMBERS)
    before = _everything()
    assert _say().count("unchanged") == len(NUMBERS)
    assert _everything() == before


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_what_is_stored_describes_the_file_again() -> None:
    for starter in _pages().values():
        assert stored_page(Page.objects.get(number=starter.number)) == starter


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_a_newer_file_renews_an_untouched_page() -> None:
    assert load(_newer(8)) == "renewed"
    texts = SegmentText.objects.filter(segment__page__number=8, language="en")
    assert texts.filter(text__contains="Newer words").exists()
    assert load(_newer(8)) == "unchanged"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "edit",
    [
        {"text": "Our own words."},
        {"state": SegmentText.State.APPROVED},
        {"language": "it"},
    ],
)
@pytest.mark.usefixtures("starter")
def test_a_page_people_edited_in_any_language_stays_whole(edit: dict[str, str]) -> None:
    segment_text = SegmentText.objects.filter(segment__page__number=8, language="es").latest("pk")
    SegmentText.objects.filter(pk=segment_text.pk).update(**edit)
    before = _everything()
    assert load(_newer(8)) == "edited here, left as it is"
    assert load(_page(8)) == "edited here, left as it is"
    assert _everything() == before


@pytest.mark.thorough
@pytest.mark.parametrize("edit", [{"urgent": False}, {"topic": "work"}, {"country": "FR"}])
@pytest.mark.usefixtures("starter")
def test_a_page_whose_fields_people_edited_stays_whole(edit: dict[str, object]) -> None:
    Page.objects.filter(number=8).update(**edit)
    assert load(_newer(8)) == "edited here, left as it is"


@pytest.mark.thorough
def test_a_page_people_made_under_the_same_number_stays() -> None:
    checked = _page(8).checked
    Page.objects.create(number=8, topic="work", source_language="ro", checked=checked)
    assert "page 8: edited here" in _say()
    assert Page.objects.get(number=8).source_language == "ro"


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_what_an_organisation_filled_in_outlives_a_newer_file() -> None:
    page = Page.objects.get(number=8)
    LocalNote.objects.create(
        page=page, key="care-at-night", country="FR", language="fr", text="x", checked=page.checked
    )
    assert load(_newer(8)) == "renewed"
    assert LocalNote.objects.filter(page__number=8).count() == 1


@pytest.mark.thorough
def test_digests_are_printed_and_nothing_is_loaded() -> None:
    out = StringIO()
    call_command("load_pages", "--digests", stdout=out)
    assert out.getvalue().count("page ") == len(NUMBERS)
    assert not Page.objects.exists()


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_a_file_with_fewer_segments_cannot_half_load() -> None:
    broken = _newer(8)
    broken.texts["es"] = (StarterText("title", "x", "", "starter"),)
    before = _everything()
    with pytest.raises(ValueError, match="zip"):
        load(broken)
    assert _everything() == before


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_every_load_that_changed_something_is_a_version() -> None:
    versions = Version.objects.filter(page__number=8)
    assert Version.objects.count() == len(NUMBERS)
    assert set(versions.values_list("state", flat=True)) == {"published"}
    load(_newer(8))
    load(_newer(8))
    first, second = versions.order_by("serial")
    assert "Newer words" not in first.body
    assert "Newer words" in second.body
    assert second.serial == len(NUMBERS) + 1


@pytest.mark.usefixtures("starter")
def test_a_draft_is_not_overtaken_by_a_newer_file() -> None:
    page = Page.objects.get(number=8)
    Version.objects.create(
        page=page, day=page.checked, checked=page.checked, topic="harm", title="T", answer="A"
    )
    before = _everything()
    assert load(_newer(8)) == "edited here, left as it is"
    assert _everything() == before


@pytest.mark.usefixtures("starter")
def test_what_was_taken_off_the_site_is_not_put_back() -> None:
    Page.objects.filter(number=8).update(published=False)
    assert load(_newer(8)) == "edited here, left as it is"
    assert not Page.objects.get(number=8).published


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_a_page_published_here_stays() -> None:
    page = Page.objects.get(number=8)
    version = page.versions.get()
    version.pk, version.serial, version.body = random_id(), None, "Other words."
    version._state.adding = True
    publish(version, page.checked)
    before = _everything()
    assert load(_newer(8)) == "edited here, left as it is"
    assert _everything() == before
