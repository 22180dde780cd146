"""What people outside object to, at the desk of all moderators."""

import datetime
import re

import pytest
from django.db import connection
from django.test import Client

from alerts import retention
from alerts.flows import objections
from alerts.models import Objection
from safety_app.accounts.models import Desk
from safety_app.accounts.rotation import desk_rotation
from safety_app.vault import seals
from safety_app.vault.encoding import make_context, pad
from safety_app.vault.errors import VaultError
from tests.cast import Person
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

PATH = "/en/a/objections/"


@pytest.fixture
def objection(populated: None) -> Objection:
    objections.receive("06 39 98 12 42", "It was <not> me.\nI will find you.")
    return Objection.objects.get()


def show(person: Person, **fields: str) -> str:
    response = person.client.post(PATH, fields or {"show": "1"})
    assert response.status_code == 200
    return response.content.decode()


def test_the_warning_comes_first(moderator: Person, objection: Objection) -> None:
    page = moderator.client.get(PATH).content.decode()
    assert "Some contain threats" in page
    assert "1 objection is waiting." in page
    assert "06 39 98" not in page
    assert "find you" not in page


@pytest.mark.parametrize("person", ["moderator", "other_moderator"])
def test_moderators_of_any_organisation_read_it(
    request: pytest.FixtureRequest, objection: Objection, person: str
) -> None:
    page = show(request.getfixturevalue(person))
    assert "06 39 98 12 42" in page
    assert "It was &lt;not&gt; me." in page
    assert "expires in" in page


