"""A published page reads as its version says, and translations keep their places.

People rely on it: a paragraph that did not change keeps its reviewed translations, whatever
happens around it; one that changed shows them as older; nothing of the source is ever lost.
"""

from __future__ import annotations

import datetime
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.pages.models import Page, Segment, SegmentText, Version
from resources.pages.presentation import pages_with_texts, render_page
from resources.pages.publication import pieces_of, publish, source_lines, sources_of
from resources.pages.versions import published, source_with_digest
from resources.text.segments import digest
from tests.properties import costly

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 22)
A = "If it was today, look for a doctor within 72 hours."
B = "You decide what is done, and you can stop at any time."
C = "Keep the clothes in a paper bag if you can."
D = "Someone can come with you."


@pytest.fixture
def page() -> Page:
    return Page.objects.create(number=101, topic="work", source_language="en", checked=TODAY)


def put(page: Page, *body: str, **fields: Any) -> Version:
    """Publish this text."""
    given = {"title": "If it rains", "answer": "Take a coat.", "topic": "work", **fields}
    version = Version(page=page, day=TODAY, checked=TODAY, body="\n\n".join(body), **given)
    publish(version, TODAY)
    return version


def translate(page: Page) -> dict[str, int]:
    """Approve a translation of every segment on the page: source text → the segment's id."""
    texts = {}
    for segment in page.segments.filter(position__isnull=False):
        source = segment.segment_texts.get(language="en")
        texts[source.text] = segment.pk
        SegmentText.objects.get_or_create(
            segment=segment,
            language="es",
            defaults={"text": f"es {source.text}", "source_digest": digest(source.text)},
            state="approved",
        )
    return texts


def stands(page: Page) -> list[tuple[str, str]]:
    """What the page says now: (role, text)."""
    rows = page.segments.filter(
        position__isnull=False, segment_texts__language=page.source_language
    )
    return list(rows.order_by("position").values_list("role", "segment_texts__text"))


def row_of(page: Page, text: str) -> Segment:
    return page.segments.get(position__isnull=False, segment_texts__text=text)


def shown(page: Page, language: str = "es") -> list[str]:
    (found,) = pages_with_texts(language).filter(number=page.number)
    return [block.text for block in render_page(found, language).body]


def test_what_is_unchanged_or_moved_keeps_row_and_translation(page: Page) -> None:
    put(page, A, B, C)
    before = translate(page)
    put(page, C, A, D, B)
    for text in (A, B, C):
        assert row_of(page, text).pk == before[text]
    assert shown(page) == [f"es {C}", f"es {A}", D, f"es {B}"]


def test_edited_in_place_the_translation_stays_as_an_older_one(page: Page) -> None:
    put(page, A, B, C)
    before = translate(page)
    newer = B.replace("at any time", "whenever you want")
    put(page, A, newer, C)
    assert row_of(page, newer).pk == before[B]
    assert shown(page)[1] == f"es {B}"
    segment_text = SegmentText.objects.get(segment=before[B], language="es")
    assert (segment_text.state, segment_text.superseded) == ("approved", False)
    assert segment_text.source_digest != digest(newer)


def test_a_changed_number_is_a_changed_paragraph_not_another_one(page: Page) -> None:
    put(page, A, B)
    before = translate(page)
    newer = A.replace("72", "24")
    put(page, newer, B)
    assert row_of(page, newer).pk == before[A]
    assert SegmentText.objects.get(segment=before[A], language="es").source_digest == digest(A)


def test_edited_and_another_one_moved_over_it(page: Page) -> None:
    put(page, A, B, C, D)
    before = translate(page)
    newer = A.replace("today", "yesterday")
    put(page, D, newer, B, C)
    assert row_of(page, newer).pk == before[A]
    assert row_of(page, D).pk == before[D]


@pytest.mark.thorough
def test_taken_out_and_brought_back_later_it_has_its_translation(page: Page) -> None:
    put(page, A, B, C)
    before = translate(page)
    put(page, A, C)
    assert page.segments.get(pk=before[B]).position is None
    assert shown(page) == [f"es {A}", f"es {C}"]
    put(page, A, C, D)
    put(page, B, A, C)
    assert row_of(page, B).pk == before[B]
    assert shown(page) == [f"es {B}", f"es {A}", f"es {C}"]


def test_a_paragraph_split_in_two_goes_with_the_larger_part(page: Page) -> None:
    long = f"{B} {C} Nobody may hurry you, and nobody may touch you before you say yes."
    put(page, A, long)
    before = translate(page)
    put(page, A, C, f"{B} Nobody may hurry you, and nobody may touch you before you say yes.")
    bodies = list(page.segments.filter(position__isnull=False, role="body").order_by("position"))
    assert bodies[2].pk == before[long]
    assert bodies[1].pk not in before.values()


def test_two_paragraphs_put_together(page: Page) -> None:
    put(page, A, B, C)
    before = translate(page)
    put(page, A, f"{B} {C}")
    bodies = list(page.segments.filter(position__isnull=False, role="body").order_by("position"))
    assert len(bodies) == 2
    assert bodies[1].pk in (before[B], before[C])
    assert shown(page)[1] in (f"es {B}", f"es {C}")


def test_two_equal_paragraphs_stay_two(page: Page) -> None:
    put(page, D, A, D)
    first, second = (
        row.pk for row in page.segments.filter(segment_texts__text=D).order_by("position")
    )
    put(page, D, B, A, D)
    rows = page.segments.filter(segment_texts__text=D, position__isnull=False).order_by("position")
    assert [row.pk for row in rows] == [first, second]
    put(page, D, B, A)
    assert [text for _role, text in stands(page)][2:] == [D, B, A]


