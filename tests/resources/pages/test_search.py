"""What is found for what people type, in every kind of script."""

from collections.abc import Callable, Mapping

import pytest

from resources.pages.models import Page, Segment, SegmentText, Topic
from resources.pages.search import LONGEST_QUERY, MOST_SHOWN, search_pages
from resources.text.segments import digest

pytestmark = pytest.mark.django_db

MakePage = Callable[..., Page]


@pytest.fixture
def page() -> MakePage:
    def make(number: int, language: str = "en", urgent: bool = False, **texts: str) -> Page:
        page = Page.objects.create(
            number=number,
            topic=Topic.WORK,
            urgent=urgent,
            source_language=language,
            checked="2026-01-02",
        )
        for position, (role, text) in enumerate({"title": f"t{number}", **texts}.items()):
            segment = Segment.objects.create(page=page, position=position, role=role)
            SegmentText.objects.create(
                segment=segment, language=language, text=text, state=SegmentText.State.APPROVED
            )
        return page

    return make


def numbers(query: str, language: str = "en") -> list[int]:
    return [one.page.number for one in search_pages(query, language).hits]


def passage(query: str, language: str) -> str:
    found = search_pages(query, language).hits[0].passage
    assert found is not None
    return "".join(f"[{part.text}]" if part.marked else part.text for part in found.parts)


FIRST = [
    ("es", "preservativo", 8),
    ("es", "PRESERVATIVO roto", 8),
    ("es", "chantaje", 3),
    ("es", "sobredosis", 10),
    ("fr", "violée", 8),
    ("fr", "violee", 8),
    ("fr", "VIOLÉE", 8),
    ("en", "PEP 72 hours", 8),
    ("en", "police took my phone", 6),
    ("en", "naloxone", 10),
    ("en", "overdoses", 10),
    ("en", "passport", 12),
]


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_the_page_one_needs_comes_first() -> None:
    for language, query, first in FIRST:
        assert numbers(query, language)[0] == first, query


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_a_typing_error_finds_what_comes_close_and_says_so() -> None:
    for language, query, meant in (
        ("en", "polcie", 6),
        ("en", "blackmial", 3),
        ("es", "chntaje", 3),
    ):
        findings = search_pages(query, language)
        assert findings.nearly, query
        assert meant in [one.page.number for one in findings.hits], query


@pytest.mark.thorough
@pytest.mark.usefixtures("starter")
def test_nothing_is_found_for_nothing() -> None:
    for query in ("xyzzyqq", "", "   ", "…!?", "\u200b", "a" * 5000, "的", "😀"):
        assert numbers(query) == [], query


def test_a_title_before_search_words_before_the_answer_before_the_text(page: MakePage) -> None:
    page(1, body="shelter")
    page(2, answer="shelter")
    page(3, keywords="shelter")
    page(4, title="shelter")
    assert numbers("shelter") == [4, 3, 2, 1]


def test_all_words_before_some_and_urgent_help_before_its_equals(page: MakePage) -> None:
    page(1, body="a doctor by night")
    page(2, body="a doctor at noon")
    page(3, body="a doctor at noon", urgent=True)
    page(4, body="nothing of it")
    assert numbers("doctor night") == [1, 3, 2]


def test_search_words_find_a_page_and_are_not_shown(page: MakePage) -> None:
    page(1, title="If someone hurt you", keywords="raped, assault", body="Somebody can stay.")
    found = search_pages("rape", "en").hits
    assert [one.page.number for one in found] == [1]
    assert found[0].passage is None


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("condoms", "condom"),
        ("condom", "condoms"),
        ("pregnancy", "pregnant"),
        ("Schnelltest", "test"),
        ("testing", "test"),
        ("الشرطة", "شرطة"),
        ("violación", "violaciones"),
        ("HÔPITAL", "hopitaux"[:6]),
    ],
)
def test_endings_may_differ(page: MakePage, text: str, query: str) -> None:
    page(1, body=text)
    assert numbers(query) == [1]


