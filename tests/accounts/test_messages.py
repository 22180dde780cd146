"""Messages from the organisation: who writes them, who reads them, and what forgery achieves."""

from __future__ import annotations

import datetime
import os

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from safety_app.accounts import retention
from safety_app.accounts.flows import messages
from safety_app.accounts.keys import application_seals, desk_keys, sealed_rows
from safety_app.accounts.keys.application_seals import ApplicationContent
from safety_app.accounts.keys.keyring import KeyRing, welcome_key
from safety_app.accounts.keys.row_auth import sign_member
from safety_app.accounts.models import Application, Member, Message, Organisation
from safety_app.accounts.rotation import network_rotation
from safety_app.accounts.views.people import messages as letters_view
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from safety_app.vault import boxes, seals
from safety_app.vault.encoding import pad
from tests.cast import Person

pytestmark = pytest.mark.django_db

TEXT = "Come by on Tuesday <evening>."
SHOWN = "Come by on Tuesday &lt;evening&gt;."


def path(person: Person | Member) -> str:
    row = person.row if isinstance(person, Person) else person
    return f"/en/desk/people/{row.pk}/note/"


def page(person: Person) -> str:
    return person.client.get("/en/me/").content.decode()


def leave(writer: Person, reader: Person, text: str = TEXT) -> None:
    row, ring = writer.keys
    messages.write_message(ring, row, text, to=reader.row)


def forged(reader: Person, key: bytes) -> Message:
    """What a forger can make with every public key and another network's key."""
    message = Message(id=random_id(), day=today())
    content = b'{"text":"Made up.","kind":"member","from":"Lantern Collective"}'
    ring = KeyRing(os.urandom(32), "", {1: key})
    sealed_rows.seal_row("letter", message, bytes(reader.row.public_key), pad(content, 2304), ring)
    message.save(force_insert=True)
    return message


@pytest.mark.thorough
def test_only_the_person_it_is_for_reads_it(
    moderator: Person, member: Person, colleague: Person, other_moderator: Person
) -> None:
    form = moderator.client.get(path(member)).content.decode()
    assert "Amber Lynx" in form
    assert "cannot be answered, on purpose" in form
    response = moderator.client.post(path(member), {"send": "1", "text": TEXT})
    assert (response.status_code, response["Location"]) == (302, path(member))
    assert "Your message is there." in moderator.client.get(path(member)).content.decode()
    assert "Your message is there." not in moderator.client.get(path(member)).content.decode()
    shown = page(member)
    assert SHOWN in shown
    assert "Lantern Collective · until" in shown
    for other in (moderator, colleague, other_moderator):
        assert "Come by" not in page(other)


def test_a_row_says_neither_who_nor_to_whom(moderator: Person, member: Person) -> None:
    leave(moderator, member)
    leave(moderator, member, "x" * messages.TEXT_LIMIT)
    assert {field.name for field in Message._meta.fields} == {"id", "day", "sealed", "mac"}
    assert {len(row.sealed) for row in Message.objects.all()} == {2304 + 1137}


@pytest.mark.thorough
def test_wrong_people_find_no_such_page(
    nobody: Client,
    moderator: Person,
    other_moderator: Person,
    member: Person,
    reporter: Person,
    translator: Person,
) -> None:
    assert nobody.get(path(member))["Location"] == "/en/in/"
    for person in (other_moderator, member, reporter, translator):
        assert person.client.get(path(member)).status_code == 404
        response = person.client.post(path(member), {"send": "1", "text": TEXT})
        assert response.status_code == 404
    assert not Message.objects.exists()
    assert moderator.client.get(path(Member(id=2**62 + 1))).status_code == 404
    assert moderator.client.put(path(member)).status_code == 405


@pytest.mark.thorough
def test_an_account_without_network_key_gets_none(moderator: Person, translator: Person) -> None:
    assert "cannot get messages" in moderator.client.get(path(translator)).content.decode()
    moderator.client.post(path(translator), {"send": "1", "text": TEXT})
    assert not Message.objects.exists()
    assert translator.client.get("/en/me/").status_code == 200


@pytest.mark.parametrize("typed", ["", "   ", "\u202e", "x" * 501])
def test_what_does_not_fit_is_said_and_kept(moderator: Person, member: Person, typed: str) -> None:
    response = moderator.client.post(path(member), {"send": "1", "text": typed})
    assert response.status_code == 400
    assert 'href="#id_text"' in response.content.decode()
    assert typed in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.thorough
