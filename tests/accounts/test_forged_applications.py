"""Applications that somebody without the keys wrote or changed: accepting one gives her nothing."""

from __future__ import annotations

import datetime

import pytest

from safety_app.accounts.flows import applications, invite
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import (
    application_seals,
    desk_keys,
    epochs,
    preconditions,
)
from safety_app.accounts.keys.keyring import require_current_epoch, welcome_key
from safety_app.accounts.keys.network_box import NetworkBox, seal_network_box
from safety_app.accounts.keys.row_auth import member_mac
from safety_app.accounts.models import Application, DeskSeal, Member
from safety_app.accounts.rotation import network_rotation
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, seals
from safety_app.vault.errors import VaultError
from tests.accounts.forged_desks import HERS, NEW
from tests.accounts.newcomers import (
    accept,
    applicant,
    application_of,
    signs_in,
)
from tests.accounts.test_applications import approve, body, url
from tests.cast import OTHER_ORGANISATION, Person


def test_a_swapped_public_key_gets_nothing(moderator: Person) -> None:
    waiting_applicant = applicant()
    genuine, thief = bytes(waiting_applicant.row.public_key), seals.new_seed()
    pk = waiting_applicant.row.pk
    Member.objects.filter(pk=pk).update(public_key=seals.public_key(thief))
    row, ring = moderator.keys
    assert accept(ring, row, Application.objects.get().pk) == "waiting"
    inside = Member.objects.get(pk=pk)
    assert bytes(inside.public_key) == genuine
    with pytest.raises(VaultError):
        epochs.open_epochs(thief, inside)
    assert signs_in(waiting_applicant) == 302


def test_an_application_moved_to_a_thiefs_row_opens_nothing_for_her(moderator: Person) -> None:
    waiting_applicant = applicant()
    thief = applicant("Other Thief")
    thiefs_row = thief.row
    Application.objects.filter(member=thiefs_row).delete()
    Application.objects.filter(member=waiting_applicant.row).update(member=thiefs_row)
    approve(moderator, thief)
    assert signs_in(thief) == 403


def test_a_network_key_of_a_thief_is_not_taken(moderator: Person) -> None:
    """With write access one knows the applicant's public key, but not their welcome key."""
    waiting_applicant = applicant()
    row = waiting_applicant.row
    fake = boxes.new_key()
    row.state, row.epoch = "approved", 1
    row.network_box = seal_network_box(boxes.new_key(), NetworkBox(fake, 1, *[bytes(32)] * 2), b"")
    row.save()
    assert signs_in(waiting_applicant) == 403


def test_roles_and_stay_of_the_column_do_not_count(moderator: Person) -> None:
    waiting_applicant = applicant()
    pk = waiting_applicant.row.pk
    Member.objects.filter(pk=pk).update(
        roles="member,moderator", stay_until=datetime.date(2099, 1, 1)
    )
    row, ring = moderator.keys
    accept(ring, row, Application.objects.get().pk)
    inside = Member.objects.get(pk=pk)
    assert (inside.roles, inside.stay_until) == ("member", None)


def test_an_application_for_an_account_that_does_not_wait_changes_nothing(
    moderator: Person, colleague: Person
) -> None:
    waiting_applicant = applicant()
    Application.objects.update(member=colleague.row)
    before = bytes(colleague.row.public_key)
    assert "could not be opened" in body(moderator.client, f"/en/desk/asked/{_only()}/")
    response = moderator.client.post(f"/en/desk/asked/{_only()}/", {"approve": "1"})
    assert response.status_code == 403
    assert bytes(colleague.row.public_key) == before
    assert waiting_applicant.row.state == "waiting"


def _only() -> int:
    return Application.objects.get().pk


@pytest.mark.thorough
def test_what_was_not_sealed_to_this_desk_can_only_be_declined(
    moderator: Person, other_moderator: Person
) -> None:
    waiting_applicant = applicant(organisation=OTHER_ORGANISATION)
    Application.objects.update(organisation=moderator.row.organisation)
    page = body(moderator.client, url(waiting_applicant))
    assert "could not be opened" in page
    assert 'name="ask"' not in page
    assert moderator.client.post(url(waiting_applicant), {"approve": "1"}).status_code == 403
    assert moderator.client.post(url(waiting_applicant), {"decline": "1"}).status_code == 302


def test_texts_that_are_none_do_not_break_the_page(moderator: Person) -> None:
    waiting_applicant = applicant()
    row, ring = moderator.keys
    desk = desk_keys.desk_of(ring, row.organisation_id)
    application = application_of(waiting_applicant)
    content = b"\xff" * application_seals.SIZE
    application_seals.sealed_rows.seal_row(
        "application", application, bytes(desk.public_key), content, None
    )
    application.save()
    assert "could not be opened" in body(moderator.client, url(waiting_applicant))


def test_nothing_is_sealed_to_an_older_key(
    moderator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = []
    monkeypatch.setattr(
        preconditions,
        "require_current_epoch",
        lambda ring: (called.append(ring), require_current_epoch(ring))[1],
    )
    approve(moderator, applicant())
    assert len(called) == 1


def made_up(row: Member, seed: bytes) -> Application:
    """An application that looks like one, with somebody's own keys inside, for any row."""
    waiting = Member.objects.filter(pk=row.pk)
    waiting.update(state="waiting", epoch=0, network_seal=None)
    application = Application(
        id=random_id(), member=row, organisation=row.organisation, day=today(), state="waiting"
    )
    content = application_seals.ApplicationContent(
        seals.public_key(seed), welcome_key(seed), "Grey Plover", "We met on Thursday."
    )
    desk = desk_keys.public_desk(row.organisation_id)
    application_seals.seal_application(application, bytes(desk.public_key), content, None)
    application.save(force_insert=True)
    return application


@pytest.mark.parametrize("who", ["member", "colleague"])
def test_a_row_made_to_look_like_an_applicants(
    moderator: Person, member: Person, colleague: Person, who: str
) -> None:
    """It is listed among those who wait, and gets nothing without words that a moderator read to
    somebody, and which are this application's.
    """
    row = {"member": member, "colleague": colleague}[who].row
    application = made_up(row, seals.new_seed())
    page = body(moderator.client, "/en/desk/")
    assert f"/en/desk/asked/{application.pk}/" in page
    keys = moderator.ring, moderator.row
    for words in ("", "kafedu bizoti nolape rimuso"):
        with pytest.raises(applications.NotCompared):
            applications.approve(*keys, application.pk, compared=words)
    network_rotation.renew_network_key(moderator.ring)
    made = Member.objects.get(pk=row.pk)
    assert (made.state, made.epoch, made.network_seal) == ("waiting", 0, None)


@pytest.mark.thorough
def test_a_moderators_row_made_to_look_like_an_applicants(moderator: Person) -> None:
    """Somebody who got the words read to her is an ordinary member, and opens no desk by it."""
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    row = join(code, "Grey Plover", NEW).member
    application = made_up(row, HERS)
    accept(moderator.ring, moderator.row, application.pk)
    made = Member.objects.get(pk=row.pk)
    assert (made.roles, made.state) == ("member", "approved")
    assert DeskSeal.objects.filter(member=made).exists()
    assert not desk_keys.is_moderator(moderator.ring, made)
    made.roles, made.state = "member,moderator", "active"
    made.row_mac = member_mac(moderator.ring.row_key, made)
    made.save()
    assert not desk_keys.is_moderator(moderator.ring, made)
    known = [one.pk for one in desk_keys.moderators_of(moderator.ring, row.organisation_id)]
    assert known == [moderator.row.pk]
