"""The database with its fixed cast, and a clean memory for every test."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import ANY

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.template.base import Template
from django.test import Client
from django.test import client as test_client
from django.test.utils import instrumented_test_render
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from safety_app.privacy.backends.plain_request import PlainRequest
from safety_app.privacy.middleware import daily_housekeeping
from safety_app.privacy.public import made_once
from safety_app.privacy.public.page_store import store
from tests import cast as stage
from tests import (
    form_answers,
    properties,  # noqa: F401  how they search
)
from tests.faster import *  # noqa: F403  hooks and fixtures
from tests.stacks import memory
from tests.stacks.selection import *  # noqa: F403  a hook

form_answers.open_answers()

# A test client makes requests itself: of the class that the server's have (`safety_app.wsgi`).
test_client.WSGIRequest = PlainRequest  # type: ignore[misc]

# As it is before Django's test environment wraps it.
_RENDER = Template._render


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment: None) -> None:
    """Django copies every context of every template for tests; most of ours read the page."""
    Template._render = _RENDER  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def other_processes_have_their_own_database() -> None:
    """Those that tests start read the tests' settings as well, some of them."""
    for name in ("TESTS_DATABASE_URL", "TESTS_CACHE_URL"):
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def no_housekeeping_by_chance() -> None:
    """Whichever test happens to make a day's first request would have everything swept."""
    daily_housekeeping._done_on = ANY  # done, whatever day it is or becomes


# The day on which the tests began. All of them, and the cast, live at noon (UTC) of it.
_NOON = datetime.datetime.combine(
    datetime.datetime.now(datetime.UTC).date(), datetime.time(12), datetime.UTC
).timestamp()  # a number: the zone stays as it is


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The cast joins once; each test's changes are rolled back."""
    with django_db_blocker.unblock(), time_machine.travel(_NOON, tick=False):
        stage.populate()


@pytest.fixture
def contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test that looks at what a template was given: `response.context` is there."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


@pytest.fixture(autouse=True)
def noon(request: pytest.FixtureRequest) -> Iterator[None]:
    """For each test it is noon (UTC) of the day on which they began, and stays so: no midnight, no
    end of a month or of a budget's window and no next code of a second step falls between what the
    cast or a test does and what it expects. One that needs time to pass moves the clock.

    Those that talk with a server of their own keep the clock they share with it.
    """
    if any(map(request.node.get_closest_marker, ("browser", "seizure"))):
        yield
        return
    with time_machine.travel(_NOON, tick=False):
        yield


@pytest.fixture(autouse=True)
def clean_memory(noon: None) -> Iterator[None]:
    """No session, no spent budget and no page of another test."""
    cache.clear()
    store.clear()
    made_once.forget_all()
    with memory.redis_has_our_clock() if settings.CACHE_URL else nullcontext():
        yield
    cache.clear()


@pytest.fixture(autouse=True)
def epoch_pin() -> Iterator[None]:
    """The server outlives a test's database: what it pinned then must not be known afterwards."""
    path = Path(settings.EPOCH_PIN_FILE)
    before = path.read_bytes() if path.exists() else None
    yield
    if before is None:
        path.unlink(missing_ok=True)
    elif not path.exists() or path.read_bytes() != before:
        path.write_bytes(before)


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """A request leaves its language active in this thread; no test inherits another's."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()


@pytest.fixture
def populated(db: None) -> None:
    """The cast is there, also after a test that emptied the tables."""
    stage.populate()


@pytest.fixture
def cast(populated: None) -> dict[str, stage.Person]:
    """All of them by name."""
    return {name: stage.person(name) for name in stage.CAST}


@pytest.fixture
def nobody(populated: None) -> Client:
    """A browser without an account."""
    return Client()


@pytest.fixture
def member(populated: None) -> stage.Person:
    return stage.person("member")


@pytest.fixture
def colleague(populated: None) -> stage.Person:
    """A member of the same organisation."""
    return stage.person("colleague")


@pytest.fixture
def reporter(populated: None) -> stage.Person:
    return stage.person("reporter")


@pytest.fixture
def moderator(populated: None) -> stage.Person:
    return stage.person("moderator")


@pytest.fixture
def other_moderator(populated: None) -> stage.Person:
    """The moderator of another organisation."""
    return stage.person("other_moderator")


@pytest.fixture
def translator(populated: None) -> stage.Person:
    """An account without a network key."""
    return stage.person("translator")


@pytest.fixture
def proofreader(populated: None) -> stage.Person:
    """Another translator, who reviews."""
    return stage.let_in("proofreader")


@pytest.fixture
def editor(populated: None) -> stage.Person:
    """She publishes pages; an account without a network key."""
    return stage.let_in("editor")


@pytest.fixture
def outsider(populated: None) -> stage.Person:
    """A member of another organisation."""
    return stage.person("outsider")
