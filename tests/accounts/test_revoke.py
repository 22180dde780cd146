"""Ending access: at once, for good, and leaving nothing that the person's old keys open."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from alerts.content import Report
from alerts.desk_seals import open_author
from alerts.flows import lifecycle
from safety_app.accounts.flows import invite, people, vouch
from safety_app.accounts.flows import revoke as revoke_flow
from safety_app.accounts.flows.join import InvitationRefused, join
from safety_app.accounts.keys import contexts, desk_keys, preconditions
from safety_app.accounts.keys.keyring import EpochMoved
from safety_app.accounts.models import Epoch, Invitation, Member, Vouching
from safety_app.accounts.rotation import reencrypt
from safety_app.vault import seals
from safety_app.vault.made_passphrases import MadePassphrase
from tests.accounts.conftest import shown_code
from tests.accounts.kept_keys import Kept, kept_by, opened_with, opens, seals_of_a_copy
from tests.cast import Person

REPORT = Report(what=("robbed",), level=2, region="FR-IDF")
GENERATED = MadePassphrase("gibole natuve kirosa dapemu")
URL = "/en/desk/people/"


@pytest.fixture
def second_moderator(moderator: Person) -> Person:
    """Another moderator of the same organisation."""
    row, ring = moderator.keys
    join(invite.make_invitation(ring, row, "moderator"), "Brown Curlew", GENERATED)
    return Person("second", "moderator", "Brown Curlew", GENERATED)


def text(response: Any) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def revoke(moderator: Person, *people_gone: Person, also: list[int] | None = None) -> Any:
    url = f"{URL}{people_gone[0].row.pk}/revoke/"
    fields = {"revoke": "1", "also": [str(person) for person in also or []]}
    return moderator.client.post(url, fields)


def gone_from(moderator: Person, kept: Kept) -> None:
    """Once everything is re-encrypted, what they kept opens nothing in a copy of the database."""
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    assert opened_with(kept) == 0


@pytest.mark.thorough
def test_a_revoked_member_opens_nothing_and_is_out_at_once(
    moderator: Person, member: Person, colleague: Person
) -> None:
    row, ring = colleague.keys
    alert = lifecycle.post(ring, row, REPORT)
    members_own = lifecycle.post(member.ring, member.row, REPORT)
    browser, kept = member.client, kept_by(member)
    assert browser.get("/en/a/").status_code == 200
    assert opened_with(kept) > 0
    response = revoke(moderator, member)
    assert "1 person is signed out" in text(response)
    assert browser.get("/en/a/")["Location"] == "/en/in/"
    typed = {"pseudonym": member.pseudonym, "passphrase": member.passphrase}
    assert Client().post("/en/in/", typed).status_code == 403
    gone_from(moderator, kept)
    for row in (alert, members_own):
        assert colleague.client.get(f"/en/a/{row.pk}/").status_code == 200
    # The moderator's session continues with the new key.
    assert moderator.client.get(f"/en/a/{members_own.pk}/").status_code == 200


@pytest.mark.thorough
def test_a_removed_moderator_opens_nothing(
    moderator: Person, second_moderator: Person, member: Person, other_moderator: Person
) -> None:
    row, ring = member.keys
    alert = lifecycle.post(ring, row, REPORT)
    kept = kept_by(second_moderator)
    browser = second_moderator.client
    assert browser.get("/en/desk/").status_code == 200
    response = revoke(moderator, second_moderator)
    assert shown_code(response.content)
    assert browser.get("/en/desk/")["Location"] == "/en/in/"
    gone_from(moderator, kept)
    row, ring = moderator.keys
    seed = people.desk_seed(ring, row)
    alert.refresh_from_db()
    assert open_author(ring, seed, alert) == member.row.pk
    assert [person.pseudonym for person in people.people_of(ring, row)][0] == "Amber Lynx"
    row, ring = other_moderator.keys
    assert desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, None))


@pytest.mark.thorough
def test_a_moderator_who_stays_a_member_opens_no_desk(
    moderator: Person, second_moderator: Person
) -> None:
    lifecycle.post(second_moderator.ring, second_moderator.row, REPORT)
    kept = kept_by(second_moderator)
    revoke_flow.remove_moderator_role(moderator.ring, moderator.row, second_moderator.row.pk)
    opened = [
        info
        for sealed, info in seals_of_a_copy()
        for seed in kept.seeds
        if opens(seals.unseal, seed, sealed, info)
    ]
    # What she still opens is the new network key: she stays a member.
    assert opened == [contexts.network_seal(second_moderator.row.pk, 2)]
    assert second_moderator.row.roles == "member"


@pytest.mark.thorough
def test_everyone_she_let_in_can_go_with_her(moderator: Person, colleague: Person) -> None:
    rows = []
    for name in ("Sea Holly", "Wild Thyme"):
        code = vouch.vouch(colleague.ring, colleague.row, "a friend")
        vouching = Vouching.objects.get(invitation__state="asked")
        vouch.approve_vouching(moderator.ring, moderator.row, vouching.pk)
        rows.append(join(code, name, MadePassphrase("four herons wait beside the canal")).member)
    url = f"{URL}{colleague.row.pk}/revoke/"
    page = text(moderator.client.get(url))
    assert "Sea Holly" in page
    assert "Wild Thyme" in page
    assert "Amber Lynx" not in page
    response = revoke(moderator, colleague, also=[rows[0].pk])
    assert "2 people are signed out" in text(response)
    assert set(Member.objects.filter(pk__in=[row.pk for row in rows])) == {rows[1]}


@pytest.mark.thorough
def test_nobody_else_can_be_ticked(moderator: Person, member: Person, outsider: Person) -> None:
    colleague = Member.objects.exclude(pk=member.row.pk).filter(roles="member").first()
    for person in (outsider.row.pk, moderator.row.pk, colleague.pk if colleague else 0):
        assert revoke(moderator, member, also=[person]).status_code == 400
    assert member.row


@pytest.mark.thorough
def test_codes_she_knows_open_nothing(
    moderator: Person, member: Person, second_moderator: Person
) -> None:
    approved = vouch.vouch(member.ring, member.row, "a friend")
    vouch.approve_vouching(
        moderator.ring,
        moderator.row,
        Vouching.objects.get(tag__gt=b"", invitation__state="asked").pk,
    )
    vouch.vouch(member.ring, member.row, "another friend")
    members_own = invite.make_invitation(second_moderator.ring, second_moderator.row, "moderator")
    kept = invite.make_invitation(moderator.ring, moderator.row, "member")
    revoke(moderator, member)
    # Every code that makes a moderator ends as well, whoever made it.
    assert Invitation.objects.count() == 1
    for code in (approved, members_own):
        with pytest.raises(InvitationRefused):
            join(code, "Sea Holly", GENERATED)
    members_own = invite.make_invitation(second_moderator.ring, second_moderator.row, "member")
    revoke(moderator, second_moderator)
    with pytest.raises(InvitationRefused):
        join(members_own, "Sea Holly", GENERATED)
    assert join(kept, "Sea Holly", GENERATED).ring.current == 3


@pytest.mark.thorough
def test_invitations_of_unknown_making_go_with_a_moderator(
    moderator: Person, second_moderator: Person
) -> None:
    invite.make_invitation(moderator.ring, moderator.row, "member")
    Vouching.objects.update(mac=bytes(32))
    revoke(moderator, second_moderator)
    assert not Invitation.objects.exists()


@pytest.mark.thorough
def test_from_two_phones_it_happens_once(moderator: Person, member: Person) -> None:
    first = revoke(moderator, member)
    url = first.wsgi_request.path
    again = moderator.client.post(url, {"revoke": "1"})
    assert again.status_code == 404
    assert "another moderator was faster" in text(again)
    assert Epoch.objects.count() == 2
    with pytest.raises(revoke_flow.AlreadyDone):
        revoke_flow.revoke_access(moderator.ring, moderator.row, {2**62 + 1})


@pytest.mark.thorough
def test_two_moderators_who_remove_each_other_leave_one(
    moderator: Person, second_moderator: Person
) -> None:
    (row, ring), (other, _ring) = moderator.keys, second_moderator.keys
    revoke_flow.remove_moderator_role(second_moderator.ring, other, row.pk)
    for attempt in (
        revoke_flow.remove_moderator_role,
        lambda *given: revoke_flow.revoke_access(*given[:2], {given[2]}),
    ):
        with pytest.raises((preconditions.NotModerator, EpochMoved)):
            attempt(ring, row, other.pk)
        with pytest.raises(preconditions.NotModerator):
            attempt(moderator.ring, row, other.pk)
    now = second_moderator.ring
    assert [person.pk for person in desk_keys.moderators_of(now, row.organisation_id)] == [other.pk]


@pytest.mark.thorough
def test_an_account_without_network_key_is_out_at_once(
    moderator: Person, translator: Person
) -> None:
    browser = translator.client
    assert browser.get("/en/me/").status_code == 200
    assert "1 person is signed out" in text(revoke(moderator, translator))
    assert browser.get("/en/me/").status_code == 302


@pytest.mark.thorough
@pytest.mark.parametrize("changed", ["member", "translator", "", "editor,moderator"])
def test_who_looks_less_than_she_is_loses_everything_all_the_same(
    moderator: Person, second_moderator: Person, changed: str
) -> None:
    """A moderator with write access removes the role from their own row before being revoked."""
    kept, row = kept_by(second_moderator), second_moderator.row
    Member.objects.filter(pk=row.pk).update(roles=changed)
    moderator.client.post(f"{URL}{row.pk}/revoke/", {"revoke": "1"})
    reencrypt.reencrypt_all(moderator.ring, pause=lambda _seconds: None)
    assert Epoch.objects.count() == 2
    if changed != "translator":  # of which nobody but the owner can tell: the name is known
        assert opened_with(kept) == 0


@pytest.mark.thorough
def test_what_comes_back_through_the_lock_page_revokes_nobody(
    moderator: Person, member: Person
) -> None:
    url = f"{URL}{member.row.pk}/revoke/"
    for name in ("unlock", "carry_to"):
        response = moderator.client.post(url, {"revoke": "1", name: "1"})
        assert response.status_code == 200
        assert "End access now" in text(response)
    assert member.row


@pytest.mark.thorough
def test_new_keys_for_the_desk_at_will(moderator: Person) -> None:
    before = bytes(desk_keys.desk_row(moderator.row.organisation_id).public_key)
    assert "Renew the keys" in text(moderator.confirm().get(URL + "keys/"))
    response = moderator.client.post(URL + "keys/", {"renew": "1"})
    assert shown_code(response.content)
    assert bytes(desk_keys.desk_row(moderator.row.organisation_id).public_key) != before
    assert "Amber Lynx" in text(moderator.client.get(URL))
