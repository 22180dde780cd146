"""A role is not taken while the shared keys do not open: they could not be renewed, and what she
knew of them would make her a moderator again."""

import pytest

from safety_app.accounts.flows import invite, revoke
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.models import Desk, DeskSeal, Epoch, Member, VerifyingKey
from safety_app.vault import signatures
from tests.accounts.forged_desks import NEW
from tests.cast import Person


@pytest.mark.thorough
def test_a_role_stays_while_the_shared_keys_do_not_open(moderator: Person) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    row = join(code, "Grey Plover", NEW).member
    desk = desk_keys.desk_of(moderator.ring, row.organisation_id)
    browser = moderator.client
    DeskSeal.objects.filter(via_desk=desk).delete()
    sent = {"roles": [], "seen": "member,moderator", "sure": "1", "save": "roles"}
    response = browser.post(f"/en/desk/people/{row.pk}/", sent)
    assert response.status_code == 409
    assert "shared moderation keys do not open" in response.content.decode()
    assert Member.objects.get(pk=row.pk).has_role("moderator")
    assert Epoch.objects.count() == 1


def test_an_access_that_ended_meanwhile_is_finished_by_the_next_page_elsewhere(
    moderator: Person, other_moderator: Person
) -> None:
    """At night access can be ended in any case. The shared keys that she knew go as soon as a
    moderator of another organisation opens a page; until then the desk here says so.
    """
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    joined = join(code, "Grey Plover", NEW)
    row, ring = joined.member, joined.ring
    known = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, None))
    desk = desk_keys.desk_of(ring, row.organisation_id)
    DeskSeal.objects.filter(via_desk=desk).delete()
    revoke.revoke_access(moderator.ring, moderator.row, [row.pk])
    assert Desk.objects.get(organisation=None).renewal_due
    assert not VerifyingKey.objects.exists()
    page = moderator.client.get("/en/desk/").content.decode()
    assert "shared moderation keys do not open here" in page
    assert other_moderator.client.get("/en/desk/").status_code == 200
    assert not Desk.objects.get(organisation=None).renewal_due
    step = VerifyingKey.objects.get()
    assert bytes(step.previous) == signatures.verifying_key(known)
    other = other_moderator.row, other_moderator.ring
    desk_of_all = desk_keys.desk_of(other[1], None)
    assert desk_keys.open_desk(other[1], other[0], desk_of_all) != known
    assert other_moderator.client.get("/en/desk/").status_code == 200
    assert "do not open here" not in moderator.client.get("/en/desk/").content.decode()
