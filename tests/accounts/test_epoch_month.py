"""The desk is reminded of a network key that has grown old."""

from __future__ import annotations

import datetime

import pytest
import time_machine

from safety_app.accounts.keys import contexts
from safety_app.accounts.models import Epoch
from safety_app.accounts.rotation import epoch_month, network_rotation
from safety_app.locales.dates import month_of, today
from safety_app.vault import boxes
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person

pytestmark = pytest.mark.django_db
LATER = datetime.timedelta(days=124)


def later() -> time_machine.travel:
    return time_machine.travel(datetime.datetime.now(datetime.UTC) + LATER, tick=False)


def test_a_new_key_is_of_this_month(moderator: Person) -> None:
    assert epoch_month.month_of_key(moderator.ring) == month_of(today())
    assert network_rotation.queue_items(moderator.ring, moderator.row) == []


def test_after_three_months_the_desk_asks_for_a_new_one(moderator: Person) -> None:
    with later():
        client = moderator.sign_in()
        page = client.get("/en/desk/").content.decode()
        assert "Renew the network" in page
        assert "more than three months old" in page
        renewed = rotate(moderator.ring)
        assert epoch_month.month_of_key(renewed) == month_of(today())
        assert network_rotation.queue_items(renewed, moderator.row) == []


@pytest.mark.parametrize("box", [None, b"", b"\x01" * 39])
def test_a_month_that_is_not_there(moderator: Person, box: bytes | None) -> None:
    Epoch.objects.update(month_box=box)
    assert epoch_month.month_of_key(moderator.ring) is None
    assert network_rotation.queue_items(moderator.ring, moderator.row) == []


@pytest.mark.parametrize("month", [b"9999-12-01", b"0001-01-01", b"2026-W01-1", b"\xff" * 10])
def test_a_month_that_a_member_made_up(moderator: Person, month: bytes) -> None:
    """A member can seal anything; a day at the calendar's end broke each page of moderators."""
    key = boxes.derive(moderator.ring.network_key, "epoch month")
    box = boxes.seal_box(key, month, contexts.epoch_month(1))
    Epoch.objects.update(month_box=box)
    assert epoch_month.month_of_key(moderator.ring) is None
    assert network_rotation.queue_items(moderator.ring, moderator.row) == []


def test_who_has_no_network_key_reads_no_month(translator: Person) -> None:
    assert epoch_month.month_of_key(translator.ring) is None


def test_the_disk_does_not_tell_the_month(moderator: Person) -> None:
    box = bytes(Epoch.objects.get().month_box or b"")
    assert len(box) == 39
    assert month_of(today()).isoformat().encode() not in box
