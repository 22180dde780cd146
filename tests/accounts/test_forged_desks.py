"""A network attacked through its database by someone who can make the MACs of rows.

She is a member of today, who knows the network key; or she was a moderator, and knows the seeds of
both desks as they were. She writes what she likes into the database, but not where the server keeps
what it has seen. Tried in a network of three organisations and in one of a single one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from alerts.flows import flags, lifecycle, objections
from safety_app.accounts.flows import applications, found_network, invite, revoke
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.keys.epoch_pin import EpochNotPinned
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.keys.row_auth import desk_mac, invitation_mac, member_mac
from safety_app.accounts.models import (
    Desk,
    DeskSeal,
    Epoch,
    Invitation,
    Member,
    Organisation,
    VerifyingKey,
)
from safety_app.accounts.rotation import desk_rotation, network_rotation
from safety_app.privacy.ids import random_id
from safety_app.vault import seals, signatures
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.test_epoch_pin import forge_next_epoch, sign_in
from tests.alerts.reports import report
from tests.alerts.test_former_moderator import only_one_organisation
from tests.cast import Person

NEW = MadePassphrase("gibole natuve kirosa dapemu")
HERS = b"the seed of a desk that is hers!"
DESK = "/en/desk/"
PAGES = [DESK, "/en/desk/people/", "/en/desk/keys/", "/en/desk/looks/", "/en/a/unreviewed/"]


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


@pytest.fixture
def former(moderator: Person) -> Signer:
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


def role_alone(moderator: Person, member: Person) -> None:
    raise_role(member)


def role_with_a_moderators_seal(moderator: Person, member: Person) -> None:
    raise_role(member)
    seal = DeskSeal.objects.get(member=moderator.row)
    seal.pk, seal.member = random_id(), member.row
    seal.save(force_insert=True)


def role_with_a_seal_of_hers(moderator: Person, member: Person) -> None:
    raise_role(member)
    desk = Desk.objects.get(organisation=member.row.organisation_id)
    desk_keys.seal_desk(desk, HERS, member.row).save(force_insert=True)


def role_with_a_desk_of_hers(moderator: Person, member: Person) -> None:
    role_with_a_seal_of_hers(moderator, member)
    swap(member.ring, member.row.organisation_id)


@pytest.mark.parametrize(
    "write",
    [
        role_alone,
        role_with_a_moderators_seal,
        role_with_a_seal_of_hers,
        role_with_a_desk_of_hers,
    ],
    ids=lambda write: write.__name__,
)
def test_a_role_she_wrote_opens_no_page(
    moderator: Person, member: Person, write: Callable[[Person, Person], None]
) -> None:
    browser = member.client
    write(moderator, member)
    for page in PAGES:
        assert browser.get(page).status_code == 404
    assert DESK not in browser.get("/en/a/").content.decode()
    assert browser.post("/en/desk/keys/renew/", {"number": "1"}).status_code == 404
    assert Epoch.objects.count() == 1


def test_a_moderators_role_is_believed(moderator: Person, member: Person) -> None:
    assert moderator.client.get(DESK).status_code == 200
    network_rotation.renew_network_key(moderator.ring)
    assert moderator.client.get(DESK).status_code == 200
    desk_rotation.renew_own_desk(moderator.ring, moderator.row)
    assert moderator.client.get(DESK).status_code == 200


def test_a_former_moderators_role_is_not(former: Signer, moderator: Person) -> None:
    """She stayed a member; her row and her seal as they were, signed with the desk's older key."""
    row = Member.objects.get(pk=former.row.pk)
    row.roles = "member,moderator"
    row.row_mac = member_mac(moderator.ring.row_key, row)
    row.save()
    desk = Desk.objects.get(organisation=row.organisation_id)
    desk_keys.seal_desk(desk, former.own, row).save(force_insert=True)
    her = Person("her", "moderator", "Grey Plover", NEW)
    assert her.client.get(DESK).status_code == 404
    swapped = swap(moderator.ring, row.organisation_id, former.moderation)
    swapped.certificate += signatures.certify(  # the older desk's key behind it
        HERS, swapped.pk, row.organisation_id, bytes(swapped.public_key), bytes(32)
    )
    swapped.save()
    assert her.client.get(DESK).status_code == 404


