"Warning sheet to print for people without a phone."

import datetime
import html
import re
from typing import Any

import pytest
from django.test import Client

from alerts import budgets
from alerts.flows import lifecycle, sheet
from alerts.models import Alert
from safety_app.locales.dates import today
from safety_app.locales.phrases import long_date
from tests.alerts.reports import report, reported
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/a/sheet/"
PHONE = reported("phone", "06 39 98 12 42")


def post(author: Person, age: int = 0, **fields: Any) -> Alert:
    values = {"region": "FR-IDF", **fields}
    alert = lifecycle.post(author.ring, author.row, report(PHONE, **values))
    if age:
        put_status(author.ring, alert, day=alert.day - datetime.timedelta(days=age))
    return alert


def make(person: Person, *regions: str, path: str = PATH, **fields: str) -> Any:
    typed = {"region": regions or ["FR-IDF"], "language": "en", "make": "1", **fields}
    return person.client.post(path, typed)


def text_of(response: Any) -> str:
    article = re.search(r"<article.*?</article>", response.content.decode(), re.DOTALL)
    assert article, response.content.decode()
    return html.unescape(re.sub(r"<[^>]+>", " ", article[0]))


def test_it_says_what_is_needed_and_not_more(reporter: Person, member: Person) -> None:
    post(member, text="He locked the door.", description={"hair": ("bald",)}, city="Paris")
    page = text_of(make(reporter))
    ends = long_date(today() + datetime.timedelta(days=14))
    printed_on = long_date(today())
    for words in (
        f"Destroy on: {ends}",
        f"made on {printed_on}",
        "Very dangerous",
        "Held someone against their will",
        "Paris",
        "Bald",
        "+33 …42",
        "He locked the door.",
        "Île-de-France",
    ):
        assert words in page
    for words in ("639981242", "39 98 12", "Amber Lynx", "Slow Otter", "Lantern"):
        assert words not in page
    assert page.index("Destroy on") < page.index("Île-de-France")


@pytest.mark.thorough
def test_only_dangerous_ones_of_these_regions(moderator: Person, member: Person) -> None:
    for level in range(4):
        post(member, level=level, text=f"level {level}")
    post(member, region="ES-MD", text="elsewhere")
    page = text_of(make(moderator))
    assert "level 3" in page
    assert "level 2" in page
    assert "level 1" not in page
    assert "level 0" not in page
    assert "elsewhere" not in page
    both = text_of(make(moderator, "FR-IDF", "ES-MD"))
    assert "elsewhere" in both


def test_the_most_dangerous_and_newest_come_first(reporter: Person, member: Person) -> None:
    post(member, level=2, text="first of two")
    post(member, age=9, text="older three")
    post(member, age=3, text="newer three")
    page = text_of(make(reporter))
    assert page.index("newer three") < page.index("older three") < page.index("first of two")


