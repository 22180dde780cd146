"""What the documents name exists: files, folders, modules, commands, and where links lead."""

import importlib
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = "safety_app|alerts|resources|templates|static|tests|docs|deploy|locale|bench|[.]ci"
PATH = re.compile(rf"(?<![\w./`-])`?((?:{FOLDERS})/[\w./-]*)")
MODULE = re.compile(r"`((?:safety_app|alerts|resources|deploy|bench)(?:\.\w+)+)")
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`[^`\n]+`")
COMMAND = re.compile(r"manage\.py (\w+)")
TARGET = re.compile(r"`make (\w+)")

each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def named(pattern: re.Pattern[str], document: Path) -> set[str]:
    """What a document says that matches, without the full stop of its sentence."""
    return {match.rstrip(".") for match in pattern.findall(document.read_text())}


def is_there(path: str) -> bool:
    """Whether a path leads somewhere from the root, or among the templates."""
    return (ROOT / path).exists() or (ROOT / "templates" / path).is_file()


def resolves(dotted: str) -> bool:
    """Whether a module exists, or a name in one."""
    module, _, rest = dotted.partition(".")
    found: object = importlib.import_module(module)
    for name in rest.split("."):
        try:
            found = importlib.import_module(f"{module}.{name}")
            module = f"{module}.{name}"
        except ModuleNotFoundError:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
    return True


@each_document
def test_every_file_and_folder_is_there(document: Path) -> None:
    assert [path for path in sorted(named(PATH, document)) if not is_there(path)] == []


@each_document
def test_every_module_and_name_in_one_is_there(document: Path) -> None:
    assert [name for name in sorted(named(MODULE, document)) if not resolves(name)] == []


@each_document
def test_every_link_leads_somewhere(document: Path) -> None:
    prose = CODE.sub("", document.read_text())  # there, `[words](address)` shows how to write one
    links = {link for link in LINK.findall(prose) if ":" not in link}
    assert [link for link in sorted(links) if not (document.parent / link).exists()] == []


@each_document
def test_every_command_exists(document: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named(COMMAND, document) - set(get_commands()) == set()
    assert named(TARGET, document) - targets == set()


def test_every_room_is_on_the_map() -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text().split("```")[1]
    inside = [
        ROOT / "safety_app",
        ROOT / "alerts",
        ROOT / "resources",
        ROOT / "safety_app/accounts",
    ]
    rooms = {found.parent.name for folder in inside for found in folder.glob("*/__init__.py")}
    assert len(rooms) > 10
    not_drawn = {"management", "migrations", "forms"}  # as in any Django app
    assert {room for room in rooms - not_drawn if f"{room}/" not in drawing} == set()


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers)) > 30


def test_the_search_finds_what_is_named() -> None:
    text = "`alerts/index.py`, alerts/views/. See `alerts.content.Report` and manage.py migrate."
    assert PATH.findall(text) == ["alerts/index.py", "alerts/views/."]
    assert MODULE.findall(text) == ["alerts.content.Report"]
    assert COMMAND.findall(text) == ["migrate"]
    assert not is_there("alerts/nothing.py")
    assert not resolves("alerts.content.Nothing")
    assert not resolves("alerts.nothing")
