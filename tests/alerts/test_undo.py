"""Undoing a step: rows as they were, only in time, only by who took it, nothing on a disk."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest

from alerts import index, retention
from alerts.content import lookup_keys
from alerts.flows import (
    flags,
    lifecycle,
    objections,
    put_back,
)
from alerts.models import (
    Alert,
    ChangeRequest,
    Corroboration,
    DeskNote,
    Incoming,
    Objection,
    Partner,
    Translation,
)
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.flows import undo
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from tests.alerts.reports import report
from tests.alerts.reviews import (
    NOBODYS,
    PHONE,
    decide,
    fields_of,
    page,
    path,
    post,
    report_of,
    state,
)
from tests.alerts.statuses import put_status
from tests.alerts.undos import URL, delete, everything, full_note, press_undo
from tests.cast import Person
from tests.stacks.memory import stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(member: Person, outsider: Person, reporter: Person) -> Alert:
    return full_note(member, outsider, reporter)


@pytest.mark.thorough
def test_a_deleted_note_comes_back_with_its_labels(member: Person, alert: Alert) -> None:
    before = everything(member)
    page_after = delete(member, alert)
    assert "Your note is deleted." in page_after
    assert ">Undo<" in page_after
    assert not Alert.objects.exists()
    assert not Corroboration.objects.exists()
    assert "Your note is back." in press_undo(member)
    assert everything(member) == before
    wanted = lookup_keys(report(PHONE).identifiers)
    found = index.find_alerts(AlertKeys(member.ring), wanted)
    assert set(map(tuple, found.values())) == {(alert.pk,)}
    assert report_of(member, alert).text == "He drives a white van."


def test_after_a_minute_a_deleted_note_is_gone(
    member: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    delete(member, alert)
    later = undo.time.time() + 66
    monkeypatch.setattr(undo.time, "time", lambda: later)
    assert "too late" in press_undo(member)
    assert not Alert.objects.exists()


@pytest.mark.thorough
def test_nobody_else_can_put_it_back(member: Person, moderator: Person, alert: Alert) -> None:
    delete(member, alert)
    assert "too late" in press_undo(moderator)
    member.client.post("/en/me/out/")
    assert member.client.post(URL).status_code == 403
    assert not Alert.objects.exists()


def test_what_waits_for_undo_is_sealed_and_in_memory_only(member: Person, alert: Alert) -> None:
    body = bytes(Alert.objects.get().body)
    delete(member, alert)
    boxes = [value for value in stored().values() if body in value or b"white van" in value]
    assert not boxes


def test_leaving_removes_it_from_memory(member: Person, alert: Alert) -> None:
    def kept() -> int:
        return sum(name.startswith("u") for name in stored())

    delete(member, alert)
    assert kept() == 1
    member.client.post("/exit")
    assert kept() == 0


def test_a_note_that_came_back_cannot_come_back_again(member: Person, alert: Alert) -> None:
    delete(member, alert)
    press_undo(member)
    lifecycle.withdraw(member.ring, alert.pk)
    assert "too late" in press_undo(member)
    assert not Alert.objects.exists()


def test_after_new_keys_it_stays_deleted(
    member: Person, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = put_back.kept_alerts(member.ring, [alert.pk])
    lifecycle.withdraw(member.ring, alert.pk)
    kept["epoch"] += 1
    with pytest.raises(put_back.NotAsItWas):
        lifecycle.undo_withdraw(member.ring, kept)
    assert not Alert.objects.exists()


def test_only_the_author_puts_a_note_back(colleague: Person, member: Person, alert: Alert) -> None:
    kept = put_back.kept_alerts(colleague.ring, [alert.pk])
    lifecycle.withdraw(member.ring, alert.pk)
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.undo_withdraw(colleague.ring, kept)
    assert not Alert.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("do", "typed"),
    [
        ("reviewed", {}),
        ("reviewed-next", {}),
        ("hide", {}),
        ("keep", {}),
        ("level", {"level": "1"}),
        ("redact", {"phrase": "white van"}),
    ],
)
def test_each_decision_can_be_undone(
    moderator: Person, alert: Alert, do: str, typed: dict[str, str]
) -> None:
    before = everything(moderator)
    assert decide(moderator, alert, do, **typed).status_code == 302
    assert everything(moderator) != before
    assert "Undone. It is as it was." in press_undo(moderator)
    assert everything(moderator) == before


@pytest.mark.thorough
def test_agreeing_can_be_undone(moderator: Person, other_moderator: Person, member: Person) -> None:
    alert = post(member)
    decide(moderator, alert, "keep", why="false")
    before = everything(member)
    request = ChangeRequest.objects.get()
    decide(other_moderator, alert, f"agree-{request.pk}")
    assert state(alert) == "hidden"
    press_undo(other_moderator)
    assert everything(member) == before


@pytest.mark.thorough
def test_a_merge_can_be_undone(moderator: Person, member: Person, alert: Alert) -> None:
    other = post(member, text="A second one.", level=2)
    before = everything(member)
    address = f"/en/a/{alert.pk}/merge/"
    shown = moderator.client.get(address, {"with": other.pk}).content.decode()
    hidden = dict(re.findall(r'name="(with|seen|other_seen)" value="([^"]*)"', shown))
    answer = moderator.client.post(address, {**hidden, "merge": "1"})
    assert answer.status_code == 302
    assert Alert.objects.count() == 1
    assert "Undone." in press_undo(moderator)
    assert everything(member) == before


def test_a_note_left_for_the_organisation_comes_back(moderator: Person, member: Person) -> None:
    lifecycle.leave_at_desk(member.ring, member.row, report(what=("minor",)))
    before = everything(member)
    note = DeskNote.objects.get()
    moderator.client.post(f"/en/a/desk/{note.pk}/")
    assert not DeskNote.objects.exists()
    press_undo(moderator)
    assert everything(member) == before


@pytest.mark.thorough
def test_other_rows_that_moderators_delete_come_back(
    moderator: Person, member: Person, alert: Alert
) -> None:
    objections.receive("06 39 98 12 42", "It was not me.")
    translation = Translation(id=random_id(), alert=alert, tag=bytes(16), box=bytes(9))
    translation.save(force_insert=True)
    partner = Partner(id=random_id(), box=bytes(9))
    partner.save(force_insert=True)
    incoming = Incoming(id=random_id(), day=today(), sealed=bytes(9), mac=bytes(32))
    incoming.save(force_insert=True)
    objection = Objection.objects.get()
    before = everything(member)
    for address, typed in (
        ("/en/a/objections/", {"looked": objection.pk}),
        ("/en/a/objections/", {"delete": objection.pk}),
        (f"/en/a/{alert.pk}/translate/", {"take_away": translation.pk}),
        (f"/en/a/shared/networks/{partner.pk}/", {}),
        (f"/en/a/shared/{incoming.pk}/", {"decline": "1"}),
    ):
        shown = moderator.client.post(address, typed, follow=True).content.decode()
        assert ">Undo<" in shown, address
        assert everything(member) != before
        assert "Undone. It is as it was." in press_undo(moderator)
        assert everything(member) == before


@pytest.mark.thorough
def test_who_is_no_moderator_any_more_undoes_nothing(moderator: Person, alert: Alert) -> None:
    decide(moderator, alert, "hide")
    moderator.row.__class__.objects.filter(pk=moderator.row.pk).update(roles="member")
    assert moderator.client.post(URL).status_code in (302, 403, 404)
    assert state(alert) == "hidden"


def test_wrong_methods_and_people(nobody: Any, translator: Person, member: Person) -> None:
    assert member.client.get(URL).status_code == 405
    assert nobody.post(URL).status_code == 403
    assert translator.client.post(URL).status_code == 404


def test_me_too_can_be_taken_back(colleague: Person, alert: Alert) -> None:
    address = f"/en/a/{alert.pk}/confirm/"
    before = everything(colleague)
    said = colleague.client.post(address, {"note": "x"}, follow=True).content.decode()
    assert "It is counted." in said
    assert ">Delete my confirmation<" in said
    assert (
        "You took it back."
        in colleague.client.post(address, {"back": "1"}, follow=True).content.decode()
    )
    after = everything(colleague)
    assert after["Corroboration"] == before["Corroboration"]
    assert (
        "Nothing was changed."
        in colleague.client.post(address, {"back": "1"}, follow=True).content.decode()
    )
    assert colleague.client.post(f"/en/a/{NOBODYS}/confirm/", {"back": "1"}).status_code == 404


def test_confirming_by_turns_does_not_keep_a_note_forever(
    colleague: Person, member: Person
) -> None:
    alert = post(member, level=1)
    life = alert.expires - alert.day
    soon = today() + datetime.timedelta(days=1)
    put_status(member.ring, day=alert.day - 3 * life, expires=soon)
    lifecycle.confirm(colleague.ring, alert.pk)
    assert Alert.objects.get().expires < retention.expiry_of(1, today()) - life / 2


@pytest.mark.thorough
@pytest.mark.parametrize("number", [30])
def test_thirty_reviewed_in_a_row_with_one_tap_each(
    moderator: Person, member: Person, number: int
) -> None:
    posted = [post(member, level=2) for _ in range(number + 2)]
    order = list(Alert.objects.order_by("-level", "-day", "-pk").values_list("pk", flat=True))
    address, taps = path(order[0]), 0
    shown = moderator.client.get(address).content.decode()
    for pk in order[:number]:
        assert address == path(pk)
        assert ">Reviewed, next<" in shown
        sent = {**fields_of(shown), "do": "reviewed-next"}
        answer = moderator.client.post(address, sent)
        taps += 1
        address = answer["Location"]
        shown = moderator.client.get(address).content.decode()
        assert "It is marked as reviewed." in shown
    assert taps == number
    assert Alert.objects.filter(state="reviewed").count() == number
    assert len(posted) == number + 2
    previous = re.search(r'<a href="([^"]*)">Previous</a>', shown)
    assert previous
    assert previous[1] == path(order[number - 1])
    before = moderator.client.get(previous[1]).content.decode()
    assert f'<a href="{path(order[number - 2])}">Previous</a>' in before
    assert page(moderator, Alert.objects.get(pk=order[number - 1]))


@pytest.mark.thorough
def test_flagged_notes_come_before_the_others_and_after_the_last_the_first(
    moderator: Person, member: Person, outsider: Person
) -> None:
    plain, flagged, urgent = (post(member, level=level) for level in (3, 1, 1))
    flags.send_flag(outsider.ring, flagged.pk, flags.FlagContent("false", ""))
    flags.send_flag(outsider.ring, urgent.pk, flags.FlagContent("private_detail", ""))
    for current, following in ((urgent, flagged), (flagged, plain), (plain, urgent)):
        assert f'<a href="{path(following)}">Next</a>' in page(moderator, current)
    answer = decide(moderator, urgent, "reviewed-next")
    assert answer["Location"] == path(flagged)
    Alert.objects.exclude(pk=plain.pk).delete()
    assert decide(moderator, plain, "reviewed-next")["Location"] == "/en/desk/"
