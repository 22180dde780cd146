"""A new network key: who gets it, who does not, and that everyone else is undisturbed."""

from __future__ import annotations

import datetime
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.flows import invite, sign_in
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.flows.sign_in import UnknownAccount
from safety_app.accounts.keys import sealed_rows
from safety_app.accounts.keys.credentials import seal_pseudonym
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, open_pseudonym
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing, require_current_epoch
from safety_app.accounts.keys.row_auth import (
    check_invitation,
    check_member,
    invitation_mac,
    member_mac,
)
from safety_app.accounts.models import Desk, Epoch, Invitation, Member
from safety_app.accounts.rotation import network_rotation, reencrypt, worker
from safety_app.locales.dates import today
from safety_app.vault import network, seals
from safety_app.vault.made_passphrases import MadePassphrase
from tests.alerts.reports import report, reported
from tests.cast import Person

PHONE = reported("phone", "06 39 98 12 42")


def rotate(ring: KeyRing, gone: tuple[int, ...] = (), closed: tuple[int, ...] = ()) -> KeyRing:
    prepared = network_rotation.prepare(ring, gone, closed)
    with transaction.atomic():
        require_current_epoch(ring)
        return prepared.apply()


def test_everyone_who_remains_gets_the_new_key(cast: dict[str, Person]) -> None:
    renewed = rotate(cast["moderator"].ring)
    for name, person in cast.items():
        row, ring = person.keys
        if name == "translator":
            assert ring.epochs == {}
            assert row.network_seal is None
        else:
            assert ring.epochs == renewed.epochs
    assert renewed.current == 2


def test_a_revoked_person_gets_nothing(moderator: Person, member: Person) -> None:
    old = member.ring
    invitation = invite.make_invitation(moderator.ring, moderator.row, "member")
    closed = Invitation.objects.get()
    renewed = rotate(moderator.ring, (member.row.pk,), (closed.pk,))
    with pytest.raises(UnknownAccount):
        member.keys  # noqa: B018
    with pytest.raises(InvitationRefused):
        join(invitation, "Somebody New", MadePassphrase("four herons wait beside the canal"))
    epoch = Epoch.objects.get(number=2)
    stolen = bytes(epoch.previous_box or b"")
    with pytest.raises(Exception, match="does not open"):
        network.open_previous(old.network_key, 2, stolen)
    assert renewed.network_key not in {old.network_key}


def test_open_invitations_bring_the_new_key(moderator: Person) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    renewed = rotate(moderator.ring)
    joined = join(code, "Somebody New", MadePassphrase("bodafi kemoru tisane lovago"))
    assert joined.ring.epochs == renewed.epochs
    assert open_desk(
        joined.ring, joined.member, desk_of(joined.ring, joined.member.organisation_id)
    )


def test_what_has_expired_and_whose_stay_has_ended_gets_nothing(
    moderator: Person, member: Person
) -> None:
    ring, yesterday = moderator.ring, today() - datetime.timedelta(days=1)
    invite.make_invitation(ring, moderator.row, "member")
    invitation, guest = Invitation.objects.get(), member.row
    invitation.expires, guest.stay_until = yesterday, yesterday
    invitation.row_mac = invitation_mac(ring.row_key, invitation)
    guest.row_mac = member_mac(ring.row_key, guest)
    invitation.save()
    guest.save()
    renewed = rotate(ring)
    for row in (invitation, guest):
        row.refresh_from_db()
        assert row.network_seal is None
    check_invitation(renewed.row_key, invitation)
    check_member(renewed, guest)


def test_what_works_until_today_still_brings_the_new_key(moderator: Person, member: Person) -> None:
    ring = moderator.ring
    invite.make_invitation(ring, moderator.row, "member")
    invitation, guest = Invitation.objects.get(), member.row
    invitation.expires = guest.stay_until = today()
    invitation.row_mac = invitation_mac(ring.row_key, invitation)
    guest.row_mac = member_mac(ring.row_key, guest)
    invitation.save()
    guest.save()
    renewed = rotate(ring)
    invitation.refresh_from_db()
    assert invitation.network_seal
    assert member.ring.epochs == renewed.epochs


def test_a_row_that_fails_gets_neither_seal_nor_mac(moderator: Person, member: Person) -> None:
    seed = seals.new_seed()
    Member.objects.filter(pk=member.row.pk).update(public_key=seals.public_key(seed))
    before = Member.objects.get(pk__in=Member.objects.filter(public_key=seals.public_key(seed)))
    rotate(moderator.ring)
    after = Member.objects.get(pk=before.pk)
    assert after.network_seal is None
    assert bytes(after.row_mac) == bytes(before.row_mac)


