"""A member, or a moderator, who also writes to the database makes nobody's row genuine.

She holds the network key and perhaps desks. What she lacks is the server's pepper, which every MAC
of a row and every link between network keys takes too (decision 46).
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.utils.functional import SimpleLazyObject

from safety_app.accounts.flows import invite, people, proposals, revoke
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.keys import contexts, desk_keys, sealed_rows, verifying_keys
from safety_app.accounts.keys.keyring import KeyRing, is_link
from safety_app.accounts.keys.row_auth import (
    check_desk,
    check_invitation,
    check_member,
    desk_mac,
    invitation_mac,
    member_mac,
)
from safety_app.accounts.models import Desk, DeskSeal, Epoch, Invitation, Member, Proposal
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, network, seals, signatures
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts import outside
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.accounts.test_network_rotation import rotate
from tests.cast import Person

HERS = b"the seed of a key that is hers.."
NEW = MadePassphrase("gibole natuve kirosa dapemu")
OTHER = MadePassphrase("kafedu bizoti nolape rimuso")
CHANGED = "from outside"


def opened(sealed: bytes | None, context: bytes) -> bytes | None:
    """What her own key opens."""
    with suppress(VaultError):
        return seals.unseal(HERS, bytes(sealed or b""), context)
    return None


def write(ring: KeyRing, row: Member, **columns: Any) -> None:
    """Change somebody's row, with the best MAC that a holder of the network key can make."""
    for name, value in columns.items():
        setattr(row, name, value)
    row.row_mac = member_mac(outside.row_key(ring), row)
    row.save()


# Members

