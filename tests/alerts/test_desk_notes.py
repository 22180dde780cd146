"""Reports about someone under 18, at the desk of one's own organisation."""

import pytest
from django.db import connection

from alerts.flows import lifecycle
from alerts.models import DeskNote
from alerts.sealing.bodies import report_bytes
from safety_app.accounts.models import Desk
from safety_app.vault import boxes, network, seals
from safety_app.vault.encoding import make_context
from tests.alerts.reports import report, reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/a/desk/"


@pytest.fixture
def note(member: Person) -> DeskNote:
    lifecycle.leave_at_desk(
        member.ring,
        member.row,
        report(
            reported("phone", "06 39 98 12 42"),
            what=("minor", "third_party"),
            text="She looked <15>.",
            may_note=True,
        ),
    )
    return DeskNote.objects.get()


@pytest.mark.thorough
def test_moderators_of_the_organisation_read_it(moderator: Person, note: DeskNote) -> None:
    page = moderator.client.get(PATH).content.decode()
    assert "Someone under 18 was involved" in page
    assert "+33 6 39 98 12 42" in page
    assert "She looked &lt;15&gt;." in page
    assert "from Amber Lynx, who agreed to be asked" in page
    assert "Sent to your organisation" in moderator.client.get("/en/desk/").content.decode()


def test_other_organisations_see_nothing(other_moderator: Person, note: DeskNote) -> None:
    page = other_moderator.client.get(PATH).content.decode()
    assert "Nothing to do here." in page
    path = f"{PATH}{note.pk}/"
    assert other_moderator.client.post(path).status_code == 404
    assert DeskNote.objects.filter(pk=note.pk).exists()


@pytest.mark.parametrize("person", ["member", "reporter", "translator"])
def test_who_is_no_moderator_finds_no_such_page(
    request: pytest.FixtureRequest, note: DeskNote, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(PATH).status_code == 404
    assert someone.client.post(f"{PATH}{note.pk}/").status_code == 404
    assert DeskNote.objects.exists()


@pytest.mark.thorough
def test_deleting(moderator: Person, note: DeskNote) -> None:
    path = f"{PATH}{note.pk}/"
    assert moderator.client.get(path).status_code == 405
    assert moderator.client.post(path)["Location"] == PATH
    assert not DeskNote.objects.exists()
    assert moderator.client.post(path).status_code == 404
    assert "Nothing to do here." in moderator.client.get(PATH).content.decode()


def test_a_note_that_does_not_open_can_be_deleted(moderator: Person, note: DeskNote) -> None:
    DeskNote.objects.update(sealed=b"\x01" + bytes(9368))
    page = moderator.client.get(PATH).content.decode()
    assert "could not be opened" in page
    assert f'action="{PATH}{note.pk}/"' in page


def test_a_note_from_outside_the_network_is_not_shown(moderator: Person, note: DeskNote) -> None:
    # All that someone has who can write to the database: the desk's public key, and no other.
    desk = Desk.objects.get(organisation=note.organisation)
    padded = report_bytes(report(text="Made up."), pseudonym="Amber Lynx")
    vouched = network.mac(
        boxes.new_key(), make_context("desk note", note.pk, note.organisation, padded)
    )
    forged = (1).to_bytes(8, "big") + vouched + padded
    for content in (forged, padded):
        sealed = seals.seal(bytes(desk.public_key), content, make_context("desk note", note.pk))
        DeskNote.objects.update(sealed=sealed)
        page = moderator.client.get(PATH).content.decode()
        assert "could not be opened" in page
        assert "Made up." not in page
        assert "Amber Lynx" not in page


def test_what_is_no_note_at_all_hides_no_others(moderator: Person, note: DeskNote) -> None:
    row = DeskNote.objects.create(
        organisation=note.organisation, day=note.day, sealed=bytes(note.sealed)
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_desknote SET sealed = 'x' WHERE id = %s", [row.pk])
    page = moderator.client.get(PATH).content.decode()
    assert page.count("could not be opened") == 1
    assert "She looked &lt;15&gt;." in page


def test_what_waits_is_counted_for_ones_own_desk(
    moderator: Person, other_moderator: Person, note: DeskNote
) -> None:
    assert lifecycle.count_desk_notes(moderator.row) == 1
    assert lifecycle.count_desk_notes(other_moderator.row) == 0
