"""A network's identity ends: retired by the next one, or after a year."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from alerts.models import Partner
from alerts.sealing.keys import AlertKeys
from alerts.sharing import incoming, partners
from safety_app.accounts.keys.desk_keys import desk_of, open_desk, retired_identities
from safety_app.accounts.keys.row_auth import sign_desk
from safety_app.accounts.models import Desk
from safety_app.locales.dates import today
from safety_app.vault import retirement, sharing
from tests.accounts.desk_renewals import renew_own_desk
from tests.alerts import networks
from tests.cast import Person

pytestmark = pytest.mark.django_db

KNOWN, SEND = "/en/a/shared/networks/", "/en/a/shared/send/"
NEW_SEED = bytes(range(32, 64))
NEW = sharing.own_identity(NEW_SEED)
YEAR = datetime.timedelta(days=367)


def introduction(*earlier: sharing.Identity) -> str:
    """What a network sends whose identity changed."""
    prints = [one.fingerprint for one in earlier]
    return sharing.to_text(NEW) + retirement.retirement_text(NEW_SEED, prints)


def names(person: Person) -> list[str]:
    return [one.name for one in partners.list_partners(AlertKeys(person.ring))]


def a_file(moderator: Person) -> bytes:
    """Signed with the key that a removed moderator of that network still has."""
    return sharing.make_file(networks.SEED, networks.ours(moderator), today(), [])


@pytest.mark.thorough
def test_a_new_identity_puts_an_end_to_the_old_one(moderator: Person) -> None:
    networks.befriend(moderator)
    incoming.take_file(moderator.ring, moderator.row, a_file(moderator))
    typed = {"name": "Harbour, anew", "identity": introduction(networks.THEM)}
    shown = moderator.client.post(KNOWN, typed).content.decode()
    assert "It replaces" in shown
    assert networks.NAME in shown
    assert names(moderator) == [networks.NAME]
    moderator.client.post(KNOWN, typed | {"compared": NEW.words, "words_shown": "1"})
    assert names(moderator) == ["Harbour, anew"]
    with pytest.raises(sharing.UnknownSender):
        incoming.take_file(moderator.ring, moderator.row, a_file(moderator))


def test_the_same_name_may_be_kept(moderator: Person) -> None:
    networks.befriend(moderator)
    form = {"name": networks.NAME, "identity": introduction(networks.THEM), "compared": NEW.words}
    assert moderator.client.post(KNOWN, form).status_code == 302
    assert names(moderator) == [networks.NAME]
    assert Partner.objects.count() == 1


@pytest.mark.thorough
def test_somebody_else_cannot_retire_it(moderator: Person) -> None:
    """The list counts only behind the identity that signed it."""
    networks.befriend(moderator)
    other = sharing.own_identity(networks.new_seed())
    text = sharing.to_text(other) + introduction(networks.THEM).partition("\nnightjar r")[2]
    for given in (text, sharing.to_text(other) + "\nnightjar r" + text.rpartition("etires")[2]):
        response = moderator.client.post(KNOWN, {"name": "Other", "identity": given})
        assert response.status_code == 400
    statement = retirement.split_text(introduction(networks.THEM))[1]
    response = moderator.client.post(
        KNOWN, {"name": "Other", "identity": sharing.to_text(other) + statement}
    )
    assert response.status_code == 400
    assert names(moderator) == [networks.NAME]


@pytest.mark.thorough
def test_our_own_next_identity_names_those_before(moderator: Person) -> None:
    seen = [networks.ours(moderator)]
    for _ in range(2):
        renew_own_desk(moderator.ring, moderator.row)
        seen.append(networks.ours(moderator))
    identity, text, is_lost = partners.own_text(moderator.ring, moderator.row)
    assert not is_lost
    ours, statement = retirement.split_text(text)
    assert sharing.from_text(ours) == identity == seen[2]
    found = retirement.read_retirement(identity, statement)
    assert found == (seen[1].fingerprint, seen[0].fingerprint)
    shown = moderator.client.get("/en/a/shared/own/").content.decode()
    assert retirement.HEADER in shown


@pytest.mark.thorough
def test_eight_earlier_ones_are_named(moderator: Person) -> None:
    for _ in range(10):
        renew_own_desk(moderator.ring, moderator.row)
    desk = desk_of(moderator.ring, None)
    seed = open_desk(moderator.ring, moderator.row, desk)
    assert len(retired_identities(desk, seed)) == retirement.MOST
    assert len(bytes(desk.retired_box or b"")) == 317
    assert len(partners.own_text(moderator.ring, moderator.row)[1]) < 4096


def vouch_for_it_as_in_0_2_0(moderator: Person) -> None:
    """What the list says was no part of a desk's MAC then."""
    desk = Desk.objects.get(organisation=None)
    sign_desk(moderator.ring, desk)
    desk.save()


