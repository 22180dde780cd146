"""`/a/passed/`: what was passed on is itself visible, to the moderators of the organisation."""

from __future__ import annotations

import datetime
import os

import pytest
import time_machine
from django.db import transaction

from alerts import retention
from alerts.flows import lifecycle, relay_text, relays
from alerts.models import Alert, Relay
from safety_app.accounts.keys import desk_keys, sealed_rows
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.models import Member
from safety_app.accounts.rotation import desk_rotation, network_rotation, reencrypt
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes
from safety_app.vault.encoding import pad
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/a/passed/"
GONE = 2**62 + 5


def pass_on(person: Person, *alerts: int) -> Relay:
    before = set(Relay.objects.values_list("pk", flat=True))
    row, ring = person.keys
    relays.record_relay(ring, row, alerts or (GONE,))
    return Relay.objects.exclude(pk__in=before).get()


def page(person: Person, query: str = "") -> str:
    return person.client.get(PATH + query).content.decode()


def noon_before(days: int) -> datetime.datetime:
    day = today() - datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


@pytest.mark.thorough
def test_moderators_see_who_which_and_when(
    reporter: Person, moderator: Person, member: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report())
    response = reporter.client.post(f"/en/a/{alert.pk}/pass/", {"show": "1"})
    assert response.status_code == 200
    shown = page(moderator)
    assert "Slow Otter" in shown
    assert f'href="/en/a/{alert.pk}/"' in shown
    assert "1 note" in shown
    # Not the text, and not the author.
    for words in ("Very dangerous", "Had a weapon", "Amber Lynx"):
        assert words not in shown
    assert "What was passed on" in moderator.client.get("/en/desk/").content.decode()


def test_another_organisation_sees_nothing(reporter: Person, other_moderator: Person) -> None:
    pass_on(reporter)
    assert "Nothing was passed on." in page(other_moderator)


@pytest.mark.thorough
def test_one_entry_for_a_person_and_day(
    reporter: Person, moderator: Person, member: Person
) -> None:
    alerts = [lifecycle.post(member.ring, member.row, report()).pk for _ in range(3)]
    pass_on(reporter, *alerts[:2])
    pass_on(reporter, *alerts[1:], GONE)
    shown = page(moderator)
    assert shown.count("<dl") == 1
    assert "4 notes" in shown
    assert all(shown.count(f'href="/en/a/{alert}/"') == 1 for alert in alerts)
    pass_on(moderator, GONE)
    assert "<dd>you</dd>" in page(moderator)
    Member.objects.filter(pk=reporter.row.pk).delete()
    assert "someone who is not here any more" in page(moderator)


def test_a_deleted_note_has_no_address(reporter: Person, moderator: Person, member: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report())
    pass_on(reporter, alert.pk)
    Alert.objects.all().delete()
    shown = page(moderator)
    assert "1 note" in shown
    assert str(alert.pk) not in shown


