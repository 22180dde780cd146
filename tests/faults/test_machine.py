"""A machine that has no room, no memory, or a directory that cannot be written; a polite end."""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from safety_app.privacy.retention import backup
from tests.faults.deeds import fields_of, new_text, post
from tests.faults.network import Network
from tests.faults.test_kills import wait_for
from tests.seizure.client import Browser
from tests.seizure.server import ROOT, Server
from tests.seizure.world import ALERT

pytestmark = pytest.mark.thorough

ROOM = 48 * 1024 * 1024  # bytes that a server may still have: less than one sign-in takes


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    made = Network(tmp_path_factory.mktemp("network"), {})
    made.server.start()
    made.reporter.sign_in()
    yield made
    made.server.stop()


@contextmanager
def limited(network: Network, what: int, most: int) -> Iterator[None]:
    """The server may have so much of something meanwhile."""
    assert network.server.process is not None
    process = network.server.process.pid
    soft, hard = resource.prlimit(process, what)
    resource.prlimit(process, what, (most, hard))
    try:
        yield
    finally:
        resource.prlimit(process, what, (soft, hard))


def test_a_full_disk(network: Network) -> None:
    """No file can grow, as on a full disk."""
    browser, text = network.reporter.browser, new_text()
    assert post(network.reporter, network.ledger, random.Random(1))
    [number] = network.ledger.notes
    form = browser.get("/en/a/new/")
    with limited(network, resource.RLIMIT_FSIZE, 1):
        refused = browser.fill(form, [*fields_of(text), ("send", "1")])
        assert refused.status == 503
        assert "Nothing you wrote is lost" in refused.text
        assert ("text", text) in refused.form().fields
        assert browser.get(f"/en/a/{number}/").status == 200
        assert browser.get("/en/a/").status == 200
    sent = browser.fill(refused, {})
    assert sent.status == 200
    assert len(set(ALERT.findall(" ".join(browser.get("/en/a/").links)))) == 2


def test_no_memory_for_a_sign_in(network: Network) -> None:
    assert network.server.process is not None
    lines = Path(f"/proc/{network.server.process.pid}/status").read_text().splitlines()
    [size] = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmSize:")]
    person, newcomer = network.moderator, Browser(network.server.port)
    form = newcomer.get("/en/in/")
    typed = {"pseudonym": person.pseudonym, "passphrase": person.passphrase}
    with limited(network, resource.RLIMIT_AS, size + ROOM):
        page = newcomer.fill(form, typed)
        assert page.status == 503, page.text[:300]
        assert "few seconds" in page.text
        # Those who are in go on.
        assert network.reporter.browser.get("/en/a/").status == 200
    person.sign_in()


def test_a_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """The start is refused, with a sentence."""
    server = Server(tmp_path)
    server.prepare()
    command = [sys.executable, "-m", "safety_app.server"]
    if os.geteuid() == 0:  # who may write everywhere but on what is mounted so
        data = str(server.data)
        mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", mount, data, *command]
    else:
        server.data.chmod(0o500)
    environment = {**os.environ, **server.configuration}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    server.data.chmod(0o700)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"NOTHING WAS TRIED READ-ONLY: {done.stderr[:200]}")
    assert done.returncode == 1
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("Nothing can be written in the data directory")


def test_told_to_stop_while_people_write(tmp_path: Path) -> None:
    """What it took in is answered; every answer is true; it ends by itself."""
    network, chance = Network(tmp_path, {}), random.Random(4)
    network.server.start()
    network.sign_in()
    process = network.server.process
    assert process is not None
    with network.looking() as looker:
        with network.writing(chance):
            wait_for(network.ledger, chance)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert network.ledger.odd == []
        assert network.ledger.total() > 0
        assert looker.problems(network.ledger) == []
    assert (network.server.folder / "logs" / "stderr.log").read_text() == ""


def test_half_a_backup_is_gone_with_the_next_one(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.prepare()
    kept = tmp_path / "kept"
    kept.mkdir()
    public, secret = backup.new_key()
    (tmp_path / "key").write_text(secret)
    for _attempt in range(20):
        kill_in_the_middle(server, kept, public)
        if list(kept.glob("*.unfinished")):
            break
    assert list(kept.glob("*.unfinished")), "it was never killed in the middle"
    server.run("manage.py", "backup", str(kept), NIGHTJAR_BACKUP_KEYS=public)
    [sealed] = kept.iterdir()
    said = server.run("manage.py", "verify_backup", str(sealed), "--key", str(tmp_path / "key"))
    assert "can be restored" in said


def kill_in_the_middle(server: Server, kept: Path, public: str) -> None:
    """Kill it as soon as there is something unfinished."""
    for left in kept.iterdir():
        left.unlink()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backup", str(kept)],
        cwd=ROOT,
        env={**os.environ, **server.configuration, "NIGHTJAR_BACKUP_KEYS": public},
        stdout=subprocess.DEVNULL,
    )
    while process.poll() is None:
        if any(one.name.endswith(".unfinished") for one in kept.iterdir()):
            process.kill()
        time.sleep(0.001)