@pytest.mark.parametrize("person", ["member", "colleague", "reporter", "translator", "outsider"])
def test_nobody_else_finds_such_a_page(
    request: pytest.FixtureRequest, objection: Objection, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(PATH).status_code == 404
    for fields in ({"show": "1"}, {"looked": str(objection.pk)}, {"delete": str(objection.pk)}):
        assert someone.client.post(PATH, fields).status_code == 404
    assert Objection.objects.get().state == "received"


def test_signed_out_people_are_asked_to_sign_in(nobody: Client, objection: Objection) -> None:
    assert nobody.get(PATH).status_code == 302
    assert nobody.post(PATH, {"delete": str(objection.pk)}).status_code == 403
    assert nobody.put(PATH).status_code == 405
    assert Objection.objects.exists()


@pytest.mark.thorough
def test_looked_at_from_two_phones(
    moderator: Person, other_moderator: Person, objection: Objection
) -> None:
    page = show(moderator, looked=str(objection.pk))
    assert "· looked at" in page
    assert 'name="looked"' not in page
    assert "· looked at" in show(other_moderator, looked=str(objection.pk))
    assert Objection.objects.get().state == "looked_at"


@pytest.mark.thorough
def test_deleting_and_the_second_one_is_told(
    moderator: Person, other_moderator: Person, objection: Objection
) -> None:
    other_moderator.client.get(PATH)
    assert "The objection is deleted." in show(moderator, delete=str(objection.pk))
    assert not Objection.objects.exists()
    assert "had deleted it already" in show(other_moderator, delete=str(objection.pk))
    assert "has deleted that one" in show(other_moderator, looked=str(objection.pk))


def test_deleting_asks_for_its_own_button_after_signing_in(
    moderator: Person, objection: Objection
) -> None:
    page = show(moderator, delete=str(objection.pk), carry_to=PATH)
    assert "Some contain threats" in page
    assert Objection.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("number", ["", "1", "x", "-1", "٣" * 19, "9" * 19, "9" * 5000, "4.5"])
def test_what_is_no_number_is_not_there(
    moderator: Person, objection: Objection, number: str
) -> None:
    for button in ("looked", "delete"):
        assert moderator.client.post(PATH, {button: number}).status_code == 404
    assert moderator.client.post(PATH, {"page": number}).status_code == 200


@pytest.mark.thorough
def test_the_identifier_can_be_looked_up(moderator: Person, objection: Objection) -> None:
    page = show(moderator)
    form = re.search(r'action="(/en/a/check/)">.*?name="q" value="([^"]+)"', page, re.DOTALL)
    assert form
    answer = moderator.client.post(form[1], {"q": form[2]}).content.decode()
    assert "No notes about this." in answer


def test_those_that_do_not_open_are_counted(moderator: Person, objection: Objection) -> None:
    desk = Desk.objects.get(organisation=None)
    for content in (b"[" * 4000, b"{}", b"\xff", b'{"identifier": 1, "text": 2}', b"null"):
        row = Objection(handle=content[:32], day=objection.day)
        info = make_context("objection", row.pk)
        row.sealed = seals.seal(bytes(desk.public_key), pad(content, objections.SIZE), info)
        row.save()
    Objection(handle=b"2", day=objection.day, sealed=bytes(objection.sealed)).save()
    Objection(handle=b"3", day=objection.day, sealed=b"x").save()
    row = Objection(handle=b"4", day=objection.day, sealed=b"x")
    row.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE alerts_objection SET sealed = 'x' WHERE id = %s", [row.pk])
    page = show(moderator)
    assert "8 objections could not be opened." in page
    assert "It was &lt;not&gt; me." in page


def test_nothing_opens_when_the_desk_is_not_genuine(
    moderator: Person, objection: Objection
) -> None:
    stranger = seals.public_key(seals.new_seed())
    Desk.objects.filter(organisation=None).update(public_key=stranger)
    with pytest.raises(VaultError):
        objections.receive("x", "For someone else to read.")
    assert "1 objection could not be opened." in show(moderator)


@pytest.mark.thorough
def test_those_that_wait_come_first_and_ten_make_a_page(
    moderator: Person, objection: Objection
) -> None:
    objections.mark_looked_at(moderator.row, objection.pk)
    for number in range(11):
        objections.receive(f"name {number}", "x" * 2000)
    first = show(moderator)
    assert first.count("<h2>") == 10
    assert "06 39 98 12 42" not in first
    second = show(moderator, page="2")
    assert second.count("<h2>") == 2
    assert second.index("name") < second.index("06 39 98 12 42")
    assert "Nothing to do here." in show(moderator, page="999")


def test_what_waits_is_one_line_of_the_desk(
    moderator: Person, other_moderator: Person, objection: Objection
) -> None:
    day = objection.day - datetime.timedelta(days=3)
    Objection.objects.update(day=day)
    objections.receive("x", "y")
    for person in (moderator, other_moderator):
        (line,) = objections.queue_items(person.ring, person.row)
        assert str(line.title) == "2 objections by people outside"
        assert line.day == day
        assert line.url == PATH
    for row in Objection.objects.all():
        objections.mark_looked_at(moderator.row, row.pk)
    assert objections.queue_items(moderator.ring, moderator.row) == []


def test_it_goes_after_ninety_days(objection: Objection) -> None:
    retention.sweep(objection.day + datetime.timedelta(days=89))
    assert Objection.objects.exists()
    retention.sweep(objection.day + datetime.timedelta(days=90))
    assert not Objection.objects.exists()


def test_long_words_and_another_direction(moderator: Person, populated: None) -> None:
    objections.receive("x" * 100, "هذا ليس صحيحا " + "w" * 1500)
    page = show(moderator)
    assert '<div dir="auto">' in page
    assert "هذا" in page


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["day", "state", "sealed", "handle"])
@pytest.mark.parametrize("value", ["'text'", "1000000000000000", "x'ff'"])
def test_odd_values_in_the_table_break_nothing(
    moderator: Person, nobody: Client, objection: Objection, column: str, value: str
) -> None:
    put_odd(f"UPDATE alerts_objection SET {column} = {value}")  # noqa: S608
    assert moderator.client.get(PATH).status_code == 200
    show(moderator)
    assert len(objections.queue_items(moderator.ring, moderator.row)) == 1
    assert moderator.client.get("/en/desk/").status_code == 200
    assert nobody.post("/en/object/", {"return_code": "A" * 26}).status_code == 200
    show(moderator, looked=str(objection.pk))
    show(moderator, delete=str(objection.pk))
    assert not Objection.objects.exists()


@pytest.mark.thorough
def test_it_opens_while_the_desk_gets_new_keys_and_afterwards(
    moderator: Person, other_moderator: Person, objection: Objection
) -> None:
    row, ring = moderator.keys
    desk_rotation.renew_desk_keys(ring, row)
    objections.receive("after", "Sent to the new key.")
    for _moved in (False, True):
        for person in (moderator, other_moderator):
            page = objections.objection_page(person.ring, person.row, 1)
            assert {opened.identifier for opened in page.opened} == {"06 39 98 12 42", "after"}
        desk_rotation.reencrypt_desks(ring, row)