COLUMNS: dict[str, Callable[[], Any]] = {
    "public_key": lambda: seals.public_key(HERS),
    "roles": lambda: "member,moderator",
    "state": lambda: "approved",
    "stay_until": lambda: today() + datetime.timedelta(days=300),
    "second_factor_box": lambda: os.urandom(541),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_row_of_a_member(
    moderator: Person, member: Person, colleague: Person, column: str
) -> None:
    victim = Member.objects.get(pk=colleague.row.pk)
    write(member.ring, victim, **{column: COLUMNS[column]()})
    with pytest.raises(VaultError):
        check_member(moderator.ring, victim)
    listed = {one.row.pk: one.genuine for one in people.people_of(*reversed(moderator.keys))}
    assert not listed[victim.pk]
    assert sign_in(colleague).status_code != 302


def test_her_key_in_somebody_elses_row_gets_no_network_key(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """Nor does the row become genuine by the renewal, should she put the true key back."""
    victim = Member.objects.get(pk=colleague.row.pk)
    genuine, mac = bytes(victim.public_key), bytes(victim.row_mac)
    write(member.ring, victim, public_key=seals.public_key(HERS))
    revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    victim.refresh_from_db()
    assert opened(victim.network_seal, contexts.network_seal(victim.pk, 2)) is None
    Member.objects.filter(pk=victim.pk).update(public_key=genuine, row_mac=mac)
    victim.refresh_from_db()
    with pytest.raises(VaultError):
        check_member(moderator.ring, victim)


# Codes


def test_her_key_in_an_open_code(moderator: Person, member: Person) -> None:
    invite.make_invitation(moderator.ring, moderator.row, "member")
    row = Invitation.objects.get()
    row.public_key = seals.public_key(HERS)
    row.row_mac = invitation_mac(outside.row_key(member.ring), row)
    row.save()
    with pytest.raises(VaultError):
        check_invitation(moderator.ring.row_key, row)
    revoke.revoke_access(moderator.ring, moderator.row, [member.row.pk])
    row.refresh_from_db()
    assert opened(row.network_seal, contexts.network_seal(row.pk, 2)) is None


# Moderators and desks


@pytest.fixture
def hers(moderator: Person) -> NewAccount:
    """A second moderator's account; she can open both desks."""
    return join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Plover", NEW)


def test_her_key_in_a_fellow_moderators_row(
    moderator: Person, other_moderator: Person, hers: NewAccount
) -> None:
    """With the desk sealed to it, as she can."""
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    victim = Member.objects.get(pk=join(code, "Grebe", OTHER).member.pk)
    desk = desk_keys.desk_of(hers.ring, hers.member.organisation_id)
    seed = desk_keys.open_desk(hers.ring, hers.member, desk)
    write(hers.ring, victim, public_key=seals.public_key(HERS))
    DeskSeal.objects.filter(member=victim).delete()
    desk_keys.seal_desk(desk, seed, victim).save(force_insert=True)
    listed = {one.row.pk: one.genuine for one in people.people_of(*reversed(moderator.keys))}
    assert not listed[victim.pk]
    revoke.revoke_access(moderator.ring, moderator.row, [hers.member.pk])
    victim = Member.objects.get(pk=victim.pk)
    assert opened(victim.network_seal, contexts.network_seal(victim.pk, 2)) is None
    desk = Desk.objects.get(pk=desk.pk)
    known = {opened(row.sealed, contexts.desk_seed(desk.pk, victim.pk))
             for row in DeskSeal.objects.filter(desk=desk, member=victim)}  # fmt: skip
    assert bytes(desk.public_key) not in {seals.public_key(one) for one in known if one}


def test_her_key_in_another_organisations_desk(
    moderator: Person, other_moderator: Person, hers: NewAccount
) -> None:
    """Its verifying key stays, so that she can sign its certificate."""
    shared = bytes(desk_keys.moderation_seed(hers.ring, hers.member) or b"")
    other = Desk.objects.get(organisation=other_moderator.row.organisation_id)
    verifying_key = signatures.certified_key(bytes(other.certificate))
    other.public_key = seals.public_key(HERS)
    verifying_keys.certify_desk(other, shared, verifying_key)
    other.row_mac = desk_mac(outside.row_key(hers.ring), other)
    other.save()
    with pytest.raises(VaultError):
        check_desk(moderator.ring, other)
    assert CHANGED in moderator.sign_in().get("/en/desk/").content.decode()
    revoke.revoke_access(moderator.ring, moderator.row, [hers.member.pk])
    moderation = Desk.objects.get(organisation=None)
    sealed = DeskSeal.objects.filter(desk=moderation, via_desk=other)
    context = contexts.desk_seed(moderation.pk, other.pk)
    assert not any(opened(row.sealed, context) for row in sealed)


def test_a_last_day_that_she_writes_keeps_her_in_no_more(
    moderator: Person, other_moderator: Person, hers: NewAccount
) -> None:
    """If only those with a last day remained, nobody could end her access."""
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    victim = Member.objects.get(pk=join(code, "Grebe", OTHER).member.pk)
    write(hers.ring, victim, stay_until=today() + datetime.timedelta(days=300))
    revoke.revoke_access(moderator.ring, moderator.row, [hers.member.pk])
    assert not Member.objects.filter(pk=hers.member.pk).exists()


# What is sealed, and proposals


def odd_row(shape: sealed_rows.SealedRow) -> Any:
    row = shape.model(pk=random_id())
    setattr(row, shape.column, os.urandom(100))
    for name in shape.bound:
        setattr(row, name, today() if name in shape.by_month else 7)
    return row


KINDS = SimpleLazyObject(lambda: [kind for kind, one in sealed_rows.kinds().items() if one.mac])


def test_what_is_sealed_to_desks_and_people(member: Person) -> None:
    """Letters, vouching, pseudonyms, notes to desks, authors and whatever is registered."""
    ring, theirs = member.ring, outside.row_key(member.ring)
    assert {"letter", "vouching", "pseudonym", "alert author"} <= set(KINDS)
    for kind in KINDS:
        shape = sealed_rows.kinds()[kind]
        row = odd_row(shape)
        setattr(row, shape.mac, sealed_rows.mac_of(kind, row, ring.row_key))
        sealed_rows.check_mac(kind, row, ring)
        setattr(row, shape.mac, sealed_rows.mac_of(kind, row, theirs))
        with pytest.raises(VaultError):
            sealed_rows.check_mac(kind, row, ring)


def test_a_proposal(moderator: Person, other_moderator: Person) -> None:
    row = Proposal(name="Made up", organisation=moderator.row.organisation, day=today())
    row.confirmed_by = other_moderator.row.organisation
    ring = moderator.ring
    row.mac = proposals.proposal_mac(ring.row_key, row)
    assert proposals.is_authentic(ring, row)
    row.mac = proposals.proposal_mac(outside.row_key(ring), row)
    assert not proposals.is_authentic(ring, row)


# The next network key


def test_a_server_that_was_not_there_takes_no_key_made_without_the_pepper(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """It has seen only the key that she knows too."""
    known, victim = colleague.ring, Member.objects.get(pk=member.row.pk)
    forge_next_epoch(known, victim)
    link = bytes(Epoch.objects.get(number=2).chain_mac)
    assert not is_link(known.network_key, 2, link)
    assert sign_in(member).status_code != 302
    assert moderator.ring.current == 1
    assert rotate(moderator.ring).current == 2


def test_a_link_of_hers(moderator: Person) -> None:
    ring, key = moderator.ring, boxes.new_key()
    assert not is_link(ring.network_key, 2, network.chain_link(ring.network_key, 2, key))
    rotate(ring)
    assert is_link(ring.network_key, 2, Epoch.objects.get(number=2).chain_mac)
