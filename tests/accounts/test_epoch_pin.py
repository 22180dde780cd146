"""A forged next epoch, or a whole older database, is refused by a server that saw the true one.

The attacker here was a moderator: she knows the network key, both desks' keys and her own seed, and
can write anything into the database. She cannot write where the server keeps what it has seen.
"""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from safety_app.accounts import pin_file
from safety_app.accounts.flows import invite, revoke
from safety_app.accounts.flows.found_network import found_network
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.keys import contexts
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.network_box import seal_network_box
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Desk, Epoch, Instance, Invitation, Member
from safety_app.accounts.pin_file import EpochNotPinned
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


def trust() -> None:
    """An operator's word. These renewals were made below all pages, so nobody has signed them."""
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())


class PinFile(dict[str, Any]):
    """What the file holds now."""

    def __missing__(self, name: str) -> Any:
        return json.loads(Path(settings.EPOCH_PIN_FILE).read_text())[name]


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
        replace(known.network_box, key=key, floor=1),
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


@pytest.mark.thorough
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
    trust()
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
    trust()
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


def test_a_server_killed_before_it_confirmed_takes_no_other_key(
    moderator: Person, member: Person, colleague: Person, pinned: PinFile
) -> None:
    """Here no transaction ends, so nothing is ever confirmed. The key was expected, and is there:
    one that follows from the key before does not do as well.
    """
    known, victim, gone = colleague.ring, member.row.pk, colleague.row.pk
    revoke.revoke_access(moderator.ring, moderator.row, [gone])
    assert (pinned["seen"]["number"], pinned["expected"]["number"]) == (1, 2)
    forge_next_epoch(known, Member.objects.get(pk=victim))
    assert sign_in(member).status_code == 503


def test_a_renewal_from_a_key_that_is_not_the_newest_is_not_remembered(
    moderator: Person, member: Person
) -> None:
    """The newest epoch was deleted; a session that had not followed it would begin a fork."""
    known = member.ring
    rotate(moderator.ring)
    assert moderator.ring.current == 2
    Epoch.objects.filter(number=2).delete()
    with pytest.raises(EpochNotPinned):
        network_rotation.renew_network_key(known)


def test_someone_who_was_away_for_several_renewals(
    moderator: Person, member: Person, pinned: PinFile
) -> None:
    ring = moderator.ring
    for _ in range(3):
        ring = rotate(ring)
    assert moderator.ring.current == 4
    assert member.ring.current == 4
    assert pinned["seen"]["number"] == 4


def test_a_new_network_is_pinned_at_once(populated: None, pinned: PinFile) -> None:
    Path(settings.EPOCH_PIN_FILE).unlink()
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

    trust()
    monkeypatch.setattr(pin_file, "write", full)
    assert member.ring.current == 1
    with pytest.raises(OSError, match="No space"), transaction.atomic():
        network_rotation.prepare(moderator.ring, (), ()).apply()


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
    text = Path(settings.EPOCH_PIN_FILE).read_text()
    assert ring.network_key.hex() not in text
    assert set(json.loads(text)) == {
        "seen", "expected", "floor", "verifying_key", "witnesses", "is_unbroken", "signed",
        "is_single", "bound_from", "expected_signers",
    }  # fmt: skip


DAMAGED = [b"", b"{", b"[]", b"null", b'{"seen": 1}', b"\xff\xfe", b"[" * 100_000]
DAMAGED += [b'{"seen": {"number": "x", "commitment": ""}, "expected": null}']
DAMAGED += [b'{"seen": {"number": 1e999, "commitment": ""}, "expected": null}']


# As 0.2.0 made it anew, for whoever came first.
DAMAGED += [
    json.dumps(
        {"seen": {"number": 1, "commitment": ""}, "expected": None, "floor": 1,
         "verifying_key": "", "witnesses": "", "is_unbroken": False, "confirmed": []}
    ).encode()
]  # fmt: skip


def damage(content: bytes | None) -> None:
    path = Path(settings.EPOCH_PIN_FILE)
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("content", [*DAMAGED, None], ids=range(len(DAMAGED) + 1))
def test_a_damaged_or_lost_file_is_said(member: Person, content: bytes | None) -> None:
    """It is no server error, and the database is not believed: then it would choose the key."""
    damage(content)
    response = sign_in(member)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.content.decode()
    assert problems() == ["nightjar.E015"]
    path = Path(settings.EPOCH_PIN_FILE)
    assert (path.read_bytes() if path.exists() else None) == content
    trust()
    assert problems() == []
    assert sign_in(member).status_code == 302


def test_a_damaged_file_while_people_are_signed_in(moderator: Person, member: Person) -> None:
    """Reading goes on; a renewal, which could not be remembered, says why it is not made."""
    clients = moderator.confirm(), member.client
    Path(settings.EPOCH_PIN_FILE).write_bytes(b"{")
    assert clients[1].get("/en/a/").status_code == 200
    response = clients[0].post("/en/desk/keys/renew/", {"number": "1"})
    assert response.status_code == 503
    assert "the database of this site may have been changed" in response.content.decode()
    assert Epoch.objects.count() == 1


WHY = "the database of this site may have been changed"


@pytest.mark.thorough
def test_a_damaged_file_in_the_middle_of_a_renewal(moderator: Person, member: Person) -> None:
    """Sessions stay: who has followed the renewal, who has not, and who is about to come in."""
    newcomer = applicant("Grey Wagtail")
    waits, followed, behind = newcomer.client, moderator.client, member.client
    renewed = rotate(moderator.ring)
    assert followed.get("/en/a/").status_code == 200
    accept(renewed, moderator.row, application_of(newcomer).pk)
    path = Path(settings.EPOCH_PIN_FILE)
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
    Path(settings.EPOCH_PIN_FILE).write_bytes(b"{")
    assert client.get("/en/a/").status_code == 503
    assert client.post("/exit").status_code == 200
    assert client.get("/en/a/")["Location"] == URL
