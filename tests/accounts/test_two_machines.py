"""Machines with one database, and each with a file of what it has seen.

A renewal that was killed or rolled back on one of them, and made again on another, shuts nobody
out at the first: only a server with the pepper makes a link from the key that it saw. Somebody who
was removed, and knows that key, cannot.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from safety_app.accounts import pin_file
from safety_app.accounts.keys import epoch_pin
from safety_app.accounts.models import Member
from safety_app.accounts.pin_file import Pin
from safety_app.accounts.rotation import network_rotation
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person


def fail_here(moderator: Person) -> bytes:
    """A renewal that fails on this machine after it was said to be expected. Returns the file."""
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        prepared.apply()
        transaction.set_rollback(True)
    return Path(settings.EPOCH_PIN_FILE).read_bytes()


@pytest.mark.parametrize("times", [1, 2])
def test_a_renewal_killed_here_and_made_elsewhere(
    moderator: Person, member: Person, times: int
) -> None:
    path = Path(settings.EPOCH_PIN_FILE)
    elsewhere, here = path.read_bytes(), fail_here(moderator)
    path.write_bytes(elsewhere)
    for _ in range(times):
        rotate(moderator.ring)
    path.write_bytes(here)
    assert sign_in(member).status_code == 302
    assert member.ring.current == 1 + times
    assert epoch_pin.remembered()[0] == 1 + times
    assert pin_file.read().expected is None
    assert rotate(moderator.ring).current == 2 + times


def test_one_that_somebody_forged_meanwhile(
    moderator: Person, member: Person, colleague: Person
) -> None:
    known, victim = colleague.ring, member.row.pk
    fail_here(moderator)
    forge_next_epoch(known, Member.objects.get(pk=victim))
    assert sign_in(member).status_code != 302
    assert epoch_pin.remembered()[0] == 1


def test_once_one_was_seen_no_other_takes_its_number(moderator: Person, member: Person) -> None:
    """Whoever made it: a removed person may hold the key of one that was put aside."""
    path, known = Path(settings.EPOCH_PIN_FILE), moderator.ring
    before = path.read_bytes()
    rotate(known)
    path.write_bytes(before)
    seen = Pin.of(2, os.urandom(32))
    epoch_pin.expect(1, known.network_key, seen)
    epoch_pin.confirm(seen)
    assert sign_in(member).status_code == 503
