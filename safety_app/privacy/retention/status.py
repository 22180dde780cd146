"""What `manage.py status` tells the operator: counts, days and sizes, and nobody's name or row."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from safety_app.privacy.retention import backup, clock, health, housekeeping
from safety_app.registry import Registry
from safety_app.version import VERSION

BACKUP_IS_OLD = 2  # days


class Line(NamedTuple):
    """One line of the status. `problem` says what to do about it; empty if there is nothing."""

    name: str
    value: str
    problem: str = ""


# Each app counts its own tables.
lines: Registry[Callable[[], Iterable[Line]]] = Registry()


def status(day: datetime.date, backups: Path | None) -> Iterator[Line]:
    """All lines; `backups` is the directory that `manage.py backup` writes to, if known."""
    yield Line("version", VERSION)
    yield from _health()
    yield from _clock(day)
    yield from _files()
    yield _newest_backup(backups, day)
    for source in lines:
        yield from source()


def _health() -> Iterator[Line]:
    found = health.look()
    yield Line("works", "no" if found else "yes")
    for words in found:
        yield Line("", words, "see docs/operations.md")


def _clock(day: datetime.date) -> Iterator[Line]:
    todo = ""
    if clock.is_in_doubt(day):
        todo = "nothing is deleted; set it right, or manage.py housekeep --clock-is-right"
    yield Line("clock", day.isoformat(), todo)
    last = housekeeping.last_rewrite()
    if last is not None:
        late = (day - last).days > 1 and not todo
        yield Line("file rewritten", last.isoformat(), "run manage.py housekeep" if late else "")


def _files() -> Iterator[Line]:
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        if Path(name).is_file():
            yield Line("database", _megabytes(Path(name).stat().st_size))
    if Path(settings.DATA_DIR).is_dir():
        yield Line("free on that disk", _megabytes(shutil.disk_usage(settings.DATA_DIR).free))


def _newest_backup(directory: Path | None, day: datetime.date) -> Line:
    if not settings.BACKUP_KEYS:
        return Line("newest backup", "none", "there is no NIGHTJAR_BACKUP_KEYS to seal them to")
    if directory is None:
        return Line("newest backup", "not looked for: --backups DIRECTORY")
    newest = backup.newest(directory)
    if newest is None:
        return Line("newest backup", "none", "run manage.py backup")
    late = (day - newest).days > BACKUP_IS_OLD
    return Line("newest backup", newest.isoformat(), "run manage.py backup" if late else "")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"
