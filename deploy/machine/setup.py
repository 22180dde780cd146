"""What `nightjar setup` does, step by step. Each step may be done again: a second run brings the
program up to date (`deploy.machine.upgrade`) and changes nothing that people stored.
"""

from __future__ import annotations

import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from deploy.machine import system, upgrade
from deploy.machine.onion import serve_over_tor
from deploy.machine.system import manage, run, say, write

_LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis")
_ADDRESS = "127.0.0.1:8000"
_HEALTH = urllib.request.Request(f"http://{_ADDRESS}/healthz", headers={"Host": "localhost"})
_SECONDS_TO_ANSWER = 60


@dataclass(frozen=True)
class Choices:
    """What the operator chose on the command line; None where nothing was said."""

    name: str | None
    onion: bool
    organisation: str | None
    backup_key: str | None


def install(choices: Choices) -> None:
    """All steps, each announced by a line. Ends the program with a sentence if one fails."""
    if system.SOURCE == system.PROGRAM:
        sys.exit(f"Unpack the release somewhere else, under /root: {system.PROGRAM} is replaced.")
    say("Packages of the system")
    packages = ["python3-venv", "ca-certificates"]
    packages += ["caddy"] if choices.name else []
    packages += ["tor"] if choices.onion else []
    run("apt-get", "update", "-qq")
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)
    say("The user, directories and the pepper")
    make_places()
    say("The program, built beside where it will be")
    build_program()
    hosts = [choices.name] if choices.name else []
    if choices.onion:
        say("The onion service")
        hosts.append(serve_over_tor(can_start=system.has_systemd()))
    is_upgrade = system.is_founded() and system.PROGRAM.exists()
    with upgrade.site_stopped(choices.backup_key) if is_upgrade else nullcontext():
        put_in_place(choices, hosts)
    say("Services")
    start(choices)
    if is_upgrade:
        print(f"The program from before is in {system.PROGRAM}.before, if you want it back.")
    for host in hosts:
        print(f"\nThe site: http{'' if host.endswith('.onion') else 's'}://{host}/")


def put_in_place(choices: Choices, hosts: list[str]) -> None:
    """The new program with its settings, units and tables; the network, if there is none. Tables
    come last: what fails before leaves them alone, and what fails there changes none (SQLite).
    """
    say(f"The program, in {system.PROGRAM}")
    upgrade.switch_program()
    write_settings(hosts, choices.backup_key)
    if choices.name:
        say(f"The proxy, for {choices.name}")
        configure_caddy(choices.name)
    upgrade.write_units()
    say("The tables, and the public pages")
    manage("prepare")
    if not system.is_founded():
        say("The network")
        manage("found_network", choices.organisation or _asked_for_name(), shown=True)


def make_places() -> None:
    """The user and the directories; the pepper, unless there is one."""
    user = system.USER
    if subprocess.run(["id", user], capture_output=True, check=False).returncode:
        run("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", user)
    for place, owner, mode in (
        (system.SETTINGS, "root", 0o755),
        (system.DATA, user, 0o700),
        (system.BACKUPS, user, 0o700),
    ):
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(mode)
        shutil.chown(place, owner, owner)
    if not (system.SETTINGS / "pepper").exists():
        write(system.SETTINGS / "pepper", secrets.token_hex(32), 0o600)


def build_program() -> None:
    """Copy the release, build its environment, collect what is served beside pages. The site, if
    there is one, goes on meanwhile.
    """
    place = upgrade.beside()
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(system.SOURCE, place, ignore=_LEFT_OUT)
    place.chmod(0o755)
    run("sh", "deploy/setup.sh", cwd=place, PYTHON="/usr/bin/python3", WITHOUT_TESTS="1")
    run(str(place / ".venv/bin/python"), "-m", "deploy.static_files", cwd=place)
    # Whoever runs the service reads all of it, whatever mask root has.
    run("chmod", "-R", "a+rX,go-w", str(place))


def write_settings(hosts: list[str], backup_key: str | None) -> None:
    """The environment of the service. What an operator added by hand stays."""
    path = system.SETTINGS / "environment"
    lines = path.read_text().splitlines() if path.exists() else []
    wanted = {
        "NIGHTJAR_DATA": str(system.DATA),
        "NIGHTJAR_HOSTS": ",".join([*hosts, "localhost"]),
        "NIGHTJAR_BIND": _ADDRESS,
        "NIGHTJAR_HOUSEKEEPING_BY_TIMER": "1",
    }
    if backup_key:
        wanted["NIGHTJAR_BACKUP_KEYS"] = backup_key
    kept = [line for line in lines if line.partition("=")[0] not in wanted]
    write(path, "\n".join([*kept, *(f"{key}={value}" for key, value in wanted.items())]), 0o644)


def configure_caddy(name: str) -> None:
    """The shipped configuration, with the site's name; the one that was there is kept beside."""
    path = Path("/etc/caddy/Caddyfile")
    shipped = (system.PROGRAM / "deploy/proxy/Caddyfile").read_text()
    ours = shipped.replace("notes.example.org", name)
    if path.exists() and path.read_text() != ours:
        path.replace(path.with_name("Caddyfile.before-nightjar"))
    write(path, ours, 0o644)


def start(choices: Choices) -> None:
    """Services and timers, where systemd runs; says whether the site answers."""
    starting = [upgrade.SERVICE, "nightjar-housekeeping.timer"]
    has_key = bool(system.settings().get("NIGHTJAR_BACKUP_KEYS"))
    starting += ["nightjar-backup.timer"] if has_key else []
    if not has_key:
        print("No backups yet: make a key elsewhere (manage.py backup_key) and give --backup-key.")
    if not system.has_systemd():
        print("systemd does not run here: start it with systemctl enable --now " + starting[0])
        return
    run("systemctl", "enable", "--quiet", *starting)
    run("systemctl", "restart", *starting)
    if choices.name:
        run("systemctl", "enable", "--quiet", "caddy")
        run("systemctl", "reload-or-restart", "caddy")
    if not answers():
        sys.exit(
            "It was started, but does not answer. journalctl -u nightjar says why; how to go back "
            "to the program from before: docs/operations.md, “Go back”."
        )
    print("The site was started, and answers.")


def answers() -> bool:
    """Whether the site says within a minute that it is well."""
    for _attempt in range(_SECONDS_TO_ANSWER):
        try:
            asked = urllib.request.Request(
                f"http://{_ADDRESS}/healthz", headers={"Host": "localhost"}
            )
            with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            time.sleep(1)
    return False


def _asked_for_name() -> str:
    try:
        return input("The name of the first organisation: ").strip()
    except EOFError:
        sys.exit("Say the name of the first organisation: --organisation 'Its name'")