def test_a_key_swapped_while_it_is_prepared_gets_nothing_that_opens(
    moderator: Person, member: Person
) -> None:
    prepared = network_rotation.prepare(moderator.ring, (), ())
    seed = seals.new_seed()
    row = member.row
    Member.objects.filter(pk=row.pk).update(public_key=seals.public_key(seed))
    with transaction.atomic():
        renewed = prepared.apply()
    row.refresh_from_db()
    with pytest.raises(UnknownAccount):
        member.keys  # noqa: B018
    with pytest.raises(Exception, match="seal"):
        seals.unseal(seed, bytes(row.network_seal or b""), b"anything")
    assert renewed.current == 2


def test_who_joins_while_it_is_prepared_is_not_forgotten(moderator: Person) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "member")
    prepared = network_rotation.prepare(moderator.ring, (), ())
    joined = join(code, "Somebody New", MadePassphrase("four herons wait beside the canal"))
    with transaction.atomic():
        renewed = prepared.apply()
    _row, ring = sign_in.find_account("Somebody New", "four herons wait beside the canal")
    assert ring.epochs == renewed.epochs
    assert joined.ring.current == 1


def test_a_pseudonym_changed_while_it_is_prepared_is_vouched_for(
    cast: dict[str, Person],
) -> None:
    prepared = network_rotation.prepare(cast["moderator"].ring, (), ())
    row, ring = cast["member"].keys
    desk = desk_of(ring, row.organisation_id)
    seal_pseudonym(row, replace(ring, pseudonym="Amber Otter"), desk)
    row.save()
    with transaction.atomic():
        prepared.apply()
    moderator, ring = cast["moderator"].keys
    seed = open_desk(ring, moderator, desk_of(ring, moderator.organisation_id))
    assert open_pseudonym(seed, Member.objects.get(pk=row.pk), ring) == "Amber Otter"
    assert cast["member"].ring.current == 2


def test_only_one_of_two_at_the_same_time_succeeds(
    moderator: Person, other_moderator: Person
) -> None:
    first = network_rotation.prepare(moderator.ring, (), ())
    other = network_rotation.prepare(other_moderator.ring, (), ())
    with transaction.atomic():
        first.apply()
    with pytest.raises(EpochMoved), transaction.atomic():
        other.apply()


def test_desks_and_pseudonyms_are_vouched_for_anew(cast: dict[str, Person]) -> None:
    moderator = cast["moderator"]
    rotate(moderator.ring)
    row, ring = moderator.keys
    desk = desk_of(ring, row.organisation_id)
    seed = open_desk(ring, row, desk)
    assert open_pseudonym(seed, cast["member"].row, ring) == "Amber Lynx"
    assert open_desk(ring, row, desk_of(ring, None))


def test_what_nobody_vouched_for_is_not_vouched_for_now(cast: dict[str, Person]) -> None:
    row = cast["member"].row
    desk = Desk.objects.get(organisation=row.organisation_id)
    forged = seals.seal(bytes(desk.public_key), b"x", b"y")
    Member.objects.filter(pk=row.pk).update(pseudonym_seal=forged)
    ring = rotate(cast["moderator"].ring)
    with pytest.raises(Exception, match="not from a member"):
        sealed_rows.check_mac("pseudonym", Member.objects.get(pk=row.pk), ring)


@pytest.mark.thorough
def test_a_member_several_keys_behind_comes_along(cast: dict[str, Person]) -> None:
    ring = rotate(cast["moderator"].ring)
    for _time in range(3):
        ring = rotate(ring)
        reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    assert set(cast["member"].ring.epochs) == {5}
    assert Member.objects.get(pk=cast["member"].row.pk).epoch == 1


@pytest.mark.thorough
def test_older_keys_are_erased_once_nobody_needs_them(cast: dict[str, Person]) -> None:
    ring = rotate(rotate(cast["moderator"].ring))
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    boxes = Epoch.objects.filter(previous_box__isnull=False)
    assert list(boxes.values_list("number", flat=True)) == [3]  # from 1 to 3 leads the key of 2
    for person in cast.values():
        sign_in.renew_account(*person.keys)
    assert not boxes.exists()
    assert cast["member"].ring.epochs.keys() == {3}


def test_signing_in_does_not_write_over_a_key_that_came_meanwhile(
    moderator: Person, member: Person
) -> None:
    ring = rotate(moderator.ring)
    row, held = member.keys
    rotate(ring)
    sign_in.renew_account(row, held)
    assert member.ring.current == 3


# With a session


@pytest.mark.thorough
def test_a_session_goes_on_with_the_new_key(cast: dict[str, Person]) -> None:
    client = cast["member"].client
    alert = lifecycle.post(cast["colleague"].ring, cast["colleague"].row, report(PHONE))
    ring = rotate(cast["moderator"].ring)
    assert client.get(f"/en/a/{alert.pk}/").status_code == 200
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    assert client.get(f"/en/a/{alert.pk}/").status_code == 200
    assert Alert.objects.get(pk=alert.pk).epoch == 2


