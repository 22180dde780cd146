"""Codes known to someone whose access ends stop working, wherever they were made."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from safety_app.accounts.flows import (
    applications,
    departures,
    found_network,
    invite,
    messages,
    promote,
    proposals,
    revoke,
    transfer,
    vouch,
)
from safety_app.accounts.flows.found_network import Founding
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys import contexts, desk_keys, preconditions
from safety_app.accounts.keys.keyring import EpochMoved
from safety_app.accounts.models import (
    Application,
    Desk,
    DeskSeal,
    Invitation,
    Member,
    Proposal,
    Vouching,
)
from safety_app.accounts.rotation import desk_rotation
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests import cast as stage
from tests.accounts.conftest import shown_code
from tests.accounts.newcomers import accept
from tests.cast import Person

pytestmark = pytest.mark.django_db

GENERATED = MadePassphrase("gibole natuve kirosa dapemu")
ANOTHER = MadePassphrase("rugabe dinoso pakelu mavoti")


@pytest.fixture
def second_moderator(moderator: Person) -> Person:
    """Another moderator of the same organisation."""
    row, ring = moderator.keys
    join(invite.make_invitation(ring, row, "moderator"), "Brown Curlew", GENERATED)
    return Person("second", "moderator", "Brown Curlew", GENERATED)


def founded_by(founder: Person, confirms: Person) -> Founding:
    row, ring = founder.keys
    proposals.propose(ring, row, "Riverside")
    proposal = Proposal.objects.get()
    proposals.confirm(confirms.ring, confirms.row, proposal.pk)
    return proposals.create_organisation(ring, row, proposal.pk)


def is_refused(code: str) -> None:
    with pytest.raises(InvitationRefused):
        join(code, "Back Again", ANOTHER)


@pytest.mark.thorough
def test_a_code_to_become_moderator_ends_with_her_access(moderator: Person, member: Person) -> None:
    url = f"/en/desk/people/{member.row.pk}/"
    typed = {"save": "roles", "seen": member.row.roles, "roles": ["moderator"], "sure": "1"}
    code = shown_code(moderator.client.post(url, typed).content)
    assert b"every code to become a moderator" in moderator.client.get(f"{url}revoke/").content
    assert moderator.client.post(f"{url}revoke/", {"revoke": "1"}).status_code == 200
    is_refused(code)


@pytest.mark.thorough
def test_a_second_code_does_not_make_her_moderator_again(moderator: Person, member: Person) -> None:
    first_code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    two = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    row, ring = member.keys
    promote.become_moderator(row.pk, ring, first_code)
    revoke.remove_moderator_role(moderator.ring, moderator.row, row.pk)
    with pytest.raises(promote.CodeRefused):
        promote.become_moderator(row.pk, member.ring, two)
    is_refused(two)


@pytest.mark.thorough
def test_codes_for_another_organisation_end_with_her_access(
    moderator: Person, second_moderator: Person, other_moderator: Person
) -> None:
    other = other_moderator.row.organisation
    Member.objects.filter(pk=other_moderator.row.pk).delete()
    used = invite.make_invitation_for(second_moderator.ring, second_moderator.row, other)
    kept = invite.make_invitation_for(second_moderator.ring, second_moderator.row, other)
    join(used, "Calm Teal", ANOTHER)
    pk = second_moderator.row.pk
    revoke.revoke_access(moderator.ring, moderator.row, {pk})
    is_refused(kept)
    assert Member.objects.filter(organisation=other).exists()


@pytest.mark.thorough
def test_they_end_with_her_role(
    moderator: Person, second_moderator: Person, other_moderator: Person
) -> None:
    founding = founded_by(second_moderator, other_moderator)
    revoke.remove_moderator_role(moderator.ring, moderator.row, second_moderator.row.pk)
    is_refused(founding.invitation_code)


def test_they_end_with_her_organisation(moderator: Person, other_moderator: Person) -> None:
    founding = found_network.add_organisation(moderator.ring, moderator.row, "Riverside")
    row, ring = other_moderator.keys
    code = invite.make_invitation_for(ring, row, founding.organisation)
    own = row.organisation
    own.leaves = departures.today()
    own.save()
    noted = Vouching.objects.get(organisation=own, invitation__isnull=False)
    assert departures.remaining_accounts(own.pk)[1] == {noted.invitation_id}
    own.leaves = None
    own.save()
    departures.announce_departure(row)
    is_refused(code)


@pytest.mark.thorough
def test_an_organisation_that_leaves_keeps_no_codes_and_makes_none(
    moderator: Person, other_moderator: Person, outsider: Person
) -> None:
    row, ring = other_moderator.keys
    codes = [invite.make_invitation(ring, row, "member")]
    codes.append(vouch.vouch(outsider.ring, outsider.row, "me"))
    vouch.approve_vouching(ring, row, vouch.waiting_vouchings(row.organisation_id)[0].pk)
    vouch.vouch(outsider.ring, outsider.row, "and me")
    applications.apply(row.organisation_id, "Newcomer One", ANOTHER, "n")
    departures.announce_departure(row)
    assert not Invitation.objects.exists()
    for refuses in (
        lambda: invite.make_invitation(ring, row, "member"),
        lambda: accept(ring, row, Application.objects.get().pk),
        lambda: proposals.propose(ring, row, "Riverside"),
    ):
        with pytest.raises(preconditions.OrganisationLeaving):
            refuses()
    answer = other_moderator.client.post("/en/desk/invite/", {"make": "1", "role": "member"})
    assert answer.status_code == 409
    assert b"accepts nobody" in answer.content
    for code in codes:
        is_refused(code)


@pytest.mark.thorough
def test_a_moderator_who_moved_cannot_open_the_desk_of_all(
    moderator: Person, other_moderator: Person
) -> None:
    row, ring = other_moderator.keys
    old = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    own_desk_row = desk_keys.desk_row(row.organisation_id)
    departures.announce_departure(row)
    transfer.request_transfer(ring, other_moderator.row, moderator.row.organisation_id, "")
    application = Application.objects.get()
    accept(moderator.ring, moderator.row, application.pk, application.member_id)
    for held in DeskSeal.objects.filter(desk__organisation=None):
        with pytest.raises(VaultError):
            seals.unseal(
                bytes(old), bytes(held.sealed), contexts.desk_seed(held.desk_id, own_desk_row.pk)
            )
    # Other desks continue; a visit never gives it to a desk that is due for renewal.
    assert moderator.client.get("/en/desk/").status_code == 200
    assert not DeskSeal.objects.filter(via_desk=own_desk_row).exists()


@pytest.mark.thorough
def test_a_new_organisation_is_told_to_make_its_keys_its_own(
    moderator: Person, second_moderator: Person, other_moderator: Person
) -> None:
    founding = founded_by(second_moderator, other_moderator)
    joined = join(founding.invitation_code, "Calm Teal", ANOTHER)
    teal = Person("teal", "moderator", "Calm Teal", ANOTHER)
    page = teal.client.get("/en/desk/").content.decode()
    assert "Renew the moderation keys" in page
    assert "do not open here" not in page
    revoke.revoke_access(moderator.ring, moderator.row, {second_moderator.row.pk})
    desk = Desk.objects.get(organisation=founding.organisation)
    assert not DeskSeal.objects.filter(via_desk=desk).exists()
    browser = teal.client
    assert "do not open here" in browser.get("/en/desk/").content.decode()
    answer = browser.get("/en/a/shared/own/")
    assert answer.status_code == 409
    assert b"They open again once" in answer.content
    desk_rotation.renew_desk_keys(teal.ring, teal.row)
    assert "Renew the moderation keys" not in teal.client.get("/en/desk/").content.decode()
    desk.refresh_from_db()
    with pytest.raises(VaultError):
        found_network.open_desk_with_code(desk, founding.desk_recovery_code)
    # The next moderator of another organisation to visit their desk gives it back.
    before = bytes(desk_keys.desk_row(None).public_key)
    other_moderator.client.get("/en/desk/")
    row, ring = teal.keys
    assert row.pk == joined.member.pk
    assert desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, None))
    assert bytes(desk_keys.desk_row(None).public_key) != before
    assert "do not open here" not in teal.client.get("/en/desk/").content.decode()


@pytest.mark.thorough
def test_a_guest_does_not_remove_the_last_moderator_who_stays(moderator: Person) -> None:
    row, ring = moderator.keys
    join(invite.make_invitation(ring, row, "moderator", guest=True), "Brown Curlew", GENERATED)
    guest = Person("guest", "moderator", "Brown Curlew", GENERATED)
    for removes in (
        lambda: revoke.remove_moderator_role(guest.ring, guest.row, row.pk),
        lambda: revoke.revoke_access(guest.ring, guest.row, {row.pk}),
    ):
        with pytest.raises(preconditions.NoModeratorRemains):
            removes()
    answer = guest.client.post(f"/en/desk/people/{row.pk}/revoke/", {"revoke": "1"})
    assert answer.status_code == 409
    assert b"Only guests would be left" in answer.content
    assert moderator.row.has_role("moderator")


@pytest.mark.thorough
def test_what_was_under_way_when_she_was_demoted_does_nothing(
    moderator: Person, second_moderator: Person, other_moderator: Person, member: Person
) -> None:
    row, ring = second_moderator.keys
    own = row.organisation_id
    vouch.vouch(member.ring, member.row, "a friend")
    vouched = vouch.waiting_vouchings(own)[0].pk
    applications.apply(own, "Newcomer One", ANOTHER, "n")
    asks = Application.objects.get().pk
    proposals.propose(other_moderator.ring, other_moderator.row, "Harbour Two")
    proposal = Proposal.objects.get().pk
    revoke.remove_moderator_role(moderator.ring, moderator.row, row.pk)
    acts: list[Callable[[], object]] = [
        lambda: vouch.approve_vouching(ring, row, vouched),
        lambda: vouch.decline_vouching(row, vouched),
        lambda: accept(ring, row, asks),
        lambda: applications.decline(row, asks),
        lambda: proposals.propose(ring, row, "Riverside"),
        lambda: proposals.confirm(ring, row, proposal),
        lambda: proposals.withdraw(row, proposal),
        lambda: messages.write_message(ring, row, "hello", to=member.row),
        lambda: invite.make_invitation(ring, row, "member"),
        lambda: departures.announce_departure(row),
        lambda: departures.cancel_departure(row),
    ]
    for act in acts:
        # With the older key a request starts again, and then she is no moderator.
        with pytest.raises((preconditions.NotModerator, EpochMoved)):
            act()
    assert Application.objects.get().state == "waiting"


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["for an organisation without moderators", "of a new one"])
def test_codes_for_elsewhere_end_though_the_row_about_them_is_gone(
    moderator: Person, second_moderator: Person, other_moderator: Person, way: str
) -> None:
    """Somebody who can write to the database deletes it before she is removed; by then that
    organisation has a moderator.
    """
    row, ring = second_moderator.keys
    if way == "of a new one":
        kept = founded_by(second_moderator, other_moderator).invitation_code
        invitation = Invitation.objects.get()
    else:
        other = other_moderator.row.organisation
        Member.objects.filter(pk=other_moderator.row.pk).delete()
        kept = invite.make_invitation_for(ring, row, other)
        invitation = Invitation.objects.get()
        used = invite.make_invitation_for(ring, row, other)
        joined = join(used, "Calm Teal", ANOTHER)
        promote.become_moderator(joined.member.pk, joined.ring, stage.CODES["other_desk"])
    Vouching.objects.filter(invitation=invitation, organisation=row.organisation_id).delete()
    revoke.revoke_access(moderator.ring, moderator.row, {row.pk})
    is_refused(kept)
