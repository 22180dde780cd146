"""A forged next epoch, or a whole older database, is refused by a server that saw the true one.

The attacker here was a moderator: she knows the network key, both desks' keys and her own seed, and
can write anything into the database. She cannot write where the server keeps what it has seen.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.found_network import found_network
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.keys import contexts, epoch_pin
from safety_app.accounts.keys.epoch_pin import EpochNotPinned
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.network_box import NetworkBox, seal_network_box
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Desk, Epoch, Instance, Invitation, Member
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.vault import boxes, network, seals
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.newcomers import accept, applicant, application_of
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person

URL = "/en/in/"


def forge_next_epoch(known: KeyRing, victim: Member) -> bytes:
    """What someone who holds an older key can put in place of the true next epoch."""
    number, key = known.current + 1, boxes.new_key()
    Epoch.objects.filter(number__gte=number).delete()
    Epoch.objects.create(
        number=number,
        chain_mac=network.chain_mac(known.network_key, number, key),
        previous_box=network.box_previous(key, number, known.network_key),
        floor=known.floor,
        floor_mac=network.floor_mac(key, number, known.floor),
    )
    sealed = seals.seal(bytes(victim.public_key), key, contexts.network_seal(victim.pk, number))
    victim.network_seal = sealed
    victim.row_mac = member_mac(network.row_key(key), victim)
    victim.save()
    return key


def sign_in(person: Person) -> Any:
    return Client().post(URL, {"pseudonym": person.pseudonym, "passphrase": person.passphrase})


class PinFile(dict[str, Any]):
    """What the file holds now."""

    def __missing__(self, name: str) -> Any:
        return json.loads(Path(epoch_pin.settings.EPOCH_PIN_FILE).read_text())[name]


@pytest.fixture
def pinned() -> PinFile:
    return PinFile()


def test_a_forged_next_epoch(
    moderator: Person, outsider: Person, member: Person, pinned: PinFile
) -> None:
    known = moderator.ring
    renewed = rotate(moderator.ring)
    assert outsider.ring.epochs == renewed.epochs  # somebody signs in; `member` has not
    assert pinned["seen"]["number"] == 2
    victim = Member.objects.get(pk=member.row.pk)
    forge_next_epoch(known, victim)
    response = sign_in(member)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.content.decode()
    assert "_session" not in response.cookies
    victim.refresh_from_db()
    assert victim.epoch == 1


def test_a_forged_epoch_far_ahead(moderator: Person, member: Person, outsider: Person) -> None:
    known = moderator.ring
    rotate(moderator.ring)
    assert outsider.ring.current == 2
    victim = Member.objects.get(pk=member.row.pk)
    key = forge_next_epoch(known, victim)
    forged = KeyRing(b"", "", {2: key}, floor=1)
    forge_next_epoch(forged, victim)
    assert sign_in(member).status_code == 503


def test_a_fork_with_an_account_of_her_own(moderator: Person, outsider: Person) -> None:
    """Her own row says that she holds the forged key already, in a box that only she can make."""
    row, known = moderator.keys
    rotate(moderator.ring)
    assert outsider.ring.current == 2
    key = forge_next_epoch(known, row)
    row.epoch, row.network_seal = 2, None
    row.network_box = seal_network_box(
        boxes.derive(known.seed, "own"),
        NetworkBox(key, 1, known.verifying_key),
        contexts.network_box(row.pk, 2),
    )
    row.save()
    with pytest.raises(EpochNotPinned):
        moderator.keys  # noqa: B018


def test_an_invitation_of_a_fork(moderator: Person, outsider: Person) -> None:
    ring, row = moderator.ring, moderator.row
    rotate(ring)
    assert outsider.ring.current == 2
    key = forge_next_epoch(ring, row)
    fork = replace(ring, epochs={2: key})
    organisation = row.organisation
    desk = Desk.objects.get(organisation=organisation)
    code = invite.issue_invitation(fork, organisation, desk, "member")
    with pytest.raises(EpochNotPinned):
        join(code, "Somebody New", MadePassphrase("four herons wait beside the canal"))
    assert Invitation.objects.exists()


def test_a_live_session_ends_rather_than_follow_a_fork(
    moderator: Person, member: Person, outsider: Person
) -> None:
    known, client = moderator.ring, member.client
    rotate(moderator.ring)
    assert outsider.ring.current == 2
    forge_next_epoch(known, Member.objects.get(pk=member.row.pk))
    assert client.get("/en/me/").status_code == 403
    assert client.get("/en/me/")["Location"] == URL


def test_an_older_database(moderator: Person, member: Person, outsider: Person) -> None:
    def rows(model: Any) -> list[dict[str, Any]]:
        return list(model.objects.values())

    older = {model: rows(model) for model in (Member, Epoch)}
    rotate(moderator.ring)
    assert outsider.ring.current == 2
    Epoch.objects.filter(number=2).delete()
    for values in older[Member]:
        Member.objects.filter(pk=values["id"]).update(**values)
    assert problems() == ["nightjar.E015"]
    assert sign_in(member).status_code == 503
    call_command("trust_database")
    assert problems() == []
    assert sign_in(member).status_code == 302


def test_a_database_from_the_middle_of_a_renewal(
    moderator: Person, member: Person, outsider: Person
) -> None:
    """Its newest key is the one that was seen, but it has not closed the one before."""
    renewed = rotate(moderator.ring)
    half_way = Epoch.objects.values().get(number=2)
    reencrypt.finish(renewed)
    assert problems() == []
    Epoch.objects.filter(number=2).update(**half_way)
    assert problems() == ["nightjar.E015"]
    assert member.ring.epochs.keys() == {2}
    call_command("trust_database")
    assert problems() == []
    assert outsider.ring.epochs.keys() == {1, 2}


def problems() -> list[str]:
    found = run_checks(include_deployment_checks=True, databases=["default"])
    return [str(one.id) for one in found if one.id == "nightjar.E015"]


def test_a_rotation_that_fails_changes_nothing(
    moderator: Person, member: Person, pinned: PinFile
) -> None:
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        prepared.apply()
        transaction.set_rollback(True)
    assert pinned["expected"]["number"] == 2
    assert member.ring.current == 1
    assert rotate(moderator.ring).current == 2
    assert member.ring.current == 2
    assert pinned["seen"]["number"] == 2
    assert pinned["expected"] is None


def test_a_server_killed_before_anybody_signed_in(moderator: Person, member: Person) -> None:
    """The renewal is over, and the box down to the older key is gone: the pin expected this key."""
    old = moderator.ring
    renewed = rotate(old)
    reencrypt.finish(renewed)
    assert Epoch.objects.get(number=2).previous_box is None
    assert member.ring.network_key == renewed.network_key


def test_someone_who_was_away_for_several_renewals(
    moderator: Person, member: Person, pinned: PinFile
) -> None:
    ring = moderator.ring
    for _ in range(3):
        ring = rotate(ring)
    assert moderator.ring.current == 4
    assert member.ring.current == 4
    assert pinned["seen"]["number"] == 4


def test_without_a_pin_the_first_key_is_believed(member: Person, pinned: PinFile) -> None:
    epoch_pin.forget()
    assert member.ring.current == 1
    assert pinned["seen"]["number"] == 1


def test_a_new_network_is_pinned_at_once(populated: None, pinned: PinFile) -> None:
    epoch_pin.forget()
    Member.objects.all().delete()
    Desk.objects.all().delete()
    Epoch.objects.all().delete()
    Instance.objects.all().delete()
    found_network("Another house")
    assert pinned["seen"]["number"] == 1


@pytest.mark.usefixtures("populated")
def test_a_disk_that_is_full(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signs in gets in; a renewal is not made, as it could not be remembered."""

    def full(pinned: object) -> None:
        raise OSError(28, "No space left on device")

    epoch_pin.forget()
    monkeypatch.setattr(epoch_pin, "_write", full)
    assert member.ring.current == 1
    monkeypatch.setattr(epoch_pin, "_read", lambda: epoch_pin._Pinned(epoch_pin.Pin(1, "")))
    with pytest.raises(OSError, match="No space"), transaction.atomic():
        network_rotation.prepare(KeyRing(b"", "", {1: bytes(32)}, floor=1), (), ()).apply()


