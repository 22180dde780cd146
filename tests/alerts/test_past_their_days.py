"""While a wrong clock holds housekeeping back, nobody reads what is past its days all the same."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db.models import Model

from alerts import retention
from alerts.flows import lifecycle, moderation, objections
from alerts.flows.change_requests import WAS_HIDDEN, Change, list_requests, new_request, used_hides
from alerts.models import Alert, ChangeRequest, DeskNote, Incoming, Objection
from alerts.periods import CHANGE_REQUEST_DAYS, DESK_NOTE_DAYS, INCOMING_DAYS, OBJECTION_DAYS
from alerts.sealing.keys import AlertKeys
from alerts.sharing import incoming
from safety_app.accounts.flows import vouch
from safety_app.accounts.models import Vouching
from safety_app.accounts.periods import VOUCHING_DAYS
from safety_app.locales.dates import today
from tests.alerts import networks
from tests.alerts.reports import report
from tests.alerts.reviews import case
from tests.cast import Person

pytestmark = pytest.mark.django_db


def age(model: type[Model], days: int) -> None:
    """As if every row had come in so many days ago."""
    model._default_manager.update(day=today() - datetime.timedelta(days=days))


def page(person: Person, path: str, **typed: Any) -> str:
    client = person.client
    answer = client.post(path, typed) if typed else client.get(path)
    return answer.content.decode()


@pytest.mark.thorough
def test_notes_for_the_desk(moderator: Person, member: Person) -> None:
    lifecycle.leave_at_desk(member.ring, member.row, report(what=("minor",)))
    age(DeskNote, DESK_NOTE_DAYS - 1)
    assert "someone under 18" in page(moderator, "/en/desk/")
    age(DeskNote, DESK_NOTE_DAYS)
    assert "someone under 18" not in page(moderator, "/en/desk/")
    assert "<article" not in page(moderator, "/en/a/desk/")
    assert lifecycle.count_desk_notes(moderator.row) == 0


def test_objections(moderator: Person) -> None:
    code = objections.receive("06 39 98 12 42", "It was not me.")
    age(Objection, OBJECTION_DAYS - 1)
    assert objections.state_of(code) == objections.RECEIVED
    assert objections.counts() == (1, 0)
    age(Objection, OBJECTION_DAYS)
    assert objections.state_of(code) == ""
    assert objections.counts() == (0, 0)
    listed = objections.objection_page(moderator.ring, moderator.row, 1)
    assert (listed.opened, listed.unopened) == ([], 0)
    assert "objection by someone outside" not in page(moderator, "/en/desk/")
    assert not objections.mark_looked_at(moderator.row, Objection.objects.get().pk)


def test_notes_of_another_network(moderator: Person) -> None:
    networks.befriend(moderator)
    incoming.take_file(moderator.ring, moderator.row, networks.file(moderator))
    row = Incoming.objects.first()
    assert row is not None
    age(Incoming, INCOMING_DAYS - 1)
    assert incoming.list_pending(moderator.ring, moderator.row)
    age(Incoming, INCOMING_DAYS)
    assert incoming.list_pending(moderator.ring, moderator.row) == []
    assert incoming.queue_items(moderator.ring, moderator.row) == []
    with pytest.raises(incoming.NotPending):
        incoming.get_pending(moderator.ring, moderator.row, row.pk)
    with pytest.raises(incoming.NotPending):
        incoming.accept(moderator.ring, moderator.row, row.pk)


def test_changes_that_wait_for_a_second_organisation(moderator: Person, member: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report(level=3))
    moderation.change_or_propose(case(moderator, alert), Change("level", level=1))
    keys, alert = AlertKeys(moderator.ring), Alert.objects.get()
    age(ChangeRequest, CHANGE_REQUEST_DAYS - 1)
    assert len(list_requests(keys, alert)) == 1
    age(ChangeRequest, CHANGE_REQUEST_DAYS)
    assert list_requests(keys, alert) == []


def test_a_used_hide_is_remembered(moderator: Person, member: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report(level=3))
    keys, moderators = AlertKeys(moderator.ring), moderator.row.organisation_id
    new_request(keys, alert, moderators, Change(WAS_HIDDEN)).save(force_insert=True)
    age(ChangeRequest, CHANGE_REQUEST_DAYS + 400)
    assert [one.organisation for one in used_hides(keys, alert)] == [moderators]


def test_vouchings(moderator: Person, member: Person) -> None:
    before = set(Vouching.objects.values_list("pk", flat=True))
    vouch.vouch(member.ring, member.row, "a friend")
    row = Vouching.objects.exclude(pk__in=before).get()
    age(Vouching, VOUCHING_DAYS - 1)
    assert vouch.find_vouching(moderator.row, row.pk) is not None
    age(Vouching, VOUCHING_DAYS)
    assert vouch.find_vouching(moderator.row, row.pk) is None


def test_what_is_read_is_what_housekeeping_leaves(member: Person) -> None:
    lifecycle.leave_at_desk(member.ring, member.row, report(what=("minor",)))
    objections.receive("06 39 98 12 42", "It was not me.")
    for model, days in ((DeskNote, DESK_NOTE_DAYS), (Objection, OBJECTION_DAYS)):
        age(model, days)
        assert not retention.living(model).exists()
    retention.sweep(today())
    assert not DeskNote.objects.exists()
    assert not Objection.objects.exists()
