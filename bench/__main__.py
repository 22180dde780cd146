"""Measure CPU time of whole requests, alternating between the two sides, and compare medians.

Sleeping (an answer to a check is held until the next step of time) is not CPU time.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
django.setup()

from bench import world  # noqa: E402

CHECK_LIMIT = 1.2
FEED_LIMIT = 1.5
ROUNDS = 60


def cpu_milliseconds(request: Callable[[], None], rounds: int) -> float:
    """The median CPU time of one call, in ms."""
    for _ in range(5):
        request()
    times = []
    for _ in range(rounds):
        began = time.process_time()
        request()
        times.append(time.process_time() - began)
    return statistics.median(times) * 1000


def ratio(name: str, value: float, other: float, limit: float) -> bool:
    """Print what was measured; whether it holds."""
    times = value / other
    print(f"{name}: {value:.2f} ms / {other:.2f} ms = {times:.2f} (limit {limit})", flush=True)
    return times <= limit


def main() -> int:
    """Both comparisons; 1 when one of them does not hold."""
    place = world.build()
    world.grow_labels(10_000)
    small = cpu_milliseconds(place.check, ROUNDS)
    world.grow_labels(1_000_000)
    large = cpu_milliseconds(place.check, ROUNDS)
    fine = ratio("check over 1,000,000 labels against 10,000", large, small, CHECK_LIMIT)

    # Alternate, so that a noisy moment touches both sides.
    sealed, plain = [], []
    for _ in range(6):
        sealed.append(cpu_milliseconds(place.feed, ROUNDS // 3))
        with world.unencrypted():
            plain.append(cpu_milliseconds(place.feed, ROUNDS // 3))
    text = "feed of 15 cards against an unencrypted table"
    fine &= ratio(text, statistics.median(sealed), statistics.median(plain), FEED_LIMIT)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
