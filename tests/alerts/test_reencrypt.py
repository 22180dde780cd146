"""Alerts move to a new network key; reading and checking are right at every moment in between."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from alerts import cards, desk_seals, index
from alerts.content import lookup_keys
from alerts.flows import change_requests, feed, lifecycle, translations
from alerts.flows import reencrypt as alerts_reencrypt
from alerts.models import Alert, BlindIndexEntry, Corroboration, Translation
from alerts.sealing.keys import AlertKeys
from alerts.views.alert_text import notes_of
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.keys.desk_keys import desk_of, open_desk
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import network_rotation, reencrypt
from safety_app.accounts.rotation.reencrypt import RowCounts
from safety_app.locales.dates import today
from safety_app.privacy.retention import housekeeping as daily
from safety_app.vault.errors import VaultError
from tests.alerts.reports import report, reported
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")
PLATE = reported("plate", "AB-123-CD")
ENTRY = ("phone", PHONE.key)
KEYS = len(lookup_keys([PHONE, PLATE]))


def rotate(ring: KeyRing) -> KeyRing:
    prepared = network_rotation.prepare(ring, (), ())
    with transaction.atomic():
        return prepared.apply()


def reencrypt_all(ring: KeyRing) -> None:
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)


def posted(person: Person, count: int = 1, **fields: Any) -> list[Alert]:
    row, ring = person.keys
    return [lifecycle.post(ring, row, report(PHONE, PLATE, **fields)) for _ in range(count)]


def found_alerts(ring: KeyRing) -> list[int]:
    return index.find_alerts(AlertKeys(ring), [ENTRY])[ENTRY]


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there is something in between."""
    monkeypatch.setattr(alerts_reencrypt, "_FIRST", 2)
    monkeypatch.setattr(alerts_reencrypt, "_MOST", 2)


def in_between(ring: KeyRing) -> Iterator[None]:
    """Every moment between two slices, and the end."""
    for _seconds in reencrypt.steps(ring):
        yield
    yield


@pytest.mark.thorough
def test_everything_is_read_and_found_at_every_moment(
    member: Person, colleague: Person, moderator: Person
) -> None:
    ids = {alert.pk for alert in posted(member, 11)}
    reports = {pk: lifecycle.read_report(member.ring, Alert.objects.get(pk=pk)) for pk in ids}
    renewed = rotate(moderator.ring)
    for _moment in in_between(renewed):
        ring = colleague.ring
        assert set(found_alerts(ring)) == ids
        assert len(found_alerts(ring)) == len(ids)
        listed = feed.feed_page(ring, feed.Filters(regions=("FR-IDF",)), "en")
        assert {opened.row.pk for opened in listed.cards} == ids
        assert listed.unopened == 0
        for alert in Alert.objects.all():
            assert lifecycle.read_report(ring, alert) == reports[alert.pk]
    assert set(Alert.objects.values_list("epoch", flat=True)) == {2}
    assert set(BlindIndexEntry.objects.values_list("epoch", flat=True)) == {2}
    assert BlindIndexEntry.objects.count() == 11 * KEYS
    assert not reencrypt.is_under_way(moderator.ring)
    assert colleague.ring.epochs.keys() == {2}


@pytest.mark.thorough
def test_what_hangs_on_an_alert_comes_along(
    member: Person, colleague: Person, moderator: Person
) -> None:
    (alert,) = posted(member)
    lifecycle.confirm(colleague.ring, alert.pk, "the same here")
    keys = AlertKeys(member.ring)
    translation = Translation(alert=alert, tag=bytes(16))
    translated = translations.TranslatedText("fr", "attention")
    translation.box = translations.seal_translation(keys, 1, translation, translated)
    translation.save()
    organisation = moderator.row.organisation_id
    request = change_requests.new_request(
        keys, alert, organisation, change_requests.Change(change_requests.HIDE)
    )
    request.save()
    renewed = rotate(moderator.ring)
    for _moment in in_between(renewed):
        ring = moderator.ring
        keys, row = AlertKeys(ring), Alert.objects.get()
        assert cards.count_confirmations(keys, {alert.pk: row.epoch}) == {alert.pk: 1}
        assert translations.list_translations(ring, keys, row, "fr")[0].content == translated
        assert change_requests.list_requests(keys, row)[0].change.do == change_requests.HIDE
        assert author_of(moderator, row) == member.row.pk


