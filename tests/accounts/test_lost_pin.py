"""The server's file is deleted, and the database put back as it was before somebody was removed.

What has to be refused then is not only a forged next key, but the old one: she still knows it.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from alerts.flows import lifecycle
from safety_app.accounts.flows import invite, revoke
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys, epoch_pin, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import desk_mac, member_mac
from safety_app.accounts.models import (
    Desk,
    DeskSeal,
    Epoch,
    Invitation,
    Member,
    Organisation,
    VerifyingKey,
    WitnessList,
)
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.vault import signatures, witnesses
from safety_app.vault.made_passphrases import MadePassphrase
from safety_app.vault.witnesses import DESK, NONE_YET, Step, Witness
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import (
    HERS,
    lose_the_pin,
    network_of,  # noqa: F401
    trust,
)
from tests.accounts.test_epoch_pin import WHY, damage, problems, rotate, sign_in
from tests.alerts.reports import report
from tests.alerts.test_closed_epochs import put_back, rows_of
from tests.cast import Person

PAGE = "/en/desk/"
NEW = MadePassphrase("gibole natuve kirosa dapemu")
WRITTEN = (Epoch, Member, Invitation, Desk, DeskSeal, VerifyingKey, WitnessList)


def status_lines() -> str:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("status", stdout=out)
    return out.getvalue()


def test_everybody_is_told(moderator: Person, caplog: pytest.LogCaptureFixture) -> None:
    lose_the_pin()
    with caplog.at_level(logging.ERROR):
        assert sign_in(moderator).status_code == 503
    assert "is not there or cannot be read" in caplog.text
    assert problems() == ["nightjar.E015"]
    assert "not as this server knows it" in status_lines()


def test_the_newest_key_deleted(moderator: Person) -> None:
    assert moderator.ring.current == 1
    Epoch.objects.all().delete()
    assert problems() == ["nightjar.E015"]
    assert "not as this server knows it" in status_lines()


def renewed_away(known: KeyRing) -> None:
    """The renewal after a removal undone by her: the newest epoch deleted, MACs of the old key."""
    Epoch.objects.filter(number__gt=known.current).delete()
    for row in Member.objects.all():
        row.row_mac, row.network_seal = member_mac(known.row_key, row), None
        row.save()
    for desk in Desk.objects.all():
        desk.row_mac = desk_mac(known.row_key, desk)
        desk.save()


@pytest.mark.thorough
def test_the_old_key_is_not_believed(moderator: Person, member: Person, colleague: Person) -> None:
    """By an ordinary member who was removed; `member` was away."""
    known, gone = colleague.ring, colleague.row.pk
    address = f"/en/desk/people/{gone}/revoke/"
    assert moderator.confirm().post(address, {"revoke": "1"}, follow=True).status_code == 200
    renewed_away(known)
    lose_the_pin()
    for person in (member, moderator):
        response = sign_in(person)
        assert response.status_code == 503
        assert WHY in response.content.decode()
    assert not Path(settings.EPOCH_PIN_FILE).exists()


@pytest.mark.parametrize("is_lost", [True, False])
def test_nor_by_whoever_is_signed_in(moderator: Person, member: Person, *, is_lost: bool) -> None:
    """A session that had not followed the renewal seals nothing under the old key either."""
    row, known = member.keys
    rotate(moderator.ring)
    assert moderator.ring.current == 2  # seen
    renewed_away(known)
    if is_lost:
        lose_the_pin()
    with pytest.raises(EpochNotPinned):
        lifecycle.post(known, row, report())


def test_a_lost_file_says_what_a_damaged_one_does(moderator: Person, member: Person) -> None:
    """Reading goes on; nothing is written, and no key renewed."""
    clients = moderator.confirm(), member.client
    damage(None)
    assert clients[1].get("/en/a/").status_code == 200
    response = clients[0].post("/en/desk/keys/renew/", {"number": "1"})
    assert response.status_code == 503
    assert Epoch.objects.count() == 1
    response = clients[0].post("/en/desk/people/keys/", {"renew": "1", "code": ""})
    assert response.status_code == 503
    assert not VerifyingKey.objects.exists()


class Removed:
    """A moderator who copied the database while she was one."""

    def __init__(self, moderator: Person) -> None:
        join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Grey Plover", NEW)
        self.person = Person("her", "moderator", "Grey Plover", NEW)
        self.row, self.ring = self.person.keys
        self.shared = bytes(desk_keys.moderation_seed(self.ring, self.row) or b"")
        desk = desk_keys.desk_of(self.ring, self.row.organisation_id)
        self.own = bytes(desk_keys.open_desk(self.ring, self.row, desk))
        self.copied = {model: rows_of(model) for model in WRITTEN}

    def put_back(self) -> None:
        for model in (Epoch, VerifyingKey):
            model.objects.all().delete()
        for model in WRITTEN:
            put_back(model, self.copied[model])

    def sign_a_successor(self) -> tuple[VerifyingKey, Step, list[Witness]]:
        """With the key of then, and as a witness."""
        known = self.ring.signers
        listed = verifying_keys.witnesses_of(known.witnesses)
        key = signatures.verifying_key(HERS)
        mine = verifying_keys.store_witnesses([Witness(self.row.organisation_id, DESK, key)])
        step = Step(known.verifying_key, known.witnesses, key, mine)
        VerifyingKey.objects.filter(previous=step.previous).delete()
        row = VerifyingKey.objects.create(
            **asdict(step),
            signature=signatures.sign(self.shared, step.statement()),
            countersignatures=witnesses.add(step, listed, NONE_YET, [self.own]),
        )
        return row, step, listed


@pytest.fixture
def removed(moderator: Person, other_moderator: Person, network_of: None) -> Removed:  # noqa: F811
    """She puts everything back; the other organisation's moderator had been away, too."""
    renew_own_desk(*reversed(moderator.keys))  # the witnesses are those of now
    her = Removed(moderator)
    other = None if Organisation.objects.count() == 1 else other_moderator.client
    revoke.revoke_access(moderator.ring, moderator.row, [her.row.pk])
    assert moderator.ring.signers != her.ring.signers
    assert other is None or other.get("/en/").status_code == 200
    return her


