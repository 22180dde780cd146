"""What is pasted into the check: found, listed, and never called unknown if it was not read."""

import re
from typing import Any

import pytest
from django.test import Client

from alerts import budgets
from alerts.check.paste import read_paste
from alerts.views import check as check_view
from tests.alerts.lookups import PATH, ask, post, results
from tests.alerts.reports import reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
MISS = "No notes about this"
MESSAGE = "Salut, appelle Marc au 06 39 98 12 42, sinon 07 39 98 12 43 ou marc@example.org. Bisous"
CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Marc\n{}\nEND:VCARD"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step of time has tests of its own."""
    monkeypatch.setattr(check_view, "STEP", 0)


def listed(response: Any) -> list[str]:
    """What the page lists before it is checked."""
    page = response.content.decode()
    return re.findall(r'name="keep" value="\d+" checked>\s*<span><bdi>(.*?)</bdi>', page)


def go_on(person: Person, response: Any, typed: str, *keep: int) -> Any:
    """Press the button under the list."""
    sums = re.search(r'name="listed" value="([^"]*)"', response.content.decode())
    assert sums
    data = {"q": typed, "country": "FR", "listed": sums.group(1), "keep": [str(n) for n in keep]}
    return person.client.post(PATH, data)


def test_what_a_message_holds_is_listed_before_it_is_checked(
    member: Person, outsider: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(member, PHONE)
    monkeypatch.setattr(budgets, "CHECKS", budgets.CHECKS._replace(amount=2))
    monkeypatch.setattr(budgets, "RESERVE", budgets.RESERVE._replace(amount=0))
    response = ask(outsider, MESSAGE)
    assert listed(response) == ["06 39 98 12 42", "07 39 98 12 43", "marc@example.org"]
    assert not results(response)
    assert MESSAGE in response.content.decode()
    assert "Read as: <bdi>+33 6 39 98 12 42, France</bdi>" in response.content.decode()
    # One was taken out, and only the two others count.
    answers = results(go_on(outsider, response, MESSAGE, 0, 2))
    assert len(answers) == 2
    assert "1 note" in answers[0]
    assert MISS in answers[1]
    assert ask(outsider, "06 39 98 12 42").status_code == 429


def test_a_list_of_something_else_is_listed_again(member: Person) -> None:
    response = ask(member, MESSAGE)
    other = MESSAGE.replace("12 43", "12 44")
    assert len(listed(go_on(member, response, other, 0))) == 3


def test_taking_everything_out_checks_nothing(member: Person) -> None:
    response = go_on(member, ask(member, MESSAGE), MESSAGE)
    assert "nothing was checked" in response.content.decode()
    assert not results(response)


@pytest.mark.parametrize(
    "typed",
    [
        "06 39 98 12 42 Marc",
        "Appel en absence de +33 6 39 98 12 42",
        "https://wa.me/33639981242?text=Bonjour%20%2B4915123982899",
        "[12/11/2024, 21:03:11] +33 6 39 98 12 42: Salut",
        CARD.format("TEL;TYPE=CELL:+33 6 39 98 12 42"),
        "‪+33 6 39 98 12 42‬",
    ],
)
def test_a_single_certain_one_is_checked_at_once(
    member: Person, outsider: Person, typed: str
) -> None:
    post(member, PHONE)
    (result,) = [one for one in results(ask(outsider, typed)) if "A name" not in one]
    assert "1 note" in result
    assert "Read as: +33 6 39 98 12 42, France" in result or "+33 6 39 98 12 42 " in result


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("06 39 98 12 3", "One digit seems to be missing."),
        ("06 39 98 12 421", "There seems to be one digit too many."),
        ("06 39 98", "This is not a whole phone number."),
        ("639980", "This is not a whole phone number."),
        ("0639", "This is not a whole phone number."),
        ("(06) 39-98", "This is not a whole phone number."),
        ("+33 6 39", "Is this a phone number?"),
        ("tel: 0639", "This is not a whole phone number."),
        ("٠٦٣٩", "This is not a whole phone number."),
        ("06", "This does not have as many digits as a phone number."),
        ("06399812", "Is this a phone number?"),
        ("1234567", "Is this a phone number?"),
        ("marie1234567", "Is this a phone number?"),
        ("0033 12 34", "Is this a phone number?"),
        ("1234 5678 9012 3456", "Is this a phone number?"),
        ("12.34.56.78.90.12", "Is this a phone number?"),
        ("123 456 789 012 345 678", "phone number"),
        ("Marc", "A name alone is not checked"),
        ("Jean Marc", "A name alone is not checked"),
        ("someone@gmail", "Check the part after the @."),
        ("FR76 3000 6000 0112 3456 7890 188", "This IBAN has a mistake in it"),
        ("https://www.facebook.com/share/1AbCdEfGhI/", "does not have a user name"),
        ("https://t.me/share/url?url=https%3A%2F%2Fa.example", "does not have a user name"),
        ("💡💡💡", "cannot be read"),
        ("he was tall and rude and did not want to pay me anything at all", "cannot be read"),
    ],
)
def test_what_was_not_read_is_never_called_unknown(member: Person, typed: str, words: str) -> None:
    page = ask(member, typed).content.decode()
    assert words in page
    assert MISS not in page


