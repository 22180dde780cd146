"""Ages, expiry and the end of life, in days and months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.retention import expiry_of
from alerts.vocabulary.choices import WHEN, label_of
from safety_app.locales.dates import age_words, expires_words

TODAY = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-1, "today"),
        (0, "today"),
        (1, "1 day ago"),
        (3, "3 days ago"),
        (13, "13 days ago"),
        (14, "2 weeks ago"),
        (21, "3 weeks ago"),
        (59, "8 weeks ago"),
        (62, "2 months ago"),
        (365, "12 months ago"),
    ],
)
def test_age(days, words):
    assert age_words(TODAY - timedelta(days=days), TODAY) == words


@pytest.mark.parametrize(
    ("level", "end"),
    [
        (0, date(2026, 9, 30)),
        (1, date(2027, 9, 1)),
        (2, date(2028, 3, 1)),
        (3, date(2028, 9, 1)),
    ],
)
def test_end_of_life(level, end):
    assert expiry_of(level, TODAY) == end


@pytest.mark.parametrize(
    ("expires", "words"),
    [
        (TODAY - timedelta(days=1), "expires today"),
        (TODAY, "expires today"),
        (TODAY + timedelta(days=1), "expires in 1 day"),
        (expiry_of(0, TODAY), "expires in 30 days"),
        (expiry_of(1, TODAY), "expires in 12 months"),
        (expiry_of(2, TODAY), "expires in 18 months"),
        (expiry_of(3, TODAY), "expires in 24 months"),
        (expiry_of(3, TODAY - timedelta(days=60)), "expires in 23 months"),
    ],
)
def test_expiry(expires, words):
    assert expires_words(expires, TODAY) == words


@pytest.mark.thorough
@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 3))
def test_any_day_has_an_end_and_words(day, level):
    end = expiry_of(level, day)
    assert end > day
    lives = ["30 days", "12 months", "18 months", "24 months"]
    assert expires_words(end, day) == f"expires in {lives[level]}"
    assert age_words(day, end)


def test_when_in_words():
    assert str(label_of(WHEN, "week")) == "This week"