@pytest.mark.thorough
def test_two_witnesses_do_not_bring_the_old_state_back(
    removed: Removed, moderator: Person, other_moderator: Person
) -> None:
    removed.put_back()
    lose_the_pin()
    assert sign_in(removed.person).status_code == 503
    if Organisation.objects.count() > 1:
        assert other_moderator.client.get(PAGE).status_code == 403  # had seen the newer state
        assert sign_in(other_moderator).status_code == 503
    assert not Path(settings.EPOCH_PIN_FILE).exists()


@pytest.mark.thorough
def test_no_page_signs_her_fork_of_a_state_that_was_trusted(
    removed: Removed, moderator: Person, other_moderator: Person, member: Person
) -> None:
    """An operator was taken in and gave her word for the old state. Her one signature, and her
    organisation's as a witness, still make no successor, and no honest page adds the second.
    """
    removed.put_back()
    lose_the_pin()
    trust()
    known = removed.ring.signers
    row, step, listed = removed.sign_a_successor()
    assert verifying_keys.newest_signers(known) == known
    for person in (other_moderator, moderator):
        if Member.objects.filter(organisation__name=person.organisation).exists():
            response = Client().post(
                "/en/in/", {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
            )
            assert response.status_code == 302
            person.client.get(PAGE)
    row.refresh_from_db()
    assert len(witnesses._right_places(step, listed, bytes(row.countersignatures))) == 1
    assert member.ring.signers == known


@pytest.mark.thorough
def test_who_has_to_sign_second_comes_in_by_an_operators_word(
    removed: Removed, other_moderator: Person, member: Person
) -> None:
    """The file was lost between a renewal and its second signature. The word is for the key of
    now: no other successor of the one before is taken afterwards.
    """
    if Organisation.objects.count() == 1:
        return
    lose_the_pin()
    assert sign_in(other_moderator).status_code == 503
    trust()
    newest = epoch_pin.pinned_signers()
    assert newest not in (None, removed.ring.signers)
    assert other_moderator.ring.signers == newest
    row = VerifyingKey.objects.get(previous=removed.ring.verifying_key)
    step = verifying_keys.step_of(row)
    assert other_moderator.sign_in().get(PAGE).status_code == 200
    row.refresh_from_db()
    listed = verifying_keys.witnesses_of(step.previous_witnesses)
    witnesses.check_two(step, listed, bytes(row.countersignatures))
    removed.sign_a_successor()
    assert sign_in(member).status_code == 503


def test_the_words_that_are_compared(moderator: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the moderator's page, in the status, and before the operator gives her word."""
    page = moderator.client.get("/en/desk/keys/").content.decode()
    out = StringIO()
    monkeypatch.setattr("builtins.input", lambda prompt: "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("trust_database", stdout=out)
    words = next(line for line in out.getvalue().splitlines() if line.startswith("Words:"))[6:]
    assert words.strip() in page
    assert "Witness:     Lantern Collective" in out.getvalue()
    monkeypatch.setattr("builtins.input", lambda prompt: "yes")
    call_command("trust_database", stdout=out)
    lines = StringIO()
    with pytest.raises(SystemExit):
        call_command("status", stdout=lines)
    assert words.strip() in lines.getvalue()
    Epoch.objects.all().delete()
    with pytest.raises(CommandError, match="no network"):
        call_command("trust_database", stdout=out)
