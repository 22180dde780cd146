"""`/me/move/`: members of a leaving organisation transfer to another one."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from alerts.flows import disclose_author, lifecycle
from safety_app.accounts import retention
from safety_app.accounts.flows import applications, departures, invite, messages, transfer
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import application_seals, desk_keys, vouching_seals
from safety_app.accounts.keys.keyring import welcome_key
from safety_app.accounts.models import Application, DeskSeal, Member, Organisation, Vouching
from safety_app.locales.dates import today
from safety_app.vault import seals
from safety_app.vault.errors import VaultError
from safety_app.vault.made_passphrases import MadePassphrase
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/me/move/"
NOTE = "I sign in <rarely>."


@pytest.fixture
def leaving(outsider: Person) -> Organisation:
    """The organisation of `outsider` and `other_moderator` leaves in five days."""
    organisation = outsider.row.organisation
    organisation.leaves = today() + datetime.timedelta(days=5)
    organisation.save()
    return organisation


def ask(person: Person, organisation: Organisation, note: str = NOTE) -> Application:
    typed = {"ask": "1", "organisation": organisation.pk, "note": note}
    response = person.client.post(PATH, typed)
    assert (response.status_code, response["Location"]) == (302, PATH)
    return Application.objects.get(member=person.row)


def approve(person: Person, application: Application) -> str:
    path = f"/en/desk/asked/{application.pk}/"
    typed = {"approve": "1", "person": application.member_id}
    return person.client.post(path, typed).content.decode()


def test_only_people_of_an_organisation_that_leaves_find_it(
    nobody: Client, member: Person, outsider: Person, translator: Person, leaving: Organisation
) -> None:
    own = member.row.organisation
    assert nobody.get(PATH)["Location"] == "/en/in/"
    for person in (member, translator):
        assert person.client.get(PATH).status_code == 404
        typed = {"ask": "1", "organisation": leaving.pk, "note": ""}
        assert person.client.post(PATH, typed).status_code == 404
    shown = outsider.client.get(PATH).content.decode()
    assert own.name in shown
    assert f'value="{leaving.pk}"' not in shown
    assert PATH in outsider.client.get("/en/me/").content.decode()
    assert not Application.objects.exists()


@pytest.mark.parametrize("typed", ["", "1", "x", str(2**62 + 1), "own"])
def test_organisations_that_take_nobody(
    outsider: Person, leaving: Organisation, typed: str
) -> None:
    chosen = leaving.pk if typed == "own" else typed
    response = outsider.client.post(PATH, {"ask": "1", "organisation": chosen, "note": NOTE})
    assert response.status_code == 400
    assert "I sign in &lt;rarely&gt;." in response.content.decode()
    assert not Application.objects.exists()


@pytest.mark.thorough
def test_taken_over(
    moderator: Person,
    other_moderator: Person,
    member: Person,
    outsider: Person,
    leaving: Organisation,
) -> None:
    own = moderator.row.organisation
    alert = lifecycle.post(outsider.ring, outsider.row, report(may_note=True))
    application = ask(outsider, own)
    # Meanwhile nothing changes for the member.
    assert outsider.client.get("/en/a/").status_code == 200
    assert "You have asked Lantern Collective" in outsider.client.get(PATH).content.decode()
    path = f"/en/desk/asked/{application.pk}/"
    for person in (other_moderator, member, outsider):
        typed = {"approve": "1", "person": application.member_id}
        assert person.client.post(path, typed).status_code >= 400
        assert Application.objects.exists()
    shown = moderator.client.get(path).content.decode()
    assert "Far Juniper" in shown
    assert "I sign in &lt;rarely&gt;." in shown
    approve(moderator, application)
    row, ring = outsider.keys
    assert row.organisation == own
    assert (row.roles, row.state) == ("member", "active")
    assert not Application.objects.exists()
    assert outsider.client.get(f"/en/a/{alert.pk}/").status_code == 200
    assert "Lantern Collective" in outsider.client.get("/en/me/").content.decode()
    assert outsider.client.get(PATH).status_code == 404
    # The new moderators can read the pseudonym, the old ones no longer.
    new_moderator, moderators_ring = moderator.keys
    seed = desk_keys.open_desk(
        moderators_ring, new_moderator, desk_keys.desk_of(moderators_ring, own.pk)
    )
    assert desk_keys.open_pseudonym(seed, row, moderators_ring) == "Far Juniper"
    others, others_ring = other_moderator.keys
    old = desk_keys.open_desk(others_ring, others, desk_keys.desk_of(others_ring, leaving.pk))
    with pytest.raises(VaultError):
        desk_keys.open_pseudonym(old, row, others_ring)
    # Nobody can disclose the authorship of earlier alerts any more.
    for ring_now, now, who in (
        (moderators_ring, new_moderator, "not ours"),
        (others_ring, others, "left"),
    ):
        looked = disclose_author.disclose(ring_now, now, alert.pk, "Who?")
        assert (looked.who, looked.pseudonym) == (who, "")
    entry = Vouching.objects.get(member=row, organisation=own)
    assert vouching_seals.open_vouching(entry, seed, moderators_ring).voucher == new_moderator.pk
    # A second moderator, or the same one on another phone, changes nothing.
    approve(moderator, application)
    assert Vouching.objects.filter(member=row, organisation=own).count() == 1
    messages.write_message(moderators_ring, new_moderator, "Welcome.", to=row)
    assert [message.text for message in messages.messages_for(ring, row)] == ["Welcome."]


@pytest.mark.thorough
def test_a_moderator_comes_as_a_member(
    moderator: Person, other_moderator: Person, leaving: Organisation
) -> None:
    application = ask(other_moderator, moderator.row.organisation)
    before, ring = other_moderator.keys
    known = desk_keys.open_desk(ring, before, desk_keys.desk_of(ring, None))
    approve(moderator, application)
    row = other_moderator.row
    # The desk keys they knew are worthless, or soon will be.
    assert seals.public_key(known) != bytes(desk_keys.desk_of(ring, None).public_key)
    assert desk_keys.desk_row(leaving.pk).renewal_due
    new_moderator, moderators_ring = moderator.keys
    assert desk_keys.open_desk(
        moderators_ring, new_moderator, desk_keys.desk_of(moderators_ring, None)
    )
    assert row.roles == "member"
    assert not DeskSeal.objects.filter(member=row).exists()
    assert other_moderator.client.get("/en/desk/").status_code == 404
    assert other_moderator.client.get("/en/a/").status_code == 200


def test_a_reporter_stays_one(moderator: Person, other_moderator: Person) -> None:
    row, ring = other_moderator.keys
    code = invite.make_invitation(ring, row, "reporter")
    joined = join(code, "Late Kestrel", MadePassphrase("gibole natuve kirosa dapemu"))
    departures.announce_departure(row)
    own = moderator.row.organisation
    transfer.request_transfer(joined.ring, joined.member, own.pk, "")
    approve(moderator, Application.objects.get())
    assert Member.objects.get(pk=joined.member.pk).roles == "member,reporter"


@pytest.mark.thorough
def test_one_question_at_a_time(moderator: Person, outsider: Person, leaving: Organisation) -> None:
    own = moderator.row.organisation
    application = ask(outsider, own, "")
    assert ask(outsider, own).pk == application.pk
    outsider.client.post(PATH, {"back": "1"})
    assert not Application.objects.exists()
    assert ask(outsider, own).pk != application.pk
    # Answered after it was withdrawn: one effect, and nothing breaks.
    assert "<h1>" in approve(moderator, application)
    assert outsider.row.organisation == leaving


def test_a_no_lets_her_ask_again(
    moderator: Person, outsider: Person, leaving: Organisation
) -> None:
    application = ask(outsider, moderator.row.organisation)
    applications.decline(moderator.row, application.pk)
    assert "has said no" in outsider.client.get(PATH).content.decode()
    assert outsider.client.get("/en/a/").status_code == 200
    retention.sweep(today() + datetime.timedelta(days=20))
    assert not Application.objects.exists()
    assert outsider.row.organisation == leaving


@pytest.mark.thorough
def test_nobody_is_moved_by_the_database(
    moderator: Person, outsider: Person, member: Person, leaving: Organisation
) -> None:
    own = moderator.row.organisation
    row, ring = outsider.keys
    desk = desk_keys.desk_of(ring, own.pk)
    seed = seals.new_seed()
    forged = Application(member=row, organisation=own, day=today())
    content = application_seals.ApplicationContent(
        seals.public_key(seed), welcome_key(seed), "Far Juniper", ""
    )
    application_seals.seal_application(forged, bytes(desk.public_key), content, None)
    for mac in (None, b"", bytes(32)):
        forged.mac = mac
        forged.save()
        moderator.client.get(f"/en/desk/asked/{forged.pk}/")
        approve(moderator, forged)
        assert outsider.row.organisation == leaving
    forged.delete()
    # An authentic one, redirected to another person or organisation.
    real = ask(outsider, own)
    Application.objects.filter(pk=real.pk).update(member=member.row)
    approve(moderator, real)
    assert Application.objects.filter(pk=real.pk).exists()
    assert outsider.row.organisation == leaving


@pytest.mark.thorough
def test_whoever_is_left_at_closing_is_gone(
    moderator: Person, outsider: Person, other_moderator: Person, leaving: Organisation
) -> None:
    application = ask(outsider, moderator.row.organisation)
    leaving.leaves = today() - datetime.timedelta(days=1)
    leaving.save()
    page = f"/en/desk/organisations/{leaving.pk}/close/"
    assert "has asked your organisation" in moderator.client.get(page).content.decode()
    approve(moderator, application)
    moderator.client.post(page, {"close": "1"})
    assert outsider.row.organisation == moderator.row.organisation
    assert outsider.client.get("/en/a/").status_code == 200
    assert not Member.objects.filter(organisation=leaving.pk).exists()
    assert not departures.departure_notice(outsider.row)
