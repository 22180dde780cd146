"""A server whose clock is wrong deletes nothing."""

import datetime
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from alerts.flows import lifecycle
from alerts.models import Alert
from safety_app.accounts.models import Member
from safety_app.locales.dates import today
from safety_app.privacy.management.commands import housekeep as command
from safety_app.privacy.models import ClockTrust
from safety_app.privacy.retention import backup, clock, housekeeping
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db

DAY = datetime.date(2028, 2, 26)


def days_on(days: int) -> datetime.date:
    return DAY + datetime.timedelta(days=days)


def trusted(*days: int) -> list[bool]:
    return [clock.is_trusted(days_on(number)) for number in days]


def test_days_that_follow_one_another_are_trusted() -> None:
    assert trusted(0, 0, 1, 2, 3, 4) == [True] * 6  # over 29 February
    assert trusted(4 + 7) == [True]  # switched off for a week
    assert not clock.is_in_doubt(days_on(12))
    assert ClockTrust.objects.count() == 1


@pytest.mark.parametrize("jump", [8, 400, 10_000, -2, -400])
def test_a_jump_is_not_and_setting_the_clock_right_ends_the_doubt(jump: int) -> None:
    assert trusted(0, jump, jump) == [True, False, False]
    assert clock.is_in_doubt(days_on(jump))
    assert trusted(0, 1) == [True, True]
    assert not clock.is_in_doubt(days_on(1))


def test_around_midnight_the_day_before_deletes_nothing_and_raises_no_doubt() -> None:
    assert trusted(0, -1) == [True, False]
    assert not clock.is_in_doubt(days_on(-1))
    assert trusted(0, 1) == [True, True]


@pytest.mark.parametrize("jump", [400, -400])
def test_seven_days_that_follow_one_another_end_the_doubt(jump: int) -> None:
    clock.is_trusted(DAY)
    assert trusted(*(jump + day for day in range(7))) == [False] * 6 + [True]
    assert trusted(jump + 7) == [True]


def test_many_requests_of_one_day_and_more_jumps_do_not() -> None:
    clock.is_trusted(DAY)
    assert trusted(*[400] * 20) == [False] * 20
    assert trusted(401, 402, 403, 404, 405, 900, 901) == [False] * 7
    assert trusted(900, 1500, 900) == [False] * 3


def test_an_operator_ends_the_doubt() -> None:
    clock.is_trusted(DAY)
    assert trusted(400) == [False]
    clock.trust(days_on(400))
    assert trusted(400, 401) == [True, True]


def test_without_a_row_an_operator_may_say_it_too() -> None:
    clock.trust(DAY)
    assert trusted(0, 400) == [True, False]


@pytest.mark.parametrize("jump", [400, -1, -400, "29 February"])
def test_nobody_and_nothing_is_lost(
    member: Person, moderator: Person, jump: int | str, caplog: pytest.LogCaptureFixture
) -> None:
    if isinstance(jump, str):
        jump = (datetime.date(2032, 2, 29) - today()).days
    lifecycle.post(member.ring, member.row, report())
    Member.objects.update(renewed=today().replace(day=1) - datetime.timedelta(days=340))
    people = Member.objects.count()
    housekeeping.housekeep(today())
    for day in (jump, jump, jump + 1, 0):
        housekeeping.housekeep(today() + datetime.timedelta(days=day))
    assert Member.objects.count() == people
    assert Alert.objects.count() == 1
    assert (len(caplog.records) > 0) == (jump != -1)
    assert not any(member.pseudonym in record.getMessage() for record in caplog.records)


def test_the_command_says_so_and_takes_the_operators_word(
    member: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lifecycle.post(member.ring, member.row, report())
    call_command("housekeep")
    assert capsys.readouterr().err == ""
    later = today() + datetime.timedelta(days=4000)
    monkeypatch.setattr(command, "today", lambda: later)
    call_command("housekeep")
    assert "--clock-is-right" in capsys.readouterr().err
    assert Alert.objects.exists()
    call_command("housekeep", "--clock-is-right")
    assert capsys.readouterr().err == ""
    assert not Alert.objects.exists()


def copies(directory: Path, *days: int) -> None:
    for number in days:
        (directory / backup.NAME.format(day=days_on(number).isoformat())).touch()


def test_backups_stay_while_the_clock_is_in_doubt_and_the_newest_always(tmp_path: Path) -> None:
    clock.is_trusted(DAY)
    copies(tmp_path, -100, -20, -19, -18, -2)
    backup.prune(tmp_path, days_on(400))
    assert len(os.listdir(tmp_path)) == 5
    backup.prune(tmp_path, DAY)
    assert len(os.listdir(tmp_path)) == backup.LEAST_COPIES
    assert not (tmp_path / backup.NAME.format(day=days_on(-100).isoformat())).exists()
    clock.trust(days_on(400))
    backup.prune(tmp_path, days_on(400))
    assert len(os.listdir(tmp_path)) == backup.LEAST_COPIES
