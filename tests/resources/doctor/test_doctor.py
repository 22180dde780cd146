"""`/doctor/`: sentences ticked in one's own language, read in the doctor's; nothing is kept."""

import gzip
import html
import random
import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from resources.doctor import languages, questions
from resources.doctor.forms import LONGEST
from resources.doctor.questions import BY_NAME, QUESTIONS, TEXTS
from safety_app.locales.page_languages import direction
from tests.cast import Person
from tests.languages import LANGUAGES, QUICK
from tests.resources.conftest import FIRST_FLIGHT, on_the_wire
from tests.resources.doctor.sheets import PATH, box, everything, hidden, make, said_in, text

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
# Every language as the doctor's, against three of those who fill it in.
PAIRS = [
    pytest.param(own, doctors, marks=[] if doctors in QUICK else [pytest.mark.thorough])
    for own in ("es", "en", "ar")
    for doctors in (*LANGUAGES, *languages.FOR_DOCTORS)
]
BROWSER = {"accept-encoding": "gzip, deflate, br"}
# Letters that compress badly.
RARE = [chr(code) for code in range(0x20000, 0x2A000)]


@pytest.mark.parametrize(("own", "doctors"), PAIRS)
def test_the_same_sentences_in_any_two_languages(nobody: Client, own: str, doctors: str) -> None:
    response = make(nobody, f"/{own}/doctor/", what=["broke"], want=["pep"], doctor=doctors)
    page = response.content.decode()
    for code in (own, doctors):
        for sentence in (said_in(code, "what", "broke"), said_in(code, "want", "pep")):
            assert sentence in html.unescape(page)
    if own == doctors:
        assert html.unescape(page).count(said_in(own, "what", "broke")) == 1
        assert "<small>" not in page.partition("<article")[2].partition("</article>")[0]
    else:
        assert f"<span lang={doctors} dir={direction(doctors)}>" in page


def test_a_language_from_right_to_left(nobody: Client, settings: Any) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "العربية")]
    page = make(nobody, what=["broke"], doctor="ar").content.decode()
    assert "<span lang=ar dir=rtl>" in page


@pytest.mark.thorough
@pytest.mark.usefixtures("contexts")
def test_nothing_is_kept_anywhere(nobody: Client) -> None:
    """No row, no cookie, no copy in a browser or on the way, nothing in an address."""
    before = {model: list(model._default_manager.values()) for model in apps.get_models()}
    for response in (nobody.get(PATH), make(nobody, **everything())):
        assert response["Cache-Control"] == "no-store"
        assert not response.cookies
        assert "Location" not in response
        assert b"csrf" not in response.content
    assert before == {model: list(model._default_manager.values()) for model in apps.get_models()}
    assert make(nobody, f"{PATH}?what=hit", what=["broke"]).context["sheet"].parts[0].lines
    assert "hit or kicked" not in text(make(nobody, f"{PATH}?what=hit", what=["broke"]))
    assert b"checked" not in nobody.get(f"{PATH}?what=hit").content


def test_what_cannot_wait_stands_first(nobody: Client) -> None:
    response = make(
        nobody,
        what=["neck", "broke"],
        now=["breath", "fever"],
        when="h24",
        hours="20",
        want=["pep"],
    )
    first = box(response)
    for words in ("trouble breathing", "about 20 hours", "no later than 72 hours", "120 hours"):
        assert words in first
    assert first.index("breathing") < first.index("20 hours") < first.index("72 hours")
    assert "hours or days later, even when nothing shows" in first
    assert "less than 24 hours" not in text(response)
    assert "fever" not in first
    assert first.index("squeezed my neck") < first.index("trouble breathing")
    for words in ("best within 24 hours", "for 28 days", "1.5 mg", "30 mg", "within 5 days"):
        assert words in first
    for language in ("en", "fr"):  # once in each language, and no more
        assert text(response).count(said_in(language, "now", "breath")) == 1


def test_one_hour_is_one_hour(nobody: Client) -> None:
    assert "about 1 hour had passed" in box(make(nobody, hours="1"))
    assert "about 0 hours had passed" in box(make(nobody, hours="0"))


@pytest.mark.parametrize(
    ("typed", "there", "not_there"),
    [
        ({"what": ["hit"]}, [], ["PEP against", "Emergency", "Hepatitis B vaccine for"]),
        ({"what": ["needle"]}, ["PEP against", "Hepatitis B vaccine for"], ["Emergency"]),
        ({"what": ["sex"]}, ["PEP against", "Emergency", "Hepatitis B vaccine for"], []),
        ({"what": ["sex"], "pregnancy": "impossible"}, ["PEP against"], ["Emergency"]),
        ({"what": ["sex"], "pregnancy": "maybe"}, ["Emergency"], []),
        ({"what": ["sex"], "medicine": ["hiv"]}, ["Emergency"], ["PEP against"]),
        ({"what": ["sex"], "hepatitis": "hepatitis_all"}, [], ["Hepatitis B vaccine for"]),
        # Too late is for a doctor to say.
        ({"what": ["sex"], "when": "later"}, ["PEP against", "Emergency"], []),
        ({"now": ["fever"]}, [], ["PEP against", "Emergency", "pressure on the neck"]),
    ],
)
def test_facts_follow_what_was_ticked(
    nobody: Client, typed: dict[str, Any], there: list[str], not_there: list[str]
) -> None:
    first = box(make(nobody, **typed))
    assert [words for words in there if words not in first] == []
    assert [words for words in not_there if words in first] == []