@pytest.mark.parametrize(
    ("language", "text", "query", "marked"),
    [
        ("zh-hans", "七十二小时内可以服用阻断药预防艾滋病毒。", "艾滋病", "[艾滋病]"),
        ("th", "ยาป้องกันเอชไอวีต้องเริ่มภายใน 72 ชั่วโมง", "เอชไอวี", "[เอชไอวี]"),
        ("th", "ตำรวจยึดโทรศัพท์ของคุณ", "โทรศัพท์", "[โทรศัพท์]"),
        ("ar", "أقرب مُستشفى يساعدك.", "مستشفي", "[مُستشفى]"),
        ("es", "Toma la píldora pronto.", "PILDORA", "[píldora]"),
        ("de", "Ruf an: die **Straße** nebenan.", "STRASSE", "[Straße]"),
    ],
)
def test_words_are_found_and_marked_in_every_script(
    page: MakePage, language: str, text: str, query: str, marked: str
) -> None:
    page(1, language, body=text)
    page(2, language, body="—")
    assert numbers(query, language) == [1]
    assert marked in passage(query, language)


@pytest.mark.parametrize("typed", ["Überdosis", "Uberdosis", "ueberdosis", "UEBERDOSEN"])
def test_an_umlaut_may_be_typed_as_two_letters(page: MakePage, typed: str) -> None:
    page(1, "de", body="Was tun bei einer Überdosis?")
    results = search_pages(typed, "de")
    assert (len(results.hits), results.nearly) == (1, False)


def test_parts_of_a_chinese_sentence_are_enough(page: MakePage) -> None:
    page(1, "zh-hans", body="紧急避孕药要尽快服用。")
    page(2, "zh-hans", body="警察拿走你的手机时怎么办。")
    assert numbers("避孕药在哪里", "zh-hans") == [1]


def test_what_a_reader_sees_is_searched_the_original_where_she_sees_that(page: MakePage) -> None:
    made = page(1, body="Ask for naloxone.")
    assert numbers("naloxone", "es") == [1]
    found = search_pages("naloxone", "es").hits[0]
    assert found.passage is not None
    assert (found.passage.language, found.passage.direction) == ("en", "ltr")
    for segment in made.segments.all():
        SegmentText.objects.create(
            segment=segment,
            language="es",
            text="Pide naloxona.",
            source_digest=digest(segment.segment_texts.get().text),
            state=SegmentText.State.APPROVED,
        )
    assert numbers("ask", "es") == []
    assert numbers("naloxona", "es") == [1]


@pytest.mark.parametrize("hidden", [{"published": False}, None])
def test_what_is_not_public_is_not_found(page: MakePage, hidden: Mapping[str, bool] | None) -> None:
    made = page(1, body="shelter")
    if hidden:
        Page.objects.filter(pk=made.pk).update(**hidden)
    else:
        made.segments.filter(role="body").update(position=None)
    assert numbers("shelter") == []


def test_a_draft_from_elsewhere_is_not_found(page: MakePage) -> None:
    made = page(1, body="shelter")
    SegmentText.objects.create(
        segment=made.segments.get(role="body"),
        language="es",
        text="refugio",
        source_digest=digest("shelter"),
        fuzzy=True,
    )
    assert numbers("refugio", "es") == []


@pytest.mark.thorough
def test_only_a_few_are_shown_and_only_the_beginning_of_a_long_query_counts(
    page: MakePage,
) -> None:
    for number in range(1, MOST_SHOWN + 5):
        page(number, body="shelter " + "long text without an end " * 400)
    assert len(numbers("shelter")) == MOST_SHOWN
    assert numbers(" " * LONGEST_QUERY + "shelter") == []
    found = search_pages("shelter", "en").hits[0].passage
    assert found is not None
    assert sum(len(part.text) for part in found.parts) < 200
