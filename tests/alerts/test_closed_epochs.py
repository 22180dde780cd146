"""Once a rotation has finished, older epochs are closed, whatever someone writes into the rows.

Whoever was a member keeps the network key of that time. Here such a person also writes to the
database: puts older rows back, and rows sealed under that key.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Model

from alerts import index
from alerts.content import Report
from alerts.flows import feed, lifecycle
from alerts.flows import put_back as put_back_flow
from alerts.flows import reencrypt as alerts_reencrypt
from alerts.models import Alert, BlindIndexEntry
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.flows import invite, sign_in
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.keys import contexts
from safety_app.accounts.keys.epochs import with_floor
from safety_app.accounts.keys.keyring import KeyRing, own_key
from safety_app.accounts.keys.network_box import open_network_box
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import network
from safety_app.vault.errors import VaultError
from tests.accounts.newcomers import PASSPHRASE
from tests.alerts.reports import report, reported
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")
ENTRY = ("phone", PHONE.key)

Rows = list[dict[str, Any]]


def rows_of(model: type[Model]) -> Rows:
    """A table as someone copies it."""
    return list(model._default_manager.values())


def put_back(model: type[Model], rows: Rows) -> None:
    """Write rows as they were copied, over what is there."""
    for row in rows:
        if not model._default_manager.filter(pk=row["id"]).update(**row):
            model._default_manager.create(**row)


def rotate(ring: KeyRing, *gone: int) -> KeyRing:
    prepared = network_rotation.prepare(ring, gone, ())
    with transaction.atomic():
        return prepared.apply()


def reencrypt_all(ring: KeyRing) -> None:
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)


def rotate_and_close(ring: KeyRing, *gone: int) -> tuple[KeyRing, Rows]:
    """A whole rotation; returns the ring, and a copy of the epochs from the middle of it."""
    renewed = rotate(ring, *gone)
    copied = rows_of(Epoch)
    reencrypt_all(renewed)
    return renewed, copied


def found_alerts(ring: KeyRing) -> list[int]:
    return index.find_alerts(AlertKeys(ring), [ENTRY])[ENTRY]


def forged(ring: KeyRing, text: str = "forged") -> Alert:
    """A "reviewed" note of level 3, as a former member writes it with the key she kept."""
    keys = AlertKeys(ring)
    forgery: Report = report(PHONE, level=3, text=text)
    alert = Alert(id=random_id(), epoch=keys.current, day=today(), state="reviewed")
    alert.expires = today() + datetime.timedelta(days=900)
    lifecycle._seal(keys, alert, forgery)
    alert.save(force_insert=True)
    index.insert(keys, alert, forgery.identifiers)
    return Alert.objects.get(pk=alert.pk)


def opens(ring: KeyRing, alert: Alert) -> bool:
    try:
        lifecycle.read_report(ring, alert)
    except VaultError:
        return False
    return True


def assert_shown_nowhere(person: Person, alert: Alert) -> None:
    """Neither a fresh sign-in nor the session that was open all the time shows it."""
    client, ring = person.client, person.ring
    assert found_alerts(ring) == []
    assert not opens(ring, alert)
    assert not feed.feed_page(ring, feed.Filters(), "en").cards
    for browser in (client, person.sign_in()):
        assert browser.get(f"/en/a/{alert.pk}/").status_code == 404 or not _shows(browser, alert)


def _shows(browser: Any, alert: Alert) -> bool:
    page = browser.get(f"/en/a/{alert.pk}/").content.decode()
    return "forged" in page or "He locked the door" in page


def assert_still_closed(person: Person, epoch: int) -> None:
    """It keeps nothing open, blocks nothing, and is not moved to the newest key."""
    assert not reencrypt.is_under_way(person.ring)
    assert person.ring.epochs.keys() == {epoch}
    reencrypt_all(person.ring)
    assert Alert.objects.filter(epoch__lt=epoch).count() == 1
    reencrypt_all(rotate(person.ring))
    assert not reencrypt.is_under_way(person.ring)
    assert Alert.objects.filter(epoch__lt=epoch).count() == 1
    assert person.ring.epochs.keys() == {epoch + 1}


@pytest.mark.thorough
def test_a_withdrawn_alert_put_back_after_closing_opens_nowhere(
    member: Person, colleague: Person, moderator: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    alerts, entries = rows_of(Alert), rows_of(BlindIndexEntry)
    assert colleague.client.get(f"/en/a/{alert.pk}/").status_code == 200
    _ring, epochs = rotate_and_close(moderator.ring)
    lifecycle.withdraw(member.ring, alert.pk)
    put_back(Alert, alerts)
    put_back(BlindIndexEntry, entries)
    put_back(Epoch, [dict(row, **_as_now(row)) for row in epochs])
    assert_shown_nowhere(colleague, alert)
    assert_still_closed(colleague, 2)


def _as_now(row: dict[str, Any]) -> dict[str, Any]:
    """All of an epoch's row as it is now, but for the box of the key before."""
    now = Epoch.objects.filter(pk=row["id"]).values().get()
    return {name: value for name, value in now.items() if name != "previous_box"}


