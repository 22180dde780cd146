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
from alerts.views import unreviewed as unreviewed_view
from safety_app.accounts.moderation_queue import QueueItem
from safety_app.locales.dates import today
from tests.alerts.reports import report
from tests.alerts.reviews import case, post
from tests.cast import Person

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
    assert moderator.client.post(PATH).status_code == 405


def test_each_list_has_its_own(moderator: Person, other_moderator: Person, member: Person) -> None:
    alerts = {name: post(member, level=level) for name, level in (("a", 2), ("b", 3), ("n", 0))}
    held, hidden, done = (post(member, level=1) for _ in range(3))
    for alert, value in ((held, "held"), (hidden, "hidden"), (done, "reviewed")):
        Alert.objects.filter(pk=alert.pk).update(state=value)
    for someone in (moderator, other_moderator):
        assert set(listed(someone)) == {alerts["a"].pk, alerts["b"].pk}
        assert listed(someone, "3") == [alerts["b"].pk]
        assert listed(someone, "nuisance") == [alerts["n"].pk]
        assert listed(someone, "held") == [held.pk]
        assert listed(someone, "hidden") == [hidden.pk]
        assert set(listed(someone, "<other>")) == {alerts["a"].pk, alerts["b"].pk}


def test_newest_first_in_pages(moderator: Person, member: Person) -> None:
    this_day = today()
    for number in range(17):
        alert = post(member, level=1)
        Alert.objects.filter(pk=alert.pk).update(day=this_day - datetime.timedelta(days=number))
    first, second = listed(moderator), listed(moderator, page="2")
    wanted = list(Alert.objects.order_by("-day").values_list("pk", flat=True))
    assert first + second == wanted
    assert listed(moderator, page="x") == first
    assert listed(moderator, page="99999999") == first
    assert listed(moderator, page="99") == []


def test_cards_that_do_not_open_are_counted(moderator: Person, member: Person) -> None:
    post(member)
    Alert.objects.update(card=bytes(1053))
    page = moderator.client.get(PATH).content.decode()
    assert "1 note could not be opened." in page
    assert "Nothing to do here." in page


def test_cards_have_a_budget(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(member)
    budget = unreviewed_view.CARDS._replace(amount=0)
    monkeypatch.setattr(unreviewed_view, "CARDS", budget)
    assert moderator.client.get(PATH).status_code == 429


def test_very_dangerous_ones_come_first_and_others_are_one_line(
    moderator: Person, member: Person
) -> None:
    very = post(member)
    for level in (0, 1, 2, 2):
        post(member, level=level)
    items = rows(moderator, moderation_queue.alert_items)
    assert [(item.url, item.urgent) for item in items] == [
        (f"/en/a/{very.pk}/review/", True),
        (PATH, False),
    ]
    assert items[1].title == "3 less dangerous notes not reviewed yet"
    moderation.approve(case(moderator, very))
    assert titles(moderator, moderation_queue.alert_items) == [
        "3 less dangerous notes not reviewed yet"
    ]


def test_held_ones_and_those_that_are_shown_again_soon(moderator: Person, member: Person) -> None:
    held, soon, later = (post(member, level=2) for _ in range(3))
    this_day = today()
    Alert.objects.filter(pk=held.pk).update(state="held")
    for alert, days in ((soon, 1), (later, 2)):
        until = this_day + datetime.timedelta(days=days)
        Alert.objects.filter(pk=alert.pk).update(state="hidden", hidden_until=until)
    assert [
        (str(item.title), item.url) for item in rows(moderator, moderation_queue.alert_items)
    ] == [
        ("Waiting to be published", f"/en/a/{held.pk}/review/"),
        ("Hidden, and soon shown again", f"/en/a/{soon.pk}/review/"),
    ]


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


def test_hundreds_are_some_rows_and_a_count(moderator: Person, member: Person) -> None:
    template = post(member)
    Alert.objects.bulk_create(
        Alert(
            epoch=1,
            day=template.day,
            level=3,
            region=template.region,
            state=state,
            expires=template.expires,
            card=template.card,
            body=template.body,
        )
        for state in ("new", "held")
        for _ in range(30)
    )
    items = rows(moderator, moderation_queue.alert_items)
    assert len(items) == 2 * moderation_queue.MOST_ALIKE + 2
    assert [(str(item.title), item.url, item.urgent) for item in items[-2:]] == [
        ("26 more very dangerous notes not reviewed yet", f"{PATH}?show=3", True),
        ("25 more notes waiting to be published", f"{PATH}?show=held", False),
    ]


def test_the_line_for_the_rest_is_as_old_as_the_rest(moderator: Person, member: Person) -> None:
    """It comes after the rows with words of their own, which are older."""
    for days in range(moderation_queue.MOST_ALIKE + 2):
        old = post(member, level=3)
        Alert.objects.filter(pk=old.pk).update(day=today() - datetime.timedelta(days=days))
    items = sorted(rows(moderator, moderation_queue.alert_items), key=lambda item: item.day)
    assert str(items[-1].title) == "2 more very dangerous notes not reviewed yet"
    assert items[-1].day == today() - datetime.timedelta(days=1)


def test_few_queries_however_much_there_is(
    moderator: Person, member: Person, outsider: Person, colleague: Person
) -> None:
    looks = (
        moderation_queue.alert_items,
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


@pytest.mark.parametrize("column", ["day", "hidden_until", "state"])
@pytest.mark.parametrize("value", ["text", "9999-12-31", b"\xff\xfe"])
def test_odd_values_break_nothing(
    moderator: Person, member: Person, column: str, value: Any
) -> None:
    post(member)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE alerts_alert SET {column} = %s", [value])  # noqa: S608
    assert moderator.client.get(PATH).status_code == 200
    assert moderator.client.get(PATH, {"show": "hidden"}).status_code == 200
    rows(moderator, moderation_queue.alert_items)
