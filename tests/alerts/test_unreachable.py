"""A database or a cache that does not answer: 503 in plain words, and nothing typed is lost."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.test import Client
from redis.exceptions import ConnectionError as RedisGone
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisSilent

from safety_app.privacy.backends.unreachable import is_unreachable
from tests.cast import Person

OURS = {"origin": "http://testserver"}
WORDS = "He writes under my name."


class Closed(psycopg.OperationalError):
    """The server ended the connection, and said so."""

    sqlstate = "57P01"


class Denied(psycopg.OperationalError):
    """The server answered."""

    sqlstate = "28000"


def django_error(cause: Exception) -> Exception:
    error = OperationalError("x")
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> Exception:
    cause = sqlite3.OperationalError("x")
    cause.sqlite_errorcode = code
    return django_error(cause)


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (django_error(psycopg.OperationalError("refused")), True),
        (django_error(Closed()), True),
        (django_error(Denied()), False),
        (django_error(psycopg.ProgrammingError("x")), False),
        (InterfaceError("the connection is closed"), True),
        (RedisGone(), True),
        (RedisSilent(), True),
        (ResponseError(), False),
        (sqlite_error(sqlite3.SQLITE_BUSY), True),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), False),
        (ValueError(), False),
        (None, False),
    ],
)
def test_what_counts(error: BaseException | None, is_one: bool) -> None:
    assert is_unreachable(error) == is_one


@pytest.fixture
def browser(colleague: Person) -> Client:
    browser = colleague.client
    browser.raise_request_exception = False
    browser.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    return browser


@pytest.mark.django_db
def test_it_says_so_and_keeps_what_was_typed(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **named: Any) -> Any:
        raise django_error(psycopg.OperationalError("refused"))

    monkeypatch.setattr("safety_app.accounts.middleware.trusted_row._trust", fail)
    typed = {"q": WORDS, "country": "FR"}
    response = browser.post("/fr/a/check/", typed, headers=OURS)
    page = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response["Cache-Control"] == "no-store"
    assert len(response.content) == 12_288
    assert f'value="{WORDS}"' in page
    assert '<html lang="fr"' in page
    assert settings.SESSION_COOKIE_NAME not in response.cookies  # nobody is signed out
    other_site = {"origin": "https://elsewhere.example"}
    elsewhere = browser.post("/fr/a/check/", typed, headers=other_site)
    assert elsewhere.status_code == 503
    assert WORDS not in elsewhere.content.decode()
    reading = browser.get("/en/a/")
    assert reading.status_code == 503
    assert "try again in a moment" in reading.content.decode()
    monkeypatch.undo()
    assert browser.get("/en/a/").status_code == 200
