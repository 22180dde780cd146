"""Approving and sending back: by somebody else where it matters, and only what was seen."""

from __future__ import annotations

import pytest

from resources.pages.models import Page, Segment, SegmentText
from resources.text.segments import digest
from resources.translation import review, submissions
from resources.translation.models import Remark
from safety_app.locales.dates import today
from tests.cast import Person
from tests.resources.translation.pages import RIGHT, address, change, first, make_page, typed, write

pytestmark = pytest.mark.django_db
STOOD = "Pide ayuda en 72 horas."


@pytest.fixture
def health() -> Segment:
    """A paragraph on a page about health, where something stands already."""
    segment = first(make_page(topic="health"))
    write(segment, STOOD, "approved", superseded=True)
    return segment


def only() -> SegmentText:
    return SegmentText.objects.get(language="es")


APPROVED = "Reviewed. Readers see it now."


def press(who: Person, segment: Segment, button: str, **more: str) -> str:
    """Press a button under RIGHT, which was shown; the page after it."""
    fields = typed(segment, RIGHT, RIGHT) | {button: "1"} | more
    answer = who.client.post(address(segment.page, segment), fields, follow=True)
    return answer.content.decode()


@pytest.mark.thorough
def test_somebody_else_approves_and_it_takes_the_place_of_what_stood(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    write(health, RIGHT, by=translator)
    assert APPROVED in press(proofreader, health, "approve")
    row = only()
    assert (row.state, row.text) == ("approved", RIGHT)
    assert not bytes(row.author_tags)
    assert not row.superseded
    assert APPROVED in press(proofreader, health, "approve"), "pressed twice"
    assert only().pk == row.pk


@pytest.mark.thorough
def test_nobody_approves_their_own_words_on_a_page_about_health(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    write(health, RIGHT, by=translator)
    url = address(health.page, health)
    assert 'name="approve"' not in translator.client.get(url).content.decode()
    assert 'name="approve"' in proofreader.client.get(url).content.decode()
    assert "someone else reviews it" in press(translator, health, "approve")
    assert SegmentText.objects.filter(language="es", state="waiting").exists()


@pytest.mark.parametrize(
    ("ticked", "level"),
    [("native", "native"), ("clinician", "clinician"), ("", "checked"), ("pope", "checked")],
)
def test_a_reviewer_says_with_what_knowledge(
    health: Segment, translator: Person, proofreader: Person, ticked: str, level: str
) -> None:
    write(health, RIGHT, by=translator)
    press(proofreader, health, "approve", level=ticked)
    assert (only().level, only().day) == (level, today())


def test_a_clinician_says_so_only_about_health(translator: Person, proofreader: Person) -> None:
    segment = first(make_page(topic="police"))
    write(segment, RIGHT, by=translator)
    assert (
        'value="clinician"'
        not in proofreader.client.get(address(segment.page, segment)).content.decode()
    )
    press(proofreader, segment, "approve", level="clinician")
    assert only().level == "checked"


def test_what_only_its_writer_has_read_stays_a_draft(translator: Person) -> None:
    segment = first(make_page(topic="work"))
    write(segment, RIGHT, by=translator)
    press(translator, segment, "approve", level="native")
    assert (only().state, only().level) == ("approved", "draft")


def test_another_text_is_a_draft_again_until_somebody_reviews_it(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    write(health, RIGHT, by=translator)
    press(proofreader, health, "approve", level="native")
    url = address(health.page, health)
    assert "read by a native speaker" in translator.client.get(url).content.decode()
    translator.client.post(url, typed(health, f"{RIGHT} Gracias.", RIGHT, save="1"))
    row = SegmentText.objects.get(state="waiting", language="es")
    assert (row.level, row.day) == ("draft", today())
    main = translator.client.get(url).content.decode()
    assert "How far it is checked: draft" in main


@pytest.mark.parametrize("topic", ["harm", "health", "police"])
def test_topics_that_need_a_second_person(translator: Person, topic: str) -> None:
    segment = first(make_page(topic=topic))
    write(segment, RIGHT, by=translator)
    press(translator, segment, "approve")
    assert only().state == "waiting"


def test_a_text_without_its_mark_is_approved_by_nobody(
    health: Segment, proofreader: Person
) -> None:
    write(health, RIGHT)
    press(proofreader, health, "approve")
    assert SegmentText.objects.filter(language="es", state="waiting").exists()
    # Saving it anew makes it hers, and somebody else's to approve.
    press(proofreader, health, "save")
    assert len(bytes(SegmentText.objects.get(language="es", state="waiting").author_tags)) == 16


@pytest.mark.thorough
def test_what_was_changed_in_the_form_is_saved_first(
    health: Segment, translator: Person, proofreader: Person, editor: Person
) -> None:
    write(health, RIGHT, by=translator)
    page = press(proofreader, health, "approve", text="Busca a alguien en 72 horas.")
    assert "You changed the text" in page
    assert "Busca a alguien" in page
    press(proofreader, health, "save", text="Busca a alguien en 72 horas.")
    waiting = SegmentText.objects.get(language="es", state="waiting")
    fields = typed(health, waiting.text, waiting.text, approve="1")
    assert proofreader.client.post(address(health.page, health), fields).status_code == 200
    assert translator.client.post(address(health.page, health), fields).status_code == 200
    assert editor.client.post(address(health.page, health), fields).status_code == 302
    assert only().text == "Busca a alguien en 72 horas."


def test_only_what_was_seen_is_approved(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    row = write(health, RIGHT, by=translator)
    SegmentText.objects.filter(pk=row.pk).update(text="Otra cosa en 72 horas.")
    page = press(proofreader, health, "approve")
    assert "Someone else changed this text meanwhile" in page
    assert "Otra cosa" in page
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.thorough
def test_what_was_made_from_an_older_original_or_is_rough_is_not_approved(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    row = write(health, RIGHT, by=translator, fuzzy=True)
    assert "cannot be marked as reviewed yet" in press(proofreader, health, "approve")
    SegmentText.objects.filter(pk=row.pk).update(fuzzy=False)
    assert "cannot be marked as reviewed yet" in press(proofreader, health, "approve", fuzzy="on")
    shown = typed(health, RIGHT, RIGHT, approve="1")
    change(health.page, body=health.page.versions.get().body.replace("Get", "Find"))
    answer = proofreader.client.post(address(health.page, health), shown)
    assert "The original changed" in answer.content.decode()
    assert "cannot be marked as reviewed yet" in press(proofreader, health, "approve")
    row.refresh_from_db()
    assert row.state == "waiting"


def test_numbers_count_for_approving_too(health: Segment, proofreader: Person) -> None:
    SegmentText.objects.filter(language="es").delete()
    row = write(health, "Busca ayuda en 27 horas.", "starter")
    fields = typed(health, row.text, row.text, approve="1")
    page = proofreader.client.post(address(health.page, health), fields).content.decode()
    assert "missing here: 72" in page
    assert only().state == "starter"


def test_what_came_with_the_program_is_approved_by_anyone(translator: Person) -> None:
    segment = first(make_page(topic="health"))
    write(segment, RIGHT, "starter")
    assert APPROVED in press(translator, segment, "approve")
    assert only().state == "approved"


@pytest.mark.thorough
def test_signs_that_no_form_gives_back_do_not_keep_a_text_from_being_approved(
    translator: Person,
) -> None:
    segment = first(make_page(topic="health"))
    row = write(segment, f"\u200f{RIGHT}\t", "starter")
    fields = typed(segment, RIGHT, row.text, approve="1")
    answer = translator.client.post(address(segment.page, segment), fields, follow=True)
    assert APPROVED in answer.content.decode()
    assert only().state == "approved"


@pytest.mark.thorough
def test_on_other_pages_one_saves_and_approves_at_once(translator: Person) -> None:
    segment = first(make_page())
    write(segment, STOOD, "approved")
    fields = typed(segment, RIGHT, STOOD, approve="1")
    for _time in range(2):
        answer = translator.client.post(address(segment.page, segment), fields, follow=True)
        assert APPROVED in answer.content.decode()
    assert (only().state, only().text, bytes(only().author_tags)) == ("approved", RIGHT, b"")


@pytest.mark.thorough
def test_sending_back_says_why(health: Segment, translator: Person, proofreader: Person) -> None:
    row = write(health, RIGHT, by=translator)
    assert 'href="#id_reason"' in press(proofreader, health, "back")
    assert not Remark.objects.exists()
    assert "Sent back, with your reason." in press(proofreader, health, "back", reason="Say tú.")
    row.refresh_from_db()
    assert (row.state, row.text, row.source_digest) == ("waiting", RIGHT, "")
    remark = Remark.objects.get()
    assert (remark.text, remark.language, remark.segment_id) == ("Say tú.", "es", health.pk)
    press(proofreader, health, "back", reason="Say tú.")
    assert Remark.objects.count() == 1, "pressed twice"
    # She looks at it again, and saves it: it waits once more.
    press(translator, health, "save")
    row.refresh_from_db()
    assert row.source_digest == digest(health.segment_texts.get(language="en").text)


def test_ones_own_text_is_not_sent_back(health: Segment, translator: Person) -> None:
    write(health, RIGHT, by=translator)
    press(translator, health, "back", reason="no")
    assert SegmentText.objects.get(language="es", state="waiting").source_digest
    assert not Remark.objects.exists()


def test_nothing_is_approved_on_the_way_back_from_the_lock(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    write(health, RIGHT, by=translator)
    press(proofreader, health, "approve", carry_to="/en/me/")
    press(proofreader, health, "back", reason="x", unlock="1")
    assert SegmentText.objects.get(language="es", state="waiting").source_digest


def test_the_mark_is_gone_from_the_table_after_approval(
    health: Segment, translator: Person, proofreader: Person
) -> None:
    row = write(health, RIGHT, by=translator)
    mark = bytes(row.author_tags)
    press(proofreader, health, "approve")
    assert mark not in [
        bytes(one) for one in SegmentText.objects.values_list("author_tags", flat=True)
    ]


def test_what_the_page_is_about_now_counts(translator: Person) -> None:
    segment = first(make_page(topic="work"))
    write(segment, RIGHT, by=translator)
    shown = segment.page
    Page.objects.filter(pk=shown.pk).update(topic="health")
    text = submissions.Submission(
        RIGHT, False, typed(segment, RIGHT, RIGHT)["source_digest"], digest(RIGHT)
    )
    with pytest.raises(review.OwnText):
        review.approve(shown, segment, "es", translator.ring, text)
    assert only().state == "waiting"


@pytest.mark.thorough
def test_none_of_those_who_wrote_on_a_text_approves_it(
    health: Segment, translator: Person, proofreader: Person, editor: Person
) -> None:
    write(health, RIGHT, by=translator)
    better = f"{RIGHT} Gracias."
    proofreader.client.post(address(health.page, health), typed(health, better, RIGHT, save="1"))
    for writer in (translator, proofreader):
        writer.client.post(address(health.page, health), typed(health, better, better, approve="1"))
        assert SegmentText.objects.filter(text=better, state="waiting").exists()
    editor.client.post(address(health.page, health), typed(health, better, better, approve="1"))
    assert (only().state, only().text, bytes(only().author_tags)) == ("approved", better, b"")
