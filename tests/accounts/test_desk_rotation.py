"""New keys for desks: excluded people can open nothing any more, everyone else everything."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction

from alerts.content import Report
from alerts.desk_seals import open_author
from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts import retention
from safety_app.accounts.flows import erase, found_network, invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member
from safety_app.accounts.rotation import desk_rotation, network_rotation, reencrypt, worker
from safety_app.locales.dates import today
from safety_app.privacy.models import ClockTrust
from safety_app.vault import codes
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import Person

REPORT = Report(what=("robbed",), level=2, region="FR-IDF")


@pytest.fixture
def second_moderator(moderator: Person) -> tuple[Member, KeyRing]:
    """Another moderator of the same organisation."""
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, "moderator")
    joined = join(code, "Brown Curlew", MadePassphrase("gibole natuve kirosa dapemu"))
    return joined.member, joined.ring


def renew(moderator: Person, gone: set[int]) -> str:
    row, ring = moderator.keys
    with transaction.atomic():
        require_current_epoch(ring)
        code = desk_rotation.renew_desk_keys(ring, row, gone)
    assert desk_rotation.reencrypt_desks(ring, row)
    return code


def seeds(person: tuple[Member, KeyRing]) -> tuple[bytes, bytes]:
    """The seeds of one's own desk and of the moderation desk."""
    row, ring = person
    own = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    return own, desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, None))


@pytest.mark.thorough
def test_who_is_left_out_opens_no_desk(
    moderator: Person, second_moderator: tuple[Member, KeyRing], other_moderator: Person
) -> None:
    before = seeds(second_moderator)
    renew(moderator, {second_moderator[0].pk})
    after = seeds(moderator.keys)
    assert not set(before) & set(after)
    assert seeds(other_moderator.keys)[1] == after[1]
    with pytest.raises(VaultError):
        seeds(second_moderator)
    assert not DeskSeal.objects.filter(member=second_moderator[0]).exists()
    assert not Desk.objects.filter(previous_box__isnull=False).exists()


@pytest.mark.thorough
def test_everything_at_the_desk_moves(
    moderator: Person, member: Person, second_moderator: tuple[Member, KeyRing]
) -> None:
    row, ring = member.keys
    alert = lifecycle.post(ring, row, REPORT)
    old = seeds(second_moderator)[0]
    renew(moderator, {second_moderator[0].pk})
    new = seeds(moderator.keys)[0]
    alert.refresh_from_db()
    assert open_author(moderator.ring, new, alert) == row.pk
    with pytest.raises(VaultError):
        open_author(second_moderator[1], old, alert)
    for person in Member.objects.filter(organisation=row.organisation_id):
        assert desk_keys.open_pseudonym(new, person, moderator.ring)
        with pytest.raises(VaultError):
            sealed_rows.open_row("pseudonym", person, old, None)


@pytest.mark.thorough
def test_what_lies_at_other_desks_stays(moderator: Person, outsider: Person) -> None:
    row, ring = outsider.keys
    alert = lifecycle.post(ring, row, REPORT)
    before = bytes(alert.author_seal or b""), bytes(row.pseudonym_seal)
    renew(moderator, set())
    alert.refresh_from_db()
    assert (bytes(alert.author_seal or b""), bytes(outsider.row.pseudonym_seal)) == before


@pytest.mark.thorough
def test_a_wrong_mac_is_not_made_right(moderator: Person, member: Person) -> None:
    row, ring = member.keys
    alert = lifecycle.post(ring, row, REPORT)
    Alert.objects.filter(pk=alert.pk).update(author_mac=bytes(32))
    renew(moderator, set())
    alert.refresh_from_db()
    with pytest.raises(VaultError):
        open_author(moderator.ring, seeds(moderator.keys)[0], alert)


@pytest.mark.thorough
def test_everything_opens_in_the_middle_and_any_moderator_goes_on(
    moderator: Person, member: Person, second_moderator: tuple[Member, KeyRing]
) -> None:
    row, ring = member.keys
    alert = lifecycle.post(ring, row, REPORT)
    with transaction.atomic():
        desk_rotation.renew_desk_keys(moderator.ring, moderator.row)
    assert Desk.objects.filter(previous_box__isnull=False).count() == 2
    assert open_author(second_moderator[1], seeds(second_moderator)[0], alert) == row.pk
    with transaction.atomic():  # once more before the first was finished
        desk_rotation.renew_desk_keys(moderator.ring, moderator.row)
    later = lifecycle.post(ring, row, REPORT)
    assert desk_rotation.reencrypt_desks(second_moderator[1], second_moderator[0])
    new = seeds(second_moderator)[0]
    for row_of_alert in (alert, later):
        row_of_alert.refresh_from_db()
        assert open_author(second_moderator[1], new, row_of_alert) == row.pk
    assert not Desk.objects.filter(previous_box__isnull=False).exists()
    assert not sealed_rows.previous_of(new)


