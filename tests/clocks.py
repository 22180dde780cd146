"""The quick tests on other days: `python -m tests.clocks year_on leap_day new_year zone`, say.

Without a name one of them is run, by turns: which one depends on the commit only, so that a red
run stays red when it is repeated.
"""

import datetime
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK = ("-q", "-n", "2", "-m", "not thorough and not browser and not seizure")
# pytest would like to import time_machine itself; it must be there before pytest asks for the time.
EARLY = "ignore:Module already imported so cannot be rewritten; time_machine"
# Tests are collected and under way by then, and not yet at their end.
BEFORE_MIDNIGHT = datetime.timedelta(seconds=40)
HALF_A_DAY_OFF = "<+12>-12"  # POSIX counts the other way round: twelve hours ahead of UTC

Moment = datetime.datetime


def at(day: datetime.date, hour: int = 12) -> Moment:
    return Moment.combine(day, datetime.time(hour), datetime.UTC)


def before_midnight(now: Moment) -> Moment:
    return at(now.date(), 0) + datetime.timedelta(days=1) - BEFORE_MIDNIGHT


# What time it is then, and in which zone the machine is.
CLOCKS: dict[str, tuple[Callable[[Moment], Moment], str]] = {
    "year_on": (lambda now: now + datetime.timedelta(days=400), "UTC"),
    "leap_day": (lambda now: at(datetime.date(2028, 2, 29)), "UTC"),
    # The first of a month too: nothing of this month is older than today.
    "new_year": (lambda now: at(datetime.date(now.year + 1, 1, 1)), "UTC"),
    "midnight": (before_midnight, "UTC"),
    # In the evening, so that there it is another day than here.
    "zone": (lambda now: at(now.date(), 18), HALF_A_DAY_OFF),
}


def turn() -> str:
    """The clock whose turn it is with this commit."""
    if _git("rev-parse", "--is-shallow-repository") == "false":
        number = int(_git("rev-list", "--count", "HEAD"))
    else:  # without its history nothing can be counted; the commit's digest is as good
        number = int(_git("rev-parse", "HEAD"), 16)
    return list(CLOCKS)[number % len(CLOCKS)]


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def shifted(name: str) -> dict[str, str]:
    """The environment in which processes have that clock."""
    moment, zone = CLOCKS[name]
    now = Moment.now(datetime.UTC)
    folder = str(ROOT / "tests" / "shifted_clock")
    return os.environ | {
        "CLOCK_AHEAD": str((moment(now) - now).total_seconds()),
        "PYTHONPATH": folder,
        "TZ": zone,
    }


def main(names: list[str]) -> int:
    """Run the quick tests under each clock named; 0 if all pass."""
    for name in names or [turn()]:
        environment = shifted(name)
        told = [sys.executable, "-c", "import time; print(time.strftime('%F %T %Z'))"]
        print(f"{name}: it is", flush=True)
        subprocess.run(told, env=environment, check=True)
        command = [sys.executable, "-m", "pytest", "-W", EARLY, *QUICK]
        done = subprocess.run(command, cwd=ROOT, env=environment)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
