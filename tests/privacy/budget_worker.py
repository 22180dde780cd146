"""Spending a budget in many places at once: see `test_exact_budgets.py`.

As a program it is one of several processes: it reads what to do as one line of JSON, says "ready",
waits for another line, spends, and says how much it was granted. DJANGO_SETTINGS_MODULE names the
settings, which are this file too.
"""

import json
import os
import sys
import time
from itertools import cycle, islice

from safety_app.privacy.budgets import DAY, Budget, BudgetSpent, Unit, spend
from tests.privacy.budget_rows import budget

AMOUNT = 1000

# Settings of the processes: nothing but where counts are kept, and under which key.
BUDGET_KEY = bytes.fromhex(os.environ.get("BUDGET_WORKER_KEY", ""))
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ.get("BUDGET_WORKER_REDIS", ""),
        "OPTIONS": {"serializer": "safety_app.privacy.backends.cache_serializer.PlainSerializer"},
    }
}


def thousand(unit: Unit) -> Budget:
    return budget("a thousand", AMOUNT, DAY, unit=unit)


def spend_often(unit: Unit, amounts: list[int], times: int) -> int:
    """Spend these amounts in turn, whether granted or not; the sum of what was granted."""
    granted = 0
    for amount in islice(cycle(amounts), times):
        try:
            spend(thousand(unit), 7, amount)
        except BudgetSpent:
            continue
        granted += amount
    return granted


if __name__ == "__main__":
    task = json.loads(sys.stdin.readline())
    now = task["now"]
    time.time = lambda: now  # all in one window, whenever this runs
    print("ready", flush=True)
    sys.stdin.readline()
    print(spend_often(task["unit"], task["amounts"], task["times"]), flush=True)
