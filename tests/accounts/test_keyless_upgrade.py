"""Rows of accounts without a network key, and of codes for them, that 0.2.0 left: the upgrade
vouches for them, once.
"""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import credentials
from safety_app.accounts.keys.keyring import own_key
from safety_app.accounts.keys.row_auth import invitation_mac, member_mac
from safety_app.accounts.models import Epoch, Invitation, Member
from safety_app.vault import network
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.newcomers import applicant
from tests.accounts.test_epoch_pin import sign_in
from tests.accounts.test_made_up_epochs import make_up
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person

MIGRATION = "safety_app.accounts.migrations.0005_rows_the_server_vouches_for"

PASSPHRASE = MadePassphrase("gibole natuve kirosa dapemu")


def upgrade(alias: str = "default") -> None:
    """The migration's own step."""
    import_module(MIGRATION).vouch(apps, SimpleNamespace(connection=SimpleNamespace(alias=alias)))


def as_before(*people: Person) -> None:
    """As 0.2.0 made them: with MACs under the key of whose accounts they are."""
    for person in people:
        row, ring = person.keys
        row.row_mac = member_mac(network.row_key(own_key(ring.seed)), row)
        row.save()


@pytest.fixture
def people(moderator: Person, translator: Person, editor: Person) -> list[Person]:
    rotate(moderator.ring)
    people = [translator, editor, applicant()]
    as_before(*people)
    return people


def test_the_upgrade_vouches_for_them(people: list[Person], member: Person) -> None:
    assert [sign_in(person).status_code for person in people] == [403, 403, 403]
    before = bytes(member.row.row_mac)
    upgrade()
    assert [sign_in(person).status_code for person in people] == [302, 302, 302]
    assert bytes(member.row.row_mac) == before


def test_a_made_up_key_does_not_take_the_place_of_the_newest(people: list[Person]) -> None:
    """Nor lock everybody out once its row is gone."""
    make_up(1000)
    upgrade()
    Epoch.objects.filter(number=1000).delete()
    assert [sign_in(person).status_code for person in people] == [302, 302, 302]


def test_and_for_open_codes(moderator: Person) -> None:
    ring, row = moderator.ring, moderator.row
    made = [invite.make_invitation(ring, row, kind) for kind in ("translator", "member")]
    invitation = Invitation.objects.get(roles="translator")
    key = credentials.keys_of_code(made[0], "invitation").key
    invitation.row_mac = invitation_mac(network.row_key(key), invitation)
    invitation.save()
    before = bytes(Invitation.objects.get(roles="member").row_mac)
    upgrade()
    assert bytes(Invitation.objects.get(roles="member").row_mac) == before
    assert [join(code, f"Wren {made.index(code)}", PASSPHRASE).member.roles for code in made] == [
        "translator",
        "member",
    ]


@pytest.mark.parametrize("pepper", [None, b"a pepper of some other network...."])
def test_it_needs_the_pepper(people: list[Person], settings: Any, pepper: bytes | None) -> None:
    before = list(Member.objects.values_list("pk", "row_mac"))
    settings.PEPPER = pepper
    with pytest.raises(ImproperlyConfigured, match="pepper"):
        upgrade()
    assert list(Member.objects.values_list("pk", "row_mac")) == before


def test_a_proof_of_a_backup_needs_none(people: list[Person], settings: Any) -> None:
    settings.PEPPER = None
    upgrade("backup_proof")


def test_nor_does_an_empty_database(people: list[Person], settings: Any) -> None:
    Epoch.objects.all().delete()
    settings.PEPPER = None
    upgrade()
