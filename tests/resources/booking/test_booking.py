"""`/booking/`: a message for the person who watches over a booking; nothing of it is kept."""

from __future__ import annotations

import gzip
import html
import random
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from resources.booking.forms import LIMITS
from resources.booking.steps import STEPS
from safety_app.locales.page_languages import direction
from tests.cast import Person
from tests.form_answers import post_only
from tests.languages import EACH
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire
from tests.test_roles import page_with_a_title

pytestmark = pytest.mark.django_db

PATH = "/en/booking/"
# The police in every language, and numbers that call them.
POLICE = re.compile(
    r"polic|poliț|polizei|rendőr|полиц|поліц|警|شرط|ตำรวจ|\b112\b|\b17<", re.IGNORECASE
)
SITE = "http://testserver"
BROWSER = {"accept-encoding": "gzip, deflate, br"}
# Letters that compress badly.
RARE = [chr(code) for code in range(0x20000, 0x2A000)]
TYPED = {
    "when": "today, 9 in the evening",
    "where": "Hotel Nord, room 12, bell “Roux”",
    "until": "11 in the evening",
    "steps": list(STEPS),
    "person": "Ana, 0600 000 000",
    "other": "Look at the window from the street",
    "word": "umbrella",
    "more": "He wrote by e-mail.\nI take the bus.",
}


def make(client: Client, path: str = PATH, /, **typed: Any) -> Any:
    response = client.post(path, typed)
    assert response.status_code == 200
    return response


def text(response: Any) -> str:
    """The message."""
    found = re.search(r"<textarea[^>]* readonly[^>]*>(.*?)</textarea>", page(response), re.DOTALL)
    assert found, page(response)
    return html.unescape(found[1])


def page(response: Any) -> str:
    return str(response.content.decode())


