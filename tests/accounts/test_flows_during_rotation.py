"""The network key is renewed while an applicant waits, was approved, or a code awaits approval."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from safety_app.accounts.flows import vouch
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.models import Vouching
from safety_app.accounts.rotation import network_rotation
from tests import offers
from tests.accounts.newcomers import PASSPHRASE, accept, applicant, application_of, signs_in
from tests.cast import Person


def rotate(moderator: Person) -> KeyRing:
    """The ring after a rotation that excludes nobody."""
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        return prepared.apply()


def approve(moderator: Person, waiting_applicant: Person) -> str:
    row, ring = moderator.keys
    return accept(ring, row, application_of(waiting_applicant).pk)


@pytest.mark.thorough
def test_between_asking_and_approval(moderator: Person) -> None:
    waiting_applicant = applicant()
    client = waiting_applicant.client
    after = rotate(moderator)
    assert "Waiting for an answer" in client.get("/en/me/").content.decode()
    assert approve(moderator, waiting_applicant) == "waiting"
    assert client.get("/en/a/").status_code == 200
    assert waiting_applicant.ring.network_key == after.network_key


@pytest.mark.thorough
def test_between_approval_and_signing_in(moderator: Person) -> None:
    waiting_applicant = applicant()
    client = waiting_applicant.client
    approve(moderator, waiting_applicant)
    rotate(moderator)
    after = rotate(moderator)
    assert client.get("/en/a/").status_code == 200
    row, ring = waiting_applicant.keys
    assert (row.state, row.epoch) == ("active", after.current)
    assert ring.network_key == after.network_key
    assert signs_in(waiting_applicant) == 302


@pytest.mark.thorough
def test_someone_who_comes_back_after_it_is_in(moderator: Person) -> None:
    waiting_applicant = applicant()
    approve(moderator, waiting_applicant)
    after = rotate(moderator)
    assert waiting_applicant.client.get("/en/a/").status_code == 200
    assert waiting_applicant.ring.network_key == after.network_key


def test_an_older_key_approves_nobody(moderator: Person, member: Person) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    vouch.vouch(*reversed(member.keys), "someone I know")
    vouching = Vouching.objects.get(invitation__isnull=False)
    rotate(moderator)
    with pytest.raises(EpochMoved):
        accept(ring, row, application_of(waiting_applicant).pk)
    with pytest.raises(EpochMoved):
        vouch.approve_vouching(ring, row, vouching.pk)
    assert waiting_applicant.row.state == "waiting"


@pytest.mark.thorough
@pytest.mark.parametrize("when", ["before approval", "after approval"])
def test_a_code_that_a_member_vouched_for(moderator: Person, member: Person, when: str) -> None:
    code = vouch.vouch(*reversed(member.keys), "someone I know")
    path = f"/en/desk/vouched/{Vouching.objects.get(invitation__isnull=False).pk}/"
    client = moderator.client
    if when == "before approval":
        rotate(moderator)
    assert client.post(path, {"approve": "1"}).status_code == 302
    if when == "after approval":
        rotate(moderator)
    typed = {"pseudonym": "Calm Heron", **offers.typed("join", PASSPHRASE)}
    assert Client().post("/en/join/", {**typed, "code": code}).status_code == 200
    newcomer = Person("newcomer", "", "Calm Heron", PASSPHRASE)
    assert newcomer.ring.network_key == moderator.ring.network_key
