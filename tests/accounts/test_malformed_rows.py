"""Rows with numbers that the program never writes: no page answers with an error of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db.models import Field, Value

from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Desk, Epoch, Organisation
from tests.cast import Person
from tests.stacks.odd import somebody_writes

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]
PAGES = [
    "a/",
    "a/check/",
    "a/new/",
    "me/",
    "desk/",
    "desk/people/",
    "desk/keys/",
    "desk/organisations/",
]

Written = Callable[[Person], object]


def epoch_number(value: object) -> Written:
    return lambda member: Epoch.objects.update(number=Value(value, output_field=Field()))


def next_epoch(member: Person) -> None:
    number = member.ring.current + 1
    Epoch.objects.create(number=number, chain_mac=b"x", floor=1, floor_mac=b"y")


def negative_desk(member: Person) -> None:
    organisation = Organisation.objects.create(pk=-3, name="Zed")
    sizes = {"public_key": bytes(1216), "certificate": bytes(128), "row_mac": bytes(32)}
    Desk.objects.create(pk=-9, organisation=organisation, **sizes)


def low_member(member: Person) -> None:
    row, ring = member.keys
    row.pk, row.handle, row.recovery_handle = 5, b"h" * 32, b"r" * 32
    row.row_mac = member_mac(ring.row_key, row)
    row.save(force_insert=True)


CASES: dict[str, Written] = {
    "a text for an epoch": epoch_number("t"),
    "bytes for an epoch": epoch_number(b"\xff"),
    "an epoch beyond all numbers": epoch_number(2**63 - 1),
    "an epoch nobody made": next_epoch,
    "a desk below zero": negative_desk,
    "a member with a low id": low_member,
}


@pytest.mark.parametrize("case", CASES)
def test_pages_say_something(moderator: Person, member: Person, case: str) -> None:
    browsers = [moderator.sign_in(), member.sign_in()]
    with somebody_writes():
        CASES[case](member)
    for browser in browsers:
        browser.raise_request_exception = False
        for page in PAGES:
            assert browser.get(f"/en/{page}").status_code != 500, page
