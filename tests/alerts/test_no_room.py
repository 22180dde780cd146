"""A full or read-only disk: nothing is half stored, nothing typed is lost, and it says so."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.utils import OperationalError
from django.test import Client

from alerts.flows import lifecycle
from alerts.models import Alert, Flag
from safety_app.privacy.backends.no_room import has_no_room
from tests.alerts.reports import report
from tests.cast import Person

pytestmark = pytest.mark.django_db

OURS = {"origin": "http://testserver"}
WORDS = "He writes under my name."


@pytest.fixture
def alert(member: Person) -> Alert:
    return lifecycle.post(member.ring, member.row, report())


@pytest.fixture
def browser(colleague: Person) -> Client:
    browser = colleague.client
    browser.raise_request_exception = False
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    return browser


@contextmanager
def read_only_disk() -> Iterator[None]:
    if connection.vendor == "postgresql":
        before = transaction.savepoint()
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.savepoint_rollback(before)
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only=OFF")


@pytest.fixture
def read_only(alert: Alert) -> Iterator[None]:
    with read_only_disk():
        yield


def flag(browser: Client, alert: Alert, **headers: str) -> Any:
    typed = {"reason": "false", "words": WORDS, "send": "1"}
    return browser.post(f"/fr/a/{alert.pk}/flag/", typed, headers={**OURS, **headers})


def test_it_says_so_and_keeps_what_was_typed(
    browser: Client, alert: Alert, read_only: None
) -> None:
    response = flag(browser, alert)
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response["Cache-Control"] == "no-store"
    assert len(response.content) == 12_288
    assert f'value="{WORDS}"' in page
    assert '<html lang="fr"' in page
    assert not Flag.objects.exists()


def test_another_site_gets_nothing_shown(browser: Client, alert: Alert, read_only: None) -> None:
    response = flag(browser, alert, origin="https://elsewhere.example")
    assert response.status_code == 503
    assert WORDS not in response.content.decode()


def test_reading_goes_on(browser: Client, alert: Alert, read_only: None) -> None:
    assert browser.get(f"/en/a/{alert.pk}/").status_code == 200
    assert browser.get("/en/a/").status_code == 200


def test_once_there_is_room_the_same_is_sent(browser: Client, alert: Alert) -> None:
    with read_only_disk():
        assert flag(browser, alert).status_code == 503
    assert flag(browser, alert).status_code < 400
    assert Flag.objects.count() == 1


def sqlite_error(code: int) -> Exception:
    cause = sqlite3.OperationalError("x")
    cause.sqlite_errorcode = code
    error = OperationalError("x")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (MemoryError(), True),
        (OSError(errno.ENOSPC, "x"), True),
        (OSError(errno.EACCES, "x"), False),
        (sqlite_error(sqlite3.SQLITE_FULL), True),
        (sqlite_error(sqlite3.SQLITE_IOERR | 3 << 8), True),
        (sqlite_error(sqlite3.SQLITE_CONSTRAINT), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_what_counts(error: BaseException | None, is_one: bool) -> None:
    assert has_no_room(error) == is_one


def test_errors_that_cause_each_other_end() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert not has_no_room(one)