def test_signs_that_take_more_room_than_others(moderator: Person, member: Person) -> None:
    typed = {"send": "1", "text": "🦊" * 500}
    Organisation.objects.filter(pk=member.row.organisation_id).update(name="🦊" * 80)
    response = moderator.client.post(path(member), typed)
    assert response.status_code == 400
    assert "write less" in response.content.decode()
    Organisation.objects.filter(pk=member.row.organisation_id).update(name="Lantern")
    assert moderator.client.post(path(member), typed).status_code == 302
    assert "🦊" * 500 in page(member)


def test_what_comes_back_through_the_lock_page_is_not_sent(
    moderator: Person, member: Person
) -> None:
    response = moderator.client.post(path(member), {"text": TEXT})
    assert response.status_code == 200
    assert SHOWN in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.thorough
def test_erased_by_her_and_by_nobody_else(
    moderator: Person, member: Person, colleague: Person
) -> None:
    leave(moderator, member)
    message = Message.objects.get()
    form = page(member).split('action="/en/me/note/"')[1].split("</form>")[0]
    assert f'name="message" value="{message.pk}"' in form
    assert "csrfmiddlewaretoken" in form
    for other in (moderator, colleague):
        assert other.client.post("/en/me/note/", {"message": message.pk}).status_code == 404
    for typed in ("", "x", "1", "9" * 19, "9" * 400, "١" * 19):
        assert member.client.post("/en/me/note/", {"message": typed}).status_code == 404
    assert member.client.get("/en/me/note/").status_code == 405
    assert member.client.post("/en/me/note/", {"message": message.pk})["Location"] == "/en/me/"
    assert not Message.objects.exists()
    assert member.client.post("/en/me/note/", {"message": message.pk}).status_code == 404


def test_gone_after_thirty_days(moderator: Person, member: Person) -> None:
    leave(moderator, member)
    day = today() + datetime.timedelta(days=29)
    assert retention.sweep(day)["letters"] == 0
    assert retention.sweep(day + datetime.timedelta(days=1))["letters"] == 1
    assert "Come by" not in page(member)


def test_a_forged_note_is_not_shown(moderator: Person, member: Person) -> None:
    forged(member, boxes.new_key())
    leave(moderator, member)
    assert "Made up." not in page(member)
    assert SHOWN in page(member)


def test_seals_macs_and_days_that_were_moved(moderator: Person, member: Person) -> None:
    leave(moderator, member, "first")
    leave(moderator, member, "second")
    first, other = Message.objects.all()
    for changes in (
        {"mac": other.mac},
        {"sealed": other.sealed},
        {"mac": other.mac, "sealed": other.sealed},
        {"day": first.day - datetime.timedelta(days=1)},
        {"mac": b""},
        {"sealed": b"\x01"},
    ):
        Message.objects.filter(pk=first.pk).update(**changes)
        assert [opened.id for opened in messages.messages_for(member.ring, member.row)] == [
            other.pk
        ]
        Message.objects.filter(pk=first.pk).update(
            mac=first.mac, sealed=first.sealed, day=first.day
        )
    assert len(messages.messages_for(member.ring, member.row)) == 2


@pytest.mark.thorough
def test_a_key_someone_put_into_her_row_is_not_written_to(
    moderator: Person, member: Person
) -> None:
    row = member.row
    moderator.client.get("/en/me/")
    Member.objects.filter(pk=row.pk).update(public_key=seals.public_key(seals.new_seed()))
    response = moderator.client.post(path(row), {"send": "1", "text": TEXT})
    assert response.status_code == 403
    assert not Message.objects.exists()


def test_content_that_is_none_breaks_no_page(moderator: Person, member: Person) -> None:
    row = member.row
    for content in (b"[]", b"{}", b"1", b'{"text":1,"kind":2,"from":3,"alert":4}', b"\xff"):
        message = Message(id=random_id(), day=today())
        sealed_rows.seal_row(
            "letter", message, bytes(row.public_key), pad(content, 2304), moderator.ring
        )
        message.save(force_insert=True)
    assert member.client.get("/en/me/").status_code == 200


