"""What somebody can write into the database who can make the MACs of rows.

She is a member of today, who knows the network key; or she was a moderator, and knows the seeds of
both desks as they were. She cannot write where the server keeps what it has seen. Tried in a
network of three organisations and in one of a single one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from safety_app.accounts.flows import found_network, invite, revoke
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys, epoch_pin
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import desk_mac, member_mac
from safety_app.accounts.keys.verifying_keys import step_of
from safety_app.accounts.models import (
    Desk,
    Member,
    Organisation,
    VerifyingKey,
)
from safety_app.privacy.ids import random_id
from safety_app.vault import seals, signatures
from safety_app.vault.made_passphrases import MadePassphrase
from tests.alerts.test_former_moderator import only_one_organisation
from tests.cast import Person

NEW = MadePassphrase("gibole natuve kirosa dapemu")
HERS = b"the seed of a desk that is hers!"
DESK = "/en/desk/"


@pytest.fixture(params=["three organisations", "a single one"], autouse=True)
def network_of(request: pytest.FixtureRequest, moderator: Person) -> None:
    if request.param == "three organisations":
        found_network.add_organisation(moderator.ring, moderator.row, "Riverside")
    else:
        only_one_organisation()


@dataclass
class Signer:
    """What a former moderator knows: the network key of then, and the seeds of both desks."""

    row: Member
    ring: KeyRing
    own: bytes
    moderation: bytes


def former_moderator(moderator: Person) -> Signer:
    """Somebody whose role was taken in the proper way."""
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    joined = join(code, "Grey Plover", NEW)
    row, ring = joined.member, joined.ring
    own, moderation = (desk_keys.desk_of(ring, one) for one in (row.organisation_id, None))
    seeds = [bytes(desk_keys.open_desk(ring, row, desk)) for desk in (own, moderation)]
    revoke.remove_moderator_role(moderator.ring, moderator.row, row.pk)
    return Signer(row, ring, *seeds)


def vouch(ring: KeyRing, desk: Desk, signer: bytes = HERS) -> None:
    """Everything beside a desk's key that somebody can make who holds a ring and a seed."""
    desk.row_mac = desk_mac(ring.row_key, desk)
    desk.certificate = signatures.certify(
        signer,
        desk.pk,
        desk.organisation_id or 0,
        bytes(desk.public_key),
        signatures.verifying_key(HERS),
    )
    desk.save()


def swap(ring: KeyRing, organisation: int | None, signer: bytes = HERS) -> Desk:
    """A key of hers in an organisation's desk."""
    desk = Desk.objects.get(organisation=organisation)
    desk.public_key = seals.public_key(HERS)
    vouch(ring, desk, signer)
    return desk


def invent(ring: KeyRing, signer: bytes = HERS) -> Desk:
    """An organisation that nobody founded."""
    made = Organisation.objects.create(name="Northern Lights")
    desk = Desk(id=random_id(), organisation=made, public_key=seals.public_key(HERS))
    vouch(ring, desk, signer)
    return desk


def raise_role(member: Person) -> None:
    row, ring = member.keys
    row.roles = "member,moderator"
    row.row_mac = member_mac(ring.row_key, row)
    row.save()


def lose_the_pin() -> None:
    Path(settings.EPOCH_PIN_FILE).unlink()


def trust_the_state_of(ring: KeyRing) -> None:
    """The server's file was lost, and an operator gave her word for the database of then."""
    epoch_pin.found(ring.network_key, ring.signers)
    path = Path(settings.EPOCH_PIN_FILE)
    pin = json.loads(path.read_text())
    pin["seen"]["number"] = ring.current
    is_single = Organisation.objects.count() == 1
    path.write_text(json.dumps({**pin, "is_unbroken": False, "is_single": is_single}))


def trust(**options: bool) -> None:
    """An operator gives her word for the database of now."""
    call_command("trust_database", yes=True, stdout=StringIO(), **options)


def fork(former: Signer) -> None:
    """Another successor of the verifying key, signed with the seed that a moderator knew."""
    row = VerifyingKey.objects.get(previous=signatures.verifying_key(former.moderation))
    row.key = signatures.verifying_key(HERS)
    row.signature = signatures.sign(former.moderation, step_of(row).statement())
    row.save()
