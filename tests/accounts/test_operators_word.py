"""The six words that an operator compares are those of one network key, as open as it was.

Somebody who was removed, and lost the server's file, puts another key of the same number into the
database, or the row of the right one as it was before the older keys were closed.
"""

from __future__ import annotations

import os
from io import StringIO

import pytest
from django.core.management import call_command

from alerts.flows import lifecycle
from safety_app.accounts.flows import revoke
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import reencrypt
from safety_app.vault import network
from tests.accounts.forged_desks import lose_the_pin
from tests.alerts.reports import report
from tests.alerts.test_closed_epochs import Rows, put_back, rows_of
from tests.cast import Person

pytestmark = pytest.mark.django_db


def compared() -> str:
    """What the command shows, whatever it says of signatures."""
    out = StringIO()
    call_command("trust_database", yes=True, unsigned=True, stdout=out)
    line = next(line for line in out.getvalue().splitlines() if line.startswith("Words:"))
    return line.removeprefix("Words:").strip()


def on_the_page(moderator: Person) -> str:
    return moderator.sign_in().get("/en/desk/keys/").content.decode()


@pytest.fixture
def half_way(moderator: Person, member: Person, colleague: Person) -> Rows:
    """The row of the newest key before the older one was closed; then everything has moved."""
    lifecycle.post(colleague.ring, colleague.row, report())
    revoked = revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    copied = rows_of(Epoch)
    reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
    assert Epoch.objects.get(number=2).floor == 2
    return copied


@pytest.mark.usefixtures("half_way")
def test_they_are_a_moderators(moderator: Person) -> None:
    page = on_the_page(moderator)
    lose_the_pin()
    assert compared() in page


@pytest.mark.usefixtures("half_way")
def test_another_key_of_the_same_number_has_others(moderator: Person) -> None:
    page, epoch, key = on_the_page(moderator), Epoch.objects.get(number=2), os.urandom(32)
    epoch.chain_mac = network.chain_link(os.urandom(32), 2, key)
    epoch.floor_mac = network.floor_mac(key, 2, epoch.floor)
    epoch.save()
    lose_the_pin()
    assert compared() not in page


def test_so_has_the_right_one_before_the_older_was_closed(
    moderator: Person, half_way: Rows
) -> None:
    page = on_the_page(moderator)
    put_back(Epoch, half_way)
    lose_the_pin()
    assert compared() not in page


def test_nobody_writes_them_down_half_way(
    moderator: Person, member: Person, colleague: Person
) -> None:
    lifecycle.post(colleague.ring, colleague.row, report())
    revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    page = on_the_page(moderator)
    assert "<progress" in page
    lose_the_pin()
    assert compared() not in page
