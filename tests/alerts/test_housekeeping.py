"""Housekeeping: what it does, and that it runs once a day by itself."""

import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.locales.dates import today
from safety_app.privacy import storage
from safety_app.privacy.middleware import daily_housekeeping
from safety_app.privacy.retention import data_inventory, housekeeping
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def first_request_of_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily_housekeeping, "_done_on", None)


def test_the_command_ends_what_has_had_its_time(member: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report())
    call_command("housekeep")
    assert Alert.objects.filter(pk=alert.pk).exists()
    Alert.objects.update(expires=today())
    call_command("housekeep")
    assert not Alert.objects.exists()


def test_migrations_are_remembered_by_the_day_only() -> None:
    MigrationRecorder(connection).record_applied("nobody", "0001_nothing")
    housekeeping.blur_migrations()
    with connection.cursor() as cursor:
        cursor.execute("SELECT applied FROM django_migrations WHERE app = 'nobody'")
        (applied,) = cursor.fetchone()
    assert len(str(applied)) == 10 or str(applied).endswith("00:00:00")
    recorded = MigrationRecorder(connection).applied_migrations()
    assert recorded["nobody", "0001_nothing"].applied.microsecond == 0


def test_migrate_leaves_no_time_behind() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT length(applied) FROM django_migrations")
        assert cursor.fetchall() == [(10,)]


def asked(response: HttpResponse) -> HttpResponse:
    return daily_housekeeping.daily_housekeeping(lambda request: response)(HttpRequest())


def test_it_runs_once_a_day_after_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[datetime.date] = []
    days: Iterator[datetime.date] = iter([DAY] * 5 + [DAY + datetime.timedelta(days=1)] * 5)
    monkeypatch.setattr(daily_housekeeping, "housekeep", ran.append)
    monkeypatch.setattr(daily_housekeeping, "today", lambda: next(days))
    response = asked(HttpResponse("x"))
    assert ran == []
    response.close()
    assert ran == [DAY]
    asked(HttpResponse("x")).close()
    assert ran == [DAY]
    next(days)
    next(days)
    asked(HttpResponse("x")).close()
    assert len(ran) == 2


def test_two_first_requests_run_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Any] = []
    monkeypatch.setattr(daily_housekeeping, "housekeep", ran.append)
    first, second = asked(HttpResponse("x")), asked(HttpResponse("y"))
    first.close()
    second.close()
    assert len(ran) == 1


def test_a_failure_is_logged_without_words_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(day: datetime.date) -> None:
        ran.append(day)
        raise RuntimeError

    ran: list[datetime.date] = []
    monkeypatch.setattr(daily_housekeeping, "housekeep", fail)
    asked(HttpResponse("x")).close()
    asked(HttpResponse("x")).close()
    assert len(ran) == 1
    assert [record.message for record in caplog.records] == ["Housekeeping did not finish"]


class _File:
    """Just enough of a connection for the daily rewriting, on a real file."""

    vendor = "sqlite"
    in_atomic_block = False

    def __init__(self, path: Path) -> None:
        self.settings_dict = {"NAME": path}
        self.database = sqlite3.connect(path, isolation_level=None)
        self.statements: list[str] = []
        self.database.set_trace_callback(self.statements.append)

    def cursor(self) -> "_Cursor":
        return _Cursor(self.database.cursor())


class _Cursor:
    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.cursor = cursor

    def __enter__(self) -> sqlite3.Cursor:
        return self.cursor

    def __exit__(self, *error: object) -> None:
        self.cursor.close()


def test_the_file_is_rewritten_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _File(tmp_path / "db.sqlite3")
    monkeypatch.setattr(housekeeping, "connection", file)
    monkeypatch.setattr(storage, "connection", file)
    for days in (0, 0, 1, 1, 14, 14):
        housekeeping._rewrite(DAY + datetime.timedelta(days=days))
    assert file.statements.count("VACUUM") == 3
    (kept,) = file.database.execute("PRAGMA user_version").fetchone()
    assert kept == (DAY + datetime.timedelta(days=14)).toordinal()
    file.database.close()


def test_every_period_is_stated() -> None:
    with override("en"):
        periods = " ".join(f"{what}: {how_long}" for what, how_long in data_inventory.periods())
    for words in ("24 months", "18 months", "12 months", "30 days", "2 times at most"):
        assert words in periods