def test_a_wrong_passphrase_says_nothing_of_it(
    moderator: Person, member: Person, outsider: Person
) -> None:
    known = moderator.ring
    rotate(moderator.ring)
    assert outsider.ring.current == 2
    forge_next_epoch(known, Member.objects.get(pk=member.row.pk))
    typed = {"pseudonym": member.pseudonym, "passphrase": "not at all hers, not at all"}
    assert Client().post(URL, typed).status_code == 403
    with pytest.raises(UnknownAccount):
        Person("x", "member", member.pseudonym, "not hers").keys  # noqa: B018


def test_a_pin_holds_nothing_that_opens(moderator: Person) -> None:
    ring = moderator.ring
    text = Path(epoch_pin.settings.EPOCH_PIN_FILE).read_text()
    assert ring.network_key.hex() not in text
    assert set(json.loads(text)) == {"seen", "expected", "floor", "verifying_key"}


DAMAGED = [b"", b"{", b"[]", b"null", b'{"seen": 1}', b"\xff\xfe", b"[" * 100_000]
DAMAGED += [b'{"seen": {"number": "x", "commitment": ""}, "expected": null}']
DAMAGED += [b'{"seen": {"number": 1e999, "commitment": ""}, "expected": null}']


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_said(member: Person, content: bytes) -> None:
    """It is no server error, and it is not as if there were none: then it would choose the key."""
    Path(epoch_pin.settings.EPOCH_PIN_FILE).write_bytes(content)
    response = sign_in(member)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.content.decode()
    assert problems() == ["nightjar.E015"]
    assert Path(epoch_pin.settings.EPOCH_PIN_FILE).read_bytes() == content
    call_command("trust_database")
    assert problems() == []
    assert sign_in(member).status_code == 302


