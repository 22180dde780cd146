"""Which tests run on which stack."""

from __future__ import annotations

import sys

import pytest
from django.conf import settings
from django.core.cache import cache

from safety_app.privacy import budgets
from safety_app.sealed_sessions import SessionStore

# A module of tests that has one of these works with the cache.
_CACHE = (cache, budgets, budgets.spend, SessionStore)
_DATABASE = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Left out on SQLite: what looks inside PostgreSQL. On the second stack: what looks inside
    SQLite, and thorough tests that touch neither database nor cache of their own process.
    """
    left_out = [item for item in items if not _runs_here(item)]
    items[:] = [item for item in items if _runs_here(item)]
    config.hook.pytest_deselected(items=left_out)


def _runs_here(item: pytest.Item) -> bool:
    if not settings.CACHE_URL:
        return item.get_closest_marker("postgres_only") is None
    if item.get_closest_marker("sqlite_only"):
        return False
    return not item.get_closest_marker("thorough") or _touches_a_stack(item)


def _touches_a_stack(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or _DATABASE & set(getattr(item, "fixturenames", ())):
        return True
    known = vars(sys.modules[item.module.__name__]).values()  # type: ignore[attr-defined]
    return any(one is known_one for one in known for known_one in _CACHE)
