"""A code that was used, and its rows put back as they were before, brings nobody in again.

Each row is genuine, so no MAC tells. What does is that its account is there, or that a desk that is
renewed takes no code of a moderator along.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.db.models import Model

from safety_app.accounts.flows import erase, invite, promote, revoke
from safety_app.accounts.flows.join import InvitationRefused, NewAccount, join
from safety_app.accounts.keys import admissions, desk_keys
from safety_app.accounts.models import DeskSeal, Invitation, Member, Vouching
from safety_app.accounts.rotation import network_rotation
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.desk_renewals import renew_own_desk
from tests.alerts.test_closed_epochs import Rows, put_back, rows_of
from tests.cast import Person

pytestmark = pytest.mark.django_db

FIRST = MadePassphrase("gibole natuve kirosa dapemu")
SECOND = MadePassphrase("kafedu bizoti nolape rimuso")


@dataclass
class UsedCode:
    """A code that somebody used, and what she copied before."""

    moderator: Person
    kind: str
    code: str = ""
    copied: dict[type[Model], Rows] = field(default_factory=dict)

    def make(self) -> None:
        self.code = invite.make_invitation(self.moderator.ring, self.moderator.row, self.kind)
        self.copied = {model: rows_of(model) for model in (Invitation, Vouching, DeskSeal)}

    def use(self) -> NewAccount:
        self.make()
        return join(self.code, "Plain Wren", FIRST)

    def put_back(self, *models: type[Model]) -> None:
        for model in models:
            put_back(model, self.copied[model])


def end_access(moderator: Person, gone: int) -> None:
    address = f"/en/desk/people/{gone}/revoke/"
    assert moderator.confirm().post(address, {"revoke": "1"}, follow=True).status_code == 200
    assert not Member.objects.filter(pk=gone).exists()


@pytest.mark.parametrize("kind", ["member", "moderator"])
@pytest.mark.parametrize("models", [(Invitation,), (Invitation, Vouching)])
def test_after_her_removal(moderator: Person, kind: str, models: tuple[type[Model], ...]) -> None:
    used = UsedCode(moderator, kind)
    hers = used.use()
    used.put_back(*models)
    end_access(moderator, hers.member.pk)
    with pytest.raises(InvitationRefused):
        join(used.code, "Other Name", SECOND)


def test_whom_she_was_let_in_by_is_still_said(moderator: Person) -> None:
    used = UsedCode(moderator, "member")
    hers = used.use()
    used.put_back(Invitation, Vouching)
    ring, row = moderator.ring, moderator.row
    seed = desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))
    admitted = admissions.admitted_by(ring, seed, row.organisation_id)[row.pk]
    assert hers.member.pk in admitted.members
    assert admitted.invitations == []


def test_a_moderator_who_left_by_herself_gets_no_desk(moderator: Person) -> None:
    used = UsedCode(moderator, "moderator")
    hers = used.use()
    erase.erase_account(hers.member, hers.ring, [])
    used.put_back(Invitation, Vouching, DeskSeal)
    renew_own_desk(moderator.ring, moderator.row)
    with pytest.raises(InvitationRefused):
        join(used.code, "Other Name", SECOND)


@pytest.mark.thorough
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_member_who_became_moderator_with_it(
    moderator: Person, member: Person, when: str
) -> None:
    """It is put back before her role ends, or after: it makes her moderator no second time."""
    used = UsedCode(moderator, "moderator")
    used.make()
    promote.become_moderator(member.row.pk, member.ring, used.code)
    if when == "before":
        used.put_back(Invitation, Vouching, DeskSeal)
    revoke.remove_moderator_role(moderator.ring, moderator.row, member.row.pk)
    if when == "after":
        used.put_back(Invitation, Vouching, DeskSeal)
    with pytest.raises(promote.CodeRefused):
        promote.become_moderator(member.row.pk, member.ring, used.code)
    with pytest.raises(InvitationRefused):
        join(used.code, "Other Name", SECOND)
    assert "moderator" not in member.row.roles


@pytest.mark.thorough
def test_a_friends_code_of_another_organisation(
    moderator: Person, other_moderator: Person, member: Person
) -> None:
    """Who is removed puts it back, and takes her friend's row away to use it."""
    used = UsedCode(other_moderator, "member")
    friend = used.use()
    used.put_back(Invitation)
    end_access(moderator, member.row.pk)
    Member.objects.filter(pk=friend.member.pk).delete()
    with pytest.raises(InvitationRefused):
        join(used.code, "Other Name", SECOND)


@pytest.mark.thorough
def test_while_her_access_is_being_ended(moderator: Person) -> None:
    """Where another transaction writes in between, as on PostgreSQL."""
    used = UsedCode(moderator, "member")
    hers = used.use()
    rotation = network_rotation.prepare(moderator.ring, {hers.member.pk}, ())
    used.put_back(Invitation, Vouching)
    with transaction.atomic():
        rotation.apply()
    with pytest.raises(InvitationRefused):
        join(used.code, "Other Name", SECOND)
