"""One page, as anybody sees it."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation

from resources.pages import segment_texts
from resources.pages.models import LocalNote, Page, Segment, SegmentText
from safety_app.locales import translation_states
from safety_app.locales.translation_states import HOW_FAR, Level, TranslationState
from tests.languages import EACH, EACH_SLOW
from tests.resources.conftest import NUMBERS

pytestmark = pytest.mark.usefixtures("starter")

OUTWARD = re.compile(r'<a [^>]*href="https?://[^>]*>')


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH_SLOW)
def test_it_has_what_every_page_has(html: Callable[[str], str], language: str) -> None:
    for number in NUMBERS:
        check_page(html(f"/{language}/r/{number}/"))


def check_page(page: str) -> None:
    assert page.count("<h1") == 1
    assert 'class="notice"' in page
    assert 'class="fact"' in page
    assert "<details" in page.split("<main", 1)[1]
    assert "2026" in page
    assert ":::" not in page
    links = OUTWARD.findall(page)
    assert links
    assert all('rel="noreferrer"' in link for link in links)


def test_the_title_tells_pages_apart_and_says_nothing(html: Callable[[str], str]) -> None:
    assert "<title>Pages 8</title>" in html("/en/r/8/")


@pytest.mark.parametrize("language", EACH)
def test_the_first_hours_come_first(html: Callable[[str], str], language: str) -> None:
    main = html(f"/{language}/r/8/").split("<main", 1)[1]
    assert main.index("72") < main.index("120") < main.index("<h2")


def test_a_translation_nobody_reviewed_says_so_with_the_original_one_tap_away(
    html: Callable[[str], str],
) -> None:
    assert 'href="/en/r/8/" lang="en"' in html("/es/r/8/").split("<main", 1)[1]
    assert "Draft, not reviewed yet." not in html("/en/r/8/")


def test_an_approved_translation_has_no_banner(html: Callable[[str], str]) -> None:
    SegmentText.objects.filter(language="es").update(state=SegmentText.State.APPROVED)
    assert 'hreflang="en"' not in html("/es/r/8/").split("<main", 1)[1]


def test_the_foot_says_how_far_the_least_checked_text_is(html: Callable[[str], str]) -> None:
    own = SegmentText.objects.filter(language="es", segment__page__number=8)
    own.update(state="approved", level="community", day=datetime.date(2026, 3, 3))
    with translation.override("es"):
        community, checked, draft = (
            f"{HOW_FAR}: {level.label}" for level in (Level.COMMUNITY, Level.CHECKED, Level.DRAFT)
        )
    page = html("/es/r/8/")
    assert community in page
    assert "3 de marzo de 2026" in page
    one = own.filter(segment__role="body").first()
    assert one is not None
    own.filter(pk=one.pk).update(level="checked")
    page = html("/es/r/8/")
    assert checked in page
    assert community not in page
    own.filter(pk=one.pk).update(state="starter")
    page = html("/es/r/8/")
    assert page.count(checked) == 2, "above, with what it waits for, and in the foot"
    own.filter(pk=one.pk).update(state="approved", level="emperor")
    assert draft in html("/es/r/8/")


def test_the_original_says_nothing_of_the_kind(html: Callable[[str], str]) -> None:
    assert str(HOW_FAR) not in html("/en/r/8/")


def test_a_draft_of_which_nobody_has_read_anything_says_so(
    html: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = dict.fromkeys(translation_states.PARTS, TranslationState(Level.DRAFT))
    monkeypatch.setattr(segment_texts, "states", lambda _language: draft)
    with translation.override("es"):
        said = translation.gettext("Draft, not reviewed yet.")
    assert said in html("/es/r/8/")


@pytest.mark.thorough
def test_it_says_what_kind_of_information_it_is(html: Callable[[str], str]) -> None:
    assert "General information, not medical or legal advice; checked on 29 November 2026" in html(
        "/en/r/8/"
    )


def test_an_open_place_asks_the_organisation(html: Callable[[str], str]) -> None:
    # Four open places, and the site itself knows one answer: the number of the ambulance.
    assert html("/en/r/8/").count("Ask your organisation") == 3


def test_what_is_not_translated_stands_in_the_original(html: Callable[[str], str]) -> None:
    SegmentText.objects.filter(language="fr").delete()
    page = html("/fr/r/8/")
    assert '<h1 lang="en" dir="ltr">If someone hurt you</h1>' in page
    assert '<div class="fact" lang="en" dir="ltr">' in page
    assert '<b lang="fr" dir="ltr">' in page


def test_an_older_version_says_so(html: Callable[[str], str]) -> None:
    SegmentText.objects.filter(
        segment__role=Segment.Role.BODY, segment__position=3, language="en"
    ).update(text="::: fact Within 71 hours\nChanged.\n:::")
    # The banner's link to the original, and one more beside the paragraph.
    assert html("/es/r/8/").split("<main", 1)[1].count('href="/en/r/8/"') == 2
    assert "An older version" not in html("/en/r/8/")


@pytest.mark.parametrize("role", [Segment.Role.TITLE, Segment.Role.ANSWER])
def test_an_older_title_or_answer_says_so_at_the_head(
    html: Callable[[str], str], role: str
) -> None:
    SegmentText.objects.filter(language="es").update(state=SegmentText.State.APPROVED)
    segments = Segment.objects.filter(page__number=8, role=role)
    SegmentText.objects.filter(segment__in=segments, language="en").update(text="Changed.")
    main = html("/es/r/8/").split("<main", 1)[1]
    assert main.index('href="/en/r/8/" lang="en"') < main.index('class="fact"')


def test_a_page_of_one_country_names_it(html: Callable[[str], str]) -> None:
    Page.objects.filter(number=8).update(country="ES")
    assert "True for Spain." in html("/en/r/8/")


@pytest.mark.thorough
def test_odd_values_in_the_tables_leave_a_clear_page(client: Client) -> None:
    Page.objects.filter(number=8).update(source_language="xx-q", topic="?", country="?!")
    SegmentText.objects.filter(language="en").update(language="xx-q")
    SegmentText.objects.filter(language="fr").delete()
    LocalNote.objects.create(
        page=Page.objects.get(number=8),
        key="care-at-night",
        country="??",
        language="yy-q",
        text="x",
        checked="2026-01-01",
    )
    for address in ("/fr/", "/fr/r/8/", "/fr/r/8/?in=??", "/fr/new/", "/fr/new.xml"):
        assert client.get(address).status_code == 200
    assert client.post("/fr/find/", {"q": "PEP"}).status_code == 200


def test_hostile_text_is_shown_as_text(html: Callable[[str], str]) -> None:
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://evil.example/z.gif)"
    SegmentText.objects.filter(language="en").update(text=evil)
    main = html("/en/r/8/").split("<main", 1)[1]
    assert "<script" not in main
    assert 'href="javascript' not in main
    assert "<img" not in main


def test_the_print_sheet_carries_its_own_address_as_a_qr_code(html: Callable[[str], str]) -> None:
    page = html("/es/r/8/")
    sheet = page.split('class="on-paper"', 1)[1]
    assert '<svg viewBox="' in sheet
    assert "http://testserver/es/r/8/" in sheet
    assert "style=" not in page
    assert (
        sheet.split("</svg>")[0]
        != html("/es/r/7/").split('class="on-paper"', 1)[1].split("</svg>")[0]
    )


@pytest.mark.parametrize("number", ["0", "99", "999", "9" * 40])
def test_an_unknown_number_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/en/r/{number}/").status_code == 404


@pytest.mark.thorough
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_is_only_read(client: Client, method: str) -> None:
    assert getattr(client, method)("/en/r/8/").status_code == 405
