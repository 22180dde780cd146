"""A very dangerous note becomes weaker for good only when two organisations want it."""

import datetime
from dataclasses import replace

import pytest
from django.db import transaction

from alerts import index, moderation_queue, retention
from alerts.flows import change_requests, disclose_author, flags, lifecycle, moderation, reencrypt
from alerts.flows.change_requests import WHY_LIMIT, Change
from alerts.models import Alert, ChangeRequest, Flag
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import require_current_epoch
from safety_app.accounts.keys.preconditions import NotModerator
from safety_app.accounts.models import Member
from safety_app.accounts.rotation import network_rotation
from safety_app.locales.dates import today
from safety_app.privacy.ids import random_id
from tests.alerts.reviews import (
    PHONE,
    case,
    changed,
    decide,
    fields_of,
    page,
    path,
    post,
    report_of,
    requested_changes,
    state,
)
from tests.alerts.statuses import put_status
from tests.cast import ORGANISATION, OTHER_ORGANISATION, Person
from tests.stacks.odd import put as put_odd

pytestmark = pytest.mark.django_db

WANTED = [
    ("keep", {}),
    ("level", {"level": "2"}),
    ("redact", {"phrase": "took the phone"}),
]


@pytest.fixture
def alert(member: Person) -> Alert:
    return post(member)


def only_request() -> ChangeRequest:
    return ChangeRequest.objects.get()


def is_done(person: Person, alert: Alert, do: str) -> bool:
    row, report = Alert.objects.get(pk=alert.pk), report_of(person, alert)
    return {
        "keep": row.state == "hidden" and row.hidden_until is None,
        "level": row.level == report.level == 2,
        "redact": "[…]" in report.text and "took" not in report.text,
    }[do]


@pytest.mark.thorough
@pytest.mark.parametrize(("do", "typed"), WANTED)
def test_nothing_changes_until_a_second_organisation_agrees(
    moderator: Person,
    other_moderator: Person,
    member: Person,
    alert: Alert,
    do: str,
    typed: dict[str, str],
) -> None:
    before = report_of(member, alert)
    assert decide(moderator, alert, do, why="it is a mistake", **typed).status_code == 302
    assert (report_of(member, alert), state(alert)) == (before, "new")
    assert len(only_request().box) == 1024 + 29
    own, other = page(moderator, alert), page(other_moderator, alert)
    assert f"{ORGANISATION} asks to" in own
    assert "Waiting for a moderator of another organisation." in own
    assert f"agree-{only_request().pk}" not in own
    assert "it is a mistake" in other
    assert typed.get("phrase", "") in other
    assert decide(other_moderator, alert, f"agree-{only_request().pk}").status_code == 302
    assert is_done(member, alert, do)
    assert not ChangeRequest.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize(("do", "typed"), WANTED)
def test_one_organisation_alone_suffices_when_there_is_no_other(
    moderator: Person, member: Person, alert: Alert, do: str, typed: dict[str, str]
) -> None:
    Member.objects.filter(organisation__name=OTHER_ORGANISATION).delete()
    assert decide(moderator, alert, do, **typed).status_code == 302
    assert is_done(member, alert, do)


@pytest.mark.thorough
def test_a_row_that_says_it_is_a_moderator_does_not_count(
    moderator: Person, member: Person, alert: Alert
) -> None:
    others = Member.objects.filter(organisation__name=OTHER_ORGANISATION)
    others.filter(roles__contains="moderator").update(row_mac=bytes(32))
    assert decide(moderator, alert, "keep").status_code == 302
    assert is_done(member, alert, "keep")


