"""How much was asked of one process, in whole days.

Somebody who steals what a monitoring server wrote down would learn from running counters when
people were awake, and from small ones when one person was. So a count is told only once its day
(UTC) is over, and in steps of `STEP`: what one person does is lost in that.
`docs/decisions/0041` says more.
"""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

from safety_app.locales.dates import today

STEP = 50  # requests
BUCKETS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)  # seconds


@dataclass
class Counts:
    """Of finished days, or of the one under way.

    answers    by status class ("2xx"); of them, by what was refused: "busy", "budget"
    within     how many took at most so long: by place in BUCKETS, the last one for all longer ones
    seconds    what all of them took together
    failures   errors of the database
    sign_ins   the most that were being checked at the same time
    """

    answers: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    within: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    failures: int = 0
    sign_ins: int = 0

    def add(self, day: Counts) -> None:
        """Add a day that is over. Of what happens at the same time, only that day counts."""
        self.answers.update(day.answers)
        self.refused.update(day.refused)
        self.within.update(day.within)
        self.seconds += day.seconds
        self.failures += day.failures
        self.sign_ins = day.sign_ins


class Tally:
    """Counts as they come; tells only of days that are over. For all threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._day, self._under_way, self._over = today(), Counts(), Counts()

    def answered(self, status: int, seconds: float, *, is_busy: bool) -> None:
        """One answer was made."""
        with self._lock:
            counts = self._today()
            counts.answers[f"{status // 100}xx"] += 1
            counts.within[bisect_left(BUCKETS, seconds)] += 1
            counts.seconds += seconds
            if is_busy:
                counts.refused["busy"] += 1
            elif status == 429:
                counts.refused["budget"] += 1

    def failed(self) -> None:
        """The database raised an error that no view expected."""
        with self._lock:
            self._today().failures += 1

    def signing_in(self, number: int) -> None:
        """So many are being checked now."""
        with self._lock:
            counts = self._today()
            counts.sign_ins = max(counts.sign_ins, number)

    def finished_days(self) -> Counts:
        """All days that are over, since the process started."""
        with self._lock:
            self._today()
            return self._over

    def _today(self) -> Counts:
        day = today()
        if day > self._day:
            self._over.add(self._under_way)
            if day - self._day > datetime.timedelta(days=1):
                self._over.sign_ins = 0  # nobody came yesterday
            self._day, self._under_way = day, Counts()
        return self._under_way


tally = Tally()


def in_steps(number: float, step: int = STEP) -> int:
    """Rounded down."""
    return int(number) // step * step
