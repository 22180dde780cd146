"""Each dangerous value of a variable is told, and says what to do; careful ones are not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from safety_app import environment, value_checks
from safety_app.value_checks import DOUBTED, REFUSED


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """As nothing is set."""
    for one in environment.VARIABLES:
        monkeypatch.delenv(one.name, raising=False)
    settings.DATA_DIR = tmp_path
    settings.EPOCH_PIN_FILE = tmp_path / "epoch-pin.json"


def told(name: str) -> list[str]:
    return list({**REFUSED, **DOUBTED}[name]())


def test_nothing_set_is_fine() -> None:
    assert [name for name in (*REFUSED, *DOUBTED) if told(name)] == []


@pytest.mark.parametrize(
    ("name", "variable", "value"),
    [
        ("E030", "NIGHTJAR_POLICE_IDENTIFIERS", "true"),
        ("E030", "NIGHTJAR_HOUSEKEEPING_BY_TIMER", "yes"),
        ("E031", "WEB_CONCURRENCY", "four"),
        ("E032", "NIGHTJAR_LANGUAGES", "en,xx"),
        ("E032", "NIGHTJAR_PAGE_LANGUAGES", "en-gb"),
        ("W031", "NIGHTJAR_BIND", "0.0.0.0:8000"),
        ("W031", "NIGHTJAR_BIND", "[::]:8000"),
        ("W032", "DATABASE_URL", "postgres://me@db.example.org/nightjar"),
        ("W032", "DATABASE_URL", "postgres://me@db.example.org/nightjar?sslmode=prefer"),
    ],
)
def test_of_the_environment(
    name: str, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    [sentence] = told(f"nightjar.{name}")
    assert sentence.endswith(".")
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NIGHTJAR_POLICE_IDENTIFIERS", "1"),
        ("NIGHTJAR_LANGUAGES", "de,fr"),
        ("NIGHTJAR_BIND", "127.0.0.2:80"),
        ("NIGHTJAR_BIND", "[::1]:80"),
        ("DATABASE_URL", "postgres://me@%2Frun%2Fpostgresql/nightjar"),
        ("DATABASE_URL", "postgres://me@db.example.org/nightjar?sslmode=verify-full"),
    ],
)
def test_what_is_fine(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, value)
    test_nothing_set_is_fine()


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("E033", "NEAR_COUNTRIES", ["FR", "UK"]),
        ("E033", "HOME_COUNTRY", "fr"),
        ("E034", "NEUTRAL_SITE", "http://example.org/"),
        ("E034", "NEUTRAL_SITE", "javascript:alert(1)"),
        ("E035", "BACKUP_KEYS", ["AGE-SECRET-KEY-1QQQ"]),
        ("E035", "BACKUP_KEYS", ["ssh-ed25519 AAAA"]),
        ("E038", "SESSION_COOKIE_SAMESITE", "Lax"),
        ("E038", "CSRF_COOKIE_HTTPONLY", False),
        ("E038", "SESSION_COOKIE_SECURE", False),
        ("E039", "METRICS_SOCKET", "metrics"),
        ("E039", "METRICS_SOCKET", "/nothing/here/metrics"),
        ("E039", "METRICS_SOCKET", "/tmp/metrics"),  # noqa: S108
        ("W032", "CACHE_URL", "redis://cache.example.org:6379"),
    ],
)
def test_of_settings(name: str, setting: str, value: object, settings: Any) -> None:
    setattr(settings, setting, value)
    settings.DEMO = False
    assert len(told(f"nightjar.{name}")) == 1


@pytest.mark.parametrize(
    "database",
    [
        {"ENGINE": "django.db.backends.mysql"},
        {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/elsewhere.sqlite3"},
    ],
)
def test_other_databases(
    database: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SETTINGS_MODULE = "safety_app.settings"
    monkeypatch.setitem(settings.DATABASES, "default", database)
    assert len(told("nightjar.E036")) == 1


def test_a_directory_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    monkeypatch.setattr(value_checks.os, "access", lambda path, mode: False)  # root always may
    assert len(told("nightjar.E037")) == 1


def test_a_pepper_beside_the_data_or_that_others_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.DEMO = False
    settings.DATA_DIR = tmp_path / "data"
    (tmp_path / "data").mkdir()
    for path, mode, count in (("pepper", 0o600, 0), ("pepper", 0o640, 1), ("data/p", 0o644, 2)):
        file = tmp_path / path
        file.touch()
        file.chmod(mode)
        monkeypatch.setenv("NIGHTJAR_PEPPER_FILE", str(file))
        assert len(told("nightjar.W030")) == count


def test_all_of_them_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for rules in (REFUSED, DOUBTED):
        for name in rules:
            monkeypatch.setitem(rules, name, lambda: iter(("Something.",)))
    found = {str(one.id) for one in run_checks(include_deployment_checks=True)}
    assert found >= {*REFUSED, *DOUBTED}
