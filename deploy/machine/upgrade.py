"""The part of an upgrade during which the site is down: stop, backup, new program, start.

The new program is built beside the old one before anything stops. What fails before the new one
has started puts the old program and its settings back and starts that.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.machine import system

SERVICE = "nightjar.service"
# A timer first: stopped last, it could start its service in between.
_OURS = (
    "nightjar-housekeeping.timer",
    "nightjar-backup.timer",
    "nightjar-housekeeping.service",
    "nightjar-backup.service",
    SERVICE,
)
_ROLLBACK = "docs/operations.md, “Go back”"


@contextmanager
def site_stopped(backup_key: str | None) -> Iterator[None]:
    """Stop what runs and take a backup; inside, the program may be replaced. If that fails, the
    old one is put back and started, and a sentence says so before the failure goes on.

    Who calls this starts the site itself when all has gone well.
    """
    running = _stop()
    kept = _settings_file().read_bytes()
    try:
        _take_backup(backup_key)
        yield
    except BaseException:
        is_old = _put_back()
        system.write(_settings_file(), kept.decode(), 0o644)
        print(
            "\nThe upgrade did not go through. "
            + ("The old program is back." if is_old else "The program was not touched.")
        )
        _start(running)
        raise


def switch_program() -> None:
    """Put the program that was built beside in place, and keep the old one for the way back."""
    if system.PROGRAM.exists():
        shutil.rmtree(_before(), ignore_errors=True)
        system.PROGRAM.rename(_before())
    beside().rename(system.PROGRAM)


def beside() -> Path:
    """Where the new program is built."""
    return system.PROGRAM.with_name(system.PROGRAM.name + ".new")


def _stop() -> list[str]:
    """Stop service and timers; returns which of them ran."""
    if not system.has_systemd():
        print("systemd does not run here: nothing was stopped. Be sure that the site is.")
        return []
    running = [unit for unit in _OURS if _is_active(unit)]
    system.say("The site is stopped" if SERVICE in running else "The site was stopped already")
    system.run("systemctl", "stop", *_OURS)
    return running


def _start(running: list[str]) -> None:
    again = [unit for unit in running if unit.endswith(".timer") or unit == SERVICE]
    if not again:
        print("Nothing ran before, so nothing was started.")
        return
    done = subprocess.run(["systemctl", "start", *again], check=False)
    if done.returncode:
        print(f"It did not start again: journalctl -u nightjar says why, {_ROLLBACK} what to do.")
    else:
        print("It was started again.")


def _is_active(unit: str) -> bool:
    asked = ["systemctl", "is-active", "--quiet", unit]
    return subprocess.run(asked, check=False).returncode == 0


def _take_backup(backup_key: str | None) -> None:
    keys = backup_key or system.settings().get("NIGHTJAR_BACKUP_KEYS")
    if not keys:
        print("NO BACKUP WAS TAKEN: there is no key to seal one to (--backup-key, see Backups).")
        return
    system.say(f"A backup, in {system.BACKUPS}")
    system.manage("backup", str(system.BACKUPS), NIGHTJAR_BACKUP_KEYS=keys)


def _put_back() -> bool:
    """Put the old program in place again, if it was moved away; whether it was."""
    if system.PROGRAM.exists() and beside().exists():
        return False
    if system.PROGRAM.exists():
        system.PROGRAM.rename(beside())
    _before().rename(system.PROGRAM)
    write_units()
    return True


def write_units() -> None:
    """The program's units, where systemd reads them."""
    for unit in sorted((system.PROGRAM / "deploy/systemd").iterdir()):
        system.write(system.UNITS / unit.name, unit.read_text(), 0o644)
    if system.has_systemd():
        system.run("systemctl", "daemon-reload")


def _before() -> Path:
    return system.PROGRAM.with_name(system.PROGRAM.name + ".before")


def _settings_file() -> Path:
    return system.SETTINGS / "environment"
