"""Hiding: at once for 72 hours by anyone of the moderators, for good by two organisations."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from alerts import retention
from alerts.flows import lifecycle, moderation
from alerts.models import Alert, ChangeRequest
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.flows import invite, promote, undo
from safety_app.accounts.keys.preconditions import NotModerator
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from tests.alerts.lookups import ask, results
from tests.alerts.reports import report, reported
from tests.alerts.reviews import PHONE, case, changed, decide, page, path, post, state
from tests.alerts.statuses import put_status
from tests.cast import Person
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

PLATE = reported("plate", "AB-123-CD")


@pytest.fixture
def alert(member: Person) -> Alert:
    return post(member, identifiers=(PHONE, PLATE))


def seen_by(person: Person, alert: Alert) -> set[str]:
    """In which places someone still meets the alert."""
    places = set()
    if person.client.get(f"/en/a/{alert.pk}/").status_code == 200:
        places.add("page")
    if f'href="{alert.pk}/"' in person.client.get("/en/a/").content.decode():
        places.add("list")
    if "Very dangerous" in results(ask(person, "06 39 98 12 42"))[0]:
        places.add("check")
    if "a plate like this" in results(ask(person, "AB1*CD", region="FR-IDF"))[0]:
        places.add("part of a plate")
    return places


ALL = {"page", "list", "check", "part of a plate"}


def hidden_three_days_ago(moderator: Person, alert: Alert) -> None:
    """As if the three days were over."""
    yesterday = today() - datetime.timedelta(days=1)
    put_status(moderator.ring, alert, state="hidden", hidden_until=yesterday)


@pytest.mark.thorough
def test_it_vanishes_at_once_and_comes_back_with_the_sweep(
    moderator: Person, outsider: Person, alert: Alert
) -> None:
    assert seen_by(outsider, alert) == ALL
    assert decide(moderator, alert, "hide")["Location"] == path(alert)
    row = Alert.objects.get(pk=alert.pk)
    assert row.hidden_until == today() + datetime.timedelta(days=3)
    assert seen_by(outsider, alert) == set()
    retention.sweep(row.hidden_until)
    assert seen_by(outsider, alert) == set()
    hidden_three_days_ago(moderator, alert)
    retention.sweep(today())
    assert seen_by(outsider, alert) == ALL
    row.refresh_from_db()
    assert (row.state, row.hidden_until) == ("new", None)


@pytest.mark.thorough
def test_the_author_still_sees_it_and_her_correction_does_not_show_it(
    moderator: Person, member: Person, alert: Alert
) -> None:
    decide(moderator, alert, "hide")
    text = member.client.get(f"/en/a/{alert.pk}/").content.decode()
    assert "A moderator has hidden this. Only you and moderators see it." in text
    review = lifecycle.report_or_none(AlertKeys(member.ring), Alert.objects.get(pk=alert.pk))
    assert review is not None
    lifecycle.correct(member.ring, alert.pk, review)
    assert state(alert) == "hidden"


@pytest.mark.thorough
def test_what_is_hidden_for_good_stays_so(moderator: Person, member: Person) -> None:
    alert = post(member, level=2)
    assert decide(moderator, alert, "keep").status_code == 302
    assert Alert.objects.get(pk=alert.pk).hidden_until is None
    retention.sweep(today() + datetime.timedelta(days=200))
    assert state(alert) == "hidden"


@pytest.mark.thorough
def test_showing_it_again(moderator: Person, outsider: Person, alert: Alert) -> None:
    decide(moderator, alert, "hide")
    assert "Show it again" in page(moderator, alert)
    decide(moderator, alert, "reviewed")
    assert state(alert) == "reviewed"
    assert seen_by(outsider, alert) == ALL


UNDO = "/en/a/undo/"


def press_undo(person: Person) -> str:
    """Press "Undo" beside what the page says; the page after it."""
    return person.client.post(UNDO, follow=True).content.decode()


@pytest.mark.thorough
@pytest.mark.parametrize("before", ["new", "reviewed"])
def test_undo_within_ten_seconds(moderator: Person, alert: Alert, before: str) -> None:
    put_status(moderator.ring, state=before)
    assert ">Undo<" not in page(moderator, alert)
    decide(moderator, alert, "hide")
    assert ">Undo<" in page(moderator, alert)
    assert "Undone. It is as it was." in press_undo(moderator)
    row = Alert.objects.get(pk=alert.pk)
    assert (row.state, row.hidden_until) == (before, None)
    assert not ChangeRequest.objects.exists()
    assert "too late" in press_undo(moderator), "pressed twice"
    assert decide(moderator, alert, "hide").status_code == 302


@pytest.mark.thorough
def test_undo_is_for_who_did_it_and_not_for_later(
    moderator: Person,
    other_moderator: Person,
    alert: Alert,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decide(moderator, alert, "hide")
    assert ">Undo<" not in page(other_moderator, alert)
    assert "too late" in press_undo(other_moderator)
    later = undo.time.time() + 16
    monkeypatch.setattr(undo.time, "time", lambda: later)
    assert ">Undo<" not in page(moderator, alert)
    assert "too late" in press_undo(moderator)
    assert state(alert) == "hidden"


@pytest.mark.thorough
def test_undo_does_not_undo_what_another_did_meanwhile(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "hide")
    decide(other_moderator, alert, "reviewed")
    assert "something else has happened since" in press_undo(moderator)
    assert state(alert) == "reviewed"


@pytest.mark.thorough
def test_one_organisation_cannot_hide_the_same_words_again_and_again(
    moderator: Person, other_moderator: Person, member: Person, alert: Alert
) -> None:
    decide(moderator, alert, "hide")
    hidden_three_days_ago(moderator, alert)
    response = decide(moderator, alert, "hide")
    assert response.status_code == 409
    assert "another organisation has to agree" in response.content.decode()
    assert "has hidden this for three days" in page(other_moderator, alert)
    assert decide(other_moderator, alert, "hide").status_code == 302
    assert state(alert) == "hidden"


@pytest.mark.thorough
def test_a_correction_gives_nobody_another_three_days(
    moderator: Person, other_moderator: Person, member: Person, alert: Alert
) -> None:
    decide(moderator, alert, "hide")
    for number in range(2):
        decide(other_moderator, alert, "reviewed")
        lifecycle.correct(member.ring, alert.pk, report(PHONE, text=f"Words {number}."))
        assert decide(moderator, alert, "hide").status_code == 409
    assert state(alert) == "new"
    assert page(moderator, alert).count("has hidden this for three days") == 1
    assert decide(other_moderator, alert, "hide").status_code == 302


@pytest.mark.thorough
def test_it_is_known_as_long_as_the_note_that_one_has_hidden_it(
    moderator: Person, member: Person, alert: Alert
) -> None:
    decide(moderator, alert, "hide")
    hidden_three_days_ago(moderator, alert)
    retention.sweep(today() + datetime.timedelta(days=200))
    assert state(alert) == "new"
    assert decide(moderator, alert, "hide").status_code == 409
    lifecycle.withdraw(member.ring, alert.pk)
    assert not ChangeRequest.objects.exists()


def test_the_table_does_not_say_who_has_hidden_it(moderator: Person, alert: Alert) -> None:
    decide(moderator, alert, "hide")
    row = ChangeRequest.objects.get()
    assert (row.organisation, len(row.box)) == (ChangeRequest.NONE, 1053)


@pytest.mark.thorough
def test_whoever_moves_to_another_organisation_gets_no_other_three_days(
    moderator: Person, other_moderator: Person, colleague: Person, alert: Alert
) -> None:
    code = invite.make_invitation(moderator.ring, moderator.row, "moderator")
    promote.become_moderator(colleague.row.pk, colleague.ring, code)
    decide(moderator, alert, "hide")
    decide(moderator, alert, "reviewed")
    own_case = case(moderator, alert)
    changed(moderator, organisation=other_moderator.row.organisation)
    with pytest.raises(moderation.HiddenBefore):
        moderation.hide(replace(own_case, moderator=moderator.row))


def test_who_is_no_moderator_any_more_cannot_hide(moderator: Person, alert: Alert) -> None:
    """Her request was under way when another took the role from her."""
    own_case = case(moderator, alert)
    Member.objects.filter(pk=moderator.row.pk).update(roles="member")
    with pytest.raises(NotModerator):
        moderation.hide(own_case)
    assert state(alert) == "new"


@pytest.mark.thorough
def test_lower_levels_can_be_hidden_again(moderator: Person, member: Person) -> None:
    alert = post(member, level=1)
    for _ in range(2):
        assert decide(moderator, alert, "hide").status_code == 302
        hidden_three_days_ago(moderator, alert)
        retention.sweep(today())
        assert state(alert) == "new"
    assert not ChangeRequest.objects.exists()


def test_hiding_what_is_hidden_changes_nothing(moderator: Person, alert: Alert) -> None:
    moderation.hide(case(moderator, alert))
    with pytest.raises(moderation.NotPossible):
        moderation.hide(case(moderator, alert))


@pytest.mark.thorough
@pytest.mark.parametrize("until", ["text", "9999-12-31", b"\xff"])
def test_a_day_that_is_none(moderator: Person, alert: Alert, until: Any) -> None:
    put_odd("UPDATE alerts_alert SET state = 'hidden', hidden_until = %s", [until])
    assert "Hidden" not in page(moderator, alert)
    assert decide(moderator, alert, "reviewed").status_code == 302
    assert state(alert) == "reviewed"
    assert retention.sweep(today()) >= 0
