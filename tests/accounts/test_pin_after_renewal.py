"""A removed member forges the next epoch before anybody has opened the true one.

The server has pinned that as expected only; `seen` is still the key she knows.
"""

import fcntl
import os
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from safety_app.accounts import pin_file
from safety_app.accounts.flows import revoke
from safety_app.accounts.flows.sign_in import find_account
from safety_app.accounts.keys import epoch_pin, verifying_keys
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Member, PersonalSettings
from safety_app.accounts.rotation import network_rotation
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.alerts.test_closed_epochs import put_back, rows_of
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


@pytest.mark.thorough
def test_the_same_with_the_moderators_page(
    moderator: Person, member: Person, colleague: Person
) -> None:
    known, victim, gone = colleague.ring, member.row.pk, colleague.row.pk
    browser = moderator.confirm()
    address = f"/en/desk/people/{gone}/revoke/"
    assert browser.post(address, {"revoke": "1"}, follow=True).status_code == 200
    forge_next_epoch(known, Member.objects.get(pk=victim))
    assert sign_in(member).status_code == 503


@pytest.mark.thorough
@pytest.mark.parametrize("roles", ["member", "member,reporter,translator,editor"])
def test_a_live_session_does_not_go_on_with_her_old_row(
    moderator: Person, colleague: Person, roles: str
) -> None:
    """A member who was removed puts her own row back, authentic under the key that she knows."""
    row, ring = colleague.keys
    client = colleague.sign_in()
    copied = [one for one in rows_of(Member) if one["id"] == row.pk]
    settings = [one for one in rows_of(PersonalSettings) if one["member_id"] == row.pk]
    revoke.revoke_access(moderator.ring, moderator.row, [row.pk])
    put_back(Member, copied)
    put_back(PersonalSettings, settings)
    row.roles = roles
    Member.objects.filter(pk=row.pk).update(roles=roles, row_mac=member_mac(ring.row_key, row))
    pages = ("/en/a/", "/en/me/", "/en/translate/", "/en/desk/")
    assert {client.get(page).status_code for page in pages} <= {302, 403}
    assert "keys" not in client.session


def test_the_pin_of_the_moderators_key_does_not_go_back(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in has read what is pinned; before it writes, another session's renewal is over."""
    keys, before, check = moderator.keys, member.ring.signers, epoch_pin.check
    monkeypatch.setattr(verifying_keys, "transaction", _AtOnce)

    def meanwhile(*opened: Any) -> None:
        check(*opened)
        monkeypatch.setattr(epoch_pin, "check", check)
        renew_own_desk(*reversed(keys))
        assert epoch_pin.pinned_signers() != before

    monkeypatch.setattr(epoch_pin, "check", meanwhile)
    find_account(member.pseudonym, member.passphrase)
    assert epoch_pin.pinned_signers() not in (None, before)


def test_two_processes_lose_nothing_of_each_other(moderator: Person) -> None:
    """One reads, changes and writes the file; another has to wait until it is done."""
    assert moderator.ring.current == 1
    path = Path(settings.EPOCH_PIN_FILE)
    signers = replace(moderator.ring.signers, witnesses=bytes(32))
    followed = [moderator.ring.signers]
    other = threading.Thread(target=epoch_pin.pin_signers, args=[signers, followed])
    before = pin_file.read()
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDONLY | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    other.start()
    other.join(0.05)
    assert other.is_alive()
    pin_file.write(replace(before, floor=7))
    os.close(lock)
    other.join(10)
    assert epoch_pin.pinned_floor() == 7
    assert epoch_pin.pinned_signers() == signers