@pytest.mark.thorough
def test_a_former_members_forged_alert_opens_nowhere(
    member: Person, colleague: Person, moderator: Person
) -> None:
    former = member.ring
    assert colleague.client.get("/en/a/").status_code == 200
    _ring, epochs = rotate_and_close(moderator.ring, member.row.pk)
    alert = forged(former)
    put_back(Epoch, [dict(row, **_as_now(row)) for row in epochs])
    assert_shown_nowhere(colleague, alert)
    assert_still_closed(colleague, 2)


@pytest.mark.thorough
def test_an_epoch_put_back_as_it_was_before_it_was_closed_reopens_nothing(
    member: Person, colleague: Person, moderator: Person
) -> None:
    former = member.ring
    client = colleague.client
    _ring, epochs = rotate_and_close(moderator.ring, member.row.pk)
    assert client.get("/en/a/").status_code == 200
    colleague.sign_in()
    alert = forged(former)
    put_back(Epoch, epochs)
    assert_shown_nowhere(colleague, alert)
    reencrypt_all(colleague.ring)
    assert Alert.objects.filter(epoch=1).count() == 1


@pytest.mark.thorough
def test_an_epoch_put_back_is_not_even_open_to_who_was_away(
    member: Person, colleague: Person, moderator: Person
) -> None:
    """Otherwise her session would re-encrypt what is forged, and so make it count for everyone."""
    former = member.ring
    _ring, epochs = rotate_and_close(moderator.ring, member.row.pk)
    alert = forged(former)
    put_back(Epoch, epochs)
    assert colleague.row.epoch == 1
    assert_shown_nowhere(colleague, alert)
    assert_still_closed(colleague, 2)


@pytest.mark.thorough
def test_a_live_session_keeps_the_floor_and_stores_it(
    member: Person, colleague: Person, moderator: Person
) -> None:
    former, client = member.ring, colleague.client
    renewed = rotate(moderator.ring, member.row.pk)
    copied = rows_of(Epoch)
    assert client.get("/en/a/").status_code == 200  # holds both keys now
    assert kept_floor(colleague) == 1
    reencrypt_all(renewed)
    assert client.get("/en/a/").status_code == 200
    assert kept_floor(colleague) == 2
    alert = forged(former)
    put_back(Epoch, copied)
    # As on another machine.
    call_command("trust_database", yes=True, unsigned=True, stdout=StringIO())
    assert_shown_nowhere(colleague, alert)
    # Her box says so to her; for everybody it is stated when all has moved (`test_early_closing`).
    assert Epoch.objects.get(number=2).floor == 1


def kept_floor(person: Person) -> int:
    """The floor in her row's network box."""
    row, seed = Member.objects.get(pk=person.row.pk), person.ring.seed
    context = contexts.network_box(row.pk, row.epoch)
    return open_network_box(own_key(seed), row.network_box or b"", context).floor


@pytest.mark.thorough
@pytest.mark.parametrize("by", ["nobody", "former", "member"])
def test_a_floor_that_is_forged_is_not_believed(
    member: Person, colleague: Person, moderator: Person, by: str
) -> None:
    """Raising it would close what is still to be re-encrypted; lowering it would open what is. A
    member has the key, but not the server's.
    """
    lifecycle.post(member.ring, member.row, report(PHONE))
    former = member.ring
    renewed = rotate(moderator.ring)
    keys = {"nobody": bytes(32), "former": former.network_key, "member": renewed.network_key}
    key = keys[by]
    assert colleague.ring.floor == 1
    Epoch.objects.filter(number=2).update(floor=2, floor_mac=network.floor_mac(key, 2, 2))
    assert reencrypt.is_under_way(renewed)
    assert len(found_alerts(renewed)) == 1
    reencrypt_all(renewed)
    assert colleague.ring.floor == 2
    Epoch.objects.filter(number=2).update(floor=1, floor_mac=network.floor_mac(key, 2, 1))
    for person in (moderator, member, colleague):
        assert with_floor(renewed).floor == 2
        with suppress(UnknownAccount):
            assert person.ring.epochs.keys() == {2}