@pytest.mark.thorough
def test_the_same_organisation_cannot_agree(
    moderator: Person, colleague: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    assert decide(moderator, alert, f"agree-{only_request().pk}").status_code == 409
    assert (
        colleague.client.post(path(alert), {"do": f"agree-{only_request().pk}"}).status_code == 404
    )
    assert state(alert) == "new"
    assert ChangeRequest.objects.exists()


@pytest.mark.thorough
def test_whoever_asked_cannot_agree_from_another_organisation(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    own_case = case(moderator, alert)
    changed(moderator, organisation=other_moderator.row.organisation)
    with pytest.raises(moderation.NotPossible):
        moderation.agree(replace(own_case, moderator=moderator.row), only_request().pk)
    assert moderation_queue.change_request_items(moderator.ring, moderator.row) == []
    assert f"agree-{only_request().pk}" in page(other_moderator, alert)
    moderation.agree(case(other_moderator, alert), only_request().pk)
    assert is_done(other_moderator, alert, "keep")


@pytest.mark.thorough
def test_who_is_no_moderator_any_more_cannot_agree(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    own_case = case(other_moderator, alert)
    Member.objects.filter(pk=other_moderator.row.pk).update(roles="member")
    with pytest.raises(NotModerator):
        moderation.agree(own_case, only_request().pk)
    assert state(alert) == "new"


@pytest.mark.thorough
def test_taking_it_back_and_not_agreeing(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    for person in (moderator, other_moderator):
        decide(moderator, alert, "keep")
        assert decide(person, alert, f"end-{only_request().pk}").status_code == 302
        assert not ChangeRequest.objects.exists()
    assert state(alert) == "new"


@pytest.mark.thorough
def test_agreeing_twice_has_one_effect_and_the_second_is_told(
    moderator: Person, other_moderator: Person, member: Person, alert: Alert
) -> None:
    decide(moderator, alert, "level", level="2")
    number = only_request().pk
    seen = fields_of(page(other_moderator, alert))
    phone = other_moderator.sign_in()
    assert other_moderator.client.post(path(alert), {**seen, "do": f"agree-{number}"}).status_code
    response = phone.post(path(alert), {**seen, "do": f"agree-{number}"})
    assert response.status_code == 409
    assert "someone has changed this" in response.content.decode()
    assert Alert.objects.get(pk=alert.pk).version == 2


@pytest.mark.thorough
def test_agreeing_to_what_was_taken_back_meanwhile(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    seen, number = fields_of(page(other_moderator, alert)), only_request().pk
    decide(moderator, alert, f"end-{number}")
    response = other_moderator.client.post(path(alert), {**seen, "do": f"agree-{number}"})
    assert response.status_code == 409
    assert state(alert) == "new"


@pytest.mark.thorough
def test_raising_a_level_and_hiding_for_three_days_need_nobody(
    moderator: Person, member: Person, alert: Alert
) -> None:
    assert decide(moderator, alert, "hide").status_code == 302
    assert state(alert) == "hidden"
    low = post(member, level=1)
    decide(moderator, low, "level", level="3")
    assert report_of(member, low).level == 3


@pytest.mark.thorough
def test_the_level_that_is_sealed_counts(moderator: Person, alert: Alert) -> None:
    """Whoever writes another number into the table gains nothing."""
    Alert.objects.update(level=1)
    decide(moderator, alert, "keep")
    assert state(alert) == "new"
    assert ChangeRequest.objects.exists()


@pytest.mark.thorough
def test_a_hide_lasts_its_three_days_meanwhile(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "hide")
    decide(moderator, alert, "keep")
    assert state(alert) == "hidden"
    retention.sweep(today() + datetime.timedelta(days=4))
    assert state(alert) == "new"
    wanted = ChangeRequest.objects.order_by("pk")
    keep = next(row.pk for row in wanted if f"agree-{row.pk}" in page(other_moderator, alert))
    decide(other_moderator, alert, f"agree-{keep}")
    assert Alert.objects.get(pk=alert.pk).hidden_until is None
    assert state(alert) == "hidden"


@pytest.mark.thorough
def test_showing_it_ends_the_wish_to_hide_it(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    decide(other_moderator, alert, "reviewed")
    assert not ChangeRequest.objects.exists()


@pytest.mark.thorough
def test_it_dies_with_the_next_version(moderator: Person, member: Person, alert: Alert) -> None:
    decide(moderator, alert, "redact", phrase="took the phone")
    lifecycle.correct(member.ring, alert.pk, report_of(member, alert))
    assert not ChangeRequest.objects.exists()


@pytest.mark.thorough
def test_it_dies_with_the_note_and_after_thirty_days(
    moderator: Person, member: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    day = only_request().day
    retention.sweep(day + datetime.timedelta(days=29))
    assert ChangeRequest.objects.exists()
    retention.sweep(day + datetime.timedelta(days=30))
    assert not ChangeRequest.objects.exists()
    decide(moderator, alert, "keep")
    lifecycle.withdraw(member.ring, alert.pk)
    assert not ChangeRequest.objects.exists()


@pytest.mark.thorough
def test_asking_the_same_twice_and_too_much(moderator: Person, alert: Alert) -> None:
    decide(moderator, alert, "keep", why="one")
    response = decide(moderator, alert, "keep", why="two")
    assert response.status_code == 409
    assert "asked already" in response.content.decode()
    for phrase in ("He", "locked", "the", "door"):
        assert decide(moderator, alert, "redact", phrase=phrase).status_code == 302
    assert decide(moderator, alert, "redact", phrase="took").status_code == 409
    assert ChangeRequest.objects.count() == 5


@pytest.mark.thorough
def test_words_that_are_too_long_to_ask(moderator: Person, member: Person) -> None:
    long, other = "é" * 400, "è" * 500
    alert = post(member, text=f"{long} {other}")
    response = decide(moderator, alert, "redact", phrase=f"{long} {other}")
    assert response.status_code == 400
    assert "in two parts" in response.content.decode()
    assert not ChangeRequest.objects.exists()
    assert decide(moderator, alert, "redact", phrase=long).status_code == 302


@pytest.mark.thorough
def test_a_reason_has_a_longest_length(moderator: Person, alert: Alert) -> None:
    assert decide(moderator, alert, "keep", why="x" * (WHY_LIMIT + 1)).status_code == 400
    assert not ChangeRequest.objects.exists()


@pytest.mark.thorough
@pytest.mark.parametrize("column", ["box", "organisation", "alert_id"])
def test_a_changed_row_asks_for_nothing(
    moderator: Person,
    other_moderator: Person,
    member: Person,
    alert: Alert,
    column: str,
) -> None:
    decide(moderator, alert, "keep")
    other = post(member)
    values = {
        "box": b"\x01" + bytes(1052),
        "organisation": other_moderator.row.organisation_id,
        "alert_id": other.pk,
    }
    ChangeRequest.objects.update(**{column: values[column]})
    for someone in (moderator, other_moderator):
        for row in (alert, other):
            assert "asks to" not in page(someone, row)
            assert decide(someone, row, f"agree-{only_request().pk}").status_code == 409
    assert requested_changes(moderator) == []


@pytest.mark.thorough
@pytest.mark.parametrize("value", ["text", 10**15, -5])
def test_odd_values_break_no_page(moderator: Person, alert: Alert, value: object) -> None:
    decide(moderator, alert, "keep")
    if not put_odd("UPDATE alerts_changerequest SET box = %s, organisation = -5", [value]):
        return
    assert "asks to" not in page(moderator, alert)


def test_one_who_reads_the_table_cannot_make_one(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    decide(moderator, alert, "keep")
    row = only_request()
    row.pk, row.organisation = random_id(), other_moderator.row.organisation_id
    row.save(force_insert=True)
    assert len(requested_changes(moderator)) == 1


@pytest.mark.thorough
def test_flags_are_done_when_the_second_agrees(
    moderator: Person, other_moderator: Person, outsider: Person, alert: Alert
) -> None:
    outsider.client.post(f"/en/a/{alert.pk}/flag/", {"send": "1", "reason": "false"})
    decide(moderator, alert, "keep")
    assert Flag.objects.exists()
    decide(other_moderator, alert, f"agree-{only_request().pk}")
    assert not Flag.objects.exists()


def test_what_is_sealed_says_nothing(moderator: Person, alert: Alert) -> None:
    sizes = set()
    for wanted in (Change("hide"), Change("redact", phrase="word " * 100, why="x" * 80)):
        keys = AlertKeys(moderator.ring)
        sizes.add(
            len(change_requests.new_request(keys, alert, moderator.row.organisation_id, wanted).box)
        )
    assert sizes == {1053}


@pytest.mark.thorough
def test_a_wish_that_no_longer_fits_is_not_done(
    moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    moderation.change_or_propose(case(moderator, alert), Change("hide"))
    put_status(moderator.ring, state="hidden")
    assert decide(other_moderator, alert, f"agree-{only_request().pk}").status_code == 409


@pytest.mark.thorough
@pytest.mark.parametrize("all_moved", [False, True])
def test_what_waits_and_what_is_flagged_survives_new_keys(
    moderator: Person,
    other_moderator: Person,
    outsider: Person,
    member: Person,
    alert: Alert,
    all_moved: bool,
) -> None:
    flags.send_flag(outsider.ring, alert.pk, flags.FlagContent("false", "made up"))
    decide(moderator, alert, "hide")
    decide(moderator, alert, "level", level="2")
    wanted = next(
        row for row in ChangeRequest.objects.all() if f"end-{row.pk}" in page(moderator, alert)
    )
    prepared = network_rotation.prepare(moderator.ring, (), ())
    with transaction.atomic():
        require_current_epoch(moderator.ring)
        ring = prepared.apply()
    if all_moved:
        list(reencrypt.reencrypt(ring))
    assert "made up" in page(other_moderator, alert)
    assert "has hidden this" in page(other_moderator, alert)
    assert decide(other_moderator, alert, f"agree-{wanted.pk}").status_code == 302
    row = Alert.objects.get(pk=alert.pk)
    assert (row.epoch, row.level) == (2, 2)
    assert report_of(member, alert).level == 2
    list(reencrypt.reencrypt(ring))
    assert index.find_alerts(AlertKeys(ring), [("phone", PHONE.key)]) == {
        ("phone", PHONE.key): [alert.pk]
    }
    assert disclose_author.disclose(*moderator.keys[::-1], alert.pk, "Who?").who == "ours"