def test_what_is_put_in_the_box_of_the_key_before_stops_nobody(moderator: Person) -> None:
    Desk.objects.update(previous_box=b"anything")
    assert seeds(moderator.keys)
    assert desk_rotation.reencrypt_desks(moderator.ring, moderator.row)
    # Only the other organisation's desk is left, which this moderator cannot open.
    left = Desk.objects.get(previous_box__isnull=False)
    assert left.organisation not in (None, moderator.row.organisation)


@pytest.mark.thorough
def test_the_recovery_code_is_new(moderator: Person) -> None:
    desk = desk_keys.desk_row(moderator.row.organisation_id)
    first = codes.fold_code(renew(moderator, set()))
    second_code = codes.fold_code(renew(moderator, set()))
    desk.refresh_from_db()
    assert found_network.open_desk_with_code(desk, second_code) == seeds(moderator.keys)[0]
    with pytest.raises(VaultError):
        found_network.open_desk_with_code(desk, first)


@pytest.mark.thorough
def test_codes_that_would_open_the_desk_or_know_it_by_its_old_key_are_gone(
    moderator: Person, second_moderator: tuple[Member, KeyRing]
) -> None:
    row, ring = moderator.keys
    for role in ("moderator", "translator", "editor", "member"):
        invite.make_invitation(ring, row, role)
    renew(moderator, {second_moderator[0].pk})
    assert list(Invitation.objects.values_list("roles", flat=True)) == ["member"]


@pytest.mark.thorough
def test_authors_are_known_through_two_rotations_and_a_renewal(
    moderator: Person, member: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, REPORT)
    for _ in range(2):
        prepared = network_rotation.prepare(moderator.ring, (), ())
        with transaction.atomic():
            prepared.apply()
        renew(moderator, set())
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    alert.refresh_from_db()
    assert open_author(moderator.ring, seeds(moderator.keys)[0], alert) == member.row.pk


@pytest.mark.thorough
def test_the_desk_asks_for_new_keys_when_a_moderator_has_left(
    moderator: Person, second_moderator: tuple[Member, KeyRing], colleague: Person
) -> None:
    words = "Renew the moderation keys"
    erase.erase_account(colleague.row, colleague.ring, ())
    assert words not in moderator.client.get("/en/desk/").content.decode()
    erase.erase_account(*second_moderator, ())
    assert words in moderator.client.get("/en/desk/").content.decode()
    renew(moderator, set())
    assert words not in moderator.client.get("/en/desk/").content.decode()


def test_also_when_she_was_not_seen_for_a_year(
    moderator: Person, second_moderator: tuple[Member, KeyRing]
) -> None:
    Member.objects.filter(pk=second_moderator[0].pk).update(renewed=datetime.date(2020, 1, 1))
    steady = {"trusted_on": today(), "steady_since": datetime.date(2020, 1, 1)}
    ClockTrust.objects.update_or_create(defaults=steady)
    retention.sweep(today())
    assert not Member.objects.filter(pk=second_moderator[0].pk).exists()
    assert desk_keys.desk_row(moderator.row.organisation_id).renewal_due


@pytest.mark.thorough
def test_the_desk_goes_on_with_what_was_not_finished(moderator: Person) -> None:
    with transaction.atomic():
        desk_rotation.renew_desk_keys(moderator.ring, moderator.row)
    assert moderator.client.get("/en/desk/").status_code == 200
    assert not Desk.objects.filter(previous_box__isnull=False).exists()


def test_in_the_background_one_moves_at_a_time(
    moderator: Person, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REENCRYPT_IN_BACKGROUND = True
    begun: list[Any] = []

    class Thread:
        def __init__(self, **given: Any) -> None:
            begun.append(given)

        def start(self) -> None:
            pass

    monkeypatch.setattr(worker.threading, "Thread", Thread)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    row, ring = moderator.keys
    desk_rotation.reencrypt_soon(ring, row)
    assert not begun  # nothing is to be moved
    with transaction.atomic():
        desk_rotation.renew_desk_keys(ring, row)
    for _ in range(2):
        desk_rotation.reencrypt_soon(ring, row)
    assert len(begun) == 1
    begun[0]["target"](*begun[0]["args"])
    assert not Desk.objects.filter(previous_box__isnull=False).exists()
    desk_rotation.reencrypt_soon(ring, row)
    assert len(begun) == 1