def test_only_so_many_are_tried(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MAX_TRIED", 3)
    for _ in range(5):
        leave(moderator, member)
    row, ring = member.keys
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(messages.messages_for(ring, row)) == 3
    assert len(queries) == 1


@pytest.mark.thorough
def test_a_moderator_cannot_fill_the_table(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = 2
    monkeypatch.setattr(letters_view, "MESSAGES", letters_view.MESSAGES._replace(amount=budget))
    for _ in range(budget):
        assert moderator.client.post(path(member), {"send": "1", "text": "x"}).status_code == 302
    assert moderator.client.post(path(member), {"send": "1", "text": "x"}).status_code == 429
    assert Message.objects.count() == budget


class Applicant:
    """A waiting applicant: keys, row and application."""

    def __init__(self, organisation: Organisation, desk_key: bytes) -> None:
        self.ring = KeyRing(seals.new_seed(), "Calm Heron")
        self.row = Member(
            id=random_id(),
            handle=os.urandom(32),
            verifier=os.urandom(32),
            recovery_handle=os.urandom(32),
            organisation=organisation,
            roles="member",
            state="waiting",
            public_key=seals.public_key(self.ring.seed),
            seed_seal=b"",
            recovery_seal=b"",
            pseudonym_seal=b"",
            second_factor_box=b"",
            stamp=os.urandom(16),
            renewed=today().replace(day=1),
        )
        sign_member(self.ring, self.row)
        self.row.save(force_insert=True)
        self.application = Application(
            id=random_id(), member=self.row, organisation=organisation, day=today()
        )
        content = ApplicationContent(
            bytes(self.row.public_key), welcome_key(self.ring.seed), "Calm Heron", "Hello."
        )
        application_seals.seal_application(self.application, desk_key, content, None)
        self.application.save(force_insert=True)

    @property
    def path(self) -> str:
        return f"/en/desk/asked/{self.application.pk}/note/"

    def reads(self) -> list[str]:
        return [first.text for first in messages.messages_for(self.ring, self.row)]


@pytest.fixture
def applicant(moderator: Person) -> Applicant:
    organisation = moderator.row.organisation
    desk = desk_keys.desk_of(moderator.ring, organisation.pk)
    return Applicant(organisation, bytes(desk.public_key))


@pytest.mark.thorough
def test_an_applicant_reads_hers(
    moderator: Person, other_moderator: Person, member: Person, applicant: Applicant
) -> None:
    assert "Calm Heron" in moderator.client.get(applicant.path).content.decode()
    typed = {"send": "1", "text": TEXT}
    for person in (other_moderator, member):
        assert person.client.get(applicant.path).status_code == 404
        assert person.client.post(applicant.path, typed).status_code == 404
    assert moderator.client.post(applicant.path, typed).status_code == 302
    assert applicant.reads() == [TEXT]
    assert "Come by" not in page(member)
    # A waiting applicant is not listed among the organisation's people.
    assert moderator.client.get(path(applicant.row)).status_code == 404
    # Also when they have been approved meanwhile.
    ring = KeyRing(applicant.ring.seed, "", moderator.ring.epochs)
    applicant.row.state = "approved"
    assert [first.text for first in messages.messages_for(ring, applicant.row)] == [TEXT]


def test_an_applicants_note_goes_to_the_key_she_sealed(
    moderator: Person, applicant: Applicant
) -> None:
    thief = seals.new_seed()
    Member.objects.filter(pk=applicant.row.pk).update(public_key=seals.public_key(thief))
    moderator.client.post(applicant.path, {"send": "1", "text": TEXT})
    assert applicant.reads() == [TEXT]
    assert not messages.messages_for(KeyRing(thief, ""), applicant.row)


def test_nobody_forges_a_note_for_an_applicant(applicant: Applicant) -> None:
    message = Message(id=random_id(), day=today())
    content = pad(b'{"text":"Made up.","kind":"applicant","from":"x"}', 2304)
    sealed_rows.seal_row("letter", message, bytes(applicant.row.public_key), content, None)
    for key in (boxes.new_key(), welcome_key(seals.new_seed())):
        message.mac = sealed_rows.mac_of("letter", message, key)
        message.save()
        assert applicant.reads() == []


def test_an_application_that_is_gone(moderator: Person, applicant: Applicant) -> None:
    applicant.application.delete()
    response = moderator.client.post(applicant.path, {"send": "1", "text": TEXT})
    assert response.status_code == 404
    assert not Message.objects.exists()


@pytest.mark.thorough
def test_a_rotation_keeps_notes(moderator: Person, member: Person, applicant: Applicant) -> None:
    leave(moderator, member)
    moderator.client.post(applicant.path, {"send": "1", "text": TEXT})
    forged(member, boxes.new_key())
    network_rotation.prepare(moderator.ring, set(), set()).apply()
    row, ring = member.keys
    assert [
        first.text
        for first in messages.messages_for(KeyRing(ring.seed, "", {2: ring.network_key}), row)
    ] == [TEXT]
    assert applicant.reads() == [TEXT]
