"""A removed member forges the next epoch before anybody has opened the true one.

The server has pinned that as expected only; `seen` is still the key she knows.
"""

from functools import partial
from typing import Any

import pytest

from safety_app.accounts.flows import revoke
from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.models import Member
from safety_app.accounts.rotation import network_rotation
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.cast import Person


class _AtOnce:
    """A test's transaction never ends: what waits for that is done at once, for the pin only."""

    @staticmethod
    def on_commit(after: Any) -> None:
        if isinstance(after, partial) and after.func.__module__ == epoch_pin.__name__:
            after()


@pytest.fixture(autouse=True)
def committed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_rotation, "transaction", _AtOnce)


def test_before_anybody_has_opened_the_new_key(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """`Person.row` opens the keys, so everything is read beforehand."""
    known, victim, gone = colleague.ring, member.row.pk, colleague.row.pk
    revoke.revoke_access(moderator.ring, moderator.row, [gone])
    forge_next_epoch(known, Member.objects.get(pk=victim))
    assert sign_in(member).status_code == 503


def test_the_same_with_the_moderators_page(
    moderator: Person, member: Person, colleague: Person
) -> None:
    known, victim, gone = colleague.ring, member.row.pk, colleague.row.pk
    browser = moderator.confirm()
    address = f"/en/desk/people/{gone}/revoke/"
    assert browser.post(address, {"revoke": "1"}, follow=True).status_code == 200
    forge_next_epoch(known, Member.objects.get(pk=victim))
    assert sign_in(member).status_code == 503