@pytest.mark.parametrize("who", ["member", "former"])
def test_nothing_is_sealed_to_a_key_of_hers(
    member: Person, moderator: Person, former: Signer, who: str
) -> None:
    signer = HERS if who == "member" else former.moderation
    row, ring = member.keys
    code = invite.make_invitation(moderator.ring, moderator.row, "member")
    swap(ring, row.organisation_id, signer)
    with pytest.raises(applications.NotOffered):
        applications.apply(row.organisation_id, "Somebody New", NEW, "let me in")
    with pytest.raises(InvitationRefused):
        join(code, "Somebody New", NEW)
    with pytest.raises(VaultError):
        desk_keys.desk_of(ring, row.organisation_id)
    assert not desk_keys.moderators_of(ring, row.organisation_id)
    with pytest.raises(VaultError):
        desk_rotation.renew_own_desk(moderator.ring, moderator.row)


@pytest.mark.parametrize("who", ["member", "former"])
def test_nothing_is_sealed_to_a_moderation_desk_of_hers(
    member: Person, moderator: Person, former: Signer, who: str
) -> None:
    alert = lifecycle.post(moderator.ring, moderator.row, report())
    swap(member.ring, None, HERS if who == "member" else former.moderation)
    with pytest.raises(VaultError):
        objections.receive("06 39 98 12 42", "It was not me.")
    with pytest.raises(VaultError):
        flags.send_flag(member.ring, alert.pk, flags.FlagContent("false", "x"))


@pytest.mark.parametrize("who", ["member", "former"])
def test_an_invented_organisation_is_given_nothing(
    member: Person, moderator: Person, former: Signer, who: str
) -> None:
    desk = invent(member.ring, HERS if who == "member" else former.moderation)
    assert moderator.client.get(DESK).status_code == 200
    desk_rotation.renew_own_desk(*reversed(moderator.keys))
    assert not DeskSeal.objects.filter(via_desk=desk).exists()
    assert desk.organisation_id is not None
    with pytest.raises(applications.NotOffered):
        applications.apply(desk.organisation_id, "Somebody New", NEW, "let me in")


def forge_a_role(moderator: Person, member: Person) -> None:
    raise_role(member)


def forge_an_organisation(moderator: Person, member: Person) -> None:
    invent(member.ring)


def forge_the_desk_of_all(moderator: Person, member: Person) -> None:
    swap(member.ring, None)


def forge_a_code(moderator: Person, member: Person) -> None:
    invite.make_invitation(moderator.ring, moderator.row, "moderator")
    own = {"organisation": moderator.row.organisation_id, "roles__contains": "moderator"}
    invitation = Invitation.objects.get(**own)
    invitation.public_key = seals.public_key(HERS)
    invitation.row_mac = invitation_mac(member.ring.row_key, invitation)
    invitation.save()


@pytest.mark.parametrize(
    "forge",
    [forge_a_role, forge_an_organisation, forge_the_desk_of_all, forge_a_code],
    ids=lambda forge: forge.__name__,
)
def test_what_is_passed_over_is_said(
    moderator: Person, member: Person, forge: Callable[[Person, Person], None]
) -> None:
    assert "from outside" not in moderator.client.get(DESK).content.decode()
    forge(moderator, member)
    page = moderator.client.get(DESK).content.decode()
    assert "1 role or key of moderators was changed from outside" in page


