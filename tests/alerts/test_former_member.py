"""A network attacked through its database by someone who was a member.

Her access was ended in the proper way. She kept her keys of that time and a copy of every table,
and can write anything into the database. Each attack is tried against members who were signed in
all the time, who signed in since, and who were away; what still succeeds stands at the end.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db.models import Model
from django.test import Client

from alerts import cards, index
from alerts.flows import change_requests, feed, lifecycle, translations
from alerts.models import Alert, BlindIndexEntry, Corroboration, Flag, Partner, Translation
from alerts.sealing.bodies import report_of
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, seal_note
from alerts.sharing.partners import list_partners, seal_partner
from safety_app.accounts.flows import found_network, invite, messages, revoke, sign_in
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.keys import contexts, sealed_rows
from safety_app.accounts.keys.desk_keys import desk_of, desk_row, open_desk
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.keys.row_auth import check_desk, desk_mac, invitation_mac, member_mac
from safety_app.accounts.models import Desk, Epoch, Invitation, Member, Message, Vouching
from safety_app.accounts.pin_file import EpochNotPinned
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, network, seals, sharing
from safety_app.vault.errors import VaultError
from tests.accounts.newcomers import PASSPHRASE
from tests.alerts.reports import report, reported
from tests.alerts.test_closed_epochs import forged, put_back, rows_of
from tests.alerts.test_former_moderator import only_one_organisation
from tests.cast import Person

PHONE, SINCE = reported("phone", "06 39 98 12 42"), reported("phone", "06 39 98 12 43")
pytestmark = pytest.mark.thorough


@dataclass
class Attacker:
    """What she has: her row, her keys, a copy of all tables, and a code she was never given.

    `alert` was posted while she was a member, `since` afterwards.
    """

    row: Member
    ring: KeyRing
    copied: dict[type[Model], list[dict[str, Any]]]
    half_way: list[dict[str, Any]]  # the epochs while alerts were being re-encrypted
    alert: Alert
    since: Alert

    def put_back(self, *models: type[Model]) -> None:
        """Tables as they were."""
        for model in models:
            put_back(model, self.copied[model])


@dataclass
class Others:
    """Everyone else: signed in all the time, signed in since, away."""

    moderator: Person
    live: Client
    colleague: Person
    away: Person

    def rings(self) -> Iterator[KeyRing]:
        for person in (self.moderator, self.colleague, self.away):
            yield person.ring


@pytest.fixture
def others(member: Person, moderator: Person, colleague: Person, outsider: Person) -> Others:
    lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    return Others(moderator, colleague.client, colleague, outsider)


@pytest.fixture
def attacker(others: Others, member: Person) -> Attacker:
    """Her access has been ended, and everything is under the new key."""
    row, ring = member.keys
    rooms = [apps.get_app_config(name) for name in ("accounts", "alerts")]
    copied = {model: rows_of(model) for room in rooms for model in room.get_models()}
    alert = Alert.objects.get()
    revoked = revoke.revoke_access(others.moderator.ring, others.moderator.row, [row.pk])
    half_way = rows_of(Epoch)
    reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
    assert others.live.get("/en/a/").status_code == 200
    others.moderator.sign_in()
    since = lifecycle.post(others.colleague.ring, others.colleague.row, report(SINCE))
    assert others.away.row.epoch == 1
    return Attacker(row, ring, copied, half_way, alert, since)


def assert_unharmed(others: Others, attacker: Attacker) -> None:
    """Everyone reads the two notes that there are, and no others; nothing is under way."""
    real = {attacker.alert.pk, attacker.since.pk}
    for ring in others.rings():
        assert (ring.current, ring.floor, ring.epochs.keys()) == (2, 2, {2})
        page = feed.feed_page(ring, feed.Filters(), "en")
        assert {opened.row.pk for opened in page.cards} == real
        found = index.find_alerts(AlertKeys(ring), [("phone", PHONE.key), ("phone", SINCE.key)])
        assert {pk for ids in found.values() for pk in ids} == real
        reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    assert others.live.get(f"/en/a/{attacker.since.pk}/").status_code == 200
    assert "forged" not in others.live.get("/en/a/").content.decode()


# Notes, and what belongs to them


def a_forged_note(attacker: Attacker) -> None:
    forged(attacker.ring)


def a_forged_note_and_the_epochs_of_then(attacker: Attacker) -> None:
    forged(attacker.ring)
    put_back(Epoch, attacker.half_way)


def the_older_index(attacker: Attacker) -> None:
    attacker.put_back(BlindIndexEntry)


def her_note_named_to_be_of_the_newest_key(attacker: Attacker) -> None:
    alert = forged(attacker.ring)
    Alert.objects.filter(pk=alert.pk).update(epoch=2)


def a_box_of_a_forged_note_in_a_real_row(attacker: Attacker) -> None:
    """Restored at the end, so that the real note can be looked for."""
    real = Alert.objects.filter(pk=attacker.since.pk).values().get()
    forgery = forged(attacker.ring)
    Alert.objects.filter(pk=attacker.since.pk).update(card=forgery.card, body=forgery.body, epoch=1)
    put_back(Alert, [real])


NOTES: list[Callable[[Attacker], None]] = [
    a_forged_note, a_forged_note_and_the_epochs_of_then, the_older_index,
    her_note_named_to_be_of_the_newest_key, a_box_of_a_forged_note_in_a_real_row,
]  # fmt: skip


@pytest.mark.parametrize("attack", NOTES, ids=lambda attack: attack.__name__)
def test_no_note_of_hers_is_shown(
    others: Others, attacker: Attacker, attack: Callable[[Attacker], None]
) -> None:
    attack(attacker)
    assert_unharmed(others, attacker)


def test_confirmations_translations_and_requests_of_hers_do_not_count(
    others: Others, attacker: Attacker
) -> None:
    keys, alert = AlertKeys(attacker.ring), attacker.since
    row = Corroboration(id=random_id(), alert=alert, tag=bytes(16))
    row.note = seal_note(keys, note_of(row), "forged")
    row.save(force_insert=True)
    translation = Translation(id=random_id(), alert=alert, tag=bytes(16))
    text = translations.TranslatedText("fr", "forged")
    translation.box = translations.seal_translation(keys, alert.version, translation, text)
    translation.save(force_insert=True)
    other = Desk.objects.exclude(organisation=others.moderator.row.organisation_id)
    organisation = other.exclude(organisation=None).values_list("organisation", flat=True)[0]
    change = change_requests.Change(change_requests.HIDE)
    change_requests.new_request(keys, alert, organisation or 0, change).save(force_insert=True)
    for ring in others.rings():
        now = AlertKeys(ring)
        assert cards.count_confirmations(now, {alert.pk: 2}) == {}
        assert translations.list_translations(ring, now, alert, "fr") == []
        assert change_requests.list_requests(now, alert) == []
    page = others.live.get(f"/en/a/{alert.pk}/").content.decode()
    assert "forged" not in page
    assert_unharmed(others, attacker)


@pytest.mark.parametrize("when", ["while it is under way", "afterwards"])
def test_what_she_seals_to_desks_and_people_is_not_opened(
    member: Person, colleague: Person, moderator: Person, when: str
) -> None:
    """Anybody can seal to a public key; what vouches for it is made with an older key."""
    alert, former = lifecycle.post(colleague.ring, colleague.row, report(PHONE)), member.ring
    renewed = revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk]).ring
    if when == "afterwards":
        reencrypt.reencrypt_all(renewed, pause=lambda _seconds: None)
    row, ring = moderator.keys
    desk = desk_of(ring, row.organisation_id)
    seed = open_desk(ring, row, desk)
    rows: list[tuple[str, Model]] = [
        ("vouching", Vouching(id=random_id(), organisation_id=row.organisation_id)),
        ("flag", Flag(id=random_id(), alert=alert, tag=bytes(16), day=today())),
        ("letter", Message(id=random_id(), day=today())),
    ]
    for kind, sealed in rows:
        sealed_rows.seal_row(kind, sealed, bytes(desk.public_key), bytes(64), former)
        with pytest.raises(VaultError, match="not from a member"):
            sealed_rows.open_row(kind, sealed, seed, ring)
    letter = Message(id=random_id(), day=today())
    content = messages._CODEC.encode(("forged", "member", "Lantern Collective", 0))
    reader = bytes(colleague.row.public_key)
    sealed_rows.seal_row("letter", letter, reader, content, former)
    letter.save(force_insert=True)
    assert messages.messages_for(colleague.ring, colleague.row) == []


def test_a_network_of_hers_is_not_known(others: Others, attacker: Attacker) -> None:
    identity = sharing.own_identity(seals.new_seed())
    row = Partner(id=random_id())
    row.box = seal_partner(AlertKeys(attacker.ring), row.pk, "forged", identity, today())
    row.save(force_insert=True)
    for ring in others.rings():
        assert list_partners(AlertKeys(ring)) == []
    reencrypt.reencrypt_all(
        network_rotation.renew_network_key(others.moderator.ring), pause=lambda _seconds: None
    )
    assert list_partners(AlertKeys(others.colleague.ring)) == []


# Ways back in


def assert_kept_out(member: Person) -> None:
    """Her old passphrase opens nothing."""
    with pytest.raises((UnknownAccount, EpochNotPinned)):
        sign_in.find_account(member.pseudonym, member.passphrase)


@pytest.mark.parametrize("knows", ["the server knows", "the server forgot"])
def test_she_does_not_get_back_in_with_her_row(
    others: Others, attacker: Attacker, member: Person, knows: str
) -> None:
    if knows == "the server forgot":
        Path(settings.EPOCH_PIN_FILE).unlink()
    assert_kept_out(member)
    attacker.put_back(Member)
    assert_kept_out(member)
    row = Member.objects.get(pk=attacker.row.pk)
    row.roles = "member moderator"
    row.row_mac = member_mac(attacker.ring.row_key, row)
    key = attacker.ring.network_key
    sealed = seals.seal(bytes(row.public_key), key, contexts.network_seal(row.pk, 2))
    row.network_seal = sealed
    row.save()
    assert_kept_out(member)


def test_a_code_of_hers_lets_nobody_in(others: Others, attacker: Attacker) -> None:
    organisation = attacker.row.organisation
    code = invite.issue_invitation(
        attacker.ring, organisation, desk_row(organisation.pk), "moderator"
    )
    for fork in (False, True):
        row = Invitation.objects.get()
        if fork:
            row.expires = today() + datetime.timedelta(days=1)
            row.row_mac = invitation_mac(attacker.ring.row_key, row)
            key = attacker.ring.network_key
            sealed = seals.seal(bytes(row.public_key), key, contexts.network_seal(row.pk, 2))
            row.network_seal = sealed
            row.save()
        with pytest.raises((InvitationRefused, EpochNotPinned)):
            join(code, "Somebody New", PASSPHRASE)
    network_rotation.renew_network_key(others.moderator.ring)
    assert Invitation.objects.get().network_seal in (None, sealed)
    with pytest.raises((InvitationRefused, EpochNotPinned)):
        join(code, "Somebody New", PASSPHRASE)


def test_a_desk_of_hers_gets_nothing(others: Others, attacker: Attacker) -> None:
    desk = desk_row(attacker.row.organisation_id)
    desk.public_key = seals.public_key(seals.new_seed())
    desk.row_mac = desk_mac(attacker.ring.row_key, desk)
    desk.save()
    for ring in others.rings():
        with pytest.raises(VaultError):
            check_desk(ring, Desk.objects.get(pk=desk.pk))


def test_her_row_put_back_gets_no_newer_key(others: Others, attacker: Attacker) -> None:
    put_back(Member, [row for row in attacker.copied[Member] if row["id"] == attacker.row.pk])
    network_rotation.renew_network_key(others.moderator.ring)
    assert Member.objects.get(pk=attacker.row.pk).network_seal is None


@pytest.mark.parametrize("organisations", [3, 1])
def test_she_reads_nothing_that_was_written_since(
    member: Person, moderator: Person, colleague: Person, organisations: int
) -> None:
    """In a network of three organisations and in one of a single one; nor is a row of hers taken,
    nor her own as it was.
    """
    if organisations == 1:
        only_one_organisation()
    else:
        found_network.add_organisation(moderator.ring, moderator.row, "Riverside")
    row, ring = member.keys
    copied = rows_of(Member)
    revoked = revoke.revoke_access(moderator.ring, moderator.row, [row.pk])
    reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
    since = lifecycle.post(colleague.ring, colleague.row, report(SINCE))
    with pytest.raises((EpochMoved, VaultError)):
        report_of(AlertKeys(ring), since)
    for one in Member.objects.exclude(network_seal=None):
        for holder in (one.pk, row.pk):
            with pytest.raises(VaultError):
                seals.unseal(ring.seed, bytes(one.network_seal), contexts.network_seal(holder, 2))
    forged(ring)
    put_back(Member, [one for one in copied if one["id"] == row.pk])
    assert_kept_out(member)
    shown = feed.feed_page(colleague.ring, feed.Filters(), "en").cards
    assert [opened.row.pk for opened in shown] == [since.pk]


# Forged epochs


def forge_next_epoch(attacker: Attacker, person: Person) -> KeyRing:
    """The true epoch 2 replaced, and a seal of the forged one for somebody who was away."""
    key, known, row = boxes.new_key(), attacker.ring, person.row
    Epoch.objects.filter(number=2).update(
        chain_mac=network.chain_mac(known.network_key, 2, key),
        previous_box=network.box_previous(key, 2, known.network_key),
        floor=1,
        floor_mac=network.floor_mac(key, 2, 1),
    )
    row.network_seal = seals.seal(bytes(row.public_key), key, contexts.network_seal(row.pk, 2))
    row.row_mac = member_mac(network.row_key(key), row)
    row.save()
    return replace(known, epochs={**known.epochs, 2: key})


def test_a_forged_next_epoch_is_refused_by_everyone(others: Others, attacker: Attacker) -> None:
    row, now = others.away.row, rows_of(Epoch)
    forge_next_epoch(attacker, others.away)
    with pytest.raises(EpochNotPinned):
        others.away.keys  # noqa: B018
    assert others.live.get(f"/en/a/{attacker.since.pk}/").status_code == 200
    assert others.colleague.ring.epochs.keys() == {2}
    row.save()
    put_back(Epoch, now)
    assert_unharmed(others, attacker)


def test_it_is_refused_where_no_server_has_seen_the_true_key(
    others: Others, attacker: Attacker
) -> None:
    """She deletes the pin file, too, and takes an operator in who is told that nobody signed the
    key. She lacks the pepper.
    """
    forge_next_epoch(attacker, others.away)
    Path(settings.EPOCH_PIN_FILE).unlink()
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())
    with pytest.raises(EpochNotPinned):
        others.away.keys  # noqa: B018


# What still succeeds


def test_it_succeeds_where_an_operator_says_that_0_2_0_made_the_key(
    others: Others, attacker: Attacker
) -> None:
    """Or where she writes the pin file: who was away is caught."""
    fork = forge_next_epoch(attacker, others.away)
    Path(settings.EPOCH_PIN_FILE).unlink()
    call_command("trust_database", yes=True, unsigned=True, made_with_0_2_0=True, stdout=StringIO())
    assert others.away.ring.network_key == fork.network_key


def test_deleting_succeeds(others: Others, attacker: Attacker) -> None:
    Alert.objects.filter(pk=attacker.since.pk).delete()
    assert others.live.get(f"/en/a/{attacker.since.pk}/").status_code == 404


def test_what_is_still_being_re_encrypted_can_be_added_to(
    member: Person, colleague: Person, moderator: Person
) -> None:
    """For the minutes of a re-encryption, what is under the older key still counts."""
    former = member.ring
    revoked = revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    alert = forged(former)
    reencrypt.reencrypt_all(revoked.ring, pause=lambda _seconds: None)
    assert lifecycle.read_report(colleague.ring, Alert.objects.get(pk=alert.pk)).text == "forged"
