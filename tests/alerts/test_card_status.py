"""Day, end, review state, level and region stand in the card: who changes only the column shows
nothing that is not true, and the desk counts it.
"""

from __future__ import annotations

import datetime
from contextlib import suppress
from typing import Any

import pytest
from django.core.cache import cache

from alerts import altered, retention
from alerts.card_status import reseal_card, sealed_status, trust_card
from alerts.content import Card
from alerts.flows import lifecycle, moderation, sheet
from alerts.models import Alert, ChangeRequest, Flag
from alerts.sealing.cards import open_card, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.status import Status, agrees, clear_day
from safety_app.locales.dates import month_of, today
from safety_app.privacy.codec import TooLong
from tests.alerts.reports import report, reported
from tests.alerts.reviews import decide
from tests.alerts.statuses import put_status
from tests.cast import Person

pytestmark = pytest.mark.django_db

PHONE = reported("phone", "06 39 98 12 42")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def alert(member: Person) -> Alert:
    return lifecycle.post(member.ring, member.row, report(PHONE))


def tamper(**columns: Any) -> None:
    """As somebody does who can write to the database and has no key."""
    Alert.objects.update(**columns)
    cache.delete("altered")


def feed(person: Person) -> str:
    return person.client.get("/en/a/").content.decode()


def check(person: Person) -> str:
    typed = {"q": "06 39 98 12 42", "country": "FR"}
    return person.client.post("/en/a/check/", typed, follow=True).content.decode()


def own_page(person: Person, alert: Alert) -> int:
    return person.client.get(f"/en/a/{alert.pk}/").status_code


def desk(person: Person) -> str:
    return person.client.get("/en/desk/").content.decode()


COUNTED = "1 note was changed from outside"


def test_nothing_is_counted_that_nobody_changed(moderator: Person, alert: Alert) -> None:
    assert "from outside" not in desk(moderator)


def test_reviewed_in_the_database_is_not_reviewed(
    colleague: Person, moderator: Person, alert: Alert
) -> None:
    tamper(state="reviewed")
    assert "not reviewed yet" in feed(colleague)
    assert COUNTED in desk(moderator)
    # Neither does it become true when somebody else writes the card again.
    lifecycle.confirm(colleague.ring, alert.pk)
    assert Alert.objects.get().state == "new"
    assert "not reviewed yet" in feed(colleague)


@pytest.mark.parametrize("column", ["new", "reviewed"])
def test_hidden_stays_hidden(
    colleague: Person, moderator: Person, alert: Alert, column: str
) -> None:
    put_status(moderator.ring, state="hidden")
    tamper(state=column)
    assert str(alert.pk) not in feed(colleague)
    assert str(alert.pk) not in check(colleague)
    assert own_page(colleague, alert) == 404
    assert COUNTED in desk(moderator)
    with pytest.raises(lifecycle.NotAuthor):
        lifecycle.confirm(colleague.ring, alert.pk)


@pytest.mark.thorough
def test_hidden_until_taken_away_is_still_honoured(
    colleague: Person, moderator: Person, alert: Alert
) -> None:
    put_status(moderator.ring, state="hidden", hidden_until=today() + DAY)
    tamper(hidden_until=None)
    assert own_page(colleague, alert) == 404
    assert COUNTED in desk(moderator)
    put_status(moderator.ring, state="hidden", hidden_until=today() - DAY)
    tamper(state="hidden", hidden_until=None)
    assert own_page(colleague, alert) == 200
    assert str(alert.pk) in check(colleague)
    assert COUNTED in desk(moderator)


def test_hidden_longer_in_the_database_is_not_hidden_longer(
    colleague: Person, moderator: Person, alert: Alert
) -> None:
    tamper(state="hidden", hidden_until=today() + 900 * DAY)
    assert str(alert.pk) in check(colleague)
    assert COUNTED in desk(moderator)


def test_an_end_moved_forward_is_no_longer_life(
    colleague: Person, moderator: Person, alert: Alert
) -> None:
    put_status(moderator.ring, expires=today())
    tamper(expires=today() + 400 * DAY)
    assert str(alert.pk) not in feed(colleague)
    assert str(alert.pk) not in check(colleague)
    assert own_page(colleague, alert) == 404
    assert COUNTED in desk(moderator)


