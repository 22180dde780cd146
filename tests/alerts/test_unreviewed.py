"""What waits for a moderator: the list of unreviewed notes, and the lines on the desk."""

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alerts import moderation_queue
from alerts.flows import flags, lifecycle, moderation
from alerts.flows.change_requests import Change
from alerts.models import Alert, ChangeRequest, DeskNote, Flag
from alerts.presentation import place_words, what_words
from alerts.views import unreviewed as unreviewed_view
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from tests.alerts.reports import report
from tests.alerts.reviews import case, post
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

PATH = "/en/a/unreviewed/"


def links(page: str) -> list[int]:
    return [int(items) for items in re.findall(r'class="card" href="/en/a/(\d+)/review/"', page)]


def listed(person: Person, show: str = "", page: str = "1") -> list[int]:
    response = person.client.get(PATH, {"show": show, "page": page})
    assert response.status_code == 200
    return links(response.content.decode())


def rows(person: Person, look: Any) -> list[QueueItem]:
    member, ring = person.keys
    items: list[QueueItem] = look(ring, member)
    return items


def titles(person: Person, look: Any) -> list[str]:
    return [str(item.title) for item in rows(person, look)]


@pytest.mark.parametrize("person", ["member", "reporter", "translator"])
def test_who_is_no_moderator_finds_no_such_page(
    request: pytest.FixtureRequest, person: str
) -> None:
    someone: Person = request.getfixturevalue(person)
    assert someone.client.get(PATH).status_code == 404
    assert someone.client.post(PATH).status_code in (404, 405)


def test_nobody_and_other_methods(nobody: Client, moderator: Person) -> None:
    assert nobody.get(PATH).status_code == 302
    assert moderator.client.put(PATH).status_code == 405


@pytest.mark.thorough
def test_each_list_has_its_own(moderator: Person, other_moderator: Person, member: Person) -> None:
    alerts = {name: post(member, level=level) for name, level in (("a", 2), ("b", 3), ("n", 0))}
    held, hidden, done = (post(member, level=1) for _ in range(3))
    for alert, value in ((held, "held"), (hidden, "hidden"), (done, "reviewed")):
        put_status(member.ring, alert, state=value)
    for someone in (moderator, other_moderator):
        assert set(listed(someone)) == {alerts["a"].pk, alerts["b"].pk}
        assert listed(someone, "3") == [alerts["b"].pk]
        assert listed(someone, "nuisance") == [alerts["n"].pk]
        assert listed(someone, "held") == [held.pk]
        assert listed(someone, "hidden") == [hidden.pk]
        assert set(listed(someone, "<other>")) == {alerts["a"].pk, alerts["b"].pk}


@pytest.mark.thorough
def test_newest_first_in_pages(moderator: Person, member: Person) -> None:
    this_day = today()
    for number in range(17):
        alert = post(member, level=1)
        put_status(member.ring, alert, day=this_day - datetime.timedelta(days=number))
    first, second = listed(moderator), listed(moderator, page="2")
    wanted = list(Alert.objects.order_by("-day").values_list("pk", flat=True))
    assert first + second == wanted
    assert listed(moderator, page="x") == first
    assert listed(moderator, page="99999999") == first
    assert listed(moderator, page="99") == []


@pytest.mark.thorough
def test_several_are_reviewed_at_once_and_undone(
    moderator: Person, member: Person, outsider: Person
) -> None:
    plain, other, flagged, changed = (post(member, level=level) for level in (1, 2, 1, 1))
    very = post(member, level=3)
    page = moderator.client.get(PATH).content.decode()
    picks = re.findall(r'name="pick" value="([^"]*)"', page)
    assert {int(pick.partition(":")[0]) for pick in picks} == {
        alert.pk for alert in (plain, other, flagged, changed)
    }
    flags.send_flag(outsider.ring, flagged.pk, flags.FlagContent("false", ""))
    Alert.objects.filter(pk=changed.pk).update(version=2)
    forged = [f"{very.pk}:1-new", "x", f"{2**62 + 1}:1-new"]
    answer = moderator.client.post(PATH, {"pick": [*picks, *forged]}, follow=True)
    assert "2 notes are marked as reviewed." in answer.content.decode()
    reviewed = Alert.objects.filter(state="reviewed").values_list("pk", flat=True)
    assert set(reviewed) == {plain.pk, other.pk}
    undone = moderator.client.post("/en/a/undo/", follow=True).content.decode()
    assert "Undone. It is as it was." in undone
    assert not Alert.objects.exclude(state="new").exists()
    nothing = moderator.client.post(PATH, follow=True).content.decode()
    assert "Nothing was changed: pick notes" in nothing
    assert member.client.post(PATH, {"pick": picks}).status_code == 404


