"""Everything goes when its time is up, and not a day earlier."""

import datetime

import pytest

from alerts import retention
from alerts.flows import lifecycle
from alerts.models import Alert, DeskNote
from tests.alerts.bare_network import ground
from tests.alerts.reports import report, reported

DAY = datetime.date


@pytest.mark.parametrize(
    ("level", "start", "end"),
    [
        (3, DAY(2026, 11, 21), DAY(2028, 12, 1)),
        (2, DAY(2026, 11, 21), DAY(2028, 6, 1)),
        (1, DAY(2026, 11, 21), DAY(2027, 12, 1)),
        (0, DAY(2026, 11, 21), DAY(2026, 12, 21)),
        (3, DAY(2028, 2, 29), DAY(2030, 3, 1)),
        (2, DAY(2026, 8, 31), DAY(2028, 3, 1)),
        (1, DAY(2026, 12, 1), DAY(2027, 12, 1)),
    ],
)
def test_the_level_decides_how_long_it_lives(
    level: int, start: datetime.date, end: datetime.date
) -> None:
    assert retention.expiry_of(level, start) == end


@pytest.mark.parametrize("old", range(4))
@pytest.mark.parametrize("new", range(4))
def test_another_level_counts_from_the_same_start(old: int, new: int) -> None:
    start = DAY(2026, 11, 21)
    end = retention.expiry_at_level(old, new, start, retention.expiry_of(old, start), start)
    assert end == retention.expiry_of(new, start)


@pytest.mark.django_db
def test_sweep_deletes_on_the_day_and_not_before() -> None:
    author = ground().person()
    alert = lifecycle.post(
        author.ring, author.member, report(reported("plate", "AB-123-CD"), level=0)
    )
    assert retention.sweep(alert.expires - datetime.timedelta(days=1)) >= 0
    assert Alert.objects.filter(pk=alert.pk).exists()
    retention.sweep(alert.expires)
    assert not Alert.objects.exists()


@pytest.mark.django_db
def test_authorship_ends_after_thirty_days_and_the_tie_stays() -> None:
    author = ground().person()
    alert = lifecycle.post(author.ring, author.member, report())
    day = alert.day + datetime.timedelta(days=29)
    retention.sweep(day)
    assert Alert.objects.get().author_seal is not None
    retention.sweep(day + datetime.timedelta(days=1))
    row = Alert.objects.get()
    assert row.author_seal is None
    assert lifecycle.is_author(author.ring, row)


@pytest.mark.django_db
def test_notes_for_the_desk_go_after_thirty_days() -> None:
    author = ground().person()
    lifecycle.leave_at_desk(author.ring, author.member, report(what=("minor",)))
    note = DeskNote.objects.get()
    retention.sweep(note.day + datetime.timedelta(days=29))
    assert DeskNote.objects.exists()
    retention.sweep(note.day + datetime.timedelta(days=30))
    assert not DeskNote.objects.exists()