@pytest.mark.thorough
@pytest.mark.parametrize("box", [b"", b"x" * 317, b"\x01" * 40, "older", None])
def test_a_list_that_somebody_changed_is_said(moderator: Person, box: bytes | str | None) -> None:
    """Otherwise a partner would go on believing a moderator who was removed."""
    first = networks.ours(moderator).fingerprint
    renew_own_desk(moderator.ring, moderator.row)
    if box == "older":
        box = bytes(Desk.objects.get(organisation=None).retired_box or b"")
        renew_own_desk(moderator.ring, moderator.row)
    Desk.objects.filter(organisation=None).update(retired_box=box)
    for page in ("own/", "own/file/"):
        response = moderator.client.get(f"/en/a/shared/{page}")
        assert response.status_code == 403
        assert b"What is stored here was changed or damaged" in response.content
        assert b"nightjar network" not in response.content
    vouch_for_it_as_in_0_2_0(moderator)
    renew_own_desk(moderator.ring, moderator.row)
    identity, text, is_lost = partners.own_text(moderator.ring, moderator.row)
    found = retirement.read_retirement(identity, retirement.split_text(text)[1])
    assert len(found) == 1
    assert first not in found
    assert is_lost
    shown = moderator.client.get("/en/a/shared/own/").content.decode()
    assert "1 entry does not open" in shown
    assert retirement.HEADER in shown


def test_before_the_first_renewal_there_is_no_list(moderator: Person) -> None:
    _identity, text, is_lost = partners.own_text(moderator.ring, moderator.row)
    assert retirement.HEADER not in text
    assert not is_lost


@pytest.mark.thorough
def test_after_a_year_no_files_are_exchanged(moderator: Person) -> None:
    pk = networks.befriend(moderator)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + YEAR, tick=False):
        file = a_file(moderator)
        with pytest.raises(incoming.KnownTooLong):
            incoming.take_file(moderator.ring, moderator.row, file)
        client = moderator.sign_in()
        upload = {"file": SimpleUploadedFile("notes.bin", file)}
        refused = client.post("/en/a/shared/take/", upload)
        assert refused.status_code == 400
        assert "more than a year ago" in refused.content.decode()
        refused = client.post(SEND, {"partner": pk, "level": "3", "send": "1"})
        assert refused.status_code == 400
        assert "more than a year ago" in refused.content.decode()
        assert "Over: exchange identities again" in client.get(KNOWN).content.decode()
        assert "Exchange identities again with" in client.get("/en/desk/").content.decode()
        form = {"name": networks.NAME, "identity": introduction(), "compared": NEW.words}
        assert client.post(KNOWN, form).status_code == 302
        assert names(moderator) == [networks.NAME]


def test_the_desk_is_reminded_a_month_before(moderator: Person) -> None:
    networks.befriend(moderator)
    assert partners.queue_items(moderator.ring, moderator.row) == []
    soon = datetime.datetime.now(datetime.UTC) + YEAR - datetime.timedelta(days=20)
    with time_machine.travel(soon, tick=False):
        assert len(partners.queue_items(moderator.ring, moderator.row)) == 1