def test_another_day_is_not_shown(colleague: Person, moderator: Person, alert: Alert) -> None:
    put_status(moderator.ring, day=today() - 3 * DAY)
    tamper(day=today())
    assert "3 days ago" in feed(colleague)
    assert COUNTED in desk(moderator)


def test_a_day_moved_forward_does_not_bring_back_authorship(
    moderator: Person, member: Person, alert: Alert
) -> None:
    put_status(moderator.ring, day=today() - 31 * DAY)
    tamper(day=today())
    page = moderator.client.post(f"/en/a/{alert.pk}/author/", {"look": "1", "reason": "call"})
    assert member.pseudonym not in page.content.decode()


@pytest.mark.parametrize("columns", [{"level": 0}, {"region": b"x" * 16}, {"card": b"x" * 1053}])
def test_every_other_clear_column_is_counted(
    moderator: Person, alert: Alert, columns: dict[str, Any]
) -> None:
    tamper(**columns)
    assert COUNTED in desk(moderator)


@pytest.mark.thorough
def test_the_list_of_those_and_a_decision_puts_them_right(moderator: Person, alert: Alert) -> None:
    tamper(state="reviewed", day=today() - 9 * DAY)
    page = moderator.client.get("/en/a/unreviewed/?show=altered").content.decode()
    assert f"/en/a/{alert.pk}/review/" in page
    assert "Someone changed these without the key" in page
    trust_card(AlertKeys(moderator.ring), alert)
    case = moderation.Case(moderator.ring, moderator.row, alert.pk, moderation.seen_of(alert))
    assert moderation.approve(case) == "new"
    cache.delete("altered")
    assert "from outside" not in desk(moderator)
    row = Alert.objects.get()
    assert (row.state, row.day) == ("reviewed", today())


