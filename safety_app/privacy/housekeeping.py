"""What is done once a day without anyone's keys: end what has had its time, and forget it.

Runs by itself after the first answer of a day in each process, or by `manage.py housekeep` from a
timer. With it the database file is written anew, so that the order of its pages tells nothing and
freed ones are gone.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Callable

from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse

from safety_app.locales.dates import today
from safety_app.privacy.after_response import after
from safety_app.privacy.storage import checkpoint_wal
from safety_app.registry import Registry

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_done_on: datetime.date | None = None


# Each takes the day and deletes what has had its time in one app, without anyone's keys.
sweeps: Registry[Callable[[datetime.date], object]] = Registry()


def housekeep(day: datetime.date) -> None:
    """Sweep every app, keep only the day of each migration, rewrite the file, empty the journal."""
    # Accounts come first among the apps and last here: a network key that only expired alerts
    # still needed goes on the same day as they do.
    for sweep in reversed(list(sweeps)):
        sweep(day)
    blur_migrations()
    _rewrite(day)
    checkpoint_wal()


def blur_migrations() -> None:
    """Django notes the microsecond at which each migration ran: keep the day only."""
    table = "django_migrations"
    if table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE django_migrations SET applied = date(applied)")
        else:
            cursor.execute("UPDATE django_migrations SET applied = date_trunc('day', applied)")


def _rewrite(day: datetime.date) -> None:
    """VACUUM, once a day. The number of the last one's day stands in the file's header."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        last = cursor.fetchone()[0]
        if last == day.toordinal():
            return
        cursor.execute("VACUUM")
        cursor.execute(f"PRAGMA user_version = {day.toordinal()}")


def daily(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: housekeeping after the day's first answer has been sent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _done_on != today():
            after(response, _once_today)
        return response

    return middleware


def _once_today() -> None:
    """Housekeeping, unless another thread has begun it. A day on which it fails is tried again
    with the next process start or by the timer, not at each request."""
    global _done_on
    day = today()
    with _lock:
        if _done_on == day:
            return
        _done_on = day
    try:
        housekeep(day)
    except Exception:  # whatever it is, the person has her answer and the server goes on
        _log.exception("Housekeeping did not finish")
    finally:
        close_old_connections()
