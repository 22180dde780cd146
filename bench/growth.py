"""What each request costs in worlds of several sizes: `python -m bench.growth`.

CPU time of whole requests through every middleware, called as a server calls them, in a process of
its own for each world. Beside each world's figure stands how many times the smallest world's it is;
beside the request, of the largest world, how many times the same page costs when everything it
opens is open already ("plain": results of the vault are remembered), and a trivial Django view
("bare"), both measured in the same process; and the milliseconds of the same request when nothing
is kept in memory for its session, as at its first and every quarter of an hour ("first"). Public
pages are asked for with a query that is never kept, so they are made anew each time; "kept" is what
anybody else gets.

WORLDS names the worlds, "1k 10k 100k" unless said otherwise; 1M takes 13 GB and 20 minutes.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

# Times the smallest: every request at 100k, and at 1M what one looks at before a booking.
LIMIT, LIMITS_AT_1M = 3, {"feed": 1.3, "check": 1.2}
OPENS_MORE = {"filter: a word without a match", "figures"}  # bounded by cards, not by this


def main() -> int:
    """Build and measure each world in its own process; print the table."""
    worlds = os.environ.get("WORLDS", "1k 10k 100k").split()
    results: dict[str, Any] = {}
    for name in worlds:
        with tempfile.TemporaryDirectory(prefix="nightjar-bench-") as folder:
            environment = os.environ | {"DATABASE_FILE": str(Path(folder) / "db.sqlite3")}
            for part in ("build", "measure"):
                command = [sys.executable, "-m", "bench.growth_requests", part, name]
                done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
            results[name] = json.loads(done.stdout)
            print(f"{name}: {results[name]['about']}", file=sys.stderr, flush=True)
    return 0 if table(worlds, results) else 1


def table(worlds: list[str], results: dict[str, Any]) -> bool:
    """Print all of it as Markdown; whether every request is within its bound."""
    first, last = worlds[0], worlds[-1]
    heads = [f"{name}{'' if name == first else ' (times)'}" for name in worlds]
    print(f"| request, ms CPU | {' | '.join(heads)} | plain | bare | first |")
    print("|---" * (len(worlds) + 4) + "|")
    fine = True
    for request, smallest in results[first]["requests"].items():
        cells = [f"{smallest['ms']:.1f}"]
        for name in worlds[1:]:
            taken = results[name]["requests"][request]["ms"]
            times = taken / smallest["ms"]
            within = request in OPENS_MORE or times <= limit_of(request, name)
            fine &= within
            cells.append(f"{taken:.1f} ({times:.1f}){'' if within else ' too much'}")
        large = results[last]["requests"][request]
        plain = f"{large['ms'] / large['plain']:.1f}" if "plain" in large else ""
        bare = f"{large['ms'] / results[last]['bare']:.0f}"
        first_ms = f"{large['first']:.0f}" if "first" in large else ""
        print(f"| {request} | {' | '.join(cells)} | {plain} | {bare} | {first_ms} |")
    return fine


def limit_of(request: str, world: str) -> float:
    """How many times the smallest world's a request may cost in this one."""
    return LIMITS_AT_1M.get(request, math.inf) if world == "1M" else LIMIT


if __name__ == "__main__":
    sys.exit(main())
