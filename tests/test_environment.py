"""What an operator may set: code, manual and the table of it agree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from deploy.environment import MANUAL, with_table
from safety_app import environment
from safety_app.environment import VARIABLES

ROOT = Path(__file__).parent.parent
NAME = re.compile(r"(NIGHTJAR_[A-Z_]+|SITE_NAME|DATABASE_URL|CACHE_URL|WEB_CONCURRENCY)\b")
# Between two steps of a start; nobody sets these.
INTERNAL = {"NIGHTJAR_GREETING"}
# What `deploy/container/compose.yaml` asks for.
READ_BY_COMPOSE = {"NIGHTJAR_NAME"}
READ_BY_LIBRARIES = {"DATABASE_URL"}


def strings_in_code() -> set[str]:
    found: set[str] = set()
    for package in ("safety_app", "alerts", "resources", "deploy"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name == "environment.py":
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.update(NAME.findall(node.value))
    return found


def test_the_manual_is_made_from_the_code() -> None:
    """If not: `python -m deploy.environment`."""
    manual = MANUAL.read_text(encoding="utf-8")
    assert with_table(manual) == manual


def test_each_variable_stands_once_and_is_used() -> None:
    names = [one.name for one in VARIABLES]
    assert len(names) == len(set(names))
    assert set(names) <= strings_in_code() | READ_BY_LIBRARIES


def test_code_and_manual_name_no_other() -> None:
    known = {one.name for one in VARIABLES} | INTERNAL
    assert strings_in_code() <= known
    assert set(NAME.findall(MANUAL.read_text(encoding="utf-8"))) <= known | READ_BY_COMPOSE


def test_code_reads_none_past_the_table() -> None:
    read = re.compile(r'environ(?:\.get)?[(\[]\s*"(?:NIGHTJAR_|SITE_|CACHE_URL|WEB_)')
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for package in ("safety_app", "alerts", "resources")
        for path in (ROOT / package).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if read.search(line)
    ]
    assert lines == []


def test_defaults_name_what_there_is() -> None:
    assert environment.LANGUAGES.split(",") == list(settings.ALL_LANGUAGES)
    by_name = {one.name: one for one in VARIABLES}
    pages = by_name["NIGHTJAR_PAGE_LANGUAGES"].default
    assert pages.split(",") == list(settings.ALL_PAGE_LANGUAGES)


@pytest.mark.parametrize(
    ("given", "taken"), [("Name", "Name"), ("", "Nightjar"), (None, "Nightjar")]
)
def test_an_empty_value_is_none(
    given: str | None, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_NAME", raising=False)
    if given is not None:
        monkeypatch.setenv("SITE_NAME", given)
    assert environment.text("SITE_NAME") == taken


def test_an_unknown_name_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        environment.text("NIGHTJAR_NOTHING")
