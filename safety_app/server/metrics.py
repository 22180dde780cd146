"""Figures for a monitoring server, as OpenMetrics text on a local socket. Off by default.

What people do is told in whole days and large steps (`tally`); what the machine does, as it is now,
in steps too large to show one person's writing or signing in. No library: the usual one also tells
the second at which each counter was made, and between processes it writes files.
"""

from __future__ import annotations

import datetime
import resource
import shutil
import socket
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import DatabaseError, Error, connection

from safety_app.privacy.backends.no_room import error_chain
from safety_app.privacy.retention import health, housekeeping
from safety_app.server.tally import BUCKETS, Counts, in_steps, tally

TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
MEMORY_STEP = 256 * 1024 * 1024  # bytes: two people signing in
DISK_STEP = 100 * 1000 * 1000  # bytes
_PATIENCE = 2.0  # seconds for whoever asks

_Sample = tuple[str, float]  # what follows the family's name, and the value


def text() -> str:
    """All figures."""
    lines = []
    for name, kind, what, samples in _families(tally.finished_days()):
        lines += [f"# TYPE {name} {kind}", f"# HELP {name} {what}"]
        lines += [f"{name}{rest} {value}" for rest, value in samples]
    return "\n".join([*lines, "# EOF", ""])


def _families(counts: Counts) -> Iterator[tuple[str, str, str, list[_Sample]]]:
    yield (
        "nightjar_answers",
        "counter",
        "Answers until the last midnight UTC, in steps of 50.",
        [
            (f'_total{{status="{status}"}}', in_steps(counts.answers[status]))
            for status in ("2xx", "3xx", "4xx", "5xx")
        ],
    )
    yield (
        "nightjar_refused",
        "counter",
        "Answers that said wait, until the last midnight UTC, in steps of 50.",
        [(f'_total{{why="{why}"}}', in_steps(counts.refused[why])) for why in ("busy", "budget")],
    )
    yield (
        "nightjar_answer_seconds",
        "histogram",
        "How long answers took, until the last midnight UTC, in steps of 50.",
        _histogram(counts),
    )
    yield (
        "nightjar_database_errors",
        "counter",
        "Errors of the database until the last midnight UTC, in steps of 50.",
        [("_total", in_steps(counts.failures))],
    )
    yield (
        "nightjar_sign_ins_at_once",
        "gauge",
        "The most sign-ins that were checked at the same time yesterday, rounded up to 4.",
        [("", -(-counts.sign_ins // 4) * 4)],
    )
    yield (
        "nightjar_memory_most_bytes",
        "gauge",
        "The most memory this process has had, rounded up to 256 MiB.",
        [("", in_steps(_most_memory() + MEMORY_STEP - 1, MEMORY_STEP))],
    )
    yield "nightjar_works", "gauge", "Whether a part works: 1 or 0.", _parts()
    if Path(settings.DATA_DIR).is_dir():
        free = in_steps(shutil.disk_usage(settings.DATA_DIR).free, DISK_STEP)
        what = "Free on the disk of the data, in steps of 100 MB."
        yield "nightjar_disk_free_bytes", "gauge", what, [("", free)]
    day = _housekeeping_day()
    if day is not None:
        midnight = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
        what = "The day on which housekeeping was last done, as its first second."
        yield "nightjar_housekeeping_day_seconds", "gauge", what, [("", int(midnight.timestamp()))]


def _histogram(counts: Counts) -> list[_Sample]:
    samples: list[_Sample] = []
    number = 0
    for place, limit in enumerate((*BUCKETS, float("inf"))):
        number += counts.within[place]
        named = "+Inf" if limit == float("inf") else limit
        samples.append((f'_bucket{{le="{named}"}}', in_steps(number)))
    return [*samples, ("_count", in_steps(number)), ("_sum", in_steps(counts.seconds))]


def _parts() -> list[_Sample]:
    broken = health.problems()
    return [
        (f'{{part="{part}"}}', 0 if any(part in words for words in broken) else 1)
        for part in ("database", "cache", "disk")
    ]


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _housekeeping_day() -> datetime.date | None:
    try:
        return housekeeping.last_rewrite()
    except DatabaseError:
        return None


def serve(path: Path) -> None:
    """Answer whoever connects to a socket at `path`, in a thread. Its owner and group may."""
    with suppress(FileNotFoundError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()  # of a process that was killed
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    path.chmod(0o660)
    listening.listen(8)
    got_request_exception.connect(_count_failure)
    Thread(target=_serve, args=[listening], name="metrics", daemon=True).start()


def place_of(path: str, number: int) -> Path:
    """Where one of several processes answers: the first at `path`, the next at `path-2`."""
    return Path(path if number == 1 else f"{path}-{number}")


def _serve(listening: socket.socket) -> None:
    while True:
        with suppress(OSError), closing(listening.accept()[0]) as asking:
            asking.settimeout(_PATIENCE)
            asking.recv(4096)
            body = text().encode()
            head = f"HTTP/1.0 200 OK\r\nContent-Type: {TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
            asking.sendall(head.encode() + body)
        connection.close()


def _count_failure(**_signal: object) -> None:
    if any(isinstance(link, Error) for link in error_chain(sys.exc_info()[1])):
        tally.failed()
