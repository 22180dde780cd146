"""`nightjar setup` on a bare Debian: from nothing to a note that is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from safety_app.privacy.retention.backup import new_key
from tests.machine.bare_debian import Debian, bare_debian
from tests.seizure.client import Browser, Page
from tests.seizure.server import free_port
from tests.seizure.world import ALERT, CODE, WHAT, offered_passphrase

pytestmark = [pytest.mark.seizure]

PHONE = "06 39 98 41 07"
# What apt, pip and uv say when they cannot reach where packages come from.
NO_NETWORK = ("Failed to fetch", "Could not resolve", "Could not find a version", "error sending")
UNIT = "etc/systemd/system/nightjar.service"
_COMMAND = ("/root/source/nightjar", "setup", "--name", "notes.example.org", "--onion")


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Debian]:
    if os.geteuid():
        pytest.skip("NOTHING WAS INSTALLED: only root can make a fresh root directory.")
    if not shutil.which("debootstrap"):
        if os.environ.get("CI") == "true":
            pytest.fail("There is no debootstrap, and CI must not skip this.")
        pytest.skip("NOTHING WAS INSTALLED: install debootstrap to run this.")
    with bare_debian(tmp_path_factory.mktemp("machine") / "root") as made:
        yield made


@pytest.fixture(scope="module")
def said(debian: Debian) -> str:
    """What the command says the first time."""
    done = debian.run(*_COMMAND, "--organisation", "Lantern Collective")
    if done.returncode and any(word in done.stdout + done.stderr for word in NO_NETWORK):
        pytest.skip(f"NOTHING WAS INSTALLED: packages cannot be had. {done.stderr[-300:]}")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def onion(said: str) -> str:
    found = re.search(r"http://([a-z2-7]{56}\.onion)/", said)
    assert found
    return found.group(1)


@pytest.fixture(scope="module")
def site(debian: Debian, onion: str) -> Iterator[Browser]:
    """A browser at the onion service's address, of a server as the unit starts it."""
    port = free_port()
    settings = (debian.root / "etc/nightjar/environment").read_text()
    environment = dict(line.split("=", 1) for line in settings.splitlines())
    environment["NIGHTJAR_BIND"] = f"127.0.0.1:{port}"
    start = re.search(r"^ExecStart=(.*)$", (debian.root / UNIT).read_text(), re.M)
    assert start
    with (debian.root / "etc/nightjar/pepper").open("rb") as pepper:
        served = subprocess.Popen(
            ["chroot", "--userspec=nightjar:nightjar", debian.root, "sh", "-c"]
            + [f"cd /opt/nightjar && exec {start.group(1)}"],
            env=debian.environment(**environment, NIGHTJAR_PEPPER_FD=str(pepper.fileno())),
            pass_fds=[pepper.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    browser = Browser(port, onion)
    try:
        for _attempt in range(300):
            if served.poll() is not None and served.stderr:
                raise RuntimeError(served.stderr.read().decode())
            try:
                if browser.get("/healthz").status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield browser
    finally:
        served.terminate()
        served.communicate(timeout=30)


def moderator(browser: Browser, said: str) -> Page:
    """The first moderator joins with the code that setup showed."""
    page = browser.get("/en/join/")
    code = CODE.search(said)
    assert code, said
    typed = {"code": code.group(), "pseudonym": "Amber Lynx"}
    return browser.fill(page, {**typed, "passphrase": offered_passphrase(page)})


def test_a_note_is_written_and_found(site: Browser, said: str) -> None:
    assert CODE.search(moderator(site, said).text)
    page = site.get("/en/a/new/")
    note = {"what": WHAT[0], "level": "2", "when": "week", "country": "FR", "region": "FR-IDF"}
    who = {"identifier-0-kind": "phone", "identifier-0-value": PHONE, "send": "1"}
    page = site.fill(page, {**note, **who})
    assert page.status == 200, page.text[:300]
    asked = {"q": PHONE, "country": "FR"}
    answer = site.fill(site.get("/en/a/check/"), asked)
    assert ALERT.search(" ".join(answer.links)), answer.text[:300]


@pytest.mark.parametrize(
    ("place", "mode", "owner"),
    [
        ("srv/nightjar", 0o700, "nightjar"),
        ("srv/nightjar/db.sqlite3", 0o600, "nightjar"),
        ("var/backups/nightjar", 0o700, "nightjar"),
        ("etc/nightjar/pepper", 0o600, "root"),
        ("opt/nightjar/manage.py", 0o644, "root"),
    ],
)
def test_who_may_read_what(debian: Debian, said: str, place: str, mode: int, owner: str) -> None:
    assert (debian.root / place).stat().st_mode & 0o777 == mode
    assert debian.run("stat", "-c", "%U", f"/{place}").stdout.strip() == owner


def test_the_pepper_is_beside_no_data(debian: Debian, said: str) -> None:
    pepper = (debian.root / "etc/nightjar/pepper").read_bytes().strip()
    assert re.fullmatch(rb"[0-9a-f]{64}", pepper)
    for path in (debian.root / "srv/nightjar").rglob("*"):
        assert not path.is_file() or pepper not in path.read_bytes()


def test_the_proxy_and_tor_serve_it_without_logs(debian: Debian, onion: str) -> None:
    caddy = (debian.root / "etc/caddy/Caddyfile").read_text()
    assert "notes.example.org {" in caddy
    assert "output discard" in caddy
    torrc = (debian.root / "etc/tor/torrc").read_text()
    assert "HiddenServicePort 80 127.0.0.1:8000" in torrc
    assert debian.run("caddy", "validate", "--config", "/etc/caddy/Caddyfile").returncode == 0


def test_a_second_run_changes_nothing_that_people_stored(debian: Debian, said: str) -> None:
    kept = [debian.root / "etc/nightjar/pepper", debian.root / UNIT]
    before = [path.read_bytes() for path in kept]
    with (debian.root / "etc/nightjar/environment").open("a") as environment:
        environment.write("SITE_NAME=Lantern\n")
    public, _secret = new_key()
    again = debian.run(*_COMMAND, "--backup-key", public)
    assert again.returncode == 0, again.stdout[-2000:] + again.stderr[-2000:]
    assert not CODE.search(again.stdout)
    assert [path.read_bytes() for path in kept] == before
    settings = (debian.root / "etc/nightjar/environment").read_text().splitlines()
    assert "SITE_NAME=Lantern" in settings
    assert f"NIGHTJAR_BACKUP_KEYS={public}" in settings
    assert sum(line.startswith("NIGHTJAR_HOSTS=") for line in settings) == 1
    assert [path.suffix for path in (debian.root / "var/backups/nightjar").iterdir()] == [".age"]
    assert (debian.root / "opt/nightjar.before/manage.py").exists()
    assert not (debian.root / "opt/nightjar.new").exists()