def test_cards_that_do_not_open_are_counted(moderator: Person, member: Person) -> None:
    post(member)
    Alert.objects.update(card=bytes(1053))
    page = moderator.client.get(PATH).content.decode()
    assert "1 note could not be opened." in page
    assert "Nothing to do here." in page


@pytest.mark.thorough
def test_cards_have_a_budget(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(member)
    budget = unreviewed_view.CARDS._replace(amount=0)
    monkeypatch.setattr(unreviewed_view, "CARDS", budget)
    assert moderator.client.get(PATH).status_code == 429


def notes(person: Person, start: int = 0, stop: int = 20) -> list[QueueItem]:
    member, ring = person.keys
    return moderation_queue.note_items(ring, member, start, stop)


def test_the_most_dangerous_come_first_then_the_newest(moderator: Person, member: Person) -> None:
    lower, very_old, very_new, _nuisance = (post(member, level=level) for level in (1, 3, 3, 0))
    put_status(member.ring, very_old, day=today() - datetime.timedelta(days=3))
    items = notes(moderator)
    assert [(item.url, item.urgent) for item in items] == [
        (f"/en/a/{very_new.pk}/review/", True),
        (f"/en/a/{very_old.pk}/review/", True),
        (f"/en/a/{lower.pk}/review/", False),
    ]
    assert moderation_queue.count_notes(moderator.ring, moderator.row) == 3
    moderation.approve(case(moderator, very_old))
    assert [item.note for item in notes(moderator)] == [very_new.pk, lower.pk]


def test_each_row_says_how_dangerous_what_and_where(moderator: Person, member: Person) -> None:
    alert = post(member, level=2)
    page = moderator.client.get("/en/desk/").content.decode()
    row = re.search(rf'<li><a href="/en/a/{alert.pk}/review/">(.*?)</a>', page)
    assert row
    assert "Dangerous" in row[1]
    assert "Not reviewed yet" in row[1]
    assert "today" in row[1]
    for words in (*what_words(report().what), *place_words(report(), "en")):
        assert words in row[1]


@pytest.mark.thorough
def test_rows_stay_without_cards_when_the_budget_is_spent_or_a_card_does_not_open(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert = post(member)
    Alert.objects.update(card=bytes(1053))
    assert f"/en/a/{alert.pk}/review/" in moderator.client.get("/en/desk/").content.decode()
    budget = moderation_queue.CARDS._replace(amount=0)
    monkeypatch.setattr(moderation_queue, "CARDS", budget)
    assert f"/en/a/{alert.pk}/review/" in moderator.client.get("/en/desk/").content.decode()


def test_held_ones_and_those_that_are_shown_again_soon(moderator: Person, member: Person) -> None:
    held, soon, later = (post(member, level=2) for _ in range(3))
    this_day = today()
    put_status(member.ring, held, state="held")
    for alert, days in ((soon, 1), (later, 2)):
        until = this_day + datetime.timedelta(days=days)
        put_status(member.ring, alert, state="hidden", hidden_until=until)
    assert {(str(item.title), item.url) for item in notes(moderator)} == {
        ("Waiting to be published", f"/en/a/{held.pk}/review/"),
        ("Hidden, and soon shown again", f"/en/a/{soon.pk}/review/"),
    }


def test_a_flagged_note_waits_once(moderator: Person, member: Person, outsider: Person) -> None:
    alert = post(member)
    flags.send_flag(outsider.ring, alert.pk, flags.FlagContent("false", ""))
    assert notes(moderator) == []
    assert moderation_queue.count_notes(moderator.ring, moderator.row) == 0
    page = moderator.client.get("/en/desk/").content.decode()
    assert page.count(f"/en/a/{alert.pk}/review/") == 1
    assert "1 thing to do" in page


def test_flags_are_one_row_for_each_note(
    moderator: Person,
    other_moderator: Person,
    member: Person,
    outsider: Person,
    colleague: Person,
    reporter: Person,
) -> None:
    first, second = post(member, level=1), post(member, level=1)
    for someone in (outsider, colleague):
        flags.send_flag(someone.ring, first.pk, flags.FlagContent("false", ""))
    flags.send_flag(reporter.ring, second.pk, flags.FlagContent("private_detail", "her street"))
    for person in (moderator, other_moderator):
        items = rows(person, moderation_queue.flag_items)
        assert [(str(row.title), row.url, row.urgent) for row in items] == [
            ("Someone says: It shows a private detail", f"/en/a/{second.pk}/review/", True),
            ("Someone says: It is not true (2)", f"/en/a/{first.pk}/review/", False),
        ]
    Flag.objects.filter(alert=first).update(sealed=bytes(2673))
    assert "Someone says: could not be opened" in titles(moderator, moderation_queue.flag_items)


def test_what_another_organisation_asks(
    moderator: Person, other_moderator: Person, member: Person
) -> None:
    alert, hidden = post(member), post(member)
    moderation.change_or_propose(case(moderator, alert), Change("hide"))
    moderation.change_or_propose(case(moderator, alert), Change("level", level=1))
    moderation.hide(case(moderator, hidden))
    assert rows(moderator, moderation_queue.change_request_items) == []
    assert [item.url for item in rows(other_moderator, moderation_queue.change_request_items)] == [
        f"/en/a/{alert.pk}/review/"
    ]
    ChangeRequest.objects.update(box=bytes(1053))
    assert rows(other_moderator, moderation_queue.change_request_items) == []


def test_what_was_left_for_ones_own_organisation(
    moderator: Person, other_moderator: Person, member: Person
) -> None:
    lifecycle.leave_at_desk(member.ring, member.row, report(what=("minor",)))
    items = rows(moderator, moderation_queue.desk_note_items)
    assert [(item.url, item.urgent) for item in items] == [("/en/a/desk/", True)]
    assert rows(other_moderator, moderation_queue.desk_note_items) == []
    DeskNote.objects.all().delete()
    assert rows(moderator, moderation_queue.desk_note_items) == []


def many_notes(member: Person, number: int) -> None:
    """So many notes of every level, of the last thirty days."""
    template = post(member)
    Alert.objects.bulk_create(
        Alert(
            epoch=1,
            day=template.day - datetime.timedelta(days=k % 30),
            level=1 + k % 3,
            region=template.region,
            state="new" if k % 5 else "held",
            expires=template.expires,
            card=template.card,
            body=template.body,
        )
        for k in range(number - 1)
    )


@pytest.mark.thorough
def test_250_things_in_pages_of_as_many_queries_as_one(
    moderator: Person, member: Person, outsider: Person
) -> None:
    def queries(page: int) -> int:
        with CaptureQueriesContext(connection) as found:
            assert moderator.client.get("/en/desk/", {"page": page}).status_code == 200
        assert not [item for item in found if 'alert"."body"' in item["sql"]]
        return len(found)

    many_notes(member, 10)
    few = queries(1)
    many_notes(member, 239)
    flagged = post(member, level=1)
    flags.send_flag(outsider.ring, flagged.pk, flags.FlagContent("false", ""))
    listed = []
    for page in range(1, 14):
        shown = moderator.client.get("/en/desk/", {"page": page}).content.decode()
        assert "251 things to do" in shown  # their cards do not open, which is one more
        listed += re.findall(r'<li><a href="/en/a/(\d+)/review/">', shown)
    assert int(listed[0]) == flagged.pk
    in_order = Alert.objects.exclude(pk=flagged.pk).order_by("-level", "-day", "-pk")
    assert [int(pk) for pk in listed[1:]] == list(in_order.values_list("pk", flat=True))
    assert max(queries(1), queries(13)) <= few + 3  # the flags


def test_few_queries_however_much_there_is(
    moderator: Person, member: Person, outsider: Person, colleague: Person
) -> None:
    looks = (
        moderation_queue.flag_items,
        moderation_queue.change_request_items,
        moderation_queue.desk_note_items,
    )
    for _ in range(3):
        alert = post(member)
        for someone in (outsider, colleague):
            flags.send_flag(someone.ring, alert.pk, flags.FlagContent("false", ""))
    row, ring = moderator.keys
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for look in looks:
            look(ring, row)
    assert len(queries) <= 12
    assert not [item for item in queries if '"body"' in item["sql"]]


def test_the_desk_lists_them(moderator: Person) -> None:
    assert "Notes to review" in moderator.client.get("/en/desk/").content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["day", "hidden_until", "state"])
@pytest.mark.parametrize("value", ["text", "9999-12-31", b"\xff\xfe"])
def test_odd_values_break_nothing(
    moderator: Person, member: Person, column: str, value: Any
) -> None:
    post(member)
    put_odd(f"UPDATE alerts_alert SET {column} = %s", [value])  # noqa: S608
    assert moderator.client.get(PATH).status_code == 200
    assert moderator.client.get(PATH, {"show": "hidden"}).status_code == 200
    notes(moderator)
    assert moderator.client.get("/en/desk/").status_code == 200