@pytest.mark.thorough
def test_a_session_that_missed_two_rotations_goes_on(cast: dict[str, Person]) -> None:
    client = cast["member"].client
    rotate(rotate(cast["moderator"].ring))
    assert client.get("/en/a/").status_code == 200


@pytest.mark.thorough
def test_a_session_goes_on_when_another_one_took_the_key_over(cast: dict[str, Person]) -> None:
    client = cast["member"].client
    rotate(cast["moderator"].ring)
    cast["member"].sign_in()
    assert cast["member"].row.epoch == 2
    assert client.get("/en/a/").status_code == 200


def test_a_revoked_session_ends_at_once(cast: dict[str, Person]) -> None:
    client = cast["member"].client
    rotate(cast["moderator"].ring, (cast["member"].row.pk,))
    assert client.get("/en/a/").status_code == 302


def test_a_session_refuses_a_key_that_does_not_follow(cast: dict[str, Person]) -> None:
    client = cast["member"].client
    row = cast["member"].row
    rotate(cast["moderator"].ring)
    Epoch.objects.filter(number=2).update(chain_mac=bytes(32))
    assert client.get("/en/a/").status_code == 403
    assert Member.objects.get(pk=row.pk).epoch == 1


def test_a_rotation_in_the_middle_of_a_report_sends_it_once(
    cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    moderator = cast["moderator"].ring
    client = cast["member"].client
    post = lifecycle.post

    def rotate_first(*given: object) -> Alert:
        monkeypatch.setattr(lifecycle, "post", post)
        rotate(moderator)
        return post(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(lifecycle, "post", rotate_first)
    answer = send_report(client)
    assert answer.status_code == 200
    assert Alert.objects.get().epoch == 2


def test_rotations_without_end_are_said_plainly(
    cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_given: object) -> Alert:
        raise EpochMoved

    monkeypatch.setattr(lifecycle, "post", moved)
    answer = send_report(cast["member"].client)
    assert answer.status_code == 503
    assert "Nothing you wrote is lost" in answer.content.decode()
    assert 'value="06 39 98 12 42"' in answer.content.decode()


def send_report(client: Client) -> Any:
    typed = {
        "what": ["theft"],
        "level": "2",
        "country": "FR",
        "region": "FR-IDF",
        "when": "week",
        "identifier-0-kind": "phone",
        "identifier-0-value": "06 39 98 12 42",
        "send_token": "a-token",
        "send": "1",
    }
    return client.post("/en/a/new/", typed)


# In the background


@pytest.mark.thorough
def test_a_session_with_both_keys_goes_on_with_the_moving(
    cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[set[int]] = []
    monkeypatch.setattr(reencrypt, "continue_soon", lambda ring: begun.append(set(ring.epochs)))
    client = cast["member"].client
    client.get("/en/a/")
    assert begun == []
    ring = rotate(cast["moderator"].ring)
    client.get("/en/a/")
    assert begun == [{1, 2}]
    reencrypt.reencrypt_all(ring, pause=lambda _seconds: None)
    client.get("/en/a/")
    assert begun == [{1, 2}]


class SameThread(threading.Thread):
    """A thread that runs its work where it is started."""

    def start(self) -> None:
        self.run()


@pytest.fixture
def in_background(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server's background work, in the test's own thread and transaction."""
    settings.REENCRYPT_IN_BACKGROUND = True
    monkeypatch.setattr(threading, "Thread", SameThread)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)


@pytest.mark.thorough
@pytest.mark.usefixtures("in_background")
def test_the_background_moves_everything(cast: dict[str, Person]) -> None:
    alert = lifecycle.post(cast["member"].ring, cast["member"].row, report(PHONE))
    rotate(cast["moderator"].ring)
    assert cast["colleague"].client.get("/en/a/").status_code == 200
    assert Alert.objects.get(pk=alert.pk).epoch == 2
    assert not reencrypt.is_under_way(cast["moderator"].ring)


@pytest.mark.usefixtures("in_background")
def test_what_goes_wrong_in_the_background_is_left_for_the_next(
    cast: dict[str, Person], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ring = rotate(cast["moderator"].ring)

    def fail(*_given: object) -> None:
        raise RuntimeError("what was in a row")

    with monkeypatch.context() as broken:
        broken.setattr(reencrypt, "reencrypt_all", fail)
        reencrypt.continue_soon(ring)
    assert "what was in a row" not in caplog.text
    assert "RuntimeError" in caplog.text
    reencrypt.continue_soon(ring)
    assert not reencrypt.is_under_way(cast["moderator"].ring)


def test_it_moves_only_once_at_a_time(cast: dict[str, Person], settings: Any) -> None:
    settings.REENCRYPT_IN_BACKGROUND = True
    ring = rotate(cast["moderator"].ring)
    worker._running.add(("network key", 0))
    reencrypt.continue_soon(ring)
    worker._running.clear()
    assert reencrypt.is_under_way(cast["moderator"].ring)
