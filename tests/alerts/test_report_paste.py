"""What is pasted into a row of the report: everything in it is read, listed, and can go again."""

import re
from typing import Any

import pytest

from alerts.flows import lifecycle
from alerts.models import Alert
from tests.alerts.lookups import ask, results
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/a/new/"
PASTED = "Marc 06 39 98 12 42 / 07 39 98 12 43, t.me/marc_k"
FORM = {"what": "confinement", "level": "3", "region": "FR-IDF", "country": "FR"}


def send(person: Person, value: str, **more: Any) -> Any:
    data = {**FORM, "identifier-0-value": value, "send": "1", **more}
    return person.client.post(PATH, data)


def kept(person: Person) -> list[tuple[str, str]]:
    report = lifecycle.read_report(person.ring, Alert.objects.get())
    return [(one.kind, one.key) for one in report.identifiers]


def test_everything_in_a_paste_is_reported(member: Person) -> None:
    send(member, PASTED)
    assert kept(member) == [
        ("phone", "+33639981242"),
        ("phone", "+33739981243"),
        ("username", "t.me/marc_k"),
    ]


def test_it_is_listed_before_it_is_sent_and_one_tap_leaves_one_out(member: Person) -> None:
    data = {**FORM, "identifier-0-value": PASTED, "step": "4", "next": "1"}
    page = member.client.post(PATH, data).content.decode()
    assert "Not read, so not included" in page
    names = re.findall(
        r'name="identifier-out" value="(\w+)"\s*>\s*<span>Remove <bdi>([^<]*)</bdi>', page
    )
    assert [shown for _name, shown in names] == [
        "+33 6 39 98 12 42",
        "+33 7 39 98 12 43",
        "t.me/marc_k",
    ]
    send(member, PASTED, **{"identifier-out": names[1][0]})
    assert ("phone", "+33739981243") not in kept(member)
    assert len(kept(member)) == 2


def test_a_single_one_has_nothing_to_leave_out(member: Person) -> None:
    data = {**FORM, "identifier-0-value": "06 39 98 12 42", "step": "4", "next": "1"}
    assert "identifier-out" not in member.client.post(PATH, data).content.decode()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("06 39 98 12 4", "One digit seems to be missing."),
        ("06 39 98 12 421", "There seems to be one digit too many."),
        ("https://www.facebook.com/share/1AbCdEfGhI/", "does not have a user name"),
        ("someone@gmail", "Check the part after the @."),
        ("he was tall and rude and did not want to pay", "Choose what this is."),
        (
            " ".join(f"06 39 98 12 {number}," for number in range(10, 20)),
            "Up to 8 numbers and names fit here",
        ),
    ],
)
def test_what_is_doubtful_is_asked_about_and_not_kept(
    member: Person, value: str, words: str
) -> None:
    response = send(member, value)
    assert response.status_code == 400
    assert words in response.content.decode()
    assert value[:40] in response.content.decode()
    assert not Alert.objects.exists()


def test_a_chosen_kind_answers_the_question(member: Person) -> None:
    send(member, "100012345699901", **{"identifier-0-kind": "username"})
    assert kept(member) == [("username", "100012345699901")]


def test_what_one_person_pastes_another_finds(member: Person, outsider: Person) -> None:
    send(member, "BEGIN:VCARD\nFN:Marc\nTEL;TYPE=CELL:+33 6 39 98 12 42\nEND:VCARD")
    (result,) = results(ask(outsider, "https://wa.me/33639981242?text=Bonjour"))
    assert "1 note" in result