def test_as_many_as_fit(reporter: Person, member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MOST_NOTES", 3)
    for number in range(4):
        post(member, age=number, text=f"number {number}")
    page = text_of(make(reporter))
    assert "There are more than fit here" in page
    assert "number 2" in page
    assert "number 3" not in page
    monkeypatch.setattr(sheet, "MOST_NOTES", 4)
    assert "There are more" not in text_of(make(reporter))
    monkeypatch.setattr(sheet, "_LINES", 15)
    assert "There are more" in text_of(make(reporter))


def test_long_texts_are_cut_after_a_word() -> None:
    assert sheet.shortened("short") == "short"
    cut = sheet.shortened("word " * 200)
    assert cut.endswith("word…")
    assert len(cut) <= sheet.TEXT_SHOWN + 1
    assert len(sheet.shortened("x" * 1000)) == sheet.TEXT_SHOWN + 1
    assert len(sheet.shortened("字" * 1000)) == sheet.TEXT_SHOWN + 1


@pytest.mark.parametrize(("language", "word"), [("es", "Mucho peligro"), ("fr", "Très dangereux")])
def test_in_another_language_than_the_page(
    reporter: Person, member: Person, language: str, word: str
) -> None:
    post(member, text="In its own language.")
    response = make(reporter, language=language)
    page = response.content.decode()
    assert f'<article lang="{language}" dir="ltr">' in page
    assert word in text_of(response)
    assert "In its own language." in text_of(response)
    assert '<html lang="en"' in page


def test_right_to_left(reporter: Person, member: Person) -> None:
    post(member, text="أغلق الباب", language="ar")
    page = make(reporter, language="ar").content.decode()
    assert '<article lang="ar" dir="rtl">' in page
    assert '<bdi lang="ar">' in page
    assert "<bdi>+33 …42</bdi>" in page


def test_what_is_written_is_shown_as_text(reporter: Person, member: Person) -> None:
    post(member, text="<script>alert(1)</script> " + "w" * 900, city="<b>")
    page = make(reporter).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_each_note_on_it_counts_as_opened(
    reporter: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "alerts.views.outside.sheet.OPENED", budgets.OPENED._replace(name="sheets", amount=3)
    )
    post(member)
    post(member)
    assert make(reporter).status_code == 200
    refused = make(reporter)
    assert refused.status_code == 429
    assert "He locked" not in refused.content.decode()
    assert "<option value=FR-IDF selected>" in refused.content.decode()


def test_numbers_differ(reporter: Person, member: Person) -> None:
    post(member)
    numbers = {re.findall(r"Sheet (\w{4}),", text_of(make(reporter)))[0] for _ in range(5)}
    assert len(numbers) > 1


def test_nothing_remembers_it(reporter: Person, member: Person) -> None:
    post(member)
    reporter.client.get(PATH)
    before = dict(reporter.client.session.items())
    make(reporter, country="ES")
    assert dict(reporter.client.session.items()) == before


def test_regions_of_another_country(reporter: Person) -> None:
    response = reporter.client.post(PATH, {"country": "ES", "show_regions": "1"})
    assert "value=ES-MD" in response.content.decode()
    every = reporter.client.post(PATH, {"all_countries": "1"}).content.decode()
    assert "value=NZ" in every


def test_an_empty_region_and_no_region(reporter: Person, member: Person) -> None:
    assert "There are no notes of these" in make(reporter).content.decode()
    refused = reporter.client.post(PATH, {"make": "1"})
    assert refused.status_code == 400
    assert "Choose at least one region." in refused.content.decode()


def test_what_does_not_open_is_left_out(reporter: Person, member: Person) -> None:
    broken = post(member, text="broken")
    post(member, text="whole")
    Alert.objects.filter(pk=broken.pk).update(body=b"x")
    page = text_of(make(reporter))
    assert "whole" in page
    assert "broken" not in page


def test_hidden_ones_are_left_out(reporter: Person, member: Person) -> None:
    alert = post(member)
    put_status(member.ring, alert, state="hidden")
    assert "There are no notes of these" in make(reporter).content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"region": ["x" * 5000]},
        {"region": ["<script>"] * 100},
        {"region": "FR-IDF", "language": "../../etc"},
        {"region": "FR-IDF", "language": ["en", "xx"]},
        {"country": "٣٣", "region": "\u202e"},
        {"region": ["FR-IDF"] * 100},
    ],
)
def test_nothing_that_is_sent_breaks_it(reporter: Person, fields: dict[str, Any]) -> None:
    response = reporter.client.post(PATH, {"make": "1", **fields})
    assert response.status_code in {200, 400}
    assert "<script>" not in response.content.decode()
    assert reporter.client.post(PATH, {"make": "1", "region": "a\0"}).status_code == 400


@pytest.mark.parametrize("person", ["member", "colleague", "translator", "outsider"])
def test_others_find_no_such_page(request: pytest.FixtureRequest, person: str) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(PATH).status_code == 404
    assert make(someone).status_code == 404


def test_who_is_signed_out_signs_in_first(nobody: Client) -> None:
    assert nobody.get(PATH).status_code == 302
    assert nobody.post(PATH, {"make": "1", "region": "FR-IDF"}).status_code == 403


@pytest.mark.thorough
def test_it_is_linked_from_the_list_for_those_who_make_them(
    reporter: Person, moderator: Person, member: Person
) -> None:
    link = f'href="{PATH}"'
    assert link in reporter.client.get("/en/a/").content.decode()
    assert link in moderator.client.get("/en/a/").content.decode()
    assert link not in member.client.get("/en/a/").content.decode()


def test_wrong_method(reporter: Person) -> None:
    assert reporter.client.put(PATH).status_code == 405
