"""Which text a reader sees: the states of a translation, and the fallback to the source."""

import pytest

from resources.pages.models import Page, Segment, SegmentText, Topic
from resources.pages.presentation import RenderedPage, pages_with_texts, render_page
from resources.text.segments import digest
from safety_app.locales.page_languages import direction

pytestmark = pytest.mark.django_db

SOURCE = "Within 72 hours."


@pytest.fixture
def page() -> Page:
    page = Page.objects.create(
        number=8, topic=Topic.WORK, source_language="en", checked="2026-01-02"
    )
    for position, role in enumerate(Segment.Role.values):
        segment = Segment.objects.create(page=page, position=position, role=role)
        SegmentText.objects.create(
            segment=segment, language="en", text=SOURCE, state=SegmentText.State.APPROVED
        )
    return page


def _translate(page: Page, language: str, state: str, source_digest: str = SOURCE) -> None:
    for segment in page.segments.all():
        SegmentText.objects.create(
            segment=segment,
            language=language,
            text="En 72 horas.",
            source_digest=digest(source_digest),
            state=state,
        )


def _read(language: str) -> RenderedPage:
    return render_page(pages_with_texts(language).get(number=8), language)


def test_the_source_has_no_banner(page: Page) -> None:
    reading = _read("en")
    assert (reading.draft, reading.missing, reading.older) == (False, False, False)
    assert reading.title.language == ""


def test_what_is_not_translated_is_marked_with_language_and_direction(page: Page) -> None:
    page.source_language = "ar"
    page.save()
    SegmentText.objects.update(language="ar")
    reading = _read("es")
    assert reading.missing
    assert not reading.draft
    assert (reading.body[0].language, reading.body[0].direction) == ("ar", "rtl")


def test_one_missing_segment_falls_back_alone(page: Page) -> None:
    _translate(page, "es", SegmentText.State.APPROVED)
    SegmentText.objects.get(language="es", segment__role="body").delete()
    reading = _read("es")
    assert reading.title.language == ""
    assert reading.body[0].language == "en"


@pytest.mark.parametrize(
    ("state", "draft"),
    [
        (SegmentText.State.APPROVED, False),
        (SegmentText.State.STARTER, True),
        (SegmentText.State.WAITING, True),
    ],
)
def test_a_text_nobody_reviewed_shows_as_a_draft(page: Page, state: str, draft: bool) -> None:
    _translate(page, "es", state)
    reading = _read("es")
    assert reading.draft is draft
    assert not reading.missing


@pytest.mark.parametrize(
    ("topic", "urgent", "state", "shown"),
    [
        (Topic.HARM, True, SegmentText.State.WAITING, "en"),
        (Topic.HEALTH, True, SegmentText.State.WAITING, "en"),
        (Topic.HARM, True, SegmentText.State.STARTER, ""),
        (Topic.HARM, True, SegmentText.State.APPROVED, ""),
        (Topic.HARM, False, SegmentText.State.WAITING, ""),
        (Topic.POLICE, True, SegmentText.State.WAITING, ""),
    ],
)
def test_on_urgent_health_pages_the_source_stands_in_for_an_unreviewed_text(
    page: Page, topic: str, urgent: bool, state: str, shown: str
) -> None:
    Page.objects.update(topic=topic, urgent=urgent)
    _translate(page, "es", state)
    assert _read("es").body[0].language == shown


def test_a_text_of_an_older_source_says_so(page: Page) -> None:
    _translate(page, "es", SegmentText.State.APPROVED, source_digest="Within 24 hours.")
    reading = _read("es")
    assert reading.older  # title and answer
    assert reading.body[0].older


def test_the_words_a_page_is_found_by_are_shown_nowhere_and_need_no_banner(page: Page) -> None:
    SegmentText.objects.filter(segment__role="keywords").update(text="Only searched.")
    _translate(page, "es", SegmentText.State.APPROVED)
    SegmentText.objects.get(language="es", segment__role="keywords").delete()
    reading = _read("es")
    assert (reading.draft, reading.missing, reading.older) == (False, False, False)
    shown = [reading.title, reading.answer, *reading.body]
    assert "Only searched." not in [block.text for block in shown]


def test_an_urgent_correction_puts_the_source_in_place_until_it_is_translated(page: Page) -> None:
    _translate(page, "es", SegmentText.State.APPROVED, source_digest="Within 24 hours.")
    SegmentText.objects.filter(language="es").update(superseded=True)
    reading = _read("es")
    assert reading.missing
    assert (reading.body[0].language, reading.body[0].direction) == ("en", "ltr")
    assert not reading.body[0].older
    SegmentText.objects.filter(language="es").update(source_digest=digest(SOURCE))
    assert _read("es").body[0].language == ""


@pytest.mark.parametrize("state", SegmentText.State.values)
def test_a_draft_from_elsewhere_is_never_shown(page: Page, state: str) -> None:
    _translate(page, "es", state)
    SegmentText.objects.filter(language="es").update(fuzzy=True)
    assert _read("es").body[0].language == "en"


def test_what_stands_is_shown_while_a_newer_one_waits(page: Page) -> None:
    _translate(page, "es", SegmentText.State.APPROVED, source_digest="Within 24 hours.")
    for segment in page.segments.all():
        SegmentText.objects.create(
            segment=segment, language="es", text="Nuevo.", source_digest=digest(SOURCE)
        )
    reading = _read("es")
    assert reading.body[0].text == "En 72 horas."
    assert reading.body[0].older


def test_a_paragraph_taken_out_of_the_page_is_not_shown(page: Page) -> None:
    page.segments.filter(role="body").update(position=None)
    assert _read("en").body == ()


def test_a_page_without_any_text_still_reads() -> None:
    Page.objects.create(number=8, topic=Topic.WORK, source_language="en", checked="2026-01-02")
    assert _read("es").title.text == ""


def test_a_language_nobody_knows_runs_left_to_right() -> None:
    assert direction("xx-nowhere") == "ltr"
    assert direction("ar") == "rtl"