def author_of(moderator: Person, alert: Alert) -> int:
    row, ring = moderator.keys
    desk = desk_of(ring, row.organisation_id)
    return desk_seals.open_author(ring, open_desk(ring, row, desk), alert)


@pytest.mark.thorough
def test_the_old_key_opens_nothing_afterwards(member: Person, moderator: Person) -> None:
    posted(member, 3)
    old = member.ring
    reencrypt_all(rotate(moderator.ring))
    # With the key of that time, and without looking whether there is a newer one.
    for alert in Alert.objects.all():
        stolen = AlertKeys(KeyRing(old.seed, "", {2: old.network_key}))
        with pytest.raises(VaultError):
            alerts_reencrypt.report_from(bytes(alert.body))
        with pytest.raises(VaultError):
            lifecycle.read_report(stolen.ring, alert)
    assert Epoch.objects.get(number=2).floor == 2


@pytest.mark.thorough
def test_two_rotations_one_after_the_other(member: Person, moderator: Person) -> None:
    ids = {alert.pk for alert in posted(member, 4)}
    first = rotate(moderator.ring)
    steps = reencrypt.steps(first)
    next(steps)  # two have moved
    ids |= {alert.pk for alert in posted(member)}
    assert sorted(Alert.objects.values_list("epoch", flat=True)) == [1, 1, 2, 2, 2]
    second = rotate(first)
    assert second.epochs.keys() == {1, 2, 3}
    with pytest.raises(EpochMoved):
        list(steps)
    for _moment in in_between(second):
        assert set(found_alerts(member.ring)) == ids
    assert set(Alert.objects.values_list("epoch", flat=True)) == {3}
    assert not reencrypt.is_under_way(member.ring)


@pytest.mark.thorough
def test_two_who_move_at_once_do_not_meet(member: Person, moderator: Person) -> None:
    ids = {alert.pk for alert in posted(member, 9)}
    ring = rotate(moderator.ring)
    first, other = reencrypt.steps(ring), reencrypt.steps(ring)
    for _turn in zip(first, other, strict=False):
        assert set(found_alerts(ring)) == ids
    list(first)
    list(other)
    assert BlindIndexEntry.objects.count() == 9 * KEYS
    assert set(found_alerts(member.ring)) == ids


@pytest.mark.thorough
def test_corrected_withdrawn_confirmed_and_posted_meanwhile(
    member: Person, colleague: Person, moderator: Person
) -> None:
    first, second, third, fourth = (alert.pk for alert in posted(member, 4))
    ring = rotate(moderator.ring)
    steps = reencrypt.steps(ring)
    next(steps)
    lifecycle.correct(member.ring, first, report(PHONE, text="corrected"))
    lifecycle.withdraw(member.ring, second)
    assert lifecycle.confirm(colleague.ring, third, "me too")
    (new,) = posted(colleague)
    list(steps)
    keys = AlertKeys(member.ring)
    assert set(found_alerts(member.ring)) == {first, third, fourth, new.pk}
    assert cards.count_confirmations(keys, {third: 2}) == {third: 1}
    assert lifecycle.read_report(member.ring, Alert.objects.get(pk=first)).text == "corrected"
    assert author_of(moderator, Alert.objects.get(pk=first)) == member.row.pk