@pytest.mark.thorough
@pytest.mark.parametrize("step", range(7))
def test_a_rotation_interrupted_at_any_step_is_finished_by_someone_else(
    member: Person, colleague: Person, moderator: Person, monkeypatch: Any, step: int
) -> None:
    monkeypatch.setattr(alerts_reencrypt, "_FIRST", 1)
    monkeypatch.setattr(alerts_reencrypt, "_MOST", 1)
    ids = {lifecycle.post(member.ring, member.row, report(PHONE)).pk for _ in range(4)}
    former, steps = member.ring, reencrypt.steps(rotate(moderator.ring))
    for _ in range(step):
        next(steps, None)
    steps.close()
    assert set(found_alerts(colleague.ring)) == ids
    reencrypt_all(colleague.ring)
    assert not reencrypt.is_under_way(colleague.ring)
    assert set(found_alerts(colleague.ring)) == ids
    assert (colleague.ring.floor, colleague.ring.epochs.keys()) == (2, {2})
    assert Epoch.objects.get(number=2).previous_box is None
    assert not opens(colleague.ring, forged(former))


@pytest.mark.thorough
def test_a_rotation_on_top_of_an_unfinished_one_closes_both(
    member: Person, colleague: Person, moderator: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    first = rotate(moderator.ring)
    second = rotate(first)
    assert (second.floor, second.epochs.keys()) == (1, {1, 2, 3})
    assert found_alerts(colleague.ring) == [alert.pk]
    reencrypt_all(second)
    assert (colleague.ring.floor, colleague.ring.epochs.keys()) == (3, {3})
    assert found_alerts(colleague.ring) == [alert.pk]


def test_a_note_that_was_kept_under_a_closed_key_is_not_put_back(
    member: Person, moderator: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    renewed = rotate(moderator.ring)
    kept = put_back_flow.kept_alerts(member.ring, [alert.pk])
    lifecycle.withdraw(member.ring, alert.pk)
    reencrypt_all(renewed)
    with pytest.raises(put_back_flow.NotAsItWas):
        lifecycle.undo_withdraw(member.ring, kept)
    assert not Alert.objects.exists()


@pytest.mark.thorough
def test_someone_absent_since_before_two_rotations_does_not_reopen_the_first(
    member: Person, colleague: Person, moderator: Person
) -> None:
    former = member.ring
    ring, first = rotate_and_close(moderator.ring, member.row.pk)
    _ring, second = rotate_and_close(ring)
    alert = forged(former)
    put_back(Epoch, [*first, *(row for row in second if row["number"] == 3)])
    assert colleague.row.epoch == 1
    assert_shown_nowhere(colleague, alert)


@pytest.mark.thorough
def test_rows_that_could_not_be_opened_are_counted_for_the_desk(
    member: Person, moderator: Person
) -> None:
    former = member.ring
    rotate_and_close(moderator.ring, member.row.pk)
    forged(former)
    forged(former)
    page = moderator.client.get("/en/desk/").content.decode()
    assert "2 notes could not be opened" in page
    assert "changed from outside" not in page  # they are not said twice


@pytest.mark.thorough
def test_a_moderator_deletes_them(member: Person, colleague: Person, moderator: Person) -> None:
    real = lifecycle.post(colleague.ring, colleague.row, report(PHONE))
    former = member.ring
    rotate_and_close(moderator.ring, member.row.pk)
    forged(former)
    client, address = moderator.client, "/en/desk/keys/"
    assert "1 note is locked with an older key" in client.get(address).content.decode()
    answer = client.post(f"{address}closed/", follow=True).content.decode()
    assert "1 note that nobody could open is deleted." in answer
    assert "older key and cannot be opened" not in answer
    assert Alert.objects.get().pk == real.pk
    assert colleague.client.post(f"{address}closed/").status_code == 404
    assert client.get(f"{address}closed/").status_code == 405
    assert opens(colleague.ring, Alert.objects.get())


@pytest.mark.thorough
def test_a_member_absent_for_several_rotations_signs_in(
    member: Person, colleague: Person, moderator: Person
) -> None:
    alert = lifecycle.post(member.ring, member.row, report(PHONE))
    ring = moderator.ring
    for _time in range(3):
        ring, _epochs = rotate_and_close(ring)
    assert colleague.row.epoch == 1
    assert colleague.client.get(f"/en/a/{alert.pk}/").status_code == 200
    assert colleague.row.epoch == 4
    assert found_alerts(colleague.ring) == [alert.pk]


@pytest.mark.thorough
def test_an_invitation_of_before_brings_only_what_is_open(
    member: Person, moderator: Person
) -> None:
    former = member.ring
    code = invite.make_invitation(moderator.ring, moderator.row, "member")
    boxed = Invitation.objects.values().get()
    ring, first = rotate_and_close(moderator.ring, member.row.pk)
    _ring, second = rotate_and_close(ring)
    alert = forged(former)
    put_back(Epoch, [*first, *(row for row in second if row["number"] == 3)])
    now = Invitation.objects.values().get()
    assert now["network_box"] == boxed["network_box"]
    joined = join(code, "Somebody New", PASSPHRASE)
    assert 1 not in joined.ring.epochs
    assert not opens(joined.ring, alert)
    _row, again = sign_in.find_account("Somebody New", PASSPHRASE)
    assert not opens(again, alert)
    assert Member.objects.get(pk=joined.member.pk).epoch == 3
