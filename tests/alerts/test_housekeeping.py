"""Housekeeping: what it does, and that it runs once a day by itself."""

import datetime
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.locales.dates import today
from safety_app.privacy import storage
from safety_app.privacy.middleware import daily_housekeeping
from safety_app.privacy.retention import data_inventory, housekeeping, only_one, own_process
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 11, 21)
ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def first_request_of_the_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A response that is closed takes its connection along, and a test's transaction with it: an
    SQLite in memory stays open all the same, a PostgreSQL does not.
    """
    monkeypatch.setattr(daily_housekeeping, "_done_on", None)
    monkeypatch.setattr(daily_housekeeping, "close_old_connections", lambda: None)
    request_finished.disconnect(close_old_connections)
    yield
    request_finished.connect(close_old_connections)


def test_the_command_ends_what_has_had_its_time(member: Person) -> None:
    alert = lifecycle.post(member.ring, member.row, report())
    call_command("housekeep")
    assert Alert.objects.filter(pk=alert.pk).exists()
    Alert.objects.update(expires=today())
    call_command("housekeep")
    assert not Alert.objects.exists()


def only_a_day(applied: Any) -> bool:
    """As it is stored: on SQLite a text."""
    return len(str(applied)) == 10 or " 00:00:00" in str(applied)


def test_migrations_are_remembered_by_the_day_only() -> None:
    MigrationRecorder(connection).record_applied("nobody", "0001_nothing")
    housekeeping.blur_migrations()
    with connection.cursor() as cursor:
        cursor.execute("SELECT applied FROM django_migrations WHERE app = 'nobody'")
        (applied,) = cursor.fetchone()
    assert only_a_day(applied)
    recorded = MigrationRecorder(connection).applied_migrations()
    assert recorded["nobody", "0001_nothing"].applied.microsecond == 0


def test_migrate_leaves_no_time_behind() -> None:
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT applied FROM django_migrations")
        assert all(only_a_day(applied) for (applied,) in cursor.fetchall())


def asked(response: HttpResponse) -> HttpResponse:
    return daily_housekeeping.daily_housekeeping(lambda request: response)(HttpRequest())


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[datetime.date]:
    """The days on which a process was started for it."""
    days: list[datetime.date] = []
    monkeypatch.setattr(own_process, "start", lambda: days.append(daily_housekeeping.today()))
    return days


def test_it_runs_once_a_day_after_the_answer(
    monkeypatch: pytest.MonkeyPatch, started: list[datetime.date]
) -> None:
    monkeypatch.setattr(daily_housekeeping, "today", lambda: DAY)
    response = asked(HttpResponse("x"))
    assert started == []
    response.close()
    assert started == [DAY]
    asked(HttpResponse("x")).close()
    assert started == [DAY]
    monkeypatch.setattr(daily_housekeeping, "today", lambda: DAY + datetime.timedelta(days=1))
    asked(HttpResponse("x")).close()
    assert len(started) == 2


def test_what_another_machine_did_today_is_not_done_again(
    monkeypatch: pytest.MonkeyPatch, started: list[datetime.date]
) -> None:
    assert housekeeping.housekeep(today())
    asked(HttpResponse("x")).close()
    assert started == []
    monkeypatch.setattr(daily_housekeeping, "today", lambda: today() + datetime.timedelta(days=1))
    asked(HttpResponse("x")).close()
    assert len(started) == 1


def test_a_timer_does_it(settings: Any, started: list[datetime.date]) -> None:
    settings.HOUSEKEEPING_BY_TIMER = True
    asked(HttpResponse("x")).close()
    assert started == []


def test_two_first_requests_run_it_once(started: list[datetime.date]) -> None:
    first, second = asked(HttpResponse("x")), asked(HttpResponse("y"))
    first.close()
    second.close()
    assert len(started) == 1


def test_a_failure_is_logged_without_words_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        ran.append(1)
        raise OSError

    ran: list[int] = []
    monkeypatch.setattr(own_process, "start", fail)
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


def test_two_do_not_do_it_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _File(tmp_path / "db.sqlite3")
    file.database.execute("CREATE TABLE something (id INTEGER)")
    monkeypatch.setattr(only_one, "connection", file)
    with only_one.only_one() as is_ours:
        assert is_ours
        with only_one.only_one() as is_ours_too:
            assert not is_ours_too
        assert not housekeeping.housekeep(today())
        call_command("housekeep")
    assert "Another process" in capsys.readouterr().err
    with only_one.only_one() as is_ours:
        assert is_ours
    file.database.close()


@pytest.mark.thorough
def test_its_process_needs_no_pepper_and_little_memory(tmp_path: Path) -> None:
    """Many alerts end on one day. Django reads what it deletes, so not all of it at once."""
    worker = [sys.executable, "-B", "-m", "tests.alerts.housekeeping_worker", "8000"]
    environment = {**os.environ, "DATABASE_FILE": str(tmp_path / "db.sqlite3")}
    done = subprocess.run(worker, env=environment, cwd=ROOT, check=True, capture_output=True)
    left, size, grown = map(int, done.stdout.split())
    assert left == 0
    assert size > 75_000_000
    assert grown < 30_000_000