def test_typed_words_stand_as_typed_in_both_columns(nobody: Client) -> None:
    typed = "penicilina <b>&\u202e" + "\x07 y látex"
    page = make(nobody, "/es/doctor/", allergies=typed).content.decode()
    shown = "penicilina &lt;b&gt;&amp; y látex"
    assert f"<bdi lang=es dir=auto>{shown}</bdi>" in page
    assert f"<bdi dir=auto>{shown}</bdi>" in page
    assert "\u202e" not in page


def test_answers_come_back_to_be_changed(nobody: Client) -> None:
    made = make(nobody, **everything() | {"hours": "5", "allergies": 'a "b" <c>'})
    back = nobody.post(PATH, {**hidden(made), "change": "1"})
    page = back.content.decode()
    assert back.status_code == 200
    assert "<article" not in page
    ticked = set(re.findall(r"value=(\w+) checked", page))
    wanted = everything()
    for question in QUESTIONS:
        chosen = wanted[question.name]
        assert set([chosen] if question.single else chosen) <= ticked
    assert "value=&quot;" not in page
    assert 'value="a &quot;b&quot; &lt;c&gt;"' in page
    assert 'value="5"' in page
    assert '<option value="fr" selected>' in page
    # The cover's button makes the same sheet again.
    assert text(nobody.post(PATH, {**hidden(made), "show": "1"})) == text(made)


def test_a_single_answer_can_be_taken_back(nobody: Client) -> None:
    sheet = make(nobody, when=questions.UNSAID, what=["hit"])
    assert "rather not say" not in text(sheet)
    assert "hours" not in text(sheet)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"allergies": "x" * (LONGEST + 1)}, "allergies", "120 characters at most"),
        ({"hours": "20 or so"}, "hours", "Write a whole number"),
        ({"hours": "-1"}, "hours", "greater than or equal to 0"),
        ({"hours": "9" * 5000}, "hours", "less than or equal to 336"),
        ({"hours": "80", "when": "h24"}, "hours", "differ"),
        ({"allergy": ["no_allergy"], "allergies": "nuts"}, "allergies", "correct one"),
        ({"medicine": ["no_medicine"], "medicines": "x"}, "medicines", "correct one"),
        ({"contact": ["condom", "no_condom"]}, "contact", "do not go together"),
        ({"medicine": ["pill", "no_pill"]}, "medicine", "do not go together"),
        ({"medicine": ["coil", "no_pill"]}, "medicine", "do not go together"),
        ({"medicine": ["inducers", "no_medicine"]}, "medicine", "do not go together"),
        ({"medicine": ["prep", "no_medicine"]}, "medicine", "and “I take no medicines” do not"),
        ({"what": ["hit", "made-up"]}, "what", "not an answer offered here"),
        ({"when": "made-up"}, "when", "not an answer offered here"),
        ({"doctor": "xx"}, "doctor", "Choose one of these languages"),
    ],
)
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    nobody: Client, typed: dict[str, Any], field: str, message: str
) -> None:
    sent = {"doctor": "es", "now": ["fever"], "wishes": "A chair <please>.", **typed}
    response = nobody.post(PATH, sent)
    page = response.content.decode()
    assert response.status_code == 400
    assert f'href="#id_{field}"' in page
    assert message in html.unescape(page)
    assert "value=fever checked" in page
    assert "A chair &lt;please&gt;." in page
    for name in TEXTS:
        assert html.escape(str(typed.get(name, ""))) in page
    assert re.search(rf"<details class=group id=id_{field} open>|id=\"id_{field}\"", page)


def test_an_empty_sheet_is_not_made(nobody: Client) -> None:
    response = nobody.post(PATH, {"doctor": "fr", "when": questions.UNSAID})
    assert response.status_code == 400
    assert b"Nothing is ticked yet" in response.content


@pytest.mark.usefixtures("contexts")
def test_hundreds_of_ticks_are_each_said_once(nobody: Client) -> None:
    sheet = make(nobody, what=["hit"] * 300)
    assert len(sheet.context["sheet"].parts) == 1
    assert len(sheet.context["sheet"].parts[0].lines) == 1
    made_up = nobody.post(PATH, {"what": [f"<i>{number}" for number in range(300)]})
    assert made_up.status_code == 400
    assert b"<i>" not in made_up.content
    assert nobody.post(PATH, {"what": ["hit"] * 500}).status_code == 400