def test_of_very_many_a_stretch_is_compared(
    moderator: Person, member: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(altered, "MOST_COMPARED", 3)
    for _number in range(5):
        lifecycle.post(member.ring, member.row, report())
    tamper(state="reviewed")
    assert len(altered.find_altered(moderator.ring)) == 3
    assert len(altered.find_altered(moderator.ring)) == 3  # as remembered


def test_a_rotation_takes_over_what_the_card_says(moderator: Person, alert: Alert) -> None:
    put_status(moderator.ring, state="hidden")
    tamper(state="reviewed", expires=today() + 9_000 * DAY)
    keys = AlertKeys(moderator.ring)
    fresh = Alert.objects.get()
    card = trust_card(keys, fresh)
    assert card is not None
    assert fresh.state == "hidden"
    assert fresh.expires == alert.expires


def test_without_its_card_nothing_is_believed(
    colleague: Person, moderator: Person, alert: Alert
) -> None:
    tamper(card=b"x", state="reviewed", expires=today() + 9_000 * DAY, day=today() + DAY)
    assert own_page(colleague, alert) == 404
    fresh = Alert.objects.get()
    keys = AlertKeys(moderator.ring)
    trust_card(keys, fresh)
    assert (fresh.state, fresh.day) == ("new", today())
    assert fresh.expires <= retention.expiry_of(3, today())
    reseal_card(keys, fresh)  # as a decision does: the card is made from the body
    assert own_page(colleague, alert) == 200
    assert Alert.objects.get().level == 3


def test_after_thirty_days_only_the_month_of_a_day_is_kept(
    colleague: Person, moderator: Person, member: Person, alert: Alert
) -> None:
    day = datetime.date(today().year - 1, 5, 17)
    put_status(moderator.ring, day=day)
    Alert.objects.update(day=day)  # as before housekeeping came by
    retention.sweep(day + 29 * DAY)
    assert Alert.objects.get().day == day
    retention.sweep(day + 30 * DAY)
    assert Alert.objects.get().day == day.replace(day=1)
    assert "from outside" not in desk(moderator)
    # Who may read it sees the day itself, and nothing that is written later leaves it behind.
    (note,) = sheet.dangerous(moderator.ring, ("FR-IDF",))
    assert note[1] == day
    lifecycle.confirm(colleague.ring, alert.pk)
    lifecycle.correct(member.ring, alert.pk, report(PHONE, text="corrected"))
    assert Alert.objects.get().day == day.replace(day=1)
    row = Alert.objects.get()
    trust_card(AlertKeys(moderator.ring), row)
    assert row.day == day


def test_an_end_never_tells_a_day(colleague: Person, member: Person, alert: Alert) -> None:
    nuisance = lifecycle.post(member.ring, member.row, report(level=0))
    assert nuisance.expires == today() + 30 * DAY
    for one in (alert, nuisance):
        lifecycle.confirm(colleague.ring, one.pk)
        end = Alert.objects.get(pk=one.pk).expires
        assert end.day == 1
        assert end >= one.expires


@pytest.mark.thorough
def test_flags_and_used_hides_keep_their_month(
    outsider: Person, moderator: Person, other_moderator: Person, alert: Alert
) -> None:
    outsider.client.post(f"/en/a/{alert.pk}/flag/", {"reason": "false", "words": "", "send": "1"})
    case = moderation.Case(moderator.ring, moderator.row, alert.pk, moderation.seen_of(alert))
    moderation.hide(case)
    retention.sweep(today() + 31 * DAY)
    for model in (Flag, ChangeRequest):
        assert model._default_manager.get().day == month_of(today())
    review = moderator.client.get(f"/en/a/{alert.pk}/review/").content.decode()
    assert "could not be opened" not in review


DATES = [datetime.date(2026, 11, 17), datetime.date(2026, 11, 1), datetime.date(2026, 12, 17)]


@pytest.mark.parametrize("stored", DATES)
def test_columns_agree_as_housekeeping_leaves_them(stored: datetime.date) -> None:
    now, end = datetime.date(2027, 1, 9), datetime.date(2028, 12, 1)
    sealed = Status(DATES[0], end, "hidden", now - DAY)
    assert agrees(Status(stored, end, "new"), sealed, now) == (stored in DATES[:2])
    assert agrees(Status(stored, end, "hidden", now - DAY), sealed, now) == (stored in DATES[:2])
    assert not agrees(Status(stored, end, "hidden", now), sealed, now)
    assert not agrees(Status(stored, end + DAY, "new"), sealed, now)
    assert not agrees(Status(stored, end, "reviewed"), sealed, now)


def test_rounded_days_come_before_all_others() -> None:
    now = datetime.date(2026, 11, 30)
    days = [now - number * DAY for number in range(90)]
    rounded = [clear_day(day, now) for day in days]
    assert rounded == sorted(rounded, reverse=True)
    assert rounded[29] == days[29]
    assert all(day.day == 1 for day in rounded[30:])


def fill(keys: AlertKeys, alert: Alert, card: Card) -> Card:
    """Put a card into an alert's row that has no room for four bytes more; returns it."""
    for size in range(40, 0, -1):
        with suppress(TooLong):
            while True:
                grown = card._replace(what=(*card.what, "k" * size))
                box, card = seal_card(keys, alert.pk, alert.version, grown), grown
    tamper(card=box)
    assert open_card(keys, alert.epoch, alert.pk, alert.version, box) == card
    return card


@pytest.mark.parametrize("names", [7, 0])
def test_a_card_that_is_full_already_can_be_hidden(
    moderator: Person, member: Person, names: int
) -> None:
    keys, alert = AlertKeys(member.ring), lifecycle.post(member.ring, member.row, report(PHONE))
    card, _status = sealed_status(keys, alert)
    assert card
    full = fill(keys, alert, card._replace(masked=(("name", "n" * 40),) * names))
    assert decide(moderator, alert, "hide").status_code == 302
    alert.refresh_from_db()
    assert alert.state == "hidden"
    after = trust_card(keys, alert)
    assert after
    assert (after.level, after.match_tags) == (3, card.match_tags)
    # Only a card that somebody with the keys made up is full without names.
    assert (after.what, len(after.masked)) == ((full.what, 6) if names else ((), 0))
