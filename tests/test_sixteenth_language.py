"""The steps of "A sixteenth language for the interface" (docs/translating.md), in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po
from django.conf import settings

pytestmark = pytest.mark.thorough

ROOT = Path(settings.BASE_DIR)
LEFT_OUT = shutil.ignore_patterns(".*", "__pycache__", "var", "bench", "tests", "*.pyc")
ASK = """
import django; django.setup()
from django.core.management import call_command; call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
from django.test import Client
answer = Client(SERVER_NAME="localhost").get("/it/kept/", headers={"accept-encoding": "identity"})
print(answer.status_code, answer.content.decode())
"""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The program with Italian in its settings, as the first step says."""
    root = tmp_path / "program"
    shutil.copytree(ROOT, root, ignore=LEFT_OUT)
    path = root / "safety_app" / "settings.py"
    text = path.read_text("utf-8")
    for line, new in (
        ('    "de": "Deutsch",\n', '    "it": "Italiano",\n'),
        ('    "de": "https://de.wikipedia.org/",\n', '    "it": "https://it.wikipedia.org/",\n'),
    ):
        assert text.count(line) == 1
        text = text.replace(line, line + new)
    path.write_text(text, "utf-8")
    return root


def run(root: Path, *arguments: str) -> str:
    """What a command of the copy says."""
    data = root.parent / "data"
    data.mkdir(mode=0o700, exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "safety_app.settings",
        "NIGHTJAR_DATA": str(data),
        "NIGHTJAR_PEPPER_IN_DATA": "1",
        "NIGHTJAR_DEBUG": "1",
        "NIGHTJAR_LANGUAGES": "es,en,it",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def fill(path: Path) -> None:
    """Translate a file: with the French words, which the checks cannot tell from Italian."""
    with (ROOT / "locale/fr/LC_MESSAGES/django.po").open("rb") as stream:
        french = read_po(stream, locale="fr")
    with path.open("rb") as stream:
        given = read_po(stream, locale="it")
    for message in given:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            own = french.get(key, message.context)
            assert own is not None
            message.string = own.string
    with path.open("wb") as stream:
        write_po(stream, given)


def test_a_language_is_added_translated_and_served(copy: Path) -> None:
    strings = "deploy/strings.py"
    run(copy, strings, "add", "it")
    catalogue = copy / "locale" / "it" / "LC_MESSAGES" / "django.po"
    # The sentences of the doctor's sheet are there in Italian already.
    run(copy, strings, "take", "resources/doctor/locale/it/LC_MESSAGES/django.po")
    for part in ("doctor", "members", "account"):
        assert not catalogue.with_suffix(".mo").exists()
        file = copy.parent / f"{part}.po"
        file.write_text(run(copy, strings, "part", "it", part), "utf-8")
        fill(file)
        run(copy, strings, "take", str(file))
    assert "levonorgestrel 1,5 mg" in catalogue.read_text("utf-8")
    run(copy, strings, "compile")
    page = run(copy, "-c", ASK)
    assert page.startswith("200 ")
    assert '<html lang="it" dir="ltr">' in page
    assert 'lang="en"' in page, "what is missing is in English, and says so"
    assert "Cette traduction est un brouillon" in page, "the foot says that it is a draft"
