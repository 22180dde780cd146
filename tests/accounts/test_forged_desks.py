"""Roles, desks and organisations that a member or a former moderator writes into the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from alerts.flows import flags, lifecycle, objections
from safety_app.accounts.flows import applications, invite
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.keys.row_auth import invitation_mac, member_mac
from safety_app.accounts.models import (
    Desk,
    DeskSeal,
    Epoch,
    Invitation,
    Member,
    Organisation,
)
from safety_app.accounts.rotation import network_rotation
from safety_app.privacy.ids import random_id
from safety_app.vault import seals, signatures
from safety_app.vault.errors import VaultError
from tests.accounts.desk_renewals import renew_own_desk
from tests.accounts.forged_desks import (
    DESK,
    HERS,
    NEW,
    Signer,
    invent,
    network_of,  # noqa: F401
    raise_role,
    swap,
)
from tests.alerts.reports import report
from tests.cast import Person

PAGES = [DESK, "/en/desk/people/", "/en/desk/keys/", "/en/desk/looks/", "/en/a/unreviewed/"]


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


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_moderators_role_is_believed(moderator: Person, member: Person) -> None:
    assert moderator.client.get(DESK).status_code == 200
    network_rotation.renew_network_key(moderator.ring)
    assert moderator.client.get(DESK).status_code == 200
    renew_own_desk(moderator.ring, moderator.row)
    assert moderator.client.get(DESK).status_code == 200


@pytest.mark.thorough
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


@pytest.mark.thorough
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
        renew_own_desk(moderator.ring, moderator.row)


@pytest.mark.thorough
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


@pytest.mark.thorough
@pytest.mark.parametrize("who", ["member", "former"])
def test_an_invented_organisation_is_given_nothing(
    member: Person, moderator: Person, former: Signer, who: str
) -> None:
    desk = invent(member.ring, HERS if who == "member" else former.moderation)
    assert moderator.client.get(DESK).status_code == 200
    renew_own_desk(*reversed(moderator.keys))
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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
