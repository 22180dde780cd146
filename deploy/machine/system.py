"""Where everything is on the machine, and how commands are run there.

/opt/nightjar                 the program, written by root only
/opt/nightjar.before          the one before the last upgrade
/srv/nightjar                 the data, of the user nightjar
/etc/nightjar/environment     settings
/etc/nightjar/pepper          the pepper, of root; the service gets it as a credential
/var/backups/nightjar         sealed backups
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent
PROGRAM, DATA = Path("/opt/nightjar"), Path("/srv/nightjar")
SETTINGS, BACKUPS = Path("/etc/nightjar"), Path("/var/backups/nightjar")
UNITS = Path("/etc/systemd/system")
USER = "nightjar"


def is_founded() -> bool:
    """Whether there is a network in the data directory."""
    return (DATA / "nightjar-network").exists()


def has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def settings() -> dict[str, str]:
    """What the file with the service's settings says; empty before there is one."""
    path = SETTINGS / "environment"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


def manage(*arguments: str, shown: bool = False, **more: str) -> None:
    """Run `manage.py` as the service's user, with its settings and the pepper at descriptor 3."""
    with (SETTINGS / "pepper").open("rb") as pepper:
        done = subprocess.run(
            [str(PROGRAM / ".venv/bin/python"), "manage.py", *arguments],
            cwd=PROGRAM,
            env={
                "PATH": os.environ["PATH"],
                **settings(),
                **more,
                "NIGHTJAR_PEPPER_FD": str(pepper.fileno()),
            },
            pass_fds=[pepper.fileno()],
            user=USER,
            group=USER,
            extra_groups=[],
            umask=0o077,
            stdout=None if shown else subprocess.PIPE,
            check=False,
        )
    if done.returncode:
        sys.exit(f"manage.py {arguments[0]} ended with {done.returncode}.")


def run(*command: str, cwd: Path | None = None, **environment: str) -> None:
    """Run a command as root; end the program with what it was if it fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", **environment}
    if subprocess.run(command, cwd=cwd, env=env, check=False).returncode:
        sys.exit(f"This did not work: {' '.join(command)}")


def say(step: str) -> None:
    print(f"· {step}", flush=True)


def write(path: Path, text: str, mode: int) -> None:
    """Write a whole file, never readable to more than `mode` allows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text if text.endswith("\n") else text + "\n")
    unfinished.replace(path)
