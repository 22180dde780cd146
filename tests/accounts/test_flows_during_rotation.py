"""A new network key comes while someone waits, was approved, or holds a code that waits"""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from safety_app.accounts.flows import applications, vouch
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.models import Vouching
from safety_app.accounts.rotation import network_rotation
from tests.accounts.newcomers import PASSPHRASE, applicant, application_of, signs_in
from tests.cast import Person


def rotate(moderator: Person) -> KeyRing:
    """The ring after a rotation in which nobody goes."""
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        return prepared.apply()


def approve(moderator: Person, waits: Person) -> str:
    row, ring = moderator.keys
    return applications.approve(ring, row, application_of(waits).pk)


def test_between_asking_and_approval(moderator: Person) -> None:
    waits = applicant()
    client = waits.client
    after = rotate(moderator)
    assert "You wait for an answer" in client.get("/en/me/").content.decode()
    assert approve(moderator, waits) == "waiting"
    assert client.get("/en/a/").status_code == 200
    assert waits.ring.network_key == after.network_key


def test_between_approval_and_signing_in(moderator: Person) -> None:
    waits = applicant()
    client = waits.client
    approve(moderator, waits)
    rotate(moderator)
    after = rotate(moderator)
    assert client.get("/en/a/").status_code == 200
    row, ring = waits.keys
    assert (row.state, row.epoch) == ("active", after.current)
    assert ring.network_key == after.network_key
    assert signs_in(waits) == 302


def test_someone_who_comes_back_after_it_is_in(moderator: Person) -> None:
    waits = applicant()
    approve(moderator, waits)
    after = rotate(moderator)
    assert waits.client.get("/en/a/").status_code == 200
    assert waits.ring.network_key == after.network_key


def test_an_older_key_approves_nobody(moderator: Person, member: Person) -> None:
    waits = applicant()
    row, ring = moderator.keys
    vouch.vouch(*reversed(member.keys), "someone I know")
    asked = Vouching.objects.get(invitation__isnull=False)
    rotate(moderator)
    with pytest.raises(EpochMoved):
        applications.approve(ring, row, application_of(waits).pk)
    with pytest.raises(EpochMoved):
        vouch.approve_vouching(ring, row, asked.pk)
    assert waits.row.state == "waiting"


@pytest.mark.parametrize("when", ["before approval", "after approval"])
def test_a_code_that_a_member_vouched_for(moderator: Person, member: Person, when: str) -> None:
    code = vouch.vouch(*reversed(member.keys), "someone I know")
    path = f"/en/desk/vouched/{Vouching.objects.get(invitation__isnull=False).pk}/"
    client = moderator.client
    if when == "before approval":
        rotate(moderator)
    assert client.post(path, {"approve": "1"}).status_code == 200
    if when == "after approval":
        rotate(moderator)
    typed = {"pseudonym": "Calm Heron", "passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE}
    assert Client().post("/en/join/", {**typed, "code": code}).status_code == 200
    newcomer = Person("newcomer", "", "Calm Heron", PASSPHRASE)
    assert newcomer.ring.network_key == moderator.ring.network_key
