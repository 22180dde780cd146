"""SQLite's file in an order that tells nothing, again and again.

Whatever is written leaves the order in which it came in many places: in the journal, on the pages
that long rows continue on, in every index, and even within a page, where each new entry lies before
the last. A thief would learn which note came soon after somebody joined. Only rewriting the whole
file (VACUUM) puts every entry where its random key wants it. So that happens soon after anything
was written, and as often as it is cheap.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection

from safety_app.allocator import give_back
from safety_app.privacy.storage import checkpoint_wal, rewrite_file

_log = logging.getLogger(__name__)

LEAST_SECONDS = 1.0
# Rewriting takes up one part in so many of the time.
SHARE = 50
# While it lasts, whoever writes waits. A file that takes longer is only rewritten once a day.
MOST_SECONDS = 5.0
_AFTER_FAILURE_SECONDS = 60.0
_DAY_SECONDS = 24 * 60 * 60.0

_guard = threading.Lock()
_planned: threading.Timer | None = None
_not_before = 0.0
_finishes = False


def soon() -> None:
    """Rewrite the file after the pause that is due, in a thread; what is planned stays planned."""
    global _planned, _finishes
    if not settings.REWRITE_AFTER_WRITES or connection.vendor != "sqlite":
        return
    with _guard:
        if _planned is not None:
            return
        pause = max(LEAST_SECONDS, _not_before - time.monotonic())
        _planned = threading.Timer(pause, _rewrite_as_planned)
        _planned.daemon = True
        try:
            _planned.start()
        except RuntimeError:  # no more threads: the next write plans it again
            _planned = None
        if not _finishes:
            atexit.register(finish)
            _finishes = True


def finish() -> None:
    """Do what is planned now: the process ends."""
    planned = _take()
    if planned is not None:
        planned.cancel()
        _rewrite()


def rewrite() -> float:
    """Rewrite the file and empty the journal. Returns how long that took, in seconds."""
    began = time.monotonic()
    rewrite_file()
    took = time.monotonic() - began
    checkpoint_wal()
    return took


def _rewrite_as_planned() -> None:
    if _take() is not None:
        _rewrite()


def _take() -> threading.Timer | None:
    """What is planned, which then is not any more: a write from now on plans another time."""
    global _planned
    with _guard:
        planned, _planned = _planned, None
    return planned


def _rewrite() -> None:
    global _not_before
    try:
        took = rewrite()
    except DatabaseError as error:  # no room, or somebody wrote for very long
        _log.warning("The file could not be rewritten: %s", type(error).__name__)
        _not_before = time.monotonic() + _AFTER_FAILURE_SECONDS
        soon()
    else:
        pause = SHARE * took if took < MOST_SECONDS else _DAY_SECONDS
        _not_before = time.monotonic() + pause
    finally:
        connection.close()
        give_back()  # the copy lay in memory, page by page among everything else
