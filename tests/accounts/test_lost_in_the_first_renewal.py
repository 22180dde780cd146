"""A network of 0.2.0 whose server's file is lost while notes move in its first renewal.

A backup from then that is restored into a new directory has no file either. What was written with
0.2.0 has to open all the same: otherwise its key is closed for good as soon as somebody signs in.
"""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import reencrypt
from safety_app.vault import network
from tests.accounts.forged_desks import lose_the_pin
from tests.accounts.test_epoch_pin import sign_in
from tests.accounts.test_keys_of_0_2_0 import upgraded  # noqa: F401
from tests.accounts.test_network_rotation import PHONE, rotate
from tests.alerts.reports import report
from tests.cast import Person

RESTORED = {"restored": True}
HER_WORD = {"yes": True, "unsigned": True}
OF_0_2_0 = HER_WORD | {"made_with_0_2_0": True}


def say(word: dict[str, bool]) -> None:
    options: dict[str, Any] = word
    call_command("trust_database", **options, stdout=StringIO())


def move(person: Person) -> None:
    """Re-encrypt everything that opens, and close the older keys."""
    reencrypt.reencrypt_all(person.ring, pause=lambda _seconds: None)


def shorten(number: int) -> None:
    """What somebody who writes to the database makes of a link: as long as those of 0.2.0."""
    link = bytes(Epoch.objects.get(number=number).chain_mac)[-network.MAC_SIZE :]
    Epoch.objects.filter(number=number).update(chain_mac=link)


@pytest.fixture
def note(upgraded: None, moderator: Person, member: Person) -> str:  # noqa: F811
    """Her note under the key of 0.2.0; then the key is renewed, and nothing has moved yet."""
    lifecycle.post(member.ring, member.row, report(PHONE))
    rotate(moderator.ring)
    assert [one.epoch for one in Alert.objects.all()] == [2]
    return f"/en/a/{Alert.objects.get().pk}/"


@pytest.mark.parametrize("word", [RESTORED, HER_WORD])
def test_what_was_written_with_0_2_0_moves(
    note: str, moderator: Person, colleague: Person, word: dict[str, bool]
) -> None:
    lose_the_pin()
    say(word)
    assert epoch_pin.bound_from() == 3
    assert colleague.sign_in().get(note).status_code == 200
    move(moderator)
    assert [one.epoch for one in Alert.objects.all()] == [3]
    assert colleague.sign_in().get(note).status_code == 200


def test_a_network_of_today_is_bound_from_its_first_key(moderator: Person) -> None:
    rotate(moderator.ring)
    lose_the_pin()
    say(HER_WORD)
    assert epoch_pin.bound_from() == 1


@pytest.mark.parametrize(("shortened", "bound_from", "answer"), [(1, 2, 302), (2, 1, 503)])
def test_the_newest_key_takes_the_servers_whatever_links_say(
    moderator: Person, member: Person, shortened: int, bound_from: int, answer: int
) -> None:
    rotate(moderator.ring)
    lose_the_pin()
    shorten(shortened)
    say(HER_WORD)
    assert epoch_pin.bound_from() == bound_from
    assert sign_in(member).status_code == answer


def test_links_above_the_one_she_names_say_nothing(moderator: Person, member: Person) -> None:
    rotate(moderator.ring)
    lose_the_pin()
    for number in (3, 4):
        made_up = Epoch.objects.get(number=2)
        made_up.pk, made_up.number = number, number
        made_up.save(force_insert=True)
        shorten(number)
    say(HER_WORD | {"number": 2})
    assert epoch_pin.bound_from() == 1
    assert sign_in(member).status_code == 302


def test_closed_keys_stay_closed(moderator: Person, member: Person) -> None:
    """The floor takes the server's key, and she compares it: a short link opens no older key."""
    rotate(moderator.ring)
    move(moderator)
    lose_the_pin()
    shorten(1)
    say(HER_WORD)
    assert sign_in(member).status_code == 302
    assert list(member.ring.epochs) == [2]


def test_a_word_given_by_mistake_is_taken_back(moderator: Person, member: Person) -> None:
    rotate(moderator.ring)
    lose_the_pin()
    say(OF_0_2_0)
    assert sign_in(member).status_code != 302
    say(HER_WORD)
    assert epoch_pin.bound_from() == 1
    assert sign_in(member).status_code == 302


@pytest.mark.usefixtures("upgraded")
def test_a_right_one_is_not_taken_back_by_the_next(member: Person) -> None:
    lose_the_pin()
    say(OF_0_2_0)
    say(HER_WORD)
    assert epoch_pin.bound_from() == 3
    assert sign_in(member).status_code == 302
