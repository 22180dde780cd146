"""`manage.py found_network`, and adding an organisation."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from safety_app.accounts.flows import found_network
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.models import (
    Desk,
    DeskSeal,
    Epoch,
    Instance,
    Invitation,
    Member,
    Organisation,
)
from safety_app.vault import seals
from safety_app.vault.codes import fold_code
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import CODES, Person

PASSPHRASE = MadePassphrase("gibole natuve kirosa dapemu")


@pytest.fixture
def empty(db: None) -> None:
    for model in (DeskSeal, Member, Invitation, Desk, Organisation, Epoch, Instance):
        model.objects.all().delete()


def test_it_prints_two_codes_that_work(empty: None) -> None:
    out = io.StringIO()
    call_command("found_network", "  Rue   des Lilas ", stdout=out)
    invitation, recovery = re.findall(r"[0-9A-Z]{5}(?:-[0-9A-Z]{5,6}){4}", out.getvalue())
    joined = join(invitation, "First Person", PASSPHRASE)
    assert joined.member.organisation.name == "Rue des Lilas"
    assert joined.member.has_role("moderator")
    assert joined.member.has_role("member")
    desk = desk_keys.desk_of(joined.ring, joined.member.organisation_id)
    seed = found_network.open_desk_with_code(desk, fold_code(recovery))
    assert seed == desk_keys.open_desk(joined.ring, joined.member, desk)
    assert seals.public_key(seed) == bytes(desk.public_key)
    assert desk_keys.open_desk(joined.ring, joined.member, desk_keys.desk_of(joined.ring, None))


def test_a_second_network_is_refused(populated: None) -> None:
    before = Organisation.objects.count()
    with pytest.raises(CommandError, match="network already"):
        call_command("found_network", "Another")
    assert Organisation.objects.count() == before


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_names_that_cannot_be(empty: None, name: str) -> None:
    with pytest.raises(CommandError):
        call_command("found_network", name)
    assert not Epoch.objects.exists()


def test_nothing_is_founded_without_a_pepper(empty: None, settings: Any) -> None:
    settings.PEPPER = None
    with pytest.raises(ImproperlyConfigured):
        call_command("found_network", "Rue des Lilas")
    assert not Epoch.objects.exists()


def test_no_code_is_stored(empty: None) -> None:
    founding = found_network.found_network("Rue des Lilas")
    for row in (Invitation.objects.get(), *Desk.objects.all()):
        kept = b"".join(bytes(v) for v in vars(row).values() if isinstance(v, bytes))
        assert founding.invitation_code.encode() not in kept
        assert founding.desk_recovery_code.encode() not in kept


def test_an_organisation_is_added_with_a_moderator_of_the_network(moderator: Person) -> None:
    row, ring = moderator.keys
    founding = found_network.add_organisation(ring, row, "Rue des Lilas")
    joined = join(founding.invitation_code, "First Person", PASSPHRASE)
    for organisation in (joined.member.organisation_id, None):
        desk = desk_keys.desk_of(joined.ring, organisation)
        assert desk_keys.open_desk(joined.ring, joined.member, desk)
    with pytest.raises(ValueError, match="of that name"):
        found_network.add_organisation(ring, row, "Rue des Lilas")


def test_a_member_cannot_add_one(member: Person) -> None:
    row, ring = member.keys
    with pytest.raises(VaultError):
        found_network.add_organisation(ring, row, "Rue des Lilas")
    assert not Organisation.objects.filter(name="Rue des Lilas").exists()


def test_the_other_desk_code_opens_nothing_here(moderator: Person) -> None:
    row, ring = moderator.keys
    desk = desk_keys.desk_of(ring, row.organisation_id)
    with pytest.raises(VaultError):
        found_network.open_desk_with_code(desk, CODES["other_desk"])
    with pytest.raises(VaultError):
        found_network.open_desk_with_code(desk_keys.desk_of(ring, None), CODES["desk"])
