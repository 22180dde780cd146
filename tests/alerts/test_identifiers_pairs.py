"""Pairs of what one person reports and another checks: the same, similar, or two different ones.

`identifiers.csv` holds what people really paste: forms from bug reports of messengers, telephone
libraries, plate readers and wallets. Each pair is tried in both directions.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from alerts.identifiers import Identifier, mask, normalise, read

FOLDER = Path(__file__).parent
ALLOWED = {
    "same": {"exact"},
    "same-or-similar": {"exact", "similar"},
    "similar": {"similar"},
    "not-the-same": {"similar", "nothing"},
}


def pairs() -> list[dict[str, str]]:
    rows = []
    for name in ("identifiers.csv", "identifiers_more.csv"):
        path = FOLDER / name
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                rows += list(csv.DictReader(file))
    return rows


def stored(text: str, country: str, kind: str) -> list[Identifier]:
    """What a report keeps of a text: the likeliest reading of each piece."""
    return [piece.readings[0] for piece in read(text, country, kind).found if piece.readings]


def asked(text: str, country: str, kind: str) -> list[Identifier]:
    """What a check looks up: every reading of each piece."""
    return [reading for piece in read(text, country, kind).found for reading in piece.readings]


def met(reported: list[Identifier], checked: list[Identifier]) -> str:
    """Whether a check of the one finds a report of the other: "exact", "similar" or "nothing".

    Names are never looked up.
    """
    reported = [one for one in reported if one.kind != "name"]
    checked = [one for one in checked if one.kind != "name"]
    if {(one.kind, one.key) for one in reported} & {(one.kind, one.key) for one in checked}:
        return "exact"
    if {one.similar for one in reported if one.similar} & {one.similar for one in checked}:
        return "similar"
    return "nothing"


@pytest.mark.thorough
@pytest.mark.parametrize("country", ["", "FR"])
def test_what_is_shown_reads_as_the_same(country: str) -> None:
    """A correction and a file from another network read again what was shown."""
    for row in pairs():
        for text, kind in (
            (row["reported"], row["kind chosen"]),
            (row["checked"], row["kind chosen at check"]),
        ):
            for one in asked(text, row["country"], kind):
                again = normalise(one.kind, one.shown, country)
                assert (again.kind, again.key) == (one.kind, one.key)
                assert mask(one)


@pytest.mark.thorough
@pytest.mark.parametrize("group", sorted({row["group"] for row in pairs()}))
def test_pairs_meet_as_they_should(group: str) -> None:
    wrong = []
    for row in pairs():
        if row["group"] != group:
            continue
        one = (row["reported"], row["country"], row["kind chosen"])
        other = (
            row["checked"],
            row["country at check"] or row["country"],
            row["kind chosen at check"],
        )
        for reported, checked in ((one, other), (other, one)):
            result = met(stored(*reported), asked(*checked))
            if result not in ALLOWED[row["expected"]]:
                wrong.append((reported, checked, row["expected"], result))
    assert not wrong
