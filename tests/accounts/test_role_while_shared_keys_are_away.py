"""A role is not taken while the shared keys do not open: they could not be renewed, and what she
knew of them would make her a moderator again."""

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.models import DeskSeal, Epoch, Member
from tests.accounts.test_forged_desks import NEW
from tests.cast import Person


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
