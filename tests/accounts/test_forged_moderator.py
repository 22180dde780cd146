"""A member of today who can write to the database makes herself, or a row of hers, a moderator.

She holds the network key, so the MACs of rows are no obstacle to her. The desk's seed must not
come to her all the same, at any renewal.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from safety_app.accounts.flows import found_network, invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.flows.recover import change_credentials
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.keys.keyring import KeyRing, require_current_epoch
from safety_app.accounts.keys.row_auth import invitation_mac, member_mac
from safety_app.accounts.models import Desk, DeskSeal, Invitation, Member, Organisation
from safety_app.accounts.rotation import desk_rotation
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import Person

THIRD = MadePassphrase("gibole natuve kirosa dapemu")


@pytest.fixture(params=["three organisations", "a single one"], autouse=True)
def network_of(request: pytest.FixtureRequest, moderator: Person) -> None:
    if request.param == "three organisations":
        found_network.add_organisation(moderator.ring, moderator.row, "Riverside")
        return
    others = Organisation.objects.exclude(pk=moderator.row.organisation_id)
    Member.objects.filter(organisation__in=others).delete()
    Desk.objects.filter(organisation__in=others).delete()
    others.delete()


def renew(moderator: Person) -> None:
    row, ring = moderator.keys
    with transaction.atomic():
        require_current_epoch(ring)
        desk_rotation.renew_desk_keys(ring, row)


def raised_role(moderator: Person, member: Person) -> None:
    row, ring = member.keys
    row.roles = "member,moderator"
    row.row_mac = member_mac(ring.row_key, row)
    row.save()


def raised_role_with_a_seal_of_hers(moderator: Person, member: Person) -> None:
    raised_role(moderator, member)
    row, ring = member.keys
    desk = desk_keys.desk_of(ring, row.organisation_id)
    desk_keys.seal_desk(desk, seals.new_seed(), row).save(force_insert=True)


def raised_role_with_a_copied_seal(moderator: Person, member: Person) -> None:
    raised_role(moderator, member)
    held = DeskSeal.objects.get(member=moderator.row)
    DeskSeal(desk=held.desk, member=member.row, sealed=held.sealed, signature=held.signature).save(
        force_insert=True
    )


@pytest.mark.parametrize(
    "forge", [raised_role, raised_role_with_a_seal_of_hers, raised_role_with_a_copied_seal]
)
def test_a_role_she_wrote_herself_brings_no_desk(
    moderator: Person, member: Person, forge: Callable[[Person, Person], None]
) -> None:
    forge(moderator, member)
    renew(moderator)
    assert not DeskSeal.objects.filter(member=member.row).exists()
    assert opens(*moderator.keys)


def test_her_key_in_the_row_of_a_moderator_brings_no_desk(
    moderator: Person, member: Person
) -> None:
    second = second_moderator(moderator)[0]
    hers = seals.new_seed()
    second.public_key = seals.public_key(hers)
    second.row_mac = member_mac(member.ring.row_key, second)
    second.save()
    renew(moderator)
    assert not DeskSeal.objects.filter(member=second).exists()


def test_her_key_in_the_row_of_an_invitation_brings_no_desk(
    moderator: Person, member: Person
) -> None:
    invite.make_invitation(moderator.ring, moderator.row, "moderator")
    own = moderator.row.organisation_id
    invitation = Invitation.objects.get(roles="member,moderator", organisation=own)
    invitation.public_key = seals.public_key(seals.new_seed())
    invitation.row_mac = invitation_mac(member.ring.row_key, invitation)
    invitation.save()
    renew(moderator)
    assert not DeskSeal.objects.filter(invitation=invitation.pk).exists()


def test_moderators_keep_their_desk_also_after_a_new_seed(moderator: Person) -> None:
    row, ring = second_moderator(moderator)
    row, ring = change_credentials(row.pk, ring, ring.pseudonym, THIRD)
    renew(moderator)
    assert opens(row, ring)


def test_who_renews_keeps_the_desk_though_somebody_spoiled_the_proof(moderator: Person) -> None:
    DeskSeal.objects.filter(member=moderator.row).update(signature=bytes(64))
    renew(moderator)
    assert opens(*moderator.keys)


def second_moderator(moderator: Person) -> tuple[Member, KeyRing]:
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    joined = join(code, "Brown Curlew", MadePassphrase("gibole natuve kirosa dapemu"))
    return joined.member, joined.ring


def opens(row: Member, ring: KeyRing) -> bool:
    try:
        desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    except VaultError:
        return False
    return True
