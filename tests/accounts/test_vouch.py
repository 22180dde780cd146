"""`/vouch/` and `/desk/vouched/<id>/`: a member vouches, a moderator approves the code."""

from __future__ import annotations

import datetime
from unittest import mock

import pytest
from django.test import Client

from safety_app.accounts import retention
from safety_app.accounts.flows import join as join_flow
from safety_app.accounts.flows import undo
from safety_app.accounts.flows import vouch as vouch_flow
from safety_app.accounts.keys import credentials, desk_keys, vouching_seals
from safety_app.accounts.keys.network_box import NetworkBox, seal_network_box
from safety_app.accounts.keys.row_auth import invitation_mac
from safety_app.accounts.models import Invitation, Member, Organisation, Vouching
from safety_app.locales.dates import today
from safety_app.vault import boxes, network, seals
from safety_app.vault.errors import VaultError
from tests import offers
from tests.accounts.conftest import shown_code
from tests.cast import Person

URL = "/en/vouch/"
NOTE = "My neighbour, we have worked together for two years."
PASSPHRASE = "four herons wait beside the canal"


def vouch(person: Person) -> tuple[str, str]:
    """Vouch over HTTP. Returns the code, and the address of the moderators' page."""
    before = set(Vouching.objects.values_list("pk", flat=True))
    answer = person.client.post(URL, {"make": "1", "note": NOTE})
    row = Vouching.objects.exclude(pk__in=before).get()
    return shown_code(answer.content), f"/en/desk/vouched/{row.pk}/"


def join_fields() -> dict[str, str]:
    return {"pseudonym": "Calm Heron", **offers.typed("join", PASSPHRASE)}


def join(code: str) -> int:
    return Client().post("/en/join/", {**join_fields(), "code": code}).status_code


def new_entry() -> Vouching:
    """The vouching made in this test; the cast's invitations have been used."""
    return Vouching.objects.get(invitation__isnull=False)


def newcomer() -> Person:
    return Person("newcomer", "", "Calm Heron", PASSPHRASE)


def seed_of(moderator: Person) -> bytes:
    row, ring = moderator.keys
    return desk_keys.open_desk(ring, row, desk_keys.desk_of(ring, row.organisation_id))


@pytest.mark.thorough
def test_the_code_opens_nothing_until_it_is_approved(moderator: Person, member: Person) -> None:
    code, path = vouch(member)
    row = Invitation.objects.get()
    assert (row.state, row.network_box, row.epoch) == ("asked", None, 0)
    answer = Client().post("/en/join/", {**join_fields(), "code": code})
    assert answer.status_code == 403
    assert "not accepted yet" in answer.content.decode()
    assert path in moderator.client.get("/en/desk/").content.decode()
    page = moderator.client.get(path).content.decode()
    assert NOTE in page
    assert member.pseudonym in page
    assert "Turn this code on?" in moderator.client.post(path, {"ask": "1"}).content.decode()
    assert join(code) == 403
    assert moderator.client.post(path, {"approve": "1"}).status_code == 302
    row = Invitation.objects.get()
    assert row.expires == today() + datetime.timedelta(days=14)
    assert join(code) == 200
    inside, ring = newcomer().keys
    assert ring.network_key == moderator.ring.network_key
    assert inside.organisation == member.row.organisation
    entry = Vouching.objects.get(member=inside)
    assert (entry.member, entry.invitation) == (inside, None)
    assert (
        vouching_seals.open_vouching(entry, seed_of(moderator), moderator.ring).voucher
        == member.row.pk
    )


def test_what_is_not_approved_is_told_to_nobody_without_the_code(member: Person) -> None:
    vouch(member)
    answer = Client().post("/en/join/", {**join_fields(), "code": "0" * 26})
    assert "not accepted" not in answer.content.decode()


