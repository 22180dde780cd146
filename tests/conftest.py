"""The database with its fixed cast, and a clean memory for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests import cast


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The cast joins once; each test's changes are rolled back."""
    with django_db_blocker.unblock():
        cast.populate()


@pytest.fixture(autouse=True)
def clean_memory() -> Iterator[None]:
    """No session and no spent budget of another test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def people(db: None) -> None:
    """The cast is there, also after a test that emptied the tables."""
    cast.populate()


@pytest.fixture
def nobody(people: None) -> Client:
    """A browser without an account."""
    return Client()


@pytest.fixture
def member(people: None) -> cast.Person:
    return cast.person("member")


@pytest.fixture
def colleague(people: None) -> cast.Person:
    """A member of the same organisation."""
    return cast.person("colleague")


@pytest.fixture
def reporter(people: None) -> cast.Person:
    return cast.person("reporter")


@pytest.fixture
def moderator(people: None) -> cast.Person:
    return cast.person("moderator")


@pytest.fixture
def other_moderator(people: None) -> cast.Person:
    """The moderator of another organisation."""
    return cast.person("other_moderator")


@pytest.fixture
def translator(people: None) -> cast.Person:
    """An account without a network key."""
    return cast.person("translator")


@pytest.fixture
def outsider(people: None) -> cast.Person:
    """A member of another organisation."""
    return cast.person("outsider")
