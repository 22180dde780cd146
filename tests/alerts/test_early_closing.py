"""No member closes an older key while notes still move from it, whatever she writes into the
database: her own row's box, or the box of the key before, which both take keys that she has.
"""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.flows import sign_in as flow
from safety_app.accounts.keys import contexts, epoch_pin
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.keys.network_box import seal_network_box
from safety_app.accounts.models import Epoch, Member
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.vault import network
from tests.accounts.test_epoch_pin import sign_in
from tests.alerts.reports import report
from tests.cast import Person


@pytest.fixture
def waiting(moderator: Person, colleague: Person) -> list[Alert]:
    """Notes under the key before, which nobody has moved yet."""
    alerts = [lifecycle.post(colleague.ring, colleague.row, report()) for _note in range(2)]
    network_rotation.renew_network_key(moderator.ring)
    return alerts


def opened(person: Person) -> KeyRing:
    return flow.find_account(person.pseudonym, person.passphrase)[1]


def assert_nothing_is_lost(person: Person, alerts: list[Alert]) -> None:
    assert epoch_pin.pinned_floor() == 1
    ring = opened(person)
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    for alert in alerts:
        assert lifecycle.read_report(opened(person), Alert.objects.get(pk=alert.pk))
    assert epoch_pin.pinned_floor() == Epoch.objects.get(number=2).floor == 2


def test_a_floor_in_her_own_box(waiting: list[Alert], member: Person, colleague: Person) -> None:
    ring = opened(member)
    box = replace(ring.network_box, floor=2)
    sealed = seal_network_box(own_key(ring.seed), box, contexts.network_box(member.row.pk, 2))
    mine = Member.objects.filter(pk=member.row.pk)
    mine.update(epoch=2, network_seal=None, network_box=sealed)
    assert sign_in(member).status_code == 302
    assert opened(member).epochs.keys() == {2}
    assert reencrypt.is_under_way(opened(member))
    reencrypt.reencrypt_all(opened(member), pause=lambda _seconds: None)
    assert Epoch.objects.get(number=2).floor == 1
    assert_nothing_is_lost(colleague, waiting)


def test_another_key_in_the_box_of_the_one_before(
    waiting: list[Alert], member: Person, colleague: Person
) -> None:
    true = bytes(Epoch.objects.get(number=2).previous_box or b"")
    row, ring = flow.find_account(colleague.pseudonym, colleague.passphrase)
    flow.renew_account(row, ring)  # her row holds the newest key only
    made_up = network.box_previous(opened(member).network_key, 2, os.urandom(32))
    Epoch.objects.filter(number=2).update(previous_box=made_up)
    reencrypt.reencrypt_all(opened(colleague), pause=lambda _seconds: None)
    assert Epoch.objects.get(number=2).floor == 1
    Epoch.objects.filter(number=2).update(previous_box=true)
    assert_nothing_is_lost(colleague, waiting)


def test_one_that_is_damaged(waiting: list[Alert], colleague: Person) -> None:
    """The same for a box that does not open: who holds only the newest key goes on with that."""
    true = bytes(Epoch.objects.get(number=2).previous_box or b"")
    row, ring = flow.find_account(colleague.pseudonym, colleague.passphrase)
    flow.renew_account(row, ring)
    Epoch.objects.filter(number=2).update(previous_box=os.urandom(len(true)))
    assert sign_in(colleague).status_code == 302
    assert Epoch.objects.get(number=2).floor == 1
    Epoch.objects.filter(number=2).update(previous_box=true)
    assert_nothing_is_lost(colleague, waiting)
