"""The shape of the source: rooms of a size one can learn, and no way round in a circle.

Which room may import which, import-linter knows (pyproject.toml, `make lint`).
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest
from django.urls import reverse

from safety_app.accounts import moderation_queue
from safety_app.accounts.start_pages import start_pages

ROOT = Path(__file__).parent.parent
PACKAGES = ("safety_app", "alerts", "resources")
MOST_MODULES = 21
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)


def test_no_module_imports_itself_by_a_detour() -> None:
    """Not even for types. Raises CycleError, which names the circle."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert len(imports) > len(SOURCES) * 0.9
    TopologicalSorter(imports).prepare()


def test_no_package_is_too_large_to_learn() -> None:
    sizes = Counter(path.parent for path in SOURCES if path.name != "__init__.py")
    assert [str(path) for path, modules in sizes.items() if modules > MOST_MODULES] == []


@pytest.mark.thorough
def test_imports_stand_at_the_top() -> None:
    inside = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_every_registered_address_exists() -> None:
    for url_name in (
        *(start.url_name for start in start_pages),
        *(tool.url_name for tool in moderation_queue.tools),
    ):
        assert reverse(url_name)


def test_each_check_has_a_number_of_its_own() -> None:
    """Whoever looks one up, or silences it, means one. In one file a number may come twice."""
    used = {
        (number, path)
        for path in SOURCES
        if path.stem.endswith("checks")
        for number in re.findall(r"\"nightjar\.([EW]\d{3})\"", path.read_text(encoding="utf-8"))
    }
    assert len(used) > 30
    assert [number for number, count in Counter(n for n, _p in used).items() if count > 1] == []
