"""Entries of who let whom in cannot be moved to another account or another code."""

from __future__ import annotations

import pytest

from safety_app.accounts.flows import invite
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys import admissions, desk_keys
from safety_app.accounts.models import Invitation, Member, Vouching
from safety_app.vault.made_passphrases import MadePassphrase
from tests.cast import Person

PASSPHRASE = MadePassphrase("gibole natuve kirosa dapemu")


def listed(moderator: Person) -> admissions.Admitted:
    """Whom the moderator admitted, as the moderators of that organisation see it."""
    row, ring = moderator.keys
    desk = desk_keys.desk_of(ring, row.organisation_id)
    seed = desk_keys.open_desk(ring, row, desk)
    found = admissions.admitted_by(ring, seed, row.organisation_id)
    return found.get(row.pk, admissions.Admitted())


def admit(moderator: Person, kind: str, pseudonym: str) -> Member:
    row, ring = moderator.keys
    return join(invite.make_invitation(ring, row, kind), pseudonym, PASSPHRASE).member


@pytest.mark.parametrize("kind", ["member", "translator"])
def test_an_entry_follows_the_code_that_was_used_and_nobody_else(
    moderator: Person, kind: str
) -> None:
    mine = admit(moderator, kind, "Green Teal")
    other = Member.objects.exclude(pk__in=[mine.pk, moderator.row.pk]).earliest("pk")
    before = listed(moderator).members
    assert mine.pk in before
    Vouching.objects.filter(member=mine).update(member=other)
    now = listed(moderator).members
    assert (mine.pk in now, now.count(other.pk)) == (False, before.count(other.pk))


@pytest.mark.thorough
def test_entries_of_two_people_cannot_be_exchanged(moderator: Person) -> None:
    one, two = (admit(moderator, "member", name) for name in ("Green Teal", "Blue Teal"))
    first, second = (Vouching.objects.get(member=member) for member in (one, two))
    before = set(listed(moderator).members)
    assert {one.pk, two.pk} <= before
    first.member, second.member = two, one
    first.save()
    second.save()
    assert set(listed(moderator).members) == before - {one.pk, two.pk}


def test_an_entry_of_one_code_does_not_spare_another(moderator: Person) -> None:
    row, ring = moderator.keys
    for _ in range(2):
        invite.make_invitation(ring, row, "member")
    one, two = Vouching.objects.filter(invitation__isnull=False).order_by("pk")
    before = set(listed(moderator).invitations)
    assert before == {one.invitation_id, two.invitation_id}
    one.invitation, two.invitation = two.invitation, one.invitation
    one.save()
    two.save()
    assert listed(moderator).invitations == []
    one.invitation, one.member = None, row
    one.save()
    assert row.pk not in listed(moderator).members


def test_a_used_code_that_is_put_back_opens_nothing(moderator: Person) -> None:
    row, ring = moderator.keys
    code = invite.make_invitation(ring, row, "member")
    older = Invitation.objects.get(state="open")
    join(code, "Green Teal", PASSPHRASE)
    older.save(force_insert=True)
    with pytest.raises(InvitationRefused):
        join(code, "Blue Teal", PASSPHRASE)
