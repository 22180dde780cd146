"""A rotation of 10,000 alerts for 1,000 members: how long, how much, and who waits for it.

`python -m bench.rotation`. Other people go on reading, checking and posting meanwhile, each in a
thread, as in the real server; the longest of their requests is compared with the longest without a
rotation. An answer to a check is not held until its step of time here.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from random import Random
from unittest import mock

import django

if __name__ == "__main__" and len(sys.argv) == 1:
    # Built by a process of its own, so that its memory does not count.
    with tempfile.TemporaryDirectory(prefix="nightjar-bench-") as folder:
        os.environ["DATABASE_FILE"] = str(Path(folder) / "db.sqlite3")
        for part in ("build", "measure"):
            done = subprocess.run([sys.executable, "-m", "bench.rotation", part], check=False)
            if done.returncode:
                sys.exit(done.returncode)
    sys.exit(0)

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.file_settings"
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from alerts.views import check as check_view  # noqa: E402
from alerts.views import feed as feed_view  # noqa: E402
from alerts.views import report as report_view  # noqa: E402
from bench.fictional import add_members, report_typed  # noqa: E402
from deploy.demo.alerts import fictional_report  # noqa: E402
from safety_app.accounts.flows import sign_in  # noqa: E402
from safety_app.accounts.flows.found_network import found_network  # noqa: E402
from safety_app.accounts.flows.join import NewAccount, join  # noqa: E402
from safety_app.accounts.keys.keyring import KeyRing  # noqa: E402
from safety_app.accounts.rotation import network_rotation, reencrypt  # noqa: E402
from safety_app.privacy.ids import random_id  # noqa: E402
from safety_app.vault.made_passphrases import MadePassphrase  # noqa: E402
from tests.alerts.bare_network import Person  # noqa: E402
from tests.alerts.form_browser import client_of  # noqa: E402
from tests.alerts.many_reports import post_all  # noqa: E402

ALERTS, MEMBERS = 10_000, 1_000
MORE_WAITING = 0.2  # seconds that a request may take longer
PSEUDONYM, PASSPHRASE = "Bench Moderator", MadePassphrase("bodafi kemoru tisane lovagu")
BETWEEN = 0.05  # seconds between two requests of one person
ALONE = 15.0  # seconds without a rotation

Waits = dict[str, list[float]]


def build() -> None:
    """A network of the whole size."""
    call_command("migrate", verbosity=0)
    moderator = join(found_network("Bench").invitation_code, PSEUDONYM, PASSPHRASE)
    add_members(moderator, [random_id() for _number in range(MEMBERS - 1)])
    random = Random(7)
    began = time.monotonic()
    reports = [fictional_report(random) for _ in range(ALERTS)]
    for start in range(0, ALERTS, 1000):
        post_all(moderator.ring, moderator.member, reports[start : start + 1000])
    print(f"built {ALERTS:,} alerts in {time.monotonic() - began:.0f} s", flush=True)


class Others(threading.Thread):
    """Someone who does the same thing again and again; how long each time took, by phase."""

    def __init__(
        self, name: str, joined: NewAccount, path: str, typed: Callable[[], dict[str, str]]
    ):
        super().__init__(name=name, daemon=True)
        self.client = client_of(Person(joined.ring, joined.member))
        self.path, self.typed = path, typed
        self.phase, self.on = "", True
        self.waits: Waits = defaultdict(list)

    def run(self) -> None:
        while self.on:
            typed = self.typed()
            began, phase = time.monotonic(), self.phase
            answer = self.client.post(self.path, typed) if typed else self.client.get(self.path)
            # What began or ended during the rotation met it.
            self.waits[phase or self.phase].append(time.monotonic() - began)
            assert answer.status_code == 200, (self.path, answer.status_code)
            time.sleep(BETWEEN)
        connection.close()


def megabytes() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def rotate(ring: KeyRing) -> tuple[KeyRing, float, float]:
    """Prepare and apply; seconds for the first, and seconds the write lock was held."""
    began = time.monotonic()
    prepared = network_rotation.prepare(ring, (), ())
    ready = time.monotonic()
    with transaction.atomic():
        locked = time.monotonic()
        renewed = prepared.apply()
        # What the commit itself adds is measured with the requests of the others.
        held = time.monotonic() - locked
    return renewed, ready - began, held


def reencrypt_in_background(ring: KeyRing) -> float:
    """Let the background do it, and look on; seconds it took."""
    began = time.monotonic()
    reencrypt.continue_soon(ring)
    shown = began
    while reencrypt.is_under_way(ring):
        time.sleep(0.1)
        if time.monotonic() - shown > 5:
            shown = time.monotonic()
            counts = reencrypt.count_rows(ring)
            total = counts.newest + counts.older
            print(f"  {counts.newest:,} of {total:,} under the newest key", flush=True)
    return time.monotonic() - began


def measure() -> int:
    """Everything, printed; 1 when someone waited too long."""
    settings.REENCRYPT_IN_BACKGROUND = True
    # Budgets are for people, and so is the step of time.
    for where in (feed_view, check_view, report_view):
        mock.patch.object(where, "spend", lambda *given: 0).start()
    mock.patch.object(check_view, "STEP", 0).start()
    member, ring = sign_in.find_account(PSEUDONYM, PASSPHRASE)
    joined = NewAccount(member, "", ring)
    check = {"q": "06 39 98 45 45", "country": "FR"}
    others = [
        Others("list", joined, "/en/a/", dict),
        Others("check", joined, "/en/a/check/", lambda: check),
        Others("post", joined, "/en/a/new/", report_typed),
    ]
    for person in others:
        person.start()
    time.sleep(3)  # everything is loaded
    set_phase(others, "alone")
    time.sleep(ALONE)
    before = megabytes()
    set_phase(others, "rotation")
    renewed, seconds, held = rotate(ring)
    print(f"prepare for {MEMBERS:,} members: {seconds:.2f} s", flush=True)
    print(f"apply, with the write lock held: {held * 1000:.0f} ms", flush=True)
    took = reencrypt_in_background(renewed)
    set_phase(others, "after")
    print(f"moving {ALERTS:,} alerts: {took:.0f} s", flush=True)
    print(f"memory: {before:.0f} MB before, {megabytes():.0f} MB at most", flush=True)
    for person in others:
        person.on = False
        person.join()
    fine = [waited(person) for person in others]
    return 0 if all(fine) else 1


def set_phase(others: list[Others], phase: str) -> None:
    for person in others:
        person.phase = phase


def waited(person: Others) -> bool:
    """Print the longest of someone's requests with and without; whether that is within bounds."""
    alone, meanwhile = max(person.waits["alone"]), max(person.waits["rotation"])
    more = meanwhile - alone
    print(
        f"longest {person.name}: {meanwhile * 1000:.0f} ms during the rotation "
        f"({len(person.waits['rotation'])} requests), {alone * 1000:.0f} ms without "
        f"({len(person.waits['alone'])}): {more * 1000:+.0f} ms (limit {MORE_WAITING * 1000:.0f})",
        flush=True,
    )
    return more <= MORE_WAITING


if __name__ == "__main__":
    sys.exit(build() if sys.argv[1] == "build" else measure())