def test_everything_rewritten(page: Page) -> None:
    put(page, A, B)
    before = translate(page)
    put(page, "Quite other words stand here.", "And here too, about nothing else.")
    bodies = page.segments.filter(position__isnull=False, role="body")
    assert not set(before.values()) & {row.pk for row in bodies}
    assert SegmentText.objects.filter(segment__page=page, language="es").count() == 4
    assert shown(page) == ["Quite other words stand here.", "And here too, about nothing else."]


def test_however_the_title_changes_it_is_the_title(page: Page) -> None:
    put(page, A, title="One")
    before = translate(page)
    put(page, A, title="Nothing in common", answer="Different altogether, all of it.")
    assert row_of(page, "Nothing in common").pk == before["One"]
    assert page.segments.get(role="title").segment_texts.count() == 2


def test_search_words_come_and_go(page: Page) -> None:
    put(page, A, keywords="rain, coat")
    row = row_of(page, "rain, coat").pk
    put(page, A)
    assert "keywords" not in dict(stands(page))
    put(page, A, keywords="rain, coat")
    assert row_of(page, "rain, coat").pk == row


@pytest.mark.thorough
def test_an_urgent_correction_overtakes_translations_of_what_changed_and_no_others(
    page: Page,
) -> None:
    put(page, A, B)
    before = translate(page)
    newer = A.replace("72", "24")
    SegmentText.objects.create(
        segment_id=before[A], language="fr", text="fr", source_digest=digest(newer), state="starter"
    )
    put(page, newer, B, correction=True)
    marks = SegmentText.objects.filter(superseded=True)
    assert [(segment_text.segment_id, segment_text.language) for segment_text in marks] == [
        (before[A], "es")
    ]
    assert shown(page) == [newer, f"es {B}"]
    put(page, newer.replace("look for", "find"), B)
    assert shown(page)[0] == newer.replace("look for", "find")


def test_a_change_that_is_no_correction_overtakes_nothing(page: Page) -> None:
    put(page, A)
    translate(page)
    put(page, A.replace("72", "24"))
    assert not SegmentText.objects.filter(superseded=True).exists()


def test_serials_count_and_the_authors_tag_is_erased(page: Page) -> None:
    other = Page.objects.create(number=102, topic="work", source_language="en", checked=TODAY)
    first = put(page, A)
    second = put(other, A)
    draft = Version.objects.create(
        page=page, day=TODAY, checked=TODAY, topic="work", title="T", answer="A", body=B,
        author_tags=b"x" * 16, state="asked", rejection_reason="Say how.",
    )  # fmt: skip
    publish(draft, TODAY)
    draft.refresh_from_db()
    assert (first.serial, second.serial, draft.serial) == (1, 2, 3)
    assert (bytes(draft.author_tags), draft.rejection_reason, draft.state) == (b"", "", "published")


def test_fields_and_sources_become_the_pages(page: Page) -> None:
    sources = (("WHO: name | of it", "https://who.int/x", "2024"), ("Nobody", "", ""))
    put(page, A, topic="health", country="FR", urgent=True, sources=source_lines(sources))
    page.refresh_from_db()
    assert (page.topic, page.country, page.urgent, page.published) == ("health", "FR", True, True)
    assert [(one.title, one.url, one.dated) for one in page.sources.all()] == [
        ("WHO: name - of it", "https://who.int/x", "2024"),
        ("Nobody", "", ""),
    ]


def test_what_was_published_and_what_it_said_before_can_be_found(page: Page) -> None:
    first = put(page, A, B)
    newer = B.replace("at any time", "whenever you want")
    second = put(page, A, newer, C)
    third = put(page, A, newer, C, answer="Take two coats.")
    assert list(published(page)) == [third, second, first]
    assert source_with_digest(page, "body", digest(B)) == B
    assert source_with_digest(page, "answer", digest("Take a coat.")) == "Take a coat."
    assert source_with_digest(page, "body", digest("never said")) is None
    assert source_with_digest(page, "body", "") is None


def test_a_draft_is_not_among_what_was_published(page: Page) -> None:
    put(page, A)
    Version.objects.create(
        page=page, day=TODAY, checked=TODAY, topic="work", title="T", answer="A", body=B
    )
    assert published(page).count() == 1
    assert source_with_digest(page, "body", digest(B)) is None


def test_odd_positions_break_nothing(page: Page) -> None:
    put(page, A, B)
    Segment.objects.filter(role="body").update(position=None)
    put(page, B, C)
    assert [text for _role, text in stands(page)][2:] == [B, C]


@pytest.mark.thorough
def test_the_cost_is_bounded(page: Page) -> None:
    body = [" ".join(f"{word}{number}" for word in "abcdefgh" * 5) for number in range(148)]
    put(page, *body)
    start = time.process_time()
    put(page, *(paragraph.replace("a", "z") for paragraph in reversed(body)))
    assert time.process_time() - start < 5


PARAGRAPHS = st.lists(
    st.one_of(
        st.sampled_from([A, B, C, D, A.replace("72", "24"), f"{A} {B}", "- x\n- y"]),
        st.text("ab 7\n:", min_size=1, max_size=12),
    ),
    max_size=6,
)


@pytest.mark.thorough
@costly(with_fixtures=True)
@given(st.lists(st.tuples(PARAGRAPHS, st.sampled_from(["", "x"]), st.booleans()), max_size=4))
def test_the_page_always_reads_as_the_version_says(
    page: Page, steps: list[tuple[list[str], str, bool]]
) -> None:
    for body, words, correction in steps:
        version = put(page, *body, keywords=words, correction=correction)
        assert stands(page) == [(str(role), text) for role, text in pieces_of(version)]
        positions = page.segments.filter(position__isnull=False).values_list("position", flat=True)
        assert sorted(positions) == list(range(len(positions)))
        assert sources_of(version) == []
