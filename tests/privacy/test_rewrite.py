"""SQLite's file is rewritten after each write, at a bounded share of the time."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse

from safety_app.privacy.middleware.rewrite_after_writes import rewrite_after_writes
from safety_app.privacy.models import ContentVersion
from safety_app.privacy.retention import rewrite

pytestmark = pytest.mark.sqlite_only(
    "it is SQLite's file; PostgreSQL: tests/stacks/test_postgres.py"
)


class Timer:
    """What would run later."""

    made: list[Timer] = []

    def __init__(self, seconds: float, work: object) -> None:
        self.seconds, self.work, self.started = seconds, work, False
        Timer.made.append(self)

    def start(self) -> None:
        self.started = True

    def cancel(self) -> None:
        self.started = False


@pytest.fixture(autouse=True)
def planned(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[Timer]:
    """Nothing runs in a thread; what is planned is listed."""
    settings.REWRITE_AFTER_WRITES = True
    monkeypatch.setattr(threading, "Timer", Timer)
    monkeypatch.setattr(rewrite.connection, "close", lambda: None)
    for name, value in (("_planned", None), ("_not_before", 0.0), ("_finishes", True)):
        monkeypatch.setattr(rewrite, name, value)
    Timer.made = []
    return Timer.made


def run(timer: Timer) -> None:
    timer.work()  # type: ignore[operator]


@pytest.mark.django_db
def test_a_request_that_writes_plans_it_and_one_that_reads_does_not(planned: list[Timer]) -> None:
    def answer(writes: bool) -> None:
        def view(request: HttpRequest) -> HttpResponse:
            if writes:
                ContentVersion(number=7).save(force_insert=True)
            return HttpResponse("x")

        response = rewrite_after_writes(view)(HttpRequest())
        assert planned == []  # the person does not wait for it
        response.close()

    answer(writes=False)
    assert planned == []
    answer(writes=True)
    assert len(planned) == 1


def test_many_writes_plan_it_once(planned: list[Timer], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrite, "rewrite", lambda: 0.1)
    for _ in range(5):
        rewrite.soon()
    (timer,) = planned
    assert (timer.started, timer.seconds) == (True, rewrite.LEAST_SECONDS)
    run(timer)
    rewrite.soon()
    # After a tenth of a second of work, five seconds of rest.
    assert 4 < planned[1].seconds <= 0.1 * rewrite.SHARE


def test_what_is_written_meanwhile_is_rewritten_after_it(
    planned: list[Timer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow() -> float:
        rewrite.soon()  # somebody posts
        return 0.1

    monkeypatch.setattr(rewrite, "rewrite", slow)
    rewrite.soon()
    run(planned[0])
    assert len(planned) == 2


def test_a_file_that_takes_long_waits_a_day(
    planned: list[Timer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rewrite, "rewrite", lambda: rewrite.MOST_SECONDS)
    rewrite.soon()
    run(planned[0])
    rewrite.soon()
    assert planned[1].seconds > 80_000


def test_where_there_is_no_room_it_is_tried_again(
    planned: list[Timer], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full() -> float:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(rewrite, "rewrite", full)
    rewrite.soon()
    run(planned[0])
    assert len(planned) == 2
    assert planned[1].seconds > 50
    assert [record.message for record in caplog.records] == [
        "The file could not be rewritten: OperationalError"
    ]


def test_a_clean_stop_does_it_at_once(
    planned: list[Timer], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[float] = []
    monkeypatch.setattr(rewrite, "rewrite", lambda: done.append(1.0) or 0.1)
    rewrite.finish()
    assert done == []
    rewrite.soon()
    rewrite.finish()
    assert done == [1.0]
    assert not planned[0].started
    run(planned[0])  # its thread had begun already
    assert done == [1.0]


def test_another_database_is_left_alone(
    planned: list[Timer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    rewrite.soon()
    assert planned == []