def test_one_run_for_a_code_that_waits(member: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _path = vouch(member)
    runs = []
    stretch = credentials.passphrase.stretch
    monkeypatch.setattr(
        credentials.passphrase, "stretch", lambda *a, **k: (runs.append(1), stretch(*a, **k))[1]
    )
    join(code)
    assert runs == [1]


@pytest.mark.thorough
def test_the_number_of_a_month(member: Person, colleague: Person, moderator: Person) -> None:
    Organisation.objects.update(vouchings=2)
    assert "2 more people" in member.client.get(URL).content.decode()
    vouch(member)
    assert "1 more person" in member.client.get(URL).content.decode()
    vouch(member)
    refused = member.client.post(URL, {"make": "1", "note": NOTE})
    assert refused.status_code == 400
    assert Invitation.objects.count() == 2
    assert "as many people as you can" in member.client.get(URL).content.decode()
    vouch(colleague)
    next_month = (today().replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
    with mock.patch.object(vouch_flow, "today", return_value=next_month):
        row, ring = member.keys
        assert vouch_flow.quota_left(ring, row.organisation) == 2


@pytest.mark.thorough
def test_no_tag_leads_to_her_and_all_rows_look_alike(member: Person, moderator: Person) -> None:
    vouch(member)
    vouch(member)
    moderator.client.post("/en/desk/invite/", {"make": "1", "role": "member", "stay": "good"})
    rows = list(Vouching.objects.filter(invitation__isnull=False))
    tags = [bytes(row.tag or b"") for row in rows]
    assert len(set(tags)) == 3
    assert {len(tag) for tag in tags} == {16}
    assert len({len(row.sealed) for row in rows}) == 1
    assert len({len(row.mac) for row in rows}) == 1


@pytest.mark.parametrize("value", [0, -1, 21, "text"])
def test_odd_numbers_of_an_organisation(member: Person, value: object) -> None:
    organisation = member.row.organisation
    organisation.vouchings = value  # type: ignore[assignment]
    assert vouch_flow.quota(organisation) == (20 if value == 21 else 0)
    organisation.vouchings, organisation.leaves = 3, today()
    assert vouch_flow.quota(organisation) == 0


def test_with_a_number_of_none_only_moderators_invite(member: Person) -> None:
    Organisation.objects.update(vouchings=0)
    assert "only moderators invite" in member.client.get(URL).content.decode()
    assert member.client.post(URL, {"make": "1", "note": NOTE}).status_code == 400


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_the_note_is_needed_and_kept(member: Person, note: str) -> None:
    answer = member.client.post(URL, {"make": "1", "note": note})
    assert answer.status_code == 400
    assert note[:40].strip() in answer.content.decode()
    assert not Invitation.objects.exists()


def test_what_comes_back_through_the_lock_page_makes_nothing(member: Person) -> None:
    answer = member.client.post(URL, {"make": "1", "note": NOTE, "carry_to": URL})
    assert NOTE in answer.content.decode()
    assert not Invitation.objects.exists()


@pytest.mark.thorough
def test_who_finds_these_pages(nobody: Client, cast: dict[str, Person]) -> None:
    assert nobody.get(URL)["Location"] == "/en/in/"
    for name in ("member", "reporter", "moderator"):
        assert cast[name].client.get(URL).status_code == 200
    assert cast["translator"].client.get(URL).status_code == 404
    _code, path = vouch(cast["member"])
    assert nobody.get(path)["Location"] == "/en/in/"
    for name in ("member", "reporter", "translator", "outsider", "other_moderator"):
        for sent in ({"approve": "1"}, {"decline": "1"}, {"undo": "1"}):
            assert cast[name].client.post(path, sent).status_code == 404
        assert cast[name].client.get(path).status_code == 404
    assert Invitation.objects.get().state == "asked"
    assert cast["moderator"].client.put(path).status_code == 405
    assert cast["member"].client.put(URL).status_code == 405


@pytest.mark.thorough
def test_approving_twice_has_one_effect(moderator: Person, member: Person) -> None:
    code, path = vouch(member)
    second_moderator = moderator.sign_in()
    assert moderator.client.post(path, {"approve": "1"}).status_code == 302
    box = bytes(Invitation.objects.get().network_box or b"")
    for sent in ("approve", "decline"):
        answer = second_moderator.post(path, {sent: "1"})
        assert answer.status_code == 409
        assert "accepted already" in answer.content.decode()
    assert bytes(Invitation.objects.get().network_box or b"") == box
    assert join(code) == 200
    assert second_moderator.post(path, {"approve": "1"}).status_code == 409


@pytest.mark.thorough
def test_declining_can_be_undone(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, path = vouch(member)
    second_moderator = moderator.sign_in()
    assert moderator.client.post(path, {"decline": "1"})["Location"] == path
    assert "Undo" in moderator.client.get(path).content.decode()
    assert "It is declined" in second_moderator.post(path, {"approve": "1"}).content.decode()
    answer = Client().post("/en/join/", {**join_fields(), "code": code})
    assert "not accepted" not in answer.content.decode()
    moderator.client.post(path, {"undo": "1"})
    assert Invitation.objects.get().state == "asked"
    moderator.client.post(path, {"decline": "1"})
    later = undo.time.time() + 60
    monkeypatch.setattr(undo.time, "time", lambda: later)
    assert "ten seconds are over" in (moderator.client.post(path, {"undo": "1"}).content.decode())
    assert "declined" in moderator.client.post(path, {"approve": "1"}).content.decode()
    assert join(code) == 403


@pytest.mark.thorough
def test_run_out_or_gone_meanwhile(moderator: Person, member: Person) -> None:
    _code, path = vouch(member)
    Invitation.objects.update(expires=today() - datetime.timedelta(days=1))
    for sent in ({"approve": "1"}, {"decline": "1"}):
        assert moderator.client.post(path, sent).status_code == 404
    Invitation.objects.all().delete()
    assert "not here any more" in moderator.client.get(path).content.decode()


def test_entries_go_after_thirty_days(moderator: Person, member: Person) -> None:
    vouch(member)
    day = new_entry().day
    retention.sweep(day + datetime.timedelta(days=29))
    assert Vouching.objects.exists()
    retention.sweep(day + datetime.timedelta(days=30))
    assert not Vouching.objects.exists()


def test_nothing_is_sealed_to_a_swapped_key(moderator: Person, member: Person) -> None:
    _code, path = vouch(member)
    Invitation.objects.update(public_key=seals.public_key(seals.new_seed()))
    assert moderator.client.post(path, {"approve": "1"}).status_code == 403
    assert Invitation.objects.get().network_box is None


def test_the_roles_of_a_changed_row_are_not_taken(moderator: Person, member: Person) -> None:
    _code, path = vouch(member)
    Invitation.objects.update(roles="member,moderator")
    assert moderator.client.post(path, {"approve": "1"}).status_code == 403
    assert Invitation.objects.get().state == "asked"


@pytest.mark.thorough
def test_a_row_that_no_member_vouched_for_is_only_declined(
    moderator: Person, member: Person
) -> None:
    """Whoever reads the database can seal to a desk, but a MAC takes the network key."""
    _code, path = vouch(member)
    row = new_entry()
    desk = desk_keys.desk_row(row.organisation_id)
    vouching_seals.sealed_rows.seal_row(
        "vouching", row, bytes(desk.public_key), bytes(vouching_seals.SIZE), None
    )
    row.mac = bytes(32)
    row.save()
    assert "could not be opened" in moderator.client.get(path).content.decode()
    assert moderator.client.post(path, {"approve": "1"}).status_code == 403
    assert Invitation.objects.get().state == "asked"
    assert moderator.client.post(path, {"decline": "1"}).status_code == 302


def test_opening_a_row_by_hand_opens_nothing(moderator: Person, member: Person) -> None:
    code, _path = vouch(member)
    Invitation.objects.update(state="open")
    assert join(code) == 403
    row = Invitation.objects.get()
    keys = credentials.keys_of_typed_code(code, "invitation")
    fake = boxes.new_key()
    row.epoch = 1
    row.network_box = seal_network_box(
        keys.key,
        NetworkBox(fake, 1, *[bytes(32)] * 2),
        join_flow.contexts.network_box(row.pk, 1),
    )
    row.row_mac = invitation_mac(network.row_key(fake), row)
    row.save()
    assert join(code) == 503  # not the network's key: somebody wrote into the database
    assert not Member.objects.filter(state="active", epoch=1, handle=b"").exists()


def test_a_swapped_desk_gets_no_note(member: Person, other_moderator: Person) -> None:
    desk = desk_keys.desk_row(member.row.organisation_id)
    desk.public_key = desk_keys.desk_row(other_moderator.row.organisation_id).public_key
    desk.save()
    assert member.client.post(URL, {"make": "1", "note": NOTE}).status_code == 403
    assert not Invitation.objects.exists()
    row, ring = member.keys
    with pytest.raises(VaultError):
        vouch_flow.vouch(ring, row, NOTE)