@pytest.mark.thorough
def test_nothing_is_pushed_off_the_list(
    reporter: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever passes on a lot must not hide what was passed on before."""
    monkeypatch.setattr(relays, "ON_A_PAGE", 3)
    with time_machine.travel(noon_before(5), tick=False):
        pass_on(moderator)
    for _ in range(5):
        pass_on(reporter)
    first, second = page(moderator), page(moderator, "?page=2")
    assert "<dd>you</dd>" not in first
    assert 'href="?page=2"' in first
    assert "<dd>you</dd>" in second
    assert "Slow Otter" in second
    assert 'href="?page=3"' not in second
    assert "Nothing was passed on" in page(moderator, "?page=99999")


def test_gone_after_ninety_days(reporter: Person, moderator: Person) -> None:
    pass_on(reporter)
    retention.sweep(today() + datetime.timedelta(days=89))
    assert Relay.objects.exists()
    retention.sweep(today() + datetime.timedelta(days=90))
    assert not Relay.objects.exists()


def test_one_size(reporter: Person) -> None:
    pass_on(reporter, 1)
    pass_on(reporter, *(2**63 - 1 - number for number in range(relay_text.MOST_NOTES)))
    assert {len(row.sealed) for row in Relay.objects.all()} == {relays.SIZE + 1137}


def test_nothing_else_is_written(reporter: Person, moderator: Person) -> None:
    row = pass_on(reporter)
    columns = {field.name for field in Relay._meta.get_fields()}
    assert columns == {"id", "organisation", "day", "sealed", "mac"}
    assert str(reporter.row.pk).encode() not in bytes(row.sealed)


@pytest.mark.thorough
def test_entries_that_were_tampered_with(
    reporter: Person, moderator: Person, other_moderator: Person
) -> None:
    first, second = pass_on(reporter), pass_on(moderator)
    for changes in (
        {"mac": second.mac},
        {"sealed": second.sealed, "mac": second.mac},
        {"sealed": b"x"},
        {"day": today() - datetime.timedelta(days=5)},
    ):
        Relay.objects.filter(pk=first.pk).update(**changes)
        shown = page(moderator)
        assert "1 entry does not open" in shown
        assert "Slow Otter" not in shown
        assert "<dd>you</dd>" in shown
        Relay.objects.filter(pk=first.pk).update(mac=first.mac, sealed=first.sealed, day=first.day)
    Relay.objects.filter(pk=first.pk).update(organisation=other_moderator.row.organisation_id)
    shown = page(other_moderator)
    assert "1 entry does not open" in shown
    assert "Slow Otter" not in shown


def test_a_forged_entry_accuses_nobody(reporter: Person, moderator: Person) -> None:
    row, own = moderator.keys
    desk = desk_keys.desk_of(own, row.organisation_id)
    content = b'{"person":%d,"alerts":[1]}' % reporter.row.pk
    many = b'{"person":-1,"alerts":[%s]}' % b",".join([b"1"] * 400)
    odd = (b'{"person":1e999,"alerts":[]}', b'{"person":1,"alerts":7}')
    plain = (content, b"[]", b"{}", many, *odd)
    for ring in (KeyRing(os.urandom(32), "", {1: boxes.new_key()}), own):
        for plaintext in plain:
            relay = Relay(id=random_id(), organisation=row.organisation_id, day=today())
            public_key = bytes(desk.public_key)
            sealed_rows.seal_row("relay", relay, public_key, pad(plaintext, 1024), ring)
            if ring is not own or plaintext != content:
                relay.save(force_insert=True)
    shown = page(moderator)
    assert "Slow Otter" not in shown
    assert "11 entries do not open" in shown


@pytest.mark.thorough
def test_new_desk_keys_keep_them_readable(reporter: Person, moderator: Person) -> None:
    before = pass_on(reporter)
    row, ring = moderator.keys
    old_seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    with transaction.atomic():
        require_current_epoch(ring)
        desk_rotation.renew_desk_keys(ring, row, set())
    # While rows are being sealed again, and afterwards.
    assert "Slow Otter" in page(moderator)
    assert desk_rotation.reencrypt_desks(ring, row)
    after = Relay.objects.get()
    assert bytes(after.sealed) != bytes(before.sealed)
    assert "Slow Otter" in page(moderator)
    with pytest.raises(Exception, match="does not open"):
        sealed_rows.open_row("relay", after, bytes(old_seed), None)


@pytest.mark.thorough
def test_a_new_network_key_keeps_them_readable(reporter: Person, moderator: Person) -> None:
    before = pass_on(reporter)
    row, ring = moderator.keys
    prepared = network_rotation.prepare(ring, (), ())
    with transaction.atomic():
        newer = prepared.apply()
    reencrypt.reencrypt_all(newer, pause=lambda _seconds: None)
    after = Relay.objects.get()
    assert bytes(after.mac) != bytes(before.mac)
    assert bytes(after.sealed) == bytes(before.sealed)
    assert "Slow Otter" in page(moderator)