def test_a_damaged_file_while_people_are_signed_in(moderator: Person, member: Person) -> None:
    """Reading goes on; a renewal, which could not be remembered, says why it is not made."""
    clients = moderator.confirm(), member.client
    Path(epoch_pin.settings.EPOCH_PIN_FILE).write_bytes(b"{")
    assert clients[1].get("/en/a/").status_code == 200
    response = clients[0].post("/en/desk/keys/renew/", {"number": "1"})
    assert response.status_code == 503
    assert "the database of this site may have been changed" in response.content.decode()
    assert Epoch.objects.count() == 1


WHY = "the database of this site may have been changed"


def test_a_damaged_file_in_the_middle_of_a_renewal(moderator: Person, member: Person) -> None:
    """Sessions stay: who has followed the renewal, who has not, and who is about to come in."""
    newcomer = applicant("Grey Wagtail")
    waits, followed, behind = newcomer.client, moderator.client, member.client
    renewed = rotate(moderator.ring)
    assert followed.get("/en/a/").status_code == 200
    accept(renewed, moderator.row, application_of(newcomer).pk)
    path = Path(epoch_pin.settings.EPOCH_PIN_FILE)
    before = path.read_bytes()
    path.write_bytes(b"{")
    for client in (followed, behind):
        for response in (client.get("/en/a/"), client.post("/en/a/check/", {"q": "0639981242"})):
            assert response.status_code == 503
            assert WHY in response.content.decode()
        assert "0639981242" in response.content.decode()
        assert client.get("/en/now/").status_code == 200
    assert waits.get("/en/me/").status_code == 503
    path.write_bytes(before)
    for client in (followed, behind, waits):
        assert client.get("/en/a/").status_code == 200


def test_leave_works_with_a_damaged_file(moderator: Person, member: Person) -> None:
    client = member.client
    rotate(moderator.ring)
    Path(epoch_pin.settings.EPOCH_PIN_FILE).write_bytes(b"{")
    assert client.get("/en/a/").status_code == 503
    assert client.post("/exit").status_code == 200
    assert client.get("/en/a/")["Location"] == URL
