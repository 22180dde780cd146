"""Ending the access of somebody who can write to the database: what her rows say, and what she
spoiled before, neither keeps her in nor leaves her a key.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.test import Client

from safety_app.accounts.flows import invite, people
from safety_app.accounts.flows.join import NewAccount, join
from safety_app.accounts.keys import desk_keys
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Application, Desk, DeskSeal, Member
from safety_app.locales.dates import today
from safety_app.vault import seals
from tests.accounts.forged_desks import NEW
from tests.accounts.newcomers import applicant
from tests.accounts.test_epoch_pin import sign_in
from tests.cast import Person

LACKS = "shared moderation keys do not open here"


@pytest.fixture
def hers(moderator: Person) -> NewAccount:
    """A second moderator's account."""
    return join(invite.make_invitation(moderator.ring, moderator.row, "moderator"), "Plover", NEW)


def end_access(browser: Client, row: Member) -> None:
    done = browser.post(f"/en/desk/people/{row.pk}/revoke/", {"revoke": "1"}, follow=True)
    assert done.status_code == 200
    assert not Member.objects.filter(pk=row.pk).exists()
    assert "The new moderation recovery code" in done.content.decode()


# What her row says


def lower_role(hers: NewAccount) -> None:
    row = Member.objects.get(pk=hers.member.pk)
    row.roles = "member"
    row.row_mac = member_mac(hers.ring.row_key, row)
    row.save()


def become_translator(hers: NewAccount) -> None:
    Member.objects.filter(pk=hers.member.pk).update(roles="translator", epoch=0)


def lose_the_seal(hers: NewAccount) -> None:
    lower_role(hers)
    DeskSeal.objects.filter(member=hers.member.pk).delete()


@pytest.mark.thorough
@pytest.mark.parametrize("write", [lower_role, become_translator, lose_the_seal])
def test_both_desks_are_renewed_whatever_her_row_says(
    moderator: Person, hers: NewAccount, write: Callable[[NewAccount], None]
) -> None:
    desks = {organisation: desk_keys.desk_of(hers.ring, organisation)
             for organisation in (hers.member.organisation_id, None)}  # fmt: skip
    known = {organisation: seals.public_key(desk_keys.open_desk(hers.ring, hers.member, desk))
             for organisation, desk in desks.items()}  # fmt: skip
    write(hers)
    end_access(moderator.client, hers.member)
    for organisation, public_key in known.items():
        desk = Desk.objects.get(organisation=organisation)
        assert bytes(desk.public_key) != public_key
        assert desk.previous_box is None


# What she spoiled


def overwrite(own: Desk, moderation: Desk) -> None:
    DeskSeal.objects.filter(desk=moderation, via_desk=own).update(sealed=bytes(1169))


def delete(own: Desk, moderation: Desk) -> None:
    DeskSeal.objects.filter(desk=moderation, via_desk=own).delete()


def damage_moderation(_own: Desk, moderation: Desk) -> None:
    Desk.objects.filter(pk=moderation.pk).update(certificate=bytes(128))


def delete_moderation(_own: Desk, moderation: Desk) -> None:
    DeskSeal.objects.filter(desk=moderation).delete()
    Desk.objects.filter(pk=moderation.pk).delete()


def desks_of(moderator: Person) -> tuple[Desk, Desk]:
    own = Desk.objects.get(organisation=moderator.row.organisation_id)
    return own, Desk.objects.get(organisation=None)


@pytest.mark.thorough
@pytest.mark.parametrize("write", [delete, overwrite, damage_moderation, delete_moderation])
def test_nothing_in_rows_keeps_her_in_and_the_desk_says_what_is_wrong(
    moderator: Person, hers: NewAccount, write: Callable[[Desk, Desk], None]
) -> None:
    browser = moderator.client
    write(*desks_of(moderator))
    end_access(browser, hers.member)
    assert sign_in(Person("her", "moderator", "Plover", NEW)).status_code != 302
    assert LACKS in browser.get("/en/desk/").content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("pk", [2**62, 2**63 - 1])
def test_a_row_beside_the_right_one_hides_it_from_nobody(
    moderator: Person, hers: NewAccount, pk: int
) -> None:
    own, moderation = desks_of(moderator)
    junk = partial(DeskSeal, sealed=bytes(1169), signature=bytes(64))
    junk(id=pk, desk=moderation, via_desk=own).save(force_insert=True)
    junk(id=pk - 1 if pk > 2**62 else pk + 1, desk=own, member=moderator.row).save(
        force_insert=True
    )
    known = bytes(moderation.public_key)
    assert LACKS not in moderator.client.get("/en/desk/").content.decode()
    end_access(moderator.client, hers.member)
    assert bytes(desks_of(moderator)[1].public_key) != known


@pytest.mark.thorough
def test_what_does_not_open_is_sealed_anew_elsewhere(
    moderator: Person, other_moderator: Person
) -> None:
    overwrite(*desks_of(moderator))
    assert other_moderator.client.get("/en/desk/").status_code == 200
    assert LACKS in moderator.client.get("/en/desk/").content.decode()
    assert other_moderator.client.get("/en/desk/").status_code == 200
    assert LACKS not in moderator.client.get("/en/desk/").content.decode()


# Where she is not looked for


@pytest.mark.thorough
def test_whoever_says_she_waits_is_listed_and_removed(moderator: Person, member: Person) -> None:
    row = member.row
    Member.objects.filter(pk=row.pk).update(state="waiting")
    listed = {one.row.pk: one.pseudonym for one in people.people_of(*reversed(moderator.keys))}
    assert listed[row.pk] == member.pseudonym
    end_access(moderator.client, row)


@pytest.mark.thorough
@pytest.mark.parametrize("disguise", ["no key", "an application"])
def test_only_applicants_are_not_listed(moderator: Person, member: Person, disguise: str) -> None:
    pk, newcomer = member.row.pk, applicant("Calm Heron").row.pk
    if disguise == "no key":
        Member.objects.filter(pk=pk).update(state="waiting", epoch=0)
    else:
        Member.objects.filter(pk=pk).update(state="waiting")
        organisation = moderator.row.organisation
        Application(member_id=pk, organisation=organisation, day=today(), sealed=b"").save()
    listed = {one.row.pk for one in people.people_of(*reversed(moderator.keys))}
    assert pk in listed
    assert newcomer not in listed