@pytest.mark.parametrize("typed", ["06 39 98", "639980", "0639", "06-39", "06", "12345678"])
def test_part_of_a_number_is_called_a_number_and_never_a_user_name(typed: str) -> None:
    (line,) = read_paste(typed, "FR", lambda _number, _text: "").lines
    assert line.kind == "phone"
    if sum(map(str.isdigit, typed)) < 7:
        assert not {reading.kind for reading in line.readings} & {"username", "payment"}


def test_a_number_that_somebody_calls_a_user_name_is_looked_up_as_one(
    member: Person, outsider: Person
) -> None:
    for typed in ("639980", "1234567890"):
        post(member, reported("username", typed))
        (result,) = results(ask(outsider, typed, **{"kind-0": "username"}))
        assert "1 note" in result


def test_a_short_number_is_looked_up_as_a_plate(member: Person, outsider: Person) -> None:
    post(member, reported("plate", "63998"))
    for typed in ("63998", "plate: 63998"):
        assert "1 note" in results(ask(outsider, typed))[0]


def test_a_doubtful_one_is_looked_up_all_the_same(member: Person, outsider: Person) -> None:
    post(member, reported("username", "facebook.com/100012345699901"))
    (result,) = results(ask(outsider, "100012345699901"))
    assert "1 similar" in result


def test_what_was_not_read_costs_nothing(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "CHECKS", budgets.CHECKS._replace(amount=1))
    monkeypatch.setattr(budgets, "RESERVE", budgets.RESERVE._replace(amount=0))
    for _ in range(3):
        assert ask(member, "https://www.facebook.com/share/1AbCdEfGhI/").status_code == 200
    assert ask(member, "06 39 98 12 42").status_code == 200
    assert ask(member, "06 39 98 12 42").status_code == 429


@pytest.mark.thorough
@pytest.mark.parametrize(
    "typed",
    [
        "a " * 110_000,
        CARD.format("\n".join(f"TEL:+33 6 39 98 {n // 100:02} {n % 100:02}" for n in range(300))),
        "https://x.example/" + "a" * 8_000,
        "https://wa.me/33639981242?text=" + "a%20" * 2_000,
        "AB 123 CD " * 500,
        "\u202b" + "مرحبا ٠٦٣٩٩٨١٢٤٢ " * 60 + "\u202c",
        "0639981242 " * 2_000,
        "@" * 20_000,
        "1" * 20_000,
        "a@" * 10_000,
    ],
    ids=range(10),
)
def test_bad_input_gets_a_clear_page_that_keeps_it(member: Person, typed: str) -> None:
    response = ask(member, typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert len(response.content) % check_view.SMALL == 0
    assert typed[:5_000].strip()[:2_000] in page


@pytest.mark.thorough
def test_300_numbers_are_counted_and_not_checked(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "CHECKS", budgets.CHECKS._replace(amount=1))
    monkeypatch.setattr(budgets, "RESERVE", budgets.RESERVE._replace(amount=0))
    card = CARD.format("\n".join(f"TEL:+33 6 39 98 {n // 100:02} {n % 100:02}" for n in range(300)))
    assert "Up to 20 can be checked together" in ask(member, card).content.decode()
    assert ask(member, "06 39 98 12 42").status_code == 200


def test_signed_out_people_keep_a_long_paste(nobody: Client) -> None:
    nobody.get("/en/in/")
    response = nobody.post(PATH, {"q": MESSAGE})
    assert response.status_code == 403
    assert "07 39 98 12 43" in response.content.decode()


@pytest.mark.parametrize(
    "word", ["06 39 98 12 42", "+33639981242", "wa.me/33639981242", "Marc 0639981242"]
)
def test_a_whole_number_in_the_filter_of_notes_is_checked(
    member: Person, outsider: Person, word: str
) -> None:
    post(member, PHONE)
    response = outsider.client.post("/en/a/", {"q": word, "country": "FR"})
    assert any("1 note" in result for result in results(response))


@pytest.mark.parametrize("word", ["hotel", "Paris 75011", "locked the door", "Marc", "2026"])
def test_other_words_filter_the_notes(member: Person, word: str) -> None:
    response = member.client.post("/en/a/", {"q": word})
    assert not results(response)
    assert f'value="{word}"' in response.content.decode()


def test_a_mistyped_number_is_offered_as_a_phone_number(member: Person) -> None:
    for typed in ("06 39 98 12 3", "06 39 98 12 421", "123456789012345678"):
        page = ask(member, typed).content.decode()
        kinds = page[page.index("name=kind-0") :]
        assert "value=phone selected" in kinds.replace('"', "")
        assert "username selected" not in kinds.replace('"', "")


def test_a_number_before_an_arabic_word_keeps_its_order(member: Person) -> None:
    answer = member.client.post("/ar/a/check/", {"q": "0639981242", "country": "FR"}, follow=True)
    assert "<bdi>\u2066+33 6 39 98 12 42\u2069" in answer.content.decode()
