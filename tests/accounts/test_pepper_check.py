"""The site does not start with another pepper than the one the network was founded with."""

import secrets
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError

from safety_app.accounts import checks
from safety_app.accounts.models import Instance

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    problems = run_checks(include_deployment_checks=True, databases=["default"])
    return [str(one.id) for one in problems if one.id == "nightjar.E014"]


def test_the_right_pepper(populated: None) -> None:
    assert found() == []


def test_another_pepper(populated: None, settings: Any) -> None:
    settings.PEPPER = secrets.token_bytes(32)
    assert found() == ["nightjar.E014"]


def test_before_a_network_is_founded_any_pepper_will_do(settings: Any) -> None:
    Instance.objects.all().delete()
    settings.PEPPER = secrets.token_bytes(32)
    assert found() == []


def test_before_there_are_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table() -> None:
        raise DatabaseError

    monkeypatch.setattr(checks.Instance.objects, "first", no_table)
    assert found() == []


def test_without_a_pepper_another_check_speaks(populated: None, settings: Any) -> None:
    settings.PEPPER = None
    assert found() == []
