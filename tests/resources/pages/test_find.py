"""The search page: what somebody looks for goes nowhere."""

import pytest
from django.test import Client

from resources.pages.models import Page, Segment, SegmentText
from resources.pages.search import MOST_SHOWN
from tests.cast import Person
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire

pytestmark = pytest.mark.usefixtures("starter")


def find(client: Client, words: str, language: str = "en") -> str:
    response = client.post(f"/{language}/find/", {"q": words})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.thorough
def test_the_box_is_empty_when_the_page_is_opened_whatever_its_address_says(
    client: Client,
) -> None:
    page = client.get("/en/find/?q=condom").content.decode()
    assert "condom" not in page
    assert 'method="post" action="/en/find/"' in page
    assert 'maxlength="100"' in page


def test_what_is_found_shows_title_answer_and_the_marked_passage(client: Client) -> None:
    main = find(client, "Naloxone").split("<main", 1)[1]
    assert 'href="/en/r/10/"' in main
    assert "<mark>naloxone</mark>" in main
    assert 'value="Naloxone"' in main


def test_another_site_puts_no_words_into_it(client: Client) -> None:
    for said in ("cross-site", "same-site"):
        response = client.post("/en/find/", {"q": "naloxone"}, headers={"sec-fetch-site": said})
        assert response.status_code == 200
        assert (
            "naloxone" not in response.content.decode().split("<form", 2)[2].partition("</form")[0]
        )
        assert "<mark>" not in response.content.decode()


def test_it_needs_no_cookie_and_no_token_and_leaves_none() -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/en/find/", {"q": "condom"})
    assert response.status_code == 200
    assert not response.cookies
    assert "csrf" not in response.content.decode()
    assert not strict.get("/en/find/").cookies


def test_nobody_keeps_the_answer(client: Client) -> None:
    response = client.post("/en/find/", {"q": "condom"})
    assert response["Cache-Control"] == "no-store"
    assert "public" in client.get("/en/find/")["Cache-Control"]


def test_nothing_found_is_said_kindly_with_urgent_help_and_the_topics(client: Client) -> None:
    main = find(client, "xyzzyqq").split("<main", 1)[1]
    assert "No page has these words." in main
    assert main.index('href="/en/r/8/"') < main.index('href="/en/#work"')
    assert 'id="work"' in client.get("/en/").content.decode()


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '" onmouseover="x', "{{ x }}", "a" * 100_000, "[" * 99]
)
def test_hostile_words_are_words(client: Client, evil: str) -> None:
    main = find(client, evil).split("<main", 1)[1]
    assert "<script" not in main
    assert '" onmouseover' not in main
    assert len(main) < 12_288


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize("words", ["police", "xyzzyqq"])
def test_every_answer_fits_the_first_flight(client: Client, language: str, words: str) -> None:
    for response in (
        client.post(f"/{language}/find/", {"q": words}),
        client.get(f"/{language}/find/", headers={"accept-encoding": "gzip"}),
    ):
        assert on_the_wire_as_sent(response.content, response) < FIRST_FLIGHT


@pytest.mark.thorough
def test_the_longest_answer_fits_too(client: Client) -> None:
    thai = "ความช่วยเหลือเรื่องเพศและสุขภาพของคุณ" * 4
    for number in range(100, 100 + MOST_SHOWN + 3):
        page = Page.objects.create(
            number=number, topic="health", source_language="th", checked="2026-01-02"
        )
        for position, role in enumerate(("title", "answer", "body")):
            segment = Segment.objects.create(page=page, position=position, role=role)
            SegmentText.objects.create(segment=segment, language="th", text=thai, state="approved")
    response = client.post("/en/find/", {"q": "สุขภาพ"})
    assert 'href="/en/r/100/"' in response.content.decode()
    assert on_the_wire_as_sent(response.content, response) < FIRST_FLIGHT


def on_the_wire_as_sent(body: bytes, response: object) -> int:
    """Answers to a form are padded and not compressed."""
    whole = on_the_wire(response)  # type: ignore[arg-type]
    if response.get("Content-Encoding"):  # type: ignore[attr-defined]
        return whole
    headers = sum(len(f"{name}: {value}\r\n") for name, value in response.items())  # type: ignore[attr-defined]
    return headers + len(body)


def test_it_fits_too_when_many_pages_are_urgent_and_nothing_is_found(client: Client) -> None:
    Page.objects.update(urgent=True)
    roles = {Segment.Role.TITLE: 80, Segment.Role.ANSWER: 200}
    for role, length in roles.items():
        SegmentText.objects.filter(segment__role=role, language="en").update(text="ช" * length)
    response = client.post("/en/find/", {"q": "zzzzzz"})
    assert 'href="/en/r/' in response.content.decode()
    assert len(response.content) == 12_288


def test_someone_signed_in_finds_the_same(member: Person) -> None:
    assert 'href="/en/r/10/"' in find(member.client, "naloxone")


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/en/find/").status_code == 405
