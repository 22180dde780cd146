"""The check: what it finds, what it says, and what it keeps to itself."""

import re
from typing import Any

import pytest
from django.test import Client

from alerts import budgets
from alerts.check.paste import checksum
from alerts.flows import lifecycle
from alerts.models import Alert, BlindIndexEntry
from alerts.views import check as check_view
from tests.alerts.lookups import PATH, ask, post, results
from tests.alerts.reports import reported
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
PLATE = reported("plate", "AB-123-CD")
MISS = "No notes about this. That does not mean it is safe."


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The step of time has tests of its own."""
    monkeypatch.setattr(check_view, "STEP", 0)


@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_people_are_asked_to_sign_in(nobody: Client, method: str) -> None:
    data = {"q": "0639981242"} if method == "post" else {}
    nobody.get("/en/in/")
    response = getattr(nobody, method)(PATH, data)
    assert response.status_code == (302 if method == "get" else 403)
    if method == "post":
        assert "0639981242" in response.content.decode()


def test_translators_see_nothing(translator: Person) -> None:
    assert translator.client.get(PATH).status_code == 404
    assert ask(translator, "0639981242").status_code == 404


def test_the_form(member: Person) -> None:
    page = member.client.get(PATH).content.decode()
    assert '<textarea id="q" name="q"' in page
    assert "<option value=FR selected>France" in page
    assert "Japan" not in page
    assert 'class="results"' not in page
    assert "Japan" in member.client.post(PATH, {"all_countries": "1"}).content.decode()


@pytest.mark.parametrize(
    "typed",
    ["06 39 98 12 42", "+33 6 39 98 12 42", "0033639981242", "tel: 06.39.98.12.42", "0639981242"],
)
def test_a_hit_in_any_spelling(member: Person, outsider: Person, typed: str) -> None:
    alert = post(member, PHONE)
    response = ask(outsider, typed)
    (result,) = results(response)
    assert "◆◆◆ Very dangerous : 1 note" in result
    assert "Very dangerous</b>: 1 note" in response.content.decode()
    assert f'href="../{alert.pk}/"' in response.content.decode()
    assert MISS not in response.content.decode()


def test_every_kind_is_found(member: Person, outsider: Person) -> None:
    kinds = {
        "email": ("marc.dupont@gmail.com", "MarcDupont+x@googlemail.com"),
        "username": ("instagram.com/Le_Renard", "https://instagram.com/le_renard/?igsh=x"),
        "plate": ("AB-123-CD", "ab 123 cd"),
        "payment": ("FR76 3000 6000 0112 3456 7890 189", "FR7630006000011234567890189"),
    }
    post(member, *(reported(kind, written) for kind, (written, _other) in kinds.items()))
    answers = results(ask(outsider, *(other for _written, other in kinds.values())))
    assert len(answers) == 4
    assert all("1 note" in result for result in answers)


def test_a_miss_never_says_safe(member: Person) -> None:
    response = ask(member, "+33 6 39 98 99 01")
    assert MISS in results(response)[0]
    page = response.content.decode()
    assert 'href="/en/r/7/"' in page
    assert "Before a booking" in page


def test_similar_numbers_are_marked(member: Person, outsider: Person) -> None:
    post(member, PHONE)
    (result,) = results(ask(outsider, "+32 6 39 98 12 43"))
    assert MISS in result
    (result,) = results(ask(outsider, "+32 6 39 98 12 42"))
    assert "1 similar" in result
    assert "· similar" in result


def test_several_lines_keep_their_order(member: Person, outsider: Person) -> None:
    post(member, PHONE, level=2)
    post(member, PHONE, level=1)
    answers = results(ask(outsider, "zz-999-zz", "", "  0639981242 ", "AB-123-CD"))
    assert [MISS in result for result in answers] == [True, False, True]
    assert "◆◆◇ Dangerous : 2 notes" in answers[1]


@pytest.mark.thorough
def test_a_name_is_not_looked_up_alone_but_marks_others(member: Person, outsider: Person) -> None:
    named = post(member, PHONE, reported("name", "Jean Marc"), level=1)
    post(member, PHONE, level=3)
    (result,) = results(ask(outsider, "Jean Marc"))
    assert "A name alone is not checked:" in result
    assert "A name alone" in results(ask(outsider, "Marc"))[0]
    response = ask(outsider, "0639981242", "jean-marc lefou", **{"kind-1": "name"})
    assert "same name" not in results(response)[0]
    response = ask(outsider, "0639981242", "jean MARC")
    assert "same name" in results(response)[0]
    first = re.search(r'href="\.\./(\d+)/"', response.content.decode())
    assert first is not None
    assert first.group(1) == str(named.pk)


def test_nothing_unknown_is_shown_in_full(member: Person, outsider: Person) -> None:
    post(member, PHONE, PLATE, reported("email", "marc.dupont@gmail.com"), text="zzz")
    page = ask(outsider, "06 39 98 12 42").content.decode()
    for word in ("AB-123-CD", "AB123CD", "marc.dupont", "zzz", "639981242", "Paris"):
        assert word not in page


def test_the_kind_can_be_corrected(member: Person, outsider: Person) -> None:
    post(member, reported("username", "AB-123"))
    response = ask(outsider, "AB 123")
    assert "1 similar" in results(response)[0]
    assert "<select name=kind-0" in response.content.decode()
    (result,) = results(ask(outsider, "ab-123", **{"kind-0": "username"}))
    assert "1 note" in result


def test_a_chosen_kind_is_dropped_when_its_line_has_changed(
    member: Person, outsider: Person
) -> None:
    post(member, PHONE)
    sums = checksum("Old line")
    (result,) = results(ask(outsider, "0639981242", lines=sums, **{"kind-0": "name"}))
    assert "1 note" in result
    sums = checksum("0639981242")
    (result,) = results(ask(outsider, "0639981242", lines=sums, **{"kind-0": "name"}))
    assert "1 note" not in result


def test_what_cannot_be_read_is_said_line_by_line(member: Person) -> None:
    answers = results(ask(member, "💡💡💡", "0639981242", "12", **{"kind-2": "phone"}))
    assert "This cannot be read" in answers[0]
    assert MISS in answers[1]
    assert "phone number" in answers[2]


def test_withdrawn_held_and_hidden_alerts_are_misses(member: Person, outsider: Person) -> None:
    gone, held, hidden = post(member, PHONE), post(member, PHONE), post(member, PHONE)
    lifecycle.withdraw(member.ring, gone.pk)
    put_status(member.ring, held, state="held")
    put_status(member.ring, hidden, state="hidden")
    assert MISS in results(ask(outsider, "0639981242"))[0]


def test_a_card_that_does_not_open_is_never_a_miss(member: Person, outsider: Person) -> None:
    alert = post(member, PHONE)
    Alert.objects.filter(pk=alert.pk).update(card=b"\x01" + bytes(1052))
    (result,) = results(ask(outsider, "0639981242"))
    assert "could not be opened" in result


def test_the_level_is_the_sealed_one(member: Person, outsider: Person) -> None:
    post(member, PHONE, level=3)
    Alert.objects.update(level=0)
    assert "Very dangerous" in results(ask(outsider, "0639981242"))[0]


@pytest.mark.thorough
@pytest.mark.parametrize("typed", ["0639981242", "+32 6 39 98 12 42"])
def test_a_label_pointed_at_another_alert_finds_nothing(
    member: Person, outsider: Person, typed: str
) -> None:
    alert, other = post(member, PHONE), post(member, reported("phone", "06 39 98 77 77"), PLATE)
    assert MISS not in results(ask(outsider, typed))[0]
    BlindIndexEntry.objects.filter(alert=alert.pk).update(alert=other.pk)
    response = ask(outsider, typed, "06 39 98 77 77")
    assert [MISS in result for result in results(response)] == [True, False]
    assert "similar" not in results(response)[0]
    assert "1 note" in results(response)[1]


def test_a_label_pointed_at_a_similar_number_stays_similar(
    member: Person, outsider: Person
) -> None:
    alert, other = post(member, PHONE), post(member, reported("phone", "+32 6 39 98 12 42"))
    BlindIndexEntry.objects.filter(alert=alert.pk).update(alert=other.pk)
    assert "1 similar" in results(ask(outsider, "0639981242"))[0]


@pytest.mark.parametrize("typed", ["", "\n \n", " "])
def test_nothing_typed(member: Person, typed: str) -> None:
    response = member.client.post(PATH, {"q": typed})
    assert response.status_code == 200
    assert "Type or paste at least one" in response.content.decode()


def test_more_than_twenty_lines_are_kept_and_not_looked_up(member: Person) -> None:
    lines = [f"06 39 98 12 {number:02}" for number in range(21)]
    response = ask(member, *lines)
    page = response.content.decode()
    assert "21 were found. Up to 20 can be checked together" in page
    assert lines[-1] in page
    assert not results(response)
    assert len(response.content) % check_view.SMALL == 0


# Budgets


@pytest.mark.parametrize(
    ("person", "amount"),
    [("member", 60), pytest.param("reporter", 300, marks=pytest.mark.thorough)],
)
def test_checks_have_a_budget(request: pytest.FixtureRequest, person: str, amount: int) -> None:
    someone: Person = request.getfixturevalue(person)
    twenty = [f"06 39 98 12 {number:02}" for number in range(20)]
    for _ in range(amount // 20):
        assert ask(someone, *twenty).status_code == 200
    response = ask(someone, "06 39 98 12 99", "06 39 98 12 98")
    assert response.status_code == 429
    page = response.content.decode()
    assert "06 39 98 12 99" in page
    assert "try again in" in page
    assert len(response.content) == check_view.SMALL


@pytest.mark.thorough
def test_what_is_left_is_said_from_fifteen_on_and_ten_more_come_one_at_a_time(
    member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "CHECKS", budgets.CHECKS._replace(amount=17))
    said = [ask(member, "06 39 98 12 99").content.decode() for _ in range(17)]
    assert "can be checked this hour" not in said[0]
    assert "15 more lines can be checked this hour." in said[1]
    assert "1 more line can be checked this hour." in said[15]
    assert "0 more lines can be checked this hour." in said[16]
    for left in range(budgets.RESERVE.amount - 1, -1, -1):
        response = ask(member, "06 39 98 12 99")
        assert f"used up. {left} more can be checked" in response.content.decode()
        assert len(response.content) == check_view.SMALL
    assert ask(member, "06 39 98 12 99").status_code == 429


def test_what_was_typed_is_only_in_the_answer(
    member: Person, caplog: pytest.LogCaptureFixture
) -> None:
    response = ask(member, "06 39 98 12 42", country="SE")
    assert not any("39 98" in value for value in response.headers.values())
    assert not caplog.records
    session = member.client.session
    assert "39 98" not in repr(dict(session.items()))
    assert "<option value=SE selected>" in member.client.get(PATH).content.decode()
    assert "39 98" not in member.client.get(PATH).content.decode()


@pytest.mark.parametrize("country", ["", "XX", "💡", "fr", "JP"])
def test_any_country_can_be_sent(member: Person, outsider: Person, country: str) -> None:
    post(member, PHONE)
    response = ask(outsider, "+33639981242", country=country)
    assert "1 note" in results(response)[0]


@pytest.mark.parametrize(
    "data",
    [
        {"q": ["a", "b"], "country": ["FR", "ES"]},
        {"q": "\u202e\u200b", "kind-0": "💡", "lines": ",,,"},
        {"q": "<!--answers-->", "lines": "zzzz"},
        {"q": "x" * 100_000},
        {"q": "0639981242", "kind-0": "name", "region": "nowhere"},
        {"unlock": "1"},
    ],
)
def test_anything_can_be_sent(member: Person, data: dict[str, Any]) -> None:
    response = member.client.post(PATH, data)
    assert response.status_code == 200
    assert len(response.content) % 12_288 == 0
