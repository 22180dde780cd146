"""Numbers that come as text from outside."""

from __future__ import annotations

import pytest

from safety_app.privacy.ids import LOWEST, parse_id, random_id
from safety_app.privacy.numbers import parse_number
from safety_app.privacy.paging import page_number

# What `int` or `str.isdigit` would take.
ODD = ["", " 1", "1 ", "+1", "-1", "1_0", "1.0", "1e3", "²", "١", "１", "\0", "1\n", "x", "0x1"]


@pytest.mark.parametrize("text", ODD)
def test_only_digits_are_a_number(text: str) -> None:
    assert parse_number(text, 9) is None
    assert parse_id(text) is None
    assert page_number(text) == 1


def test_no_more_digits_than_asked_for() -> None:
    assert parse_number("007", 3) == 7
    assert parse_number("0007", 3) is None
    assert parse_number("9" * 10_000, 19) is None


def test_an_id_is_one_that_could_be_ours() -> None:
    made = random_id()
    assert parse_id(str(made)) == made
    assert parse_id(str(LOWEST)) == LOWEST
    for number in (0, 1, LOWEST - 1, 2 * LOWEST, 2**64):
        assert parse_id(str(number)) is None


@pytest.mark.parametrize(
    ("typed", "page"), [("1", 1), ("0", 1), ("3", 3), ("4", 3), ("99999", 3), ("100000", 1)]
)
def test_a_page_lies_between_the_first_and_the_last(typed: str, page: int) -> None:
    assert page_number(typed, 3) == page