@pytest.mark.thorough
def test_a_correction_between_reading_and_writing_is_not_written_over(
    member: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alert,) = posted(member)
    ring = rotate(moderator.ring)
    real = alerts_reencrypt._reencrypted

    def corrected_meanwhile(*given: Any) -> Any:
        done = real(*given)
        lifecycle.correct(member.ring, alert.pk, report(PHONE, text="corrected"))
        return done

    monkeypatch.setattr(alerts_reencrypt, "_reencrypted", corrected_meanwhile)
    reencrypt_all(ring)
    assert lifecycle.read_report(member.ring, Alert.objects.get()).text == "corrected"
    assert found_alerts(member.ring) == [alert.pk]


@pytest.mark.thorough
def test_a_confirmation_between_reading_and_writing_is_not_lost(
    member: Person, colleague: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alert,) = posted(member)
    ring = rotate(moderator.ring)
    real = alerts_reencrypt._reencrypted

    def confirmed_meanwhile(*given: Any) -> Any:
        done = real(*given)
        monkeypatch.setattr(alerts_reencrypt, "_reencrypted", real)  # she brings it along herself
        lifecycle.confirm(colleague.ring, alert.pk, "me too")
        return done

    monkeypatch.setattr(alerts_reencrypt, "_reencrypted", confirmed_meanwhile)
    reencrypt_all(ring)
    assert cards.count_confirmations(AlertKeys(member.ring), {alert.pk: 2}) == {alert.pk: 1}
    assert Corroboration.objects.count() == 1


@pytest.mark.thorough
def test_what_was_tampered_with_does_not_hold_up_the_rest(
    member: Person, moderator: Person
) -> None:
    broken, card_only, fine = (alert.pk for alert in posted(member, 3))
    Alert.objects.filter(pk=broken).update(body=bytes(8221))
    Alert.objects.filter(pk=card_only).update(card=bytes(1053))
    reencrypt_all(rotate(moderator.ring))
    assert not reencrypt.is_under_way(moderator.ring)
    assert set(found_alerts(member.ring)) == {card_only, fine}
    assert feed.feed_page(member.ring, feed.Filters(), "en").unopened == 1
    assert reencrypt.count_rows(member.ring) == RowCounts(newest=2, older=0, closed=1)
    # No key is kept for the sake of what no key opens.
    assert Alert.objects.get(pk=broken).epoch == 1
    assert Epoch.objects.get(number=2).previous_box is None
    assert member.ring.epochs.keys() == {2}


