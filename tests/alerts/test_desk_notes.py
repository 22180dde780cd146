"""Reports about someone under 18, at the desk of one's own organisation."""

import pytest

from alerts import posting
from alerts.models import DeskNote
from tests.alerts.reports import report, reported
from tests.cast import Person

pytestmark = pytest.mark.django_db

PATH = "/en/a/desk/"


@pytest.fixture
def note(member: Person) -> DeskNote:
    posting.leave_at_desk(
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


def test_moderators_of_the_organisation_read_it(moderator: Person, note: DeskNote) -> None:
    page = moderator.client.get(PATH).content.decode()
    assert "Someone under 18 was involved" in page
    assert "+33 6 39 98 12 42" in page
    assert "She looked &lt;15&gt;." in page
    assert "from Amber Lynx, who agreed to be asked" in page
    assert "Left for your organisation" in moderator.client.get("/en/desk/").content.decode()


def test_other_organisations_see_nothing(other_moderator: Person, note: DeskNote) -> None:
    page = other_moderator.client.get(PATH).content.decode()
    assert "Nothing is waiting here." in page
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


def test_deleting(moderator: Person, note: DeskNote) -> None:
    path = f"{PATH}{note.pk}/"
    assert moderator.client.get(path).status_code == 405
    assert moderator.client.post(path)["Location"] == PATH
    assert not DeskNote.objects.exists()
    assert moderator.client.post(path).status_code == 404
    assert "Nothing is waiting here." in moderator.client.get(PATH).content.decode()


def test_a_note_that_does_not_open_can_be_deleted(moderator: Person, note: DeskNote) -> None:
    DeskNote.objects.update(sealed=b"\x01" + bytes(9328))
    page = moderator.client.get(PATH).content.decode()
    assert "could not be opened" in page
    assert f'action="{PATH}{note.pk}/"' in page


def test_what_waits_is_counted_for_ones_own_desk(
    moderator: Person, other_moderator: Person, note: DeskNote
) -> None:
    assert posting.waiting_at_desk(moderator.row) == 1
    assert posting.waiting_at_desk(other_moderator.row) == 0
