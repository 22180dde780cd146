"""`nightjar setup` on a machine that has a network: what stops when, and what is put back.

The machine is a directory, its commands write down that they were called.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.machine import setup, system, upgrade

CHOICES = setup.Choices(name=None, onion=False, organisation=None, backup_key=None)
STOP = (
    "systemctl stop nightjar-housekeeping.timer nightjar-backup.timer "
    "nightjar-housekeeping.service nightjar-backup.service nightjar.service"
)
COMMAND = """#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
[ "$(basename "$0") $1 $2" != "systemctl is-active --quiet" ] || exit {inactive}
"""


@dataclass
class Machine:
    """The directory; `failing` is the step that does not work."""

    root: Path
    failing: str = ""
    version_of_backup: str = ""

    @property
    def log(self) -> list[str]:
        return (self.root / "log").read_text().splitlines()

    def note(self, line: str) -> None:
        with (self.root / "log").open("a") as log:
            log.write(line + "\n")

    def version(self, place: str = "opt/nightjar") -> str:
        return (self.root / place / "version").read_text()

    def make_program(self, place: Path, version: str) -> None:
        (place / "deploy/systemd").mkdir(parents=True)
        (place / "deploy/systemd/nightjar.service").write_text(f"# of {version}\n")
        (place / "version").write_text(version)

    def commands(self, inactive: int = 0) -> None:
        for name in ("systemctl", "apt-get"):
            script = self.root / "bin" / name
            script.write_text(COMMAND.format(log=self.root / "log", inactive=inactive))
            script.chmod(0o755)

    def manage(self, command: str, *arguments: str, shown: bool = False, **more: str) -> None:
        self.note(f"manage {command}")
        if command == "backup":
            self.version_of_backup = self.version()
        if command == self.failing:
            sys.exit(f"manage.py {command} ended with 1.")

    def build(self) -> None:
        self.note("build")
        if self.failing == "build":
            sys.exit("This did not work")
        self.make_program(upgrade.beside(), "new")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    places = {"PROGRAM": "opt/nightjar", "DATA": "srv/nightjar", "SETTINGS": "etc/nightjar"}
    places |= {"UNITS": "units", "BACKUPS": "backups"}
    for name, place in places.items():
        (tmp_path / place).mkdir(parents=True)
        monkeypatch.setattr(system, name, tmp_path / place)
    (tmp_path / "bin").mkdir()
    made.commands()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "opt/nightjar").rmdir()
    made.make_program(tmp_path / "opt/nightjar", "old")
    (tmp_path / "srv/nightjar/nightjar-network").touch()
    (tmp_path / "etc/nightjar/environment").write_text("NIGHTJAR_BACKUP_KEYS=age1example\n")
    monkeypatch.setattr(system, "has_systemd", lambda: True)
    monkeypatch.setattr(setup, "make_places", lambda: None)
    monkeypatch.setattr(setup, "build_program", made.build)
    monkeypatch.setattr(setup, "answers", lambda: True)
    monkeypatch.setattr(setup, "manage", made.manage)
    monkeypatch.setattr(system, "manage", made.manage)
    return made


def from_stop(machine: Machine) -> list[str]:
    """What was done from the stop on, without the questions what runs."""
    return [line for line in machine.log[machine.log.index(STOP) :] if "is-active" not in line]


def test_the_site_is_down_only_between_backup_and_tables(machine: Machine) -> None:
    setup.install(CHOICES)
    assert machine.log.index("build") < machine.log.index(STOP)
    starting = "nightjar.service nightjar-housekeeping.timer nightjar-backup.timer"
    assert from_stop(machine) == [
        STOP,
        "manage backup",
        "systemctl daemon-reload",
        "manage prepare",
        f"systemctl enable --quiet {starting}",
        f"systemctl restart {starting}",
    ]
    assert machine.version() == "new"
    assert machine.version("opt/nightjar.before") == "old"
    assert machine.version_of_backup == "old"


@pytest.mark.parametrize("failing", ["backup", "prepare"])
def test_a_step_that_fails_brings_the_old_program_back_and_starts_it(
    machine: Machine, failing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.failing = failing
    before = (machine.root / "etc/nightjar/environment").read_text()
    with pytest.raises(SystemExit, match=failing):
        setup.install(CHOICES)
    assert machine.version() == "old"
    assert (machine.root / "etc/nightjar/environment").read_text() == before
    assert machine.log[-1] == (
        "systemctl start nightjar-housekeeping.timer nightjar-backup.timer nightjar.service"
    )
    said = capsys.readouterr().out
    assert "The upgrade did not go through." in said
    assert "It was started again." in said
    assert ("The old program is back." in said) == (failing == "prepare")


def test_units_of_a_release_that_did_not_go_through_are_put_back(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = upgrade.write_units
    asked = []

    def interrupted() -> None:
        write()
        asked.append(True)
        if len(asked) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(upgrade, "write_units", interrupted)
    with pytest.raises(KeyboardInterrupt):
        setup.install(CHOICES)
    assert (machine.root / "units/nightjar.service").read_text() == "# of old\n"


def test_nothing_stops_for_a_program_that_cannot_be_built(machine: Machine) -> None:
    machine.failing = "build"
    with pytest.raises(SystemExit):
        setup.install(CHOICES)
    assert not any("stop" in line for line in machine.log)
    assert machine.version() == "old"


def test_what_was_stopped_before_stays_stopped_after_a_failure(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.commands(inactive=3)
    machine.failing = "prepare"
    with pytest.raises(SystemExit):
        setup.install(CHOICES)
    assert not any(line.startswith("systemctl start") for line in machine.log)
    assert "nothing was started" in capsys.readouterr().out


def test_without_a_key_it_says_that_there_is_no_backup(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    (machine.root / "etc/nightjar/environment").write_text("SITE_NAME=Lantern\n")
    setup.install(CHOICES)
    assert "manage backup" not in machine.log
    assert "NO BACKUP WAS TAKEN" in capsys.readouterr().out


def test_a_second_upgrade_keeps_only_the_program_right_before_it(machine: Machine) -> None:
    setup.install(CHOICES)
    (machine.root / "opt/nightjar/version").write_text("newer")
    setup.install(CHOICES)
    assert machine.version("opt/nightjar.before") == "newer"
    assert not upgrade.beside().exists()


def test_a_site_that_does_not_answer_is_no_success(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup, "answers", lambda: False)
    with pytest.raises(SystemExit, match="does not answer"):
        setup.install(CHOICES)


def test_the_first_time_nothing_is_stopped(machine: Machine) -> None:
    (machine.root / "srv/nightjar/nightjar-network").unlink()
    setup.install(setup.Choices(None, False, "Lantern Collective", None))
    assert STOP not in machine.log
    assert "manage found_network" in machine.log
