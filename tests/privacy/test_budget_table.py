"""The table of budgets: complete, with an answer in every column."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest

import alerts
import resources
import safety_app
from safety_app.privacy import budgets
from safety_app.privacy.budgets import Budget, KeyedBy, Unit, WhenSpent
from safety_app.privacy.retention import data_inventory

ROOT = Path(safety_app.__file__).resolve().parent.parent
ROOMS = (safety_app, alerts, resources)
STARTS = {"safety_app.wsgi", "safety_app.server.__main__"}  # importing one starts the program


def modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations" not in found.name and found.name not in STARTS:
                yield importlib.import_module(found.name)


def calls_of(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for room in ROOMS:
        for path in sorted(Path(room.__path__[0]).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                    yield path.relative_to(ROOT), node


def test_every_budget_is_in_the_table() -> None:
    rows = {id(row) for row in budgets.table()}
    for module in modules():
        for name, value in vars(module).items():
            assert not isinstance(value, Budget) or id(value) in rows, f"{module.__name__}.{name}"


@pytest.mark.thorough
def test_budgets_are_declared_where_the_rows_of_an_app_are() -> None:
    declared = list(calls_of("Budget"))
    assert len(declared) == len(budgets.table()) > 20
    for path, call in declared:
        assert path.name == "budgets.py", path
        # Every column has its own answer: no stars, no names for another row's values.
        assert len(call.args) + len(call.keywords) == len(Budget._fields), ast.unparse(call)


@pytest.mark.parametrize("row", budgets.table(), ids=lambda row: row.name)
def test_every_column_has_an_answer(row: Budget) -> None:
    assert row.name
    assert row.name == row.name.strip()
    assert str(row.what).strip()
    assert row.amount > 0
    assert row.seconds >= 60
    assert row.unit in get_args(Unit)
    assert row.keyed_by in get_args(KeyedBy)
    assert row.when_spent in get_args(WhenSpent)


@pytest.mark.parametrize("row", budgets.table(), ids=lambda row: row.name)
def test_what_one_outsider_could_spend_for_others_locks_nobody_out(row: Budget) -> None:
    """Objections are the exception: as many as people can read."""
    if row.keyed_by in ("pseudonym", "everyone") and row.name != "objections":
        assert row.when_spent == "wait"


def test_what_kept_can_say() -> None:
    assert set(data_inventory.WHEN_SPENT) == set(get_args(WhenSpent))
    said = [row for _then, rows in data_inventory.limits() for row in rows]
    assert len(said) == len(budgets.table())
    # Two rows that read the same would say nothing.
    assert len({(str(what), str(how_much)) for what, how_much in said}) == len(said)
    for row in budgets.table():
        assert row.seconds in (budgets.HOUR, budgets.DAY) or row.seconds % budgets.MINUTE == 0


def test_a_name_is_taken_once() -> None:
    taken = budgets.table()[0]
    budgets.register(taken)
    with pytest.raises(ValueError, match=taken.name):
        budgets.register(taken._replace(amount=taken.amount + 1))
    assert taken in budgets.table()
