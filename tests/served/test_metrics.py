"""Figures for a monitoring server: of finished days, in steps, and of nobody."""

from __future__ import annotations

import datetime
import re
import socket
from pathlib import Path

import pytest
import time_machine

from safety_app.server import metrics
from safety_app.server.tally import STEP, Tally, in_steps
from tests.seizure.client import Browser
from tests.seizure.server import Server

DAY = datetime.datetime(2026, 11, 30, 12, tzinfo=datetime.UTC)
SAMPLE = re.compile(r'nightjar_[a-z_]+(\{[a-z]+="[^"]+"\})? [0-9]+')


def ask_many(tally: Tally, number: int, status: int = 200) -> None:
    for _ in range(number):
        tally.answered(status, 0.15, is_busy=False)


def test_a_day_is_told_once_it_is_over() -> None:
    with time_machine.travel(DAY, tick=False) as clock:
        tally = Tally()
        ask_many(tally, 170)
        tally.signing_in(3)
        tally.failed()
        before = tally.finished_days()
        assert not before.answers
        assert before.sign_ins == before.failures == 0
        clock.shift(datetime.timedelta(days=1))
        after = tally.finished_days()
        assert after.answers["2xx"] == 170
        assert after.within[2] == 170
        assert (after.sign_ins, after.failures) == (3, 1)
        ask_many(tally, 30)
        clock.shift(datetime.timedelta(days=2))
        assert tally.finished_days().answers["2xx"] == 200
        assert tally.finished_days().sign_ins == 0


def test_a_clock_that_goes_back_tells_nothing_early() -> None:
    with time_machine.travel(DAY, tick=False) as clock:
        tally = Tally()
        clock.shift(datetime.timedelta(days=-1))
        ask_many(tally, 100)
        clock.shift(datetime.timedelta(days=1))
        assert not tally.finished_days().answers


def test_refusals_are_told_apart() -> None:
    with time_machine.travel(DAY, tick=False) as clock:
        tally = Tally()
        tally.answered(503, 0.0, is_busy=True)
        tally.answered(429, 0.0, is_busy=False)
        tally.answered(503, 9.0, is_busy=False)
        clock.shift(datetime.timedelta(days=1))
        over = tally.finished_days()
        assert dict(over.refused) == {"busy": 1, "budget": 1}
        assert dict(over.answers) == {"5xx": 2, "4xx": 1}


@pytest.mark.parametrize(("number", "told"), [(0, 0), (STEP - 1, 0), (STEP, STEP), (170, 150)])
def test_steps(number: int, told: int) -> None:
    assert in_steps(number) == told


@pytest.mark.django_db
def test_every_line_is_openmetrics(monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(DAY, tick=False) as clock:
        tally = Tally()
        monkeypatch.setattr(metrics, "tally", tally)
        ask_many(tally, 130)
        clock.shift(datetime.timedelta(days=1))
        said = metrics.text()
    *lines, end = said.removesuffix("\n").split("\n")
    assert end == "# EOF"
    assert all(SAMPLE.fullmatch(line) for line in lines if not line.startswith("#"))
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))
    assert 'nightjar_answers_total{status="2xx"} 100' in lines
    assert 'nightjar_answer_seconds_bucket{le="0.1"} 0' in lines
    assert 'nightjar_answer_seconds_bucket{le="+Inf"} 100' in lines
    assert 'nightjar_works{part="database"} 1' in lines


def scraped(path: Path) -> str:
    with socket.socket(socket.AF_UNIX) as asking:
        asking.settimeout(20)
        asking.connect(str(path))
        asking.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b""
        while part := asking.recv(65536):
            got += part
    head, _blank, body = got.decode().partition("\r\n\r\n")
    assert head.startswith("HTTP/1.0 200 OK")
    return body


@pytest.mark.thorough
def test_what_people_do_changes_nothing_until_midnight(tmp_path: Path) -> None:
    server, path = Server(tmp_path), tmp_path / "metrics"
    server.configuration["NIGHTJAR_METRICS_SOCKET"] = str(path)
    server.prepare()
    server.start()
    try:
        before = scraped(path)
        assert path.stat().st_mode & 0o007 == 0
        for number in range(2 * STEP):
            Browser(server.port).get(f"/en/{number}/")
        changing = ("nightjar_disk_free_bytes ", "nightjar_memory_most_bytes ")
        after = scraped(path)
        assert [one for one in after.split("\n") if not one.startswith(changing)] == [
            one for one in before.split("\n") if not one.startswith(changing)
        ]
        # It is on that socket only.
        assert Browser(server.port).get("/metrics").status == 404
        server.kill()
        server.start()  # a killed one leaves its socket
        assert scraped(path).endswith("# EOF\n")
    finally:
        server.stop()


@pytest.mark.thorough
def test_it_is_off_by_default(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.prepare()
    server.start()
    try:
        assert server.process
        sockets = Path(f"/proc/{server.process.pid}/net/unix").read_text()
        assert str(tmp_path) not in sockets
    finally:
        server.stop()
