"""The number that brings an ambulance, by country.

`data/emergency_numbers.csv` has a row for every country; `data/README.md` says where the numbers
come from and when a country has none. A wrong number costs a life, so none is guessed.
"""

from __future__ import annotations

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("data") / "emergency_numbers.csv"
# Mobile phones take these for emergency numbers wherever they are (3GPP TS 22.101, section 10).
MOBILE = "112"


@dataclass(frozen=True)
class AmbulanceNumber:
    """A country's number and the day on which it was compared with its sources."""

    number: str
    checked: datetime.date


@cache
def ambulance_numbers() -> dict[str, AmbulanceNumber]:
    """Country code → number, for every country whose number is known."""
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        return {
            row["country"]: AmbulanceNumber(
                row["ambulance"], datetime.date.fromisoformat(row["checked"])
            )
            for row in csv.DictReader(lines)
            if row["ambulance"]
        }