@pytest.mark.thorough
def test_what_others_touch_every_time_moves_all_the_same(
    member: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, *others = posted(member, 4)
    ring, seen = rotate(moderator.ring), 0
    real = alerts_reencrypt._reencrypted

    def touched_meanwhile(keys: AlertKeys, alert: Any, related: Any) -> Any:
        nonlocal seen
        done = real(keys, alert, related)
        if alert.pk == busy.pk and seen < 12:
            seen += 1
            Corroboration.objects.create(alert=busy, tag=os.urandom(16), note=bytes(1053))
        return done

    monkeypatch.setattr(alerts_reencrypt, "_reencrypted", touched_meanwhile)
    reencrypt_all(ring)
    assert seen == 12
    assert not reencrypt.is_under_way(moderator.ring)
    assert lifecycle.read_report(member.ring, Alert.objects.get(pk=busy.pk)).identifiers
    assert set(found_alerts(member.ring)) == {busy.pk, *(alert.pk for alert in others)}


@pytest.mark.thorough
def test_it_does_not_end_while_anything_left_can_be_opened(
    member: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted(member, 3)
    ring = rotate(moderator.ring)
    with monkeypatch.context() as blind:
        blind.setattr(alerts_reencrypt, "_remaining", lambda *_given: [])
        reencrypt_all(ring)
    assert reencrypt.is_under_way(moderator.ring)
    assert member.ring.epochs.keys() == {1, 2}
    reencrypt_all(ring)
    assert len(found_alerts(member.ring)) == 3
    assert member.ring.epochs.keys() == {2}


@pytest.mark.thorough
def test_an_epoch_that_only_says_it_is_closed_keeps_the_key_before(
    member: Person, colleague: Person, moderator: Person
) -> None:
    ids = {alert.pk for alert in posted(member, 5)}
    client = colleague.client
    ring = rotate(moderator.ring)
    assert client.get("/en/a/").status_code == 200
    next(reencrypt.steps(ring))
    Epoch.objects.update(floor=2)
    assert reencrypt.erase_unneeded(ring) == 0
    newest_only = KeyRing(ring.seed, "", {2: ring.network_key}, floor=1)
    assert not list(reencrypt.steps(newest_only))
    for pk in ids:
        assert client.get(f"/en/a/{pk}/").status_code == 200
    assert set(found_alerts(ring)) == ids
    with pytest.raises(UnknownAccount):  # nobody is led to a key whose floor nobody stated
        member.keys  # noqa: B018
    reencrypt_all(ring)
    assert set(Alert.objects.values_list("epoch", flat=True)) == {2}
    assert set(found_alerts(member.ring)) == ids
    assert member.ring.epochs.keys() == {2}
    assert Epoch.objects.get(number=2).previous_box is None


def test_a_ring_that_lacks_a_key_finishes_nothing(member: Person, moderator: Person) -> None:
    posted(member, 3)
    ring = rotate(moderator.ring)
    newest_only = KeyRing(ring.seed, "", {2: ring.network_key}, floor=1)
    assert not list(reencrypt.steps(newest_only))
    assert not reencrypt.finish(newest_only)
    assert reencrypt.is_under_way(moderator.ring)


@pytest.mark.thorough
def test_housekeeping_in_between_disturbs_nothing(member: Person, moderator: Person) -> None:
    ids = {alert.pk for alert in posted(member, 5)}
    steps = reencrypt.steps(rotate(moderator.ring))
    next(steps)
    daily.housekeep(today())
    assert reencrypt.count_rows(member.ring) == RowCounts(newest=2, older=3, closed=0)
    list(steps)
    assert set(found_alerts(member.ring)) == ids


@pytest.mark.thorough
def test_pages_of_a_session_are_right_at_every_moment(
    member: Person, colleague: Person, moderator: Person
) -> None:
    (alert,) = posted(member)
    lifecycle.confirm(colleague.ring, alert.pk, "the same here")
    client = colleague.client
    renewed = rotate(moderator.ring)
    for _moment in in_between(renewed):
        page = client.get(f"/en/a/{alert.pk}/").content.decode()
        assert "the same here" in page
        answer = client.post("/en/a/check/", {"q": "06 39 98 12 42", "country": "FR"})
        assert f"../{alert.pk}/" in answer.content.decode()


@pytest.mark.thorough
def test_a_check_that_meets_the_renewal_looks_again(
    member: Person, colleague: Person, moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alert,) = posted(member)
    client, ring = colleague.client, moderator.ring
    client.get("/en/a/")
    real = index._find_in_epoch

    def renewed_meanwhile(*given: Any) -> None:
        monkeypatch.setattr(index, "_find_in_epoch", real)
        reencrypt_all(rotate(ring))
        real(*given)

    monkeypatch.setattr(index, "_find_in_epoch", renewed_meanwhile)
    answer = client.post("/en/a/check/", {"q": "06 39 98 12 42", "country": "FR"})
    assert f"../{alert.pk}/" in answer.content.decode()


def test_what_moved_since_its_alert_was_read_still_opens(
    member: Person, colleague: Person, moderator: Person
) -> None:
    (alert,) = posted(member)
    lifecycle.confirm(colleague.ring, alert.pk, "the same here")
    translation = Translation(alert=alert, tag=bytes(16))
    translated = translations.TranslatedText("fr", "attention")
    keys = AlertKeys(member.ring)
    translation.box = translations.seal_translation(keys, 1, translation, translated)
    translation.save()
    renewed = rotate(moderator.ring)
    read = Alert.objects.get()
    next(reencrypt.steps(renewed))
    keys = AlertKeys(renewed)
    assert notes_of(keys, read, read.corroboration_set.all()) == ["the same here"]
    assert translations.list_translations(renewed, keys, read, "fr")[0].content == translated
