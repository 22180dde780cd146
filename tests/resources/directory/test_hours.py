"""Opening hours: how they are typed, and "open now" by the place's own clock."""

import datetime

import pytest

from resources.directory.hours import Hours, day_text, is_open, parse_clock, read_day, zones

PARIS = "Europe/Paris"


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9", "09:00"), ("9:05", "09:05"), ("09.30", "09:30"), ("9h", "09:00"), ("24:00", "00:00")],
)
def test_a_time_is_read_as_people_write_it(typed: str, kept: str) -> None:
    assert parse_clock(typed) == kept


@pytest.mark.parametrize("typed", ["", "25", "9:60", "9:5", "morning", "-1", "9:00:00"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_clock(typed)


def test_a_day_is_read_and_written() -> None:
    hours = read_day(2, "14–18, 9-12:30")
    assert hours == [Hours(2, "09:00", "12:30"), Hours(2, "14:00", "18:00")]
    assert day_text(hours, 2) == "09:00-12:30, 14:00-18:00"
    assert day_text(hours, 3) == ""
    assert read_day(2, " ") == []


@pytest.mark.parametrize("typed", ["9", "9-12-14", "x-y", "1-2,3-4,5-6,7-8,9-10"])
def test_a_day_that_cannot_be_read(typed: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_day(0, typed)


@pytest.mark.parametrize(
    ("moment", "is_it"),
    [
        ("2026-01-05T07:59+00:00", False),  # Monday, 08:59 there
        ("2026-01-05T08:00+00:00", True),
        ("2026-01-05T10:59+00:00", True),
        ("2026-01-05T11:00+00:00", False),
        ("2026-07-06T07:00+00:00", True),  # in summer its clock is two hours ahead
        ("2026-01-10T21:30+00:00", True),  # Saturday evening, over midnight
        ("2026-01-11T00:59+00:00", True),
        ("2026-01-11T01:00+00:00", False),
    ],
)
def test_open_by_its_own_clock(moment: str, is_it: bool) -> None:
    hours = [Hours(0, "09:00", "12:00"), Hours(5, "22:00", "02:00")]
    assert is_open(hours, PARIS, at(moment)) is is_it


def test_all_day_and_sunday_into_monday() -> None:
    assert is_open([Hours(6, "00:00", "00:00")], "UTC", at("2026-01-04T23:59+00:00"))
    assert not is_open([Hours(6, "00:00", "00:00")], "UTC", at("2026-01-05T00:00+00:00"))
    assert is_open([Hours(6, "22:00", "03:00")], "UTC", at("2026-01-05T02:00+00:00"))


@pytest.mark.parametrize("zone", ["", "Nowhere/Town", "../etc/passwd", "x" * 300, "Europe"])
def test_without_a_known_clock_nothing_is_open(zone: str) -> None:
    assert not is_open([Hours(0, "00:00", "00:00")], zone, at("2026-01-05T12:00+00:00"))


def test_zones_of_a_country() -> None:
    assert zones("FR") == [PARIS]
    assert len(zones("US")) > 5
    assert zones("ZZ") == zones("") == []
    assert len(zones("DE")) == 1
    assert "Atlantic/Canary" in zones("ES")