def hidden(response: Any) -> dict[str, str]:
    """What the page sends back to be changed."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page(response))
    return {name: html.unescape(value) for name, value in found}


def test_the_whole_message(nobody: Client) -> None:
    assert text(make(nobody, **TYPED)) == (
        "Please look out for me.\n"
        "\n"
        "When: today, 9 in the evening\n"
        "Where: Hotel Nord, room 12, bell “Roux”\n"
        "I will get in touch with you by: 11 in the evening\n"
        "He wrote by e-mail.\n"
        "I take the bus.\n"
        "\n"
        "If you do not hear from me:\n"
        "1. Call me.\n"
        "2. Wait 15 minutes, then call me again.\n"
        "3. Call Ana, 0600 000 000\n"
        "4. Come by.\n"
        "5. Look at the window from the street\n"
        "\n"
        "If I say or write “umbrella”, I need help, whatever else I say.\n"
        "\n"
        "Please delete this when I am back."
    )


@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ({"when": "at nine"}, "When: at nine"),
        ({"where": "Here"}, "Where: Here"),
        ({"until": "ten"}, "by: ten"),
        ({"steps": ["come"]}, "1. Come by."),
        ({"person": "Ana"}, "1. Call Ana"),
        ({"other": "Ring twice"}, "1. Ring twice"),
        ({"word": "umbrella"}, "“umbrella”"),
        ({"more": "I have my keys."}, "I have my keys."),
    ],
)
def test_every_field_is_optional(nobody: Client, typed: dict[str, Any], there: str) -> None:
    message = text(make(nobody, **typed))
    assert there in message
    for label in ("When:", "Where:", "by:", "If you do not hear", "“", "1."):
        assert label in there or label not in message or label in {"If you do not hear", "1."}
    assert "\n\n\n" not in message


def test_it_says_what_may_be_missing(nobody: Client) -> None:
    assert "It does not say yet what to do" in page(make(nobody, when="at nine"))
    assert "It does not say yet what to do" not in page(make(nobody, steps=["call"]))


@pytest.mark.parametrize("language", EACH)
def test_no_step_is_chosen_for_her_and_none_is_the_police(nobody: Client, language: str) -> None:
    shown = page(nobody.get(f"/{language}/booking/"))
    assert " checked" not in shown
    shown += page(make(nobody, f"/{language}/booking/", **TYPED, language=language))
    assert not POLICE.search(shown.partition("<main")[2])


def test_an_empty_one_is_not_made(nobody: Client) -> None:
    for typed in ({}, {"when": " \u202e\n", "language": "fr"}, {"steps": ["made-up"]}):
        response = nobody.post(PATH, typed)
        assert response.status_code == 400
        assert b"readonly" not in response.content
    assert "Nothing is filled in yet" in page(nobody.post(PATH, {}))


@pytest.mark.usefixtures("contexts")
def test_nothing_is_kept_anywhere(nobody: Client) -> None:
    """No row, no cookie, no copy in a browser or on the way, nothing in an address."""
    before = {model: list(model._default_manager.values()) for model in apps.get_models()}
    for response in (nobody.get(PATH), make(nobody, **TYPED)):
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies
        assert "Location" not in response
        assert b"csrf" not in response.content
    assert before == {model: list(model._default_manager.values()) for model in apps.get_models()}
    assert "umbrella" not in page(nobody.get(f"{PATH}?word=umbrella"))
    assert "kite" not in text(make(nobody, f"{PATH}?word=kite", **TYPED))


def test_nothing_is_logged(nobody: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    make(nobody, **TYPED)
    nobody.post(PATH, {"word": "umbrella" * 100})
    assert "umbrella" not in caplog.text


def test_the_page_links_to_nothing_outside_and_sends_to_nobody(nobody: Client) -> None:
    shown = page(make(nobody, **TYPED)).partition("<main")[2].partition("</main")[0]
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', shown)
    assert addresses
    assert all(address.startswith("/en/") for address in addresses)
    assert "umbrella" not in "".join(addresses)


def test_the_box_is_easy_to_copy(nobody: Client) -> None:
    shown = page(make(nobody, **TYPED))
    assert '<label for="copy">' in shown
    assert re.search(r'<button type="button" hidden data-copy="copy"', shown)
    assert "copy.js" in shown


@pytest.mark.parametrize("language", EACH)
def test_in_any_language_of_the_site(nobody: Client, language: str) -> None:
    response = make(nobody, **TYPED, language=language)
    assert f'lang="{language}" dir="{direction(language)}"' in page(response)
    assert ("Please look out for me." in text(response)) is (language == "en")
    assert "umbrella" in text(response)
    assert '<html lang="en"' in page(response)


def test_from_right_to_left(nobody: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    response = make(nobody, **TYPED, language="ar")
    assert 'lang="ar" dir="rtl"' in page(response)
    # What is typed keeps its own direction, and turns nothing around it.
    assert "\u2068umbrella\u2069" in text(response)
    assert "\u2068Ana, 0600 000 000\u2069" in text(response)


def test_a_language_that_is_not_there_is_the_own_one(nobody: Client) -> None:
    assert "Please look out for me." in text(make(nobody, when="x", language="../../etc"))


def test_typed_words_stand_as_typed(nobody: Client) -> None:
    response = make(nobody, where="</textarea><script>x</script>\u202e\x07 &amp;", word="%(word)s")
    assert "<script>x" not in page(response)
    assert "Where: </textarea><script>x</script> &amp;" in text(response)
    assert "“%(word)s”" in text(response)


def test_a_number_in_front_of_no_line(nobody: Client) -> None:
    """A typed line break makes no second step out of one."""
    assert text(make(nobody, other="Ring\n9. Go away")).count("\n9.") == 0


def test_it_comes_back_to_be_changed(nobody: Client) -> None:
    made = make(nobody, **TYPED, language="fr")
    back = nobody.post(PATH, {**hidden(made), "change": "1"})
    assert back.status_code == 200
    shown = page(back)
    assert "readonly" not in shown
    assert shown.count(" checked") == len(STEPS)
    for name in ("when", "where", "until", "person", "other", "word"):
        assert f'value="{html.escape(str(TYPED[name]))}"' in shown
    assert "He wrote by e-mail.\nI take the bus.</textarea>" in shown
    assert '<option value="fr" selected>' in shown
    # The cover's button makes the same message again.
    assert text(nobody.post(PATH, {**hidden(made), "show": "1"})) == text(made)


@pytest.mark.parametrize("name", list(LIMITS))
def test_a_text_that_is_too_long_is_named_and_nothing_is_lost(nobody: Client, name: str) -> None:
    long = "x" * (LIMITS[name] + 1)
    response = nobody.post(PATH, {**TYPED, name: long})
    assert response.status_code == 400
    assert f'href="#id_{name}"' in page(response)
    assert long in page(response)
    for other in LIMITS.keys() - {name}:
        assert html.escape(str(TYPED[other])) in page(response)
    assert len(page(nobody.post(PATH, {**TYPED, name: "x" * 100_000}))) < 30_000


@pytest.mark.parametrize("typed", ["\ud800", "\u202e\u2066", "\x00", "\x1b[2J", "😀" * 60, "<!--"])
def test_odd_text_never_breaks_it(nobody: Client, typed: str) -> None:
    body = f"when=now&where={typed}".encode("utf-8", "surrogatepass")
    response = nobody.post(PATH, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 400}
    assert "\u202e" not in page(response)


@pytest.mark.usefixtures("contexts")
def test_hundreds_of_ticks_are_each_said_once(nobody: Client) -> None:
    assert text(make(nobody, steps=["call"] * 300)).count("Call me.") == 1
    made_up = make(nobody, steps=[*(f"<i>{number}" for number in range(200)), "call"])
    assert "<i>" not in page(made_up)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_sends_is_left_out(nobody: Client, site: str) -> None:
    response = nobody.post(PATH, TYPED, headers={"sec-fetch-site": site})
    assert response.status_code == 200
    assert "umbrella" not in page(response)
    assert "readonly" not in page(response)
    own = nobody.post(PATH, TYPED, headers={"sec-fetch-site": "same-origin"})
    assert "umbrella" in text(own)


def test_without_a_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert "umbrella" in text(strict.post(PATH, TYPED))


def test_wrong_method(nobody: Client) -> None:
    assert nobody.put(PATH).status_code == 405
    assert nobody.delete(PATH).status_code == 405


@pytest.mark.thorough
@pytest.mark.parametrize("language", EACH)
def test_every_answer_has_one_size_and_fits_the_first_flight(nobody: Client, language: str) -> None:
    path = f"/{language}/booking/"
    assert on_the_wire(nobody.get(path, headers=BROWSER)) <= FIRST_FLIGHT
    letters = random.Random(7)
    long = {name: "".join(letters.choices(RARE, k=5_000)) for name in LIMITS}
    full = {name: "".join(letters.choices(RARE, k=most)) for name, most in LIMITS.items()}
    sizes = set()
    for typed in (
        *(TYPED, TYPED | {"change": "1"}, TYPED | long, TYPED | long | {"change": "1"}),
        *(TYPED | full, TYPED | full | {"change": "1"}, {}, {"when": "x"}),
    ):
        response = nobody.post(path, typed, headers=BROWSER)
        assert response["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.content).rstrip(b" ").endswith(b"</html>")
        assert on_the_wire(response) <= FIRST_FLIGHT
        sizes.add(len(response.content))
    assert sizes == {12_288}


def test_without_compression_the_size_tells_nothing_either(nobody: Client) -> None:
    assert {len(make(nobody, **typed).content) for typed in (TYPED, {"when": "x"})} == {12_288}


def test_someone_signed_in_gets_the_usual_pages(member: Person) -> None:
    for response in (
        member.client.get(PATH),
        member.client.post(PATH, TYPED, headers=BROWSER),
    ):
        assert response.status_code == 200
        assert "Content-Encoding" not in response
        assert len(response.content) % 12_288 == 0
        assert b'name="unlock"' in response.content
        assert "Refresh" not in response


def test_for_someone_signed_in_nothing_waits_in_memory_either(member: Person) -> None:
    answer = post_only(member.client, PATH, TYPED)
    assert answer.status_code == 200
    assert "umbrella" in text(answer)
    entries = member.client.session.page_entries
    assert not entries or "umbrella" not in repr(vars(entries))


def test_unlocking_gives_back_the_form_or_the_message(member: Person) -> None:
    """The lock page sends the form again; a half-filled one is not taken as finished."""
    client = member.client
    asked = client.post(PATH, {**TYPED, "carry_to": PATH})
    assert b'value="umbrella"' in asked.content
    assert b"readonly" not in asked.content
    made = client.post(PATH, TYPED)
    assert text(client.post(PATH, {**hidden(made), "carry_to": PATH})) == text(made)


def test_a_page_left_alone_is_covered_without_an_account_too(nobody: Client) -> None:
    for response, name in ((nobody.get(PATH), "change"), (make(nobody, when="x"), "show")):
        assert '<form class="covered"' in page(response)
        cover = page(response).partition('<div class="cover">')[2].partition("</div>")[0]
        assert f'name="{name}"' in cover
    # The box is inside, so that it is covered as well.
    made = page(make(nobody, **TYPED))
    form = made.partition('<form class="covered"')[2].partition("</form>")[0]
    assert "readonly" in form


def test_everything_can_be_cleared_and_left(nobody: Client) -> None:
    for response in (nobody.get(PATH), make(nobody, **TYPED)):
        assert f'<a href="{PATH}">Clear everything</a>' in page(response)
        assert 'id="exit"' in page(response)


@pytest.mark.thorough
def test_it_is_linked_where_it_helps(nobody: Client, member: Person) -> None:
    link = f'href="{PATH}"'
    for number in (7, 8):
        page_with_a_title(number)
    assert link in page(nobody.get("/en/"))
    assert link in page(nobody.get("/en/r/7/"))
    assert link not in page(nobody.get("/en/r/8/"))
    answer = member.client.post("/en/a/check/", {"q": "0639981299", "country": "FR"})
    assert link in page(answer)
