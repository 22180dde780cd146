"""Closing an organisation whose last day is over, or whose codes were lost."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from alerts.flows import lifecycle
from safety_app.accounts.flows import departures, found_network, proposals
from safety_app.accounts.flows.join import join
from safety_app.accounts.keys import desk_keys, keyring
from safety_app.accounts.models import (
    DeskSeal,
    Invitation,
    Member,
    Organisation,
    Proposal,
)
from safety_app.accounts.rotation import network_rotation
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError
from tests import offers
from tests.accounts.test_organisations import (
    GENERATED,
    NAME,
    URL,
    close_path,
    open_code,
    page,
    press,
    proposed,
)
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def departed(other_moderator: Person) -> Organisation:
    """The other organisation, the day after its last day."""
    organisation = other_moderator.row.organisation
    organisation.leaves = today() - datetime.timedelta(days=1)
    organisation.save()
    return organisation


@pytest.mark.thorough
def test_nobody_closes_one_before_its_last_day_is_over(
    moderator: Person, other_moderator: Person
) -> None:
    organisation = other_moderator.row.organisation
    path = close_path(organisation.pk)
    for day in (None, today(), today() + datetime.timedelta(days=9)):
        Organisation.objects.filter(pk=organisation.pk).update(leaves=day)
        assert moderator.client.get(path).status_code == 404
        assert "Nothing was changed" in press_close(moderator, path)
        assert "Close Harbour" not in moderator.client.get("/en/desk/").content.decode()
    # And its own moderators never can.
    Organisation.objects.update(leaves=today() - datetime.timedelta(days=1))
    assert other_moderator.client.get(path).status_code == 404
    assert "Nothing was changed" in press_close(other_moderator, path)
    assert Organisation.objects.count() == 2


def press_close(person: Person, path: str) -> str:
    response = person.client.post(path, {"close": "1"})
    assert (response.status_code, response["Location"]) == (302, URL)
    return page(person)


@pytest.mark.thorough
def test_closing(
    moderator: Person,
    other_moderator: Person,
    member: Person,
    outsider: Person,
    departed: Organisation,
) -> None:
    their_alert = lifecycle.post(outsider.ring, outsider.row, report(text="It stays."))
    mine = lifecycle.post(member.ring, member.row, report())
    row, ring = other_moderator.keys
    code = open_code(ring, row)
    old_moderation = bytes(desk_keys.desk_row(None).public_key)
    old_ring, outside = ring, outsider.client
    path = close_path(departed.pk)
    assert "Close Harbour House" in moderator.client.get("/en/desk/").content.decode()
    assert 'name="close"' not in moderator.client.get(path).content.decode()
    assert 'name="close"' in moderator.client.post(path, {"ask": "1"}).content.decode()
    assert "It is closed." in press_close(moderator, path)
    assert not Organisation.objects.filter(pk=departed.pk).exists()
    assert not Member.objects.filter(organisation=departed.pk).exists()
    assert not Invitation.objects.filter(organisation=departed.pk).exists()
    assert (
        not DeskSeal.objects.exclude(desk__organisation=None)
        .filter(desk__organisation=departed.pk)
        .exists()
    )
    # Its people lose access at once; what they knew opens nothing new.
    assert outside.get("/en/a/").status_code == 302
    for person in (other_moderator, outsider):
        typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
        assert Client().post("/en/in/", typed).status_code == 403
    typed = {"code": code, "pseudonym": "Calm Heron"}
    typed |= offers.typed("join", GENERATED)
    assert Client().post("/en/join/", typed).status_code == 403
    now, renewed = moderator.keys
    assert renewed.current == old_ring.current + 1
    moderation = desk_keys.desk_of(renewed, None)
    assert bytes(moderation.public_key) != old_moderation
    assert desk_keys.open_desk(renewed, now, moderation)
    with pytest.raises(VaultError):
        desk_keys.desk_of(old_ring, None)
    # Alerts stay, theirs too.
    for alert in (their_alert, mine):
        assert member.client.get(f"/en/a/{alert.pk}/").status_code == 200
        assert moderator.client.get(f"/en/a/{alert.pk}/").status_code == 200
    assert "Nothing was changed" in press_close(moderator, path)


@pytest.mark.thorough
def test_whoever_comes_while_it_is_closed_stops_it(
    moderator: Person,
    other_moderator: Person,
    departed: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row, ring = moderator.keys
    other_row, other_ring = other_moderator.keys
    prepare = departures.network_rotation.prepare

    def slow(*arguments: object) -> object:
        prepared = prepare(*arguments)  # type: ignore[arg-type]
        open_code(other_ring, other_row)
        return prepared

    monkeypatch.setattr(departures.network_rotation, "prepare", slow)
    with pytest.raises(keyring.EpochMoved):
        departures.close_organisation(ring, row, departed.pk)
    assert Organisation.objects.filter(pk=departed.pk).exists()
    monkeypatch.undo()
    assert departures.close_organisation(ring, row, departed.pk).current == ring.current + 1


@pytest.mark.thorough
def test_a_rotation_keeps_proposals(moderator: Person, other_moderator: Person) -> None:
    proposal = proposed(moderator)
    forged = Proposal(name="Forged", organisation=moderator.row.organisation, day=today())
    forged.mac = bytes(32)
    forged.save(force_insert=True)
    network_rotation.prepare(moderator.ring, set(), set()).apply()
    assert [row.pk for row in proposals.open_proposals(moderator.ring)] == [proposal.pk]
    assert "It is confirmed." in press(other_moderator, confirm=proposal.pk)


@pytest.mark.thorough
def test_one_whose_codes_were_lost_can_be_closed(
    moderator: Person, other_moderator: Person
) -> None:
    row, ring = moderator.keys
    created = found_network.add_organisation(ring, row, NAME)
    path = close_path(created.organisation.pk)
    # Its first moderator may be about to join.
    assert path not in page(other_moderator)
    with pytest.raises(departures.ClosingNotPossible):
        departures.close_organisation(
            other_moderator.ring, other_moderator.row, created.organisation.pk
        )
    joined = join(created.invitation_code, "Late Kestrel", GENERATED)
    assert path not in page(other_moderator)
    assert "Nothing was changed" in press_close(other_moderator, path)
    Member.objects.filter(pk=joined.member.pk).delete()
    assert path in page(other_moderator)
    assert "It has no members." in other_moderator.client.get(path).content.decode()
    assert "It is closed." in press_close(other_moderator, path)
    assert not Organisation.objects.filter(name=NAME).exists()
    assert moderator.client.get("/en/a/").status_code == 200
