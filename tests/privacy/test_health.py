"""`/healthz` and `manage.py status`: what they look at, and that they tell of nobody."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.models import Desk, Member, Organisation
from safety_app.locales.dates import today
from safety_app.privacy.retention import backup, clock, health
from safety_app.privacy.retention.status import status
from tests.alerts.reports import report
from tests.cast import Person

ROOM = SimpleNamespace(free=10**12)
FULL = SimpleNamespace(free=1000)


@pytest.fixture(autouse=True)
def look_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_remembered", (float("-inf"), ()))
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: ROOM)


@pytest.mark.django_db
def test_all_is_well() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: FULL)
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (503, b"not ok")


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["raises", "forgets"])
def test_a_cache_that_is_gone(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(*args: Any) -> None:
        if broken == "raises":
            raise ConnectionError

    monkeypatch.setattr(cache, "get", get)
    assert health.look() == ("the cache does not answer",)


class _OtherConnection:
    """Stands for the database's connection outside a transaction, which tests never are."""

    vendor = "sqlite"
    in_atomic_block = False

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        uri = f"file:{path}{'?mode=ro' if read_only else ''}"
        self.raw = sqlite3.connect(uri, uri=True, isolation_level=None)

    def cursor(self) -> _OtherConnection:
        return self

    def __enter__(self) -> _OtherConnection:
        return self

    def __exit__(self, *args: object) -> None:
        pass

    def execute(self, sql: str) -> None:
        try:
            self.last = self.raw.execute(sql)
        except sqlite3.OperationalError as error:
            raise OperationalError(str(error)) from error

    def fetchone(self) -> Any:
        return self.last.fetchone()


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "some.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE one (two)")
    yield path
    made.close()


def test_a_database_that_can_be_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", _OtherConnection(file))
    assert health._database_takes_writes()


def test_a_database_that_somebody_is_writing(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", _OtherConnection(file))
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert health._database_takes_writes()
    writer.execute("ROLLBACK")
    writer.close()


def test_a_database_that_cannot_be_written(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "connection", _OtherConnection(file, read_only=True))
    assert not health._database_takes_writes()


def test_many_questions_are_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look() -> tuple[str, ...]:
        looks.append(1)
        return ()

    monkeypatch.setattr(health, "look", look)
    for _ in range(50):
        health.problems()
    assert len(looks) == 1


@pytest.fixture(autouse=True)
def backup_keys(settings: Any) -> None:
    settings.BACKUP_KEYS = ["age1x"]


def lines(backups: Path | None = None) -> dict[str, tuple[str, str]]:
    return {line.name: (line.value, line.problem) for line in status(today(), backups)}


def test_status_counts_and_names_nobody(cast: dict[str, Person]) -> None:
    member = cast["member"]
    lifecycle.post(member.ring, member.row, report())
    out = StringIO()
    call_command("status", stdout=out)
    text = out.getvalue()
    assert "2 moderator" in text
    assert "1 new" in text
    assert "number 1" in text
    for person in cast.values():
        assert person.pseudonym not in text
        assert str(person.row.pk) not in text
    assert str(Alert.objects.get().pk) not in text
    assert member.organisation not in text


def test_status_says_what_needs_a_hand(
    populated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Desk.objects.update(renewal_due=True)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: FULL)
    assert "need new keys" in lines()["desks"][1]
    assert lines()["works"] == ("no", "")
    assert lines(tmp_path)["newest backup"] == ("none", "run manage.py backup")
    with pytest.raises(SystemExit):
        call_command("status", stdout=StringIO())


def test_status_of_the_pepper(populated: None, settings: Any) -> None:
    assert lines()["pepper"] == ("fits", "")
    settings.PEPPER = bytes(32)
    assert lines()["pepper"][0] == "another network's"
    assert lines()["pepper"][1]
    settings.PEPPER = None
    assert lines()["pepper"] == ("not given to this command", "")


def test_status_of_a_renewal_under_way(cast: dict[str, Person]) -> None:
    lifecycle.post(cast["member"].ring, cast["member"].row, report())
    assert "1 still under an older network key" not in values()
    Alert.objects.update(epoch=0)
    assert "1 still under an older network key" in values()


def test_status_of_organisations_without_moderators(cast: dict[str, Person]) -> None:
    assert "0 organisations without a moderator" in values()
    Member.objects.update(roles="member")
    count = Organisation.objects.count()
    [line] = [one for one in status(today(), None) if "without a moderator" in one.value]
    assert line.value.startswith(f"{count} ")
    assert line.problem


def test_status_without_backups(populated: None, settings: Any) -> None:
    assert lines()["newest backup"] == ("not looked for: --backups DIRECTORY", "")
    settings.BACKUP_KEYS = []
    assert "NIGHTJAR_BACKUP_KEYS" in lines()["newest backup"][1]


def values() -> list[str]:
    return [line.value for line in status(today(), None)]


def test_status_in_doubt_about_the_clock(populated: None) -> None:
    clock.trust(today() - datetime.timedelta(days=400))
    assert "--clock-is-right" in lines()["clock"][1]


@pytest.mark.parametrize(("age", "is_late"), [(0, False), (2, False), (3, True)])
def test_status_of_backups(populated: None, tmp_path: Path, age: int, is_late: bool) -> None:
    day = today() - datetime.timedelta(days=age)
    for name in (backup.NAME.format(day=day.isoformat()), backup.NAME.format(day="odd")):
        (tmp_path / name).touch()
    value, problem = lines(tmp_path)["newest backup"]
    assert value == day.isoformat()
    assert bool(problem) is is_late
