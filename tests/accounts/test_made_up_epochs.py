"""Somebody writes rows of network keys that nobody made: they count as absent, and stop nobody.

What has to hold beside it: a key that somebody did make is never taken for one of them, by this
server or by one that was not there.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models import Field, Value

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.flows import revoke
from safety_app.accounts.flows.sign_in import AbsentAccount, UnknownAccount, find_account
from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.keys.keyring import EpochMoved, is_newest, require_no_newer_epoch
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Epoch, Member
from safety_app.accounts.pin_file import EpochNotPinned, Pin
from safety_app.accounts.rotation import renewed_rows
from tests.accounts.test_epoch_pin import forge_next_epoch, problems, sign_in
from tests.accounts.test_network_rotation import rotate
from tests.alerts.reports import report
from tests.alerts.test_closed_epochs import put_back, rows_of
from tests.cast import Person
from tests.stacks.odd import somebody_writes

WHO = ("member", "colleague", "reporter", "moderator", "other_moderator", "outsider", "translator")
LARGEST = 2**31 - 1


def make_up(number: object, *, size: int = 64, **columns: object) -> None:
    """A row that its writer has no key for; SQLite takes any number."""
    values: dict[str, Any] = {
        "chain_mac": os.urandom(size), "previous_box": os.urandom(61), "floor": 1,
        "floor_mac": os.urandom(32), "signature": os.urandom(64), **columns,
    }  # fmt: skip
    with somebody_writes():
        Epoch.objects.create(number=Value(number, output_field=Field()), **values)


def above(person: Person, *steps: int, **columns: Any) -> None:
    for step in steps:
        make_up(person.ring.current + step, **columns)


# What somebody can write there, by the newest number.
MADE_UP: dict[str, Callable[[Person], object]] = {
    "the next": lambda person: above(person, 1),
    "the next, as an earlier version wrote it": lambda person: above(person, 1, size=32),
    "several": lambda person: above(person, 1, 2, 3),
    "far above": lambda person: above(person, 7, 1000),
    "the largest": lambda person: make_up(LARGEST),
    "zero": lambda person: make_up(0),
    "below": lambda person: make_up(-5),
    "a part": lambda person: make_up(1.5),
    "a word": lambda person: make_up("t"),
    "with a floor that is no number": lambda person: above(
        person, 1, floor=Value("t", output_field=Field())
    ),
    "a copy of the newest under the next number": lambda person: Epoch.objects.create(
        **Epoch.objects.values(
            "chain_mac", "previous_box", "floor", "floor_mac", "signature", "month_box"
        ).get(number=person.ring.current),
        number=person.ring.current + 1,
    ),
}  # fmt: skip
made_up = pytest.mark.parametrize("written", MADE_UP.values(), ids=MADE_UP)


@made_up
def test_everybody_signs_in(cast: dict[str, Person], written: Callable[[Person], object]) -> None:
    written(cast["moderator"])
    for name in WHO:
        assert sign_in(cast[name]).status_code == 302, name


@made_up
def test_who_is_signed_in_goes_on(
    moderator: Person, member: Person, written: Callable[[Person], object]
) -> None:
    browsers = moderator.confirm(), member.client
    written(moderator)
    for browser in browsers:
        for page in ("a/", "me/", "a/new/"):
            assert browser.get(f"/en/{page}").status_code == 200
        assert browser.post("/en/a/check/", {"q": "0639981242"}, follow=True).status_code == 200
    row, ring = member.keys
    lifecycle.post(ring, row, report())
    assert Alert.objects.get().epoch == ring.current
    assert browsers[0].get("/en/desk/").status_code == 200


@pytest.mark.thorough
@made_up
def test_keys_are_renewed_and_somebody_is_removed(
    moderator: Person, member: Person, colleague: Person, written: Callable[[Person], object]
) -> None:
    """A row that holds the number of the next one is put aside by it, and stops no removal."""
    gone = colleague.row.pk
    written(moderator)
    browser = moderator.confirm()
    address = f"/en/desk/people/{gone}/revoke/"
    assert browser.post(address, {"revoke": "1"}, follow=True).status_code == 200
    assert not Member.objects.filter(pk=gone).exists()
    assert member.ring.current == moderator.ring.current == 2
    assert not Epoch.objects.filter(number__gt=2).exists()
    assert rotate(member.ring).current == 3


@made_up
def test_a_start_is_not_refused(moderator: Person, written: Callable[[Person], object]) -> None:
    written(moderator)
    assert problems() == []


def status() -> str:
    out = StringIO()
    with suppress(SystemExit):
        call_command("status", stdout=out)
    return out.getvalue()


NOT_A_KEY = "1 row that stands for a key this server does not know"
CHANGED = "1 role or key of moderators was changed from outside"


@pytest.mark.parametrize("number", [2, 7])
def test_it_is_said(moderator: Person, number: int) -> None:
    assert NOT_A_KEY not in status()
    assert CHANGED not in moderator.sign_in().get("/en/desk/").content.decode()
    make_up(number)
    assert NOT_A_KEY in status()
    assert "number 1\n" in status()
    assert CHANGED in moderator.sign_in().get("/en/desk/").content.decode()


def test_after_a_renewal_that_failed(moderator: Person, member: Person) -> None:
    """The server expects that number still."""
    ring = moderator.ring
    epoch_pin.expect(1, ring.network_key, Pin.of(2, os.urandom(32)))
    make_up(2)
    assert member.ring.current == 1
    assert sign_in(member).status_code == 302
    assert rotate(moderator.ring).current == 2
    assert member.ring.current == 2


@pytest.fixture
def other_machine(moderator: Person) -> Callable[[], object]:
    """This server becomes one that was not there when a key was renewed elsewhere."""
    path = Path(settings.EPOCH_PIN_FILE)
    assert moderator.ring.current == 1
    before = path.read_bytes()
    return lambda: path.write_bytes(before)


def test_a_true_one_from_another_machine(
    moderator: Person, member: Person, other_machine: Callable[[], object]
) -> None:
    """With made-up ones above it. A session from before is never told that it has the newest."""
    known = member.ring
    rotate(rotate(moderator.ring))
    other_machine()
    make_up(4)
    make_up(5)
    assert not is_newest(known)
    with pytest.raises(EpochMoved):
        require_no_newer_epoch(known)
    with pytest.raises(EpochMoved):
        lifecycle.post(known, member.row, report())
    assert member.ring.current == 3
    assert rotate(member.ring).current == 4


@pytest.mark.parametrize("is_elsewhere", [True, False])
def test_who_was_left_out_does_not_go_on_under_the_old_key(
    moderator: Person,
    member: Person,
    colleague: Person,
    other_machine: Callable[[], object],
    *,
    is_elsewhere: bool,
) -> None:
    """Removed, she puts her row back; somebody else was away too long and gets no new key."""
    row, known = colleague.keys
    absent = member.row
    copied = [one for one in rows_of(Member) if one["id"] in (row.pk, absent.pk)]
    client = colleague.sign_in()
    revoke.revoke_access(moderator.ring, moderator.row, [row.pk, absent.pk])
    if is_elsewhere:
        other_machine()
    put_back(Member, copied)
    make_up(3)
    for person in (colleague, member):
        with pytest.raises(UnknownAccount):
            find_account(person.pseudonym, person.passphrase)
    with pytest.raises(EpochMoved):
        lifecycle.post(known, row, report())
    assert client.get("/en/a/").status_code in (302, 403, 503)
    page = client.post("/en/a/check/", {"q": "0639981242"})
    assert page.status_code in (302, 403, 503)


def test_who_was_away_too_long_is_told_why(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewed_rows, "without_new_keys", lambda _day: [member.row.pk])
    rotate(moderator.ring)
    make_up(3)
    before = datetime.timedelta(days=1)  # also on the first of a month, as which she is known
    monkeypatch.setattr(
        "safety_app.accounts.rotation.absence.last_day_of_new_keys", lambda day: day - before
    )
    with pytest.raises(AbsentAccount):
        find_account(member.pseudonym, member.passphrase)


def test_the_true_one_spoiled_is_as_if_it_were_deleted(
    moderator: Person, member: Person, outsider: Person
) -> None:
    """This server has seen it: nobody goes on under the key before."""
    row, known = member.keys
    rotate(moderator.ring)
    outsider.sign_in()
    Epoch.objects.filter(number=2).update(chain_mac=os.urandom(64))
    with pytest.raises((EpochNotPinned, EpochMoved)):
        lifecycle.post(known, row, report())
    assert sign_in(member).status_code in (403, 503)
    assert sign_in(outsider).status_code == 302


def test_an_operators_word_goes_to_the_one_she_names(moderator: Person, member: Person) -> None:
    """Where the server's file was lost. The command checks the signature, and a moderator's page
    says the number.
    """
    moderator.confirm().post("/en/desk/keys/renew/", {"number": "1"})
    assert moderator.ring.current == 2
    make_up(3)
    Path(settings.EPOCH_PIN_FILE).unlink()
    out = StringIO()
    with pytest.raises(CommandError, match="No moderator has signed"):
        call_command("trust_database", yes=True, stdout=StringIO())
    with pytest.raises(CommandError, match="no network key of that number"):
        call_command("trust_database", yes=True, number=7, stdout=StringIO())
    call_command("trust_database", yes=True, number=2, stdout=out)
    assert "number 2, signed" in out.getvalue()
    assert member.ring.current == 2
    assert sign_in(moderator).status_code == 302


def test_the_same_for_one_that_a_member_renewed(moderator: Person, member: Person) -> None:
    """It is not signed."""
    rotate(moderator.ring)
    make_up(3, signature=None)
    Path(settings.EPOCH_PIN_FILE).unlink()
    call_command("trust_database", yes=True, unsigned=True, number=2, stdout=StringIO())
    assert member.ring.current == 2


def test_what_follows_a_signed_one_needs_a_signature_too(moderator: Person, member: Person) -> None:
    """By somebody who knew the key that the operator named, and made the next one."""
    row, known = member.keys
    forge_next_epoch(known, row)
    Path(settings.EPOCH_PIN_FILE).unlink()
    call_command("trust_database", yes=True, number=1, stdout=StringIO())
    assert sign_in(member).status_code == 503
    Epoch.objects.filter(number=2).delete()
    row.refresh_from_db()
    row.row_mac = member_mac(known.row_key, row)
    row.save()
    assert sign_in(member).status_code == 302
    assert rotate(moderator.ring).current == 2
    assert member.ring.current == 2
