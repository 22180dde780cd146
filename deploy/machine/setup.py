"""What `nightjar setup` does, step by step. Each step may be done again: a second run brings the
program up to date and changes nothing that people stored.

    /opt/nightjar                 the program, written by root only
    /srv/nightjar                 the data, of the user nightjar
    /etc/nightjar/environment     settings
    /etc/nightjar/pepper          the pepper, of root; the service gets it as a credential
    /var/backups/nightjar         sealed backups
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.machine.onion import serve_over_tor

SOURCE = Path(__file__).resolve().parent.parent.parent
PROGRAM, DATA = Path("/opt/nightjar"), Path("/srv/nightjar")
SETTINGS, BACKUPS = Path("/etc/nightjar"), Path("/var/backups/nightjar")
UNITS = Path("/etc/systemd/system")
USER = "nightjar"
PYTHON = PROGRAM / ".venv" / "bin" / "python"
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis")


@dataclass(frozen=True)
class Choices:
    """What the operator chose on the command line; None where nothing was said."""

    name: str | None
    onion: bool
    organisation: str | None
    backup_key: str | None


def install(choices: Choices) -> None:
    """All steps, each announced by a line. Ends the program with a sentence if one fails."""
    _say("Packages of the system")
    packages = ["python3-venv", "ca-certificates"]
    packages += ["caddy"] if choices.name else []
    packages += ["tor"] if choices.onion else []
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    _say("The user, directories and the pepper")
    make_places()
    _say(f"The program, in {PROGRAM}")
    put_program_in_place()
    hosts = [choices.name] if choices.name else []
    if choices.onion:
        _say("The onion service")
        hosts.append(serve_over_tor(can_start=_has_systemd()))
    write_settings(hosts, choices.backup_key)
    if choices.name:
        _say(f"The proxy, for {choices.name}")
        configure_caddy(choices.name)
    _say("The tables, and the public pages")
    manage("prepare")
    if not (DATA / "nightjar-network").exists():
        _say("The network")
        manage("found_network", choices.organisation or _asked_for_name(), shown=True)
    _say("Services")
    install_units(choices)
    for host in hosts:
        print(f"\nThe site: http{'' if host.endswith('.onion') else 's'}://{host}/")


def make_places() -> None:
    """The user and the directories; the pepper, unless there is one."""
    if subprocess.run(["id", USER], capture_output=True, check=False).returncode:
        run("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER)
    for place, owner, mode in (
        (SETTINGS, "root", 0o755),
        (DATA, USER, 0o700),
        (BACKUPS, USER, 0o700),
    ):
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(mode)
        shutil.chown(place, owner, owner)
    if not (SETTINGS / "pepper").exists():
        _write(SETTINGS / "pepper", secrets.token_hex(32), 0o600)


def put_program_in_place() -> None:
    """Copy the checkout, build its environment, collect what is served beside pages."""
    if SOURCE != PROGRAM:
        for old in PROGRAM.glob("*"):
            if old.name not in (".venv", "var"):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(SOURCE, PROGRAM, ignore=_LEFT_OUT, dirs_exist_ok=True)
    PROGRAM.chmod(0o755)
    run("sh", "deploy/setup.sh", cwd=PROGRAM, PYTHON="/usr/bin/python3", WITHOUT_TESTS="1")
    run(str(PYTHON), "-m", "deploy.static_files", cwd=PROGRAM)
    # Whoever runs the service reads all of it, whatever mask root has.
    run("chmod", "-R", "a+rX,go-w", str(PROGRAM))


def write_settings(hosts: list[str], backup_key: str | None) -> None:
    """The environment of the service. What an operator added by hand stays."""
    path = SETTINGS / "environment"
    lines = path.read_text().splitlines() if path.exists() else []
    wanted = {
        "NIGHTJAR_DATA": str(DATA),
        "NIGHTJAR_HOSTS": ",".join([*hosts, "localhost"]),
        "NIGHTJAR_BIND": "127.0.0.1:8000",
        "NIGHTJAR_HOUSEKEEPING_BY_TIMER": "1",
    }
    if backup_key:
        wanted["NIGHTJAR_BACKUP_KEYS"] = backup_key
    kept = [line for line in lines if line.partition("=")[0] not in wanted]
    _write(path, "\n".join([*kept, *(f"{key}={value}" for key, value in wanted.items())]), 0o644)


def configure_caddy(name: str) -> None:
    """The shipped configuration, with the site's name; the one that was there is kept beside."""
    path = Path("/etc/caddy/Caddyfile")
    ours = (PROGRAM / "deploy/proxy/Caddyfile").read_text().replace("notes.example.org", name)
    if path.exists() and path.read_text() != ours:
        path.replace(path.with_name("Caddyfile.before-nightjar"))
    _write(path, ours, 0o644)


def install_units(choices: Choices) -> None:
    """Services and timers, started where systemd runs."""
    for unit in sorted((PROGRAM / "deploy/systemd").iterdir()):
        _write(UNITS / unit.name, unit.read_text(), 0o644)
    starting = ["nightjar.service", "nightjar-housekeeping.timer"]
    has_key = "NIGHTJAR_BACKUP_KEYS=" in (SETTINGS / "environment").read_text()
    starting += ["nightjar-backup.timer"] if has_key else []
    if not has_key:
        print("No backups yet: make a key elsewhere (manage.py backup_key) and give --backup-key.")
    if not _has_systemd():
        print("systemd does not run here: start it with systemctl enable --now " + starting[0])
        return
    run("systemctl", "daemon-reload")
    run("systemctl", "enable", "--quiet", *starting)
    run("systemctl", "restart", *starting)
    if choices.name:
        run("systemctl", "enable", "--quiet", "caddy")
        run("systemctl", "reload-or-restart", "caddy")


def manage(*arguments: str, shown: bool = False) -> None:
    """Run `manage.py` as the service's user, with its settings and the pepper at descriptor 3."""
    settings = dict(
        line.split("=", 1) for line in (SETTINGS / "environment").read_text().splitlines() if line
    )
    with (SETTINGS / "pepper").open("rb") as pepper:
        settings["NIGHTJAR_PEPPER_FD"] = str(pepper.fileno())
        done = subprocess.run(
            [str(PYTHON), "manage.py", *arguments],
            cwd=PROGRAM,
            env={
                "PATH": os.environ["PATH"],
                **settings,
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
        sys.exit(f"manage.py {arguments[0]} ended with {done.returncode}; nothing was started.")


def run(*command: str, cwd: Path | None = None, **environment: str) -> None:
    """Run a command as root; end the program with what it was if it fails."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", **environment}
    if subprocess.run(command, cwd=cwd, env=env, check=False).returncode:
        sys.exit(f"This did not work: {' '.join(command)}")


def _asked_for_name() -> str:
    try:
        return input("The name of the first organisation: ").strip()
    except EOFError:
        sys.exit("Say the name of the first organisation: --organisation 'Its name'")


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def _say(step: str) -> None:
    print(f"· {step}", flush=True)


def _write(path: Path, text: str, mode: int) -> None:
    """Write a whole file, never readable to more than `mode` allows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text if text.endswith("\n") else text + "\n")
    unfinished.replace(path)