@pytest.mark.parametrize("typed", ["\ud800", "\u202e\u2066", "\x00", "\x1b[2J", "😀" * 60, "<!--"])
def test_odd_text_never_breaks_it(nobody: Client, typed: str) -> None:
    body = f"what=hit&wishes={typed}".encode("utf-8", "surrogatepass")
    response = nobody.post(PATH, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code in {200, 400}
    assert "\u202e" not in response.content.decode()


@pytest.mark.usefixtures("contexts")
def test_odd_things_carried_back_are_left_out(nobody: Client) -> None:
    sheet = make(nobody, said="hit made-up <b> " + "x " * 3000)
    assert len(sheet.context["sheet"].parts[0].lines) == 1
    huge = nobody.post(PATH, {"said": "hit", "wishes": "x" * 100_000, "change": "1"})
    assert huge.status_code == 200


@pytest.mark.thorough
@pytest.mark.parametrize(("own", "doctors"), PAIRS)
def test_every_answer_fits_the_first_flight(nobody: Client, own: str, doctors: str) -> None:
    """And all have one size: it tells nothing of what is in them."""
    path, full = f"/{own}/doctor/", everything(doctors)
    assert on_the_wire(nobody.get(path, headers=BROWSER)) <= FIRST_FLIGHT
    letters = random.Random(7)
    long = {name: "".join(letters.choices(RARE, k=5_000)) for name in (*TEXTS, "hours", "doctor")}
    sent: list[dict[str, Any]] = [full, full | {"change": "1"}, full | {"hours": "x"}]
    sent += [full | long, full | long | {"change": "1"}]
    sizes = set()
    for typed in [*sent, {"what": ["hit"], "doctor": doctors}]:
        response = nobody.post(path, typed, headers=BROWSER)
        assert response["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.content).rstrip(b" ").endswith(b"</html>")
        assert on_the_wire(response) <= FIRST_FLIGHT
        sizes.add(len(response.content))
    assert sizes == {12_288}


def test_without_compression_the_size_tells_nothing_either(nobody: Client) -> None:
    assert len(make(nobody, what=["hit"]).content) == 12_288
    assert len(make(nobody, **everything()).content) % 12_288 == 0


def test_someone_signed_in_gets_the_usual_pages(member: Person) -> None:
    for response in (
        member.client.get(PATH),
        member.client.post(PATH, everything(), headers=BROWSER),
    ):
        assert response.status_code == 200
        assert "Content-Encoding" not in response
        assert len(response.content) % 12_288 == 0
        assert b'name="unlock"' in response.content
        assert "Refresh" not in response


def test_unlocking_gives_back_the_questions_or_the_sheet(member: Person) -> None:
    """The lock page sends the form again; half-answered questions are not taken as finished."""
    client = member.client
    asked = client.post(PATH, {"what": "hit", "doctor": "fr", "carry_to": PATH})
    assert b"value=hit checked" in asked.content
    assert b"<article" not in asked.content
    assert b"<article" in client.post(PATH, {"said": "hit", "carry_to": PATH}).content


def test_through_the_lock_page_and_back(member: Person) -> None:
    client = member.sign_in(pin="314159")
    made = client.post(PATH, everything())
    fields = hidden(made)
    locked = client.post(
        "/en/lock/", {**fields, "unlock": "1"}, headers={"referer": f"{SITE}{PATH}"}
    )
    assert b'name="pin"' in locked.content
    assert b"hit or kicked" not in locked.content
    carried = {**hidden(locked), "pin": "314159"}
    again = client.post("/en/lock/", carried, follow=True)
    assert again.redirect_chain == [(PATH, 307)]
    assert text(again) == text(made)


def test_a_page_left_alone_is_covered_without_an_account_too(nobody: Client) -> None:
    """The stylesheet does it (`.covered`); here is no lock, so the cover's button asks again."""
    for response, name in ((nobody.get(PATH), "change"), (make(nobody, what=["hit"]), "show")):
        page = response.content.decode()
        assert '<form class="covered"' in page
        cover = page.partition('<div class="cover">')[2].partition("</div>")[0]
        assert f'name="{name}"' in cover
        assert 'form="exit"' in cover
        assert "unlock" not in cover


@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods(nobody: Client, method: str) -> None:
    assert getattr(nobody, method)(PATH).status_code == 405


def test_another_site_puts_no_words_under_our_name(nobody: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    sent = {"what": "hit", "wishes": "Sign in elsewhere"}
    for said in ("cross-site", "same-site"):
        response = strict.post(PATH, sent, headers={"sec-fetch-site": said})
        assert response.status_code == 200
        assert b"elsewhere" not in response.content
        assert b"<article" not in response.content
        assert not response.cookies
    for said in ("same-origin", "none", ""):
        assert b"elsewhere" in strict.post(PATH, sent, headers={"sec-fetch-site": said}).content


def test_a_key_belongs_to_one_question() -> None:
    keys = [key for question in QUESTIONS for key in question.answers]
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"\w+", key, re.ASCII) for key in [*keys, *BY_NAME])
    assert {*questions.SHOWN, "when"} == set(BY_NAME)


def test_the_title_is_neutral(nobody: Client) -> None:
    for response in (nobody.get(PATH), make(nobody, what=["sex"])):
        assert b"<title>Sheet</title>" in response.content


def test_what_we_keep_says_it(nobody: Client) -> None:
    assert b"What is filled into the sheet for a doctor" in nobody.get("/en/kept/").content
