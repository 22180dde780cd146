"""`/desk/keys/`: its content, who may see it, and the button."""

from __future__ import annotations

import pytest
from django.test import Client

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import reencrypt
from tests.alerts.reports import report, reported
from tests.cast import Person

KEYS, RENEW = "/en/desk/keys/", "/en/desk/keys/renew/"
PHONE = reported("phone", "06 39 98 12 42")


def renew(person: Person, number: int = 1) -> None:
    answer = person.confirm().post(RENEW, {"number": str(number)})
    assert (answer.status_code, answer["Location"]) == (302, KEYS)


def test_it_says_which_key_and_that_everything_is_under_it(moderator: Person) -> None:
    answer = moderator.client.get(KEYS)
    assert "key number 1" in answer.content.decode()
    assert "Everything is locked with it" in answer.content.decode()
    assert KEYS not in answer["Refresh"]


@pytest.mark.thorough
def test_a_renewal_shows_how_far_it_got_and_looks_again(moderator: Person, member: Person) -> None:
    for _ in range(3):
        lifecycle.post(member.ring, member.row, report(PHONE))
    renew(moderator)
    answer = moderator.client.get(KEYS)
    assert "key number 2" in answer.content.decode()
    assert "Notes locked with it: 0 of 3" in answer.content.decode()
    assert '<progress id="moved" max="3" value="0">' in answer.content.decode()
    assert answer["Refresh"] == f"3; url={KEYS}?again=1"
    assert answer.content.decode().count("<script") == 1  # the frame's own
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    answer = moderator.client.get(KEYS, {"again": "5"})
    assert "Everything is locked with it" in answer.content.decode()
    assert KEYS not in answer["Refresh"]


@pytest.mark.thorough
@pytest.mark.parametrize("again", ["100", "x", "-1", "٣", "9" * 30])
def test_it_does_not_keep_the_session_awake_for_ever(moderator: Person, again: str) -> None:
    renew(moderator)
    answer = moderator.client.get(KEYS, {"again": again})
    assert answer.status_code == 200
    assert (KEYS in answer["Refresh"]) == (again != "100")


@pytest.mark.thorough
def test_notes_that_nobody_can_open_are_named(moderator: Person, member: Person) -> None:
    lifecycle.post(member.ring, member.row, report(PHONE))
    Alert.objects.update(body=bytes(8221))
    renew(moderator)
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    assert "1 note is locked with an older key" in moderator.client.get(KEYS).content.decode()


def test_asking_changes_nothing(moderator: Person) -> None:
    assert "Renew the keys?" in moderator.confirm().get(RENEW).content.decode()
    assert Epoch.objects.count() == 1


def test_a_second_tap_renews_once(moderator: Person) -> None:
    renew(moderator)
    renew(moderator)
    assert Epoch.objects.count() == 2


def test_odd_numbers_renew_nothing(moderator: Person) -> None:
    moderator.confirm()
    for number in ("", "x", "0", "99"):
        assert moderator.client.post(RENEW, {"number": number}).status_code == 302
    assert Epoch.objects.count() == 1


@pytest.mark.thorough
def test_nobody_is_shut_out(cast: dict[str, Person]) -> None:
    clients = {name: person.client for name, person in cast.items()}
    renew(cast["moderator"])
    for name, client in clients.items():
        page = "/en/me/" if name == "translator" else "/en/a/"
        assert client.get(page).status_code == 200, name
        assert cast[name].sign_in().get(page).status_code == 200, name


@pytest.mark.parametrize("name", ["member", "reporter", "translator"])
def test_the_wrong_person_finds_nothing(cast: dict[str, Person], name: str) -> None:
    for address in (KEYS, RENEW):
        assert cast[name].client.get(address).status_code == 404
        assert cast[name].client.post(address, {"number": "1"}).status_code == 404
    assert Epoch.objects.count() == 1


def test_signed_out_it_asks_to_sign_in(nobody: Client) -> None:
    assert nobody.get(KEYS).status_code == 302


def test_the_wrong_method(moderator: Person) -> None:
    assert moderator.client.post(KEYS).status_code == 405
