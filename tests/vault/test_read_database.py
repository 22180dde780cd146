"""A database that the running site made is opened by the specification alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from alerts.models import Alert
from safety_app.accounts.rotation.network_rotation import renew_network_key
from safety_app.accounts.rotation.reencrypt import reencrypt_all
from tests.alerts.form_browser import Writer
from tests.alerts.lookups import ask, results
from tests.cast import Person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.thorough,
    pytest.mark.sqlite_only("the independent reader of the specification reads SQLite's file"),
]

ROOT = Path(__file__).parent.parent.parent
NEW = "/en/a/new/"
NUMBER, SIMILAR, MISS = "+33 6 39 98 12 42", "+34 6 39 98 12 42", "+33 6 39 98 77 77"


def write(person: Person, what: str, pasted: str) -> Alert:
    """Post a note over HTTP."""
    before = set(Alert.objects.values_list("pk", flat=True))
    writer = Writer(person.client, NEW)
    writer.fill(what=[what], region="FR-IDF", paste=pasted).press("look").press("send")
    return Alert.objects.exclude(pk__in=before).get()


@pytest.fixture
def world(member: Person, colleague: Person, outsider: Person) -> Alert:
    """Two notes about one number, one of them confirmed with a word, and a similar number."""
    alert = write(member, "theft", f"{NUMBER}, marc@example.org")
    write(colleague, "weapon", NUMBER)
    write(outsider, "no_show", SIMILAR)
    response = outsider.client.post(f"/en/a/{alert.pk}/confirm/", {"note": "Me too, in May."})
    assert response.status_code == 302
    return alert


def read(
    folder: Path, person: Person, number: str, *, pepper: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the reader in a process of its own on a copy of the database as it is now."""
    (folder / "copy.sqlite3").write_bytes(connection.connection.serialize())
    (folder / "pepper").write_text((pepper or bytes(settings.PEPPER)).hex() + "\n")
    cost = settings.SIGN_IN_COST
    command = [
        sys.executable,
        "-B",
        "-m",
        "tests.vault.read_database",
        str(folder / "copy.sqlite3"),
    ]
    command += [str(folder / "pepper"), number, f"{cost.passes},{cost.memory},{cost.lanes}"]
    typed = f"{person.pseudonym}\n{person.passphrase}\n"
    return subprocess.run(  # noqa: S603 (a fixed command)
        command, input=typed, capture_output=True, text=True, cwd=ROOT, check=False
    )


def answers(folder: Path, person: Person, number: str) -> Any:
    done = read(folder, person, number)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def shown(person: Person, number: str) -> str:
    """What `/check/` says about one number, up to the list of notes."""
    (result,) = results(ask(person, number))
    return result.replace(" :", ":")


@pytest.mark.parametrize("number", [NUMBER, SIMILAR, MISS])
def test_the_reader_says_what_the_check_says(
    world: Alert, member: Person, tmp_path: Path, number: str
) -> None:
    assert answers(tmp_path, member, number)["answer"] in shown(member, number)


def test_cards_and_confirmations(world: Alert, outsider: Person, tmp_path: Path) -> None:
    found = answers(tmp_path, outsider, NUMBER)
    assert [(note["what"], note["level"], note["similar"]) for note in found["notes"]] == [
        (["weapon"], 3, False), (["theft"], 1, False), (["no_show"], 0, True),
    ]  # fmt: skip
    (theft,) = [note for note in found["notes"] if note["what"] == ["theft"]]
    assert theft["confirmations"] == ["Me too, in May."]
    assert theft["region"] == "FR-IDF"
    assert theft["day"] == world.day.isoformat()
    assert ["phone", "+33 …42"] in theft["shown"]
    assert not any(note["changed"] for note in found["notes"])


@pytest.mark.parametrize("is_finished", [True, False])
def test_after_a_renewal(
    world: Alert, moderator: Person, outsider: Person, tmp_path: Path, is_finished: bool
) -> None:
    before = answers(tmp_path, outsider, NUMBER)
    renewed = renew_network_key(moderator.ring)
    if is_finished:
        reencrypt_all(renewed)
    assert answers(tmp_path, outsider, NUMBER) == before
    outsider.sign_in()  # her own box has the newest key from now on
    assert answers(tmp_path, outsider, NUMBER) == before


def test_changed_columns_and_moved_labels_are_seen(
    world: Alert, member: Person, tmp_path: Path
) -> None:
    Alert.objects.filter(pk=world.pk).update(level=0, state="reviewed")
    theft = [n for n in answers(tmp_path, member, NUMBER)["notes"] if n["what"] == ["theft"]]
    assert [(note["level"], note["state"], note["changed"]) for note in theft] == [(1, "new", True)]
    other = Alert.objects.exclude(pk=world.pk).first()
    assert other is not None
    Alert.objects.filter(pk=world.pk).update(card=other.card)
    assert answers(tmp_path, member, NUMBER)["unopened"] == 1


def test_refused(world: Alert, member: Person, moderator: Person, tmp_path: Path) -> None:
    done = read(tmp_path, member, NUMBER, pepper=bytes(32))
    assert (done.returncode, "pepper" in done.stderr) == (1, True)
    stranger = Person("x", "member", member.pseudonym, moderator.passphrase)
    assert "nobody has" in read(tmp_path, stranger, NUMBER).stderr
    connection.cursor().execute(
        "UPDATE accounts_member SET roles = 'moderator' WHERE id = %s", [member.row.pk]
    )
    assert "row was changed" in read(tmp_path, member, NUMBER).stderr


def test_the_reader_imports_nothing_of_the_project() -> None:
    program = "import sys, tests.vault.read_database; print(*sys.modules)"
    modules = subprocess.run(  # noqa: S603 (a fixed command)
        [sys.executable, "-B", "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout
    assert not re.search(r"\b(django|alerts|resources|safety_app)\b", modules)
