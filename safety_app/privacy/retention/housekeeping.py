"""Daily work that needs nobody's keys: delete what has expired, and make the files forget it.

`manage.py housekeep` does it, from a timer, or started after the first response of a day
(`middleware.daily_housekeeping`). The database file is rewritten as well, so that the order of its
pages tells nothing and freed pages are gone.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable

from django.db import connection

from safety_app.privacy.retention import clock, postgres
from safety_app.privacy.retention.only_one import only_one
from safety_app.privacy.storage import checkpoint_wal, rewrite_file
from safety_app.registry import Registry

_log = logging.getLogger(__name__)

# Each takes the day and deletes what has expired in one app.
sweeps: Registry[Callable[[datetime.date], object]] = Registry()


def housekeep(day: datetime.date) -> bool:
    """Sweep every app, keep only the day of each migration, rewrite the file, empty the journal.

    While the clock is in doubt (`clock.is_trusted`) nothing is swept. False, and nothing is done,
    while another process is at it.
    """
    with only_one() as is_ours:
        if is_ours:
            _housekeep(day)
        return is_ours


def _housekeep(day: datetime.date) -> None:
    if clock.is_trusted(day):
        _sweep(day)
    elif clock.is_in_doubt(day):
        _log.warning(
            "The clock shows %s, which does not follow the days before: nothing is deleted. If it "
            "is right: manage.py housekeep --clock-is-right",
            day,
        )
    blur_migrations()
    _rewrite(day)
    checkpoint_wal()


def _sweep(day: datetime.date) -> None:
    # Accounts come first among the apps and last here: a network key that only expired alerts
    # still needed goes on the same day as they do.
    for sweep in reversed(list(sweeps)):
        sweep(day)


def blur_migrations() -> None:
    """Keep only the day of each migration: Django records the microsecond."""
    table = "django_migrations"
    if table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE django_migrations SET applied = date(applied)")
        else:
            cursor.execute("UPDATE django_migrations SET applied = date_trunc('day', applied)")


def _rewrite(day: datetime.date) -> None:
    """VACUUM once a day; `user_version` in the file's header keeps the day of the last one."""
    if connection.in_atomic_block:
        return
    if connection.vendor == "postgresql":
        postgres.forget(day)
        return
    if last_rewrite() == day:
        return
    rewrite_file()
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA user_version = {day.toordinal()}")


def last_rewrite() -> datetime.date | None:
    """The day on which the database's files were last rewritten; None before that."""
    if connection.vendor == "postgresql":
        return postgres.last_rewrite()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        ordinal = cursor.fetchone()[0]
    return datetime.date.fromordinal(ordinal) if ordinal > 0 else None