def test_an_organisation_that_lost_the_shared_keys_gets_them_under_its_own_key_only(
    member: Person, moderator: Person
) -> None:
    row, ring = moderator.keys
    if Organisation.objects.count() == 1:
        return
    other = Desk.objects.get(organisation__name="Harbour House")
    DeskSeal.objects.filter(via_desk=other).delete()
    true_key = other.public_key, other.row_mac, other.certificate
    swap(member.ring, other.organisation_id)
    assert moderator.client.get(DESK).status_code == 200
    assert not DeskSeal.objects.filter(via_desk=other).exists()
    other.public_key, other.row_mac, other.certificate = true_key
    other.save()
    assert moderator.client.get(DESK).status_code == 200
    assert DeskSeal.objects.filter(via_desk=other).exists()


def lose_the_pin() -> None:
    Path(settings.EPOCH_PIN_FILE).unlink()


def test_a_forged_next_key_without_what_the_server_knew(
    moderator: Person, member: Person, colleague: Person
) -> None:
    """By somebody who is a member no more: she knows the key before."""
    known = colleague.ring
    revoke.revoke_access(moderator.ring, moderator.row, [colleague.row.pk])
    forge_next_epoch(known, Member.objects.get(pk=member.row.pk))
    lose_the_pin()
    response = sign_in(member)
    assert response.status_code == 503
    assert "Nobody can sign in at the moment" in response.content.decode()
    assert not Path(settings.EPOCH_PIN_FILE).exists()


def test_a_signed_key_is_taken_without_what_the_server_knew(
    moderator: Person, member: Person, colleague: Person
) -> None:
    browser = moderator.confirm()
    address = f"/en/desk/people/{colleague.row.pk}/revoke/"
    assert browser.post(address, {"revoke": "1"}, follow=True).status_code == 200
    lose_the_pin()
    assert member.ring.current == Epoch.objects.count()


def test_a_members_own_renewal_is_signed_at_a_moderators_next_page(
    moderator: Person, member: Person, colleague: Person
) -> None:
    network_rotation.renew_network_key(colleague.ring)
    browser = moderator.client
    pin = Path(settings.EPOCH_PIN_FILE).read_bytes()
    lose_the_pin()
    assert sign_in(member).status_code == 503
    Path(settings.EPOCH_PIN_FILE).write_bytes(pin)
    assert browser.get(DESK).status_code == 200
    lose_the_pin()
    assert sign_in(member).status_code == 302


def fork(former: Signer) -> None:
    """Another successor of the verifying key, signed with the seed that a moderator knew."""
    before = signatures.verifying_key(former.moderation)
    key = signatures.verifying_key(HERS)
    signature = signatures.sign(former.moderation, signatures.successor_statement(before, key))
    changed = VerifyingKey.objects.filter(previous=before)
    assert changed.update(key=key, signature=signature) == 1


def test_another_successor_of_the_verifying_key(
    former: Signer, moderator: Person, member: Person
) -> None:
    """`member` was away, and holds only the key before."""
    assert moderator.ring.verifying_key != former.ring.verifying_key  # the server has seen it
    fork(former)
    with pytest.raises(EpochNotPinned):
        member.keys  # noqa: B018
    swap(moderator.ring, former.row.organisation_id)
    with pytest.raises(applications.NotOffered):
        applications.apply(former.row.organisation_id, "Somebody New", NEW, "let me in")


def test_verifying_keys_in_a_circle(former: Signer, member: Person) -> None:
    before = signatures.verifying_key(former.moderation)
    signature = signatures.sign(former.moderation, signatures.successor_statement(before, before))
    VerifyingKey.objects.filter(previous=before).update(key=before, signature=signature)
    with pytest.raises(VaultError):
        desk_keys.desk_of(former.ring, former.row.organisation_id)
    assert sign_in(member).status_code in (403, 503)


def test_who_was_away_is_led_to_the_newest_verifying_key(
    moderator: Person, member: Person, nobody: Client
) -> None:
    for _ in range(3):
        desk_rotation.renew_own_desk(*reversed(moderator.keys))
    row, ring = member.keys
    assert ring.verifying_key == moderator.ring.verifying_key
    assert desk_keys.desk_of(ring, row.organisation_id)
    assert member.client.get("/en/a/").status_code == 200
    assert VerifyingKey.objects.count() == 3
