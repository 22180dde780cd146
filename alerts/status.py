"""What an alert's card vouches for beside the text: its day, its end and its review state.

The columns `day`, `expires`, `state` and `hidden_until` are clear, so that lists and housekeeping
need no key, and whoever can write to the database can change them. So they also stand in the card,
and what the card says is what counts: the columns only help to find the alert. Whoever changes one
holds the network key and seals the card again.

Housekeeping has no key. It deletes what has ended, shows again what was hidden long enough, and
after `ROUNDED_AFTER_DAYS` keeps only the month of an alert's day. `agrees` allows for that.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple, Protocol

from safety_app.locales.dates import month_of
from safety_app.vault.shapes import LAST_DAY, day_number, number

# Their place in the list is what a card holds.
STATES = ("new", "held", "reviewed", "hidden")
VISIBLE_STATES = ("new", "reviewed")
ROUNDED_AFTER_DAYS = 30


class Status(NamedTuple):
    """An alert's day, its end (the day it is deleted), and its review state."""

    day: datetime.date
    expires: datetime.date
    state: str = "new"
    hidden_until: datetime.date | None = None

    def on(self, day: datetime.date) -> Status:
        """The status on a day: an alert that was hidden long enough is a new one again."""
        if self.state == "hidden" and self.hidden_until and self.hidden_until < day:
            return self._replace(state="new", hidden_until=None)
        return self

    def is_visible(self, day: datetime.date) -> bool:
        """Whether members can read the alert on a day: neither held nor hidden nor ended."""
        return self.on(day).state in VISIBLE_STATES and self.expires > day


# The one that takes most room in a card.
LONGEST = Status(LAST_DAY, LAST_DAY, STATES[-1], LAST_DAY)


class Columns(Protocol):
    """A row with the clear columns."""

    @property
    def day(self) -> datetime.date:
        """The day it was sent, or the first of its month."""

    @property
    def expires(self) -> datetime.date:
        """The day it is deleted."""

    @property
    def state(self) -> str:
        """Its review state."""

    @property
    def hidden_until(self) -> datetime.date | None:
        """The last day of being hidden, if it has one."""


def status_of(row: Columns) -> Status:
    """The status as the clear columns say."""
    return Status(row.day, row.expires, row.state, row.hidden_until)


def agrees(columns: Status, sealed: Status, today: datetime.date) -> bool:
    """Whether the clear columns say what the card says, as far as housekeeping leaves it."""
    stored, true = columns.on(today), sealed.on(today)
    return stored[1:] == true[1:] and stored.day in (true.day, month_of(true.day))


def clear_day(day: datetime.date, today: datetime.date) -> datetime.date:
    """What the column keeps of an alert's day: after ROUNDED_AFTER_DAYS the first of its month.

    Rounded days come before all others, so a list that is sorted by them stays in order.
    """
    return month_of(day) if is_rounded(day, today) else day


def is_rounded(day: datetime.date, today: datetime.date) -> bool:
    """Whether only the month of this day is kept."""
    return (today - day).days >= ROUNDED_AFTER_DAYS


def without_a_card(columns: Status, longest_end: datetime.date, today: datetime.date) -> Status:
    """The status of an alert whose card was destroyed while its body opens.

    Nothing vouches for the columns then: it was reviewed by nobody, and ends no later than
    `longest_end`.
    """
    state = columns.state if columns.state in ("held", "hidden") else "new"
    end = min(columns.expires, longest_end)
    return Status(min(columns.day, today), end, state, columns.hidden_until)


def to_json(status: Status) -> list[int]:
    """Four numbers: day, end, place in STATES, last day of being hidden or 0.

    Days are counted from 1 January of the year 1, which is 1.
    """
    hidden_until = status.hidden_until.toordinal() if status.hidden_until else 0
    return [
        status.day.toordinal(),
        status.expires.toordinal(),
        STATES.index(status.state),
        hidden_until,
    ]


def _hidden_until(value: Any) -> datetime.date | None:
    return None if type(value) is int and value == 0 else day_number(value)


# What `to_json` gives, as a shape reads it.
SHAPE = (day_number, day_number, number(0, len(STATES) - 1), _hidden_until)


def from_json(
    day: datetime.date, expires: datetime.date, state: int, hidden_until: datetime.date | None
) -> Status:
    """Undo `to_json`, with what SHAPE read."""
    return Status(day, expires, STATES[state], hidden_until)
