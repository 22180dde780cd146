"""Values of variables that would be dangerous, or would silently mean something else.

Like `safety_app.checks`, of which these are the plain part: each rule yields sentences for what the
environment says, and knows nothing of the database.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from safety_app import environment
from safety_app.locales.countries import is_country

_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})
_DATABASES = frozenset({"django.db.backends.sqlite3", "django.db.backends.postgresql"})
_ENCRYPTED = frozenset({"require", "verify-ca", "verify-full"})


def flags() -> Iterator[str]:
    """`yes` or `true` would silently mean no."""
    for one in environment.VARIABLES:
        if one.kind == "1 or nothing" and environment.text(one.name) not in ("", "0", "1"):
            yield f"{one.name} must be `1` or nothing."


def numbers() -> Iterator[str]:
    for one in environment.VARIABLES:
        value = environment.text(one.name)
        if one.kind == "number" and value and not (value.isascii() and value.isdigit()):
            yield f"{one.name} must be a number."


def languages() -> Iterator[str]:
    """One that there is not would silently be left out."""
    for name, known in (
        ("NIGHTJAR_LANGUAGES", settings.ALL_LANGUAGES),
        ("NIGHTJAR_PAGE_LANGUAGES", settings.ALL_PAGE_LANGUAGES),
    ):
        unknown = [code for code in environment.words(name) if code not in known]
        if unknown:
            yield f"{name} has what is no language here: {', '.join(unknown)}."


def countries() -> Iterator[str]:
    """An unknown one is a page that begins with nothing chosen, or a sheet without a number."""
    unknown = [code for code in settings.NEAR_COUNTRIES if not is_country(code)]
    if unknown:
        yield f"NIGHTJAR_COUNTRIES has what is no country's code: {', '.join(unknown)}."
    if not is_country(settings.HOME_COUNTRY):
        yield "NIGHTJAR_HOME_COUNTRY must be a country's code of two capitals, as `FR`."


def neutral_site() -> Iterator[str]:
    """Whoever leaves in a hurry must arrive."""
    site = urlsplit(settings.NEUTRAL_SITE)
    if settings.NEUTRAL_SITE and not (site.scheme == "https" and site.hostname):
        yield "NIGHTJAR_NEUTRAL_SITE must be an address that begins with `https://`."


def backup_keys() -> Iterator[str]:
    """With the secret half on the server, whoever takes the server opens its backups."""
    for key in settings.BACKUP_KEYS:
        if "SECRET" in key.upper():
            yield (
                "NIGHTJAR_BACKUP_KEYS holds a secret key, which must never be on this machine: "
                "make new ones elsewhere (`manage.py backup_key`), and name the public one here."
            )
        elif not key.startswith("age1"):
            yield "NIGHTJAR_BACKUP_KEYS must be public keys, which begin with `age1`."


def databases() -> Iterator[str]:
    """Others keep their own promises; SQLite's file belongs where only its owner reads."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] not in _DATABASES:
        yield "DATABASE_URL must be `postgres://…`, or unset for SQLite."
    elif "sqlite" in database["ENGINE"] and settings.SETTINGS_MODULE == "safety_app.settings":
        place = Path(str(database["NAME"])).resolve()
        if not place.is_relative_to(Path(settings.DATA_DIR).resolve()):
            yield "SQLite's file must lie in the data directory: unset DATABASE_URL."


def epoch_pin() -> Iterator[str]:
    """Where it cannot be written, nobody can sign in after the next renewal of the keys."""
    directory = Path(settings.EPOCH_PIN_FILE).parent
    if directory == Path(settings.DATA_DIR):
        return  # of which `checks.data_directory` speaks
    if directory.is_dir() and not os.access(directory, os.W_OK | os.X_OK):
        yield (
            f"Nothing can be written in {directory}, where the newest network key is remembered: "
            "give NIGHTJAR_EPOCH_PIN_FILE a directory of this user's."
        )


def cookies() -> Iterator[str]:
    """Settings of somebody's own may have undone them."""
    is_secure = settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE
    is_kept_in = settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY
    is_strict = settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Strict"
    if not (is_kept_in and is_strict and (is_secure or settings.DEMO)):
        yield "Cookies must be Secure, HttpOnly and SameSite=Strict, as safety_app.settings has it."


def metrics_socket() -> Iterator[str]:
    """In a directory where anybody writes, somebody else can be there first."""
    if not settings.METRICS_SOCKET:
        return
    directory = Path(settings.METRICS_SOCKET).parent
    if not Path(settings.METRICS_SOCKET).is_absolute() or not directory.is_dir():
        yield "NIGHTJAR_METRICS_SOCKET must be a whole path, in a directory that there is."
    elif directory.stat().st_mode & stat.S_IWOTH:
        yield f"Anybody can write in {directory}: name another place in NIGHTJAR_METRICS_SOCKET."


def pepper_file() -> Iterator[str]:
    """Beside the data it is taken together with them."""
    if settings.DEMO or environment.flag("NIGHTJAR_PEPPER_IN_DATA"):
        return  # `make run` says so itself
    named = environment.text("NIGHTJAR_PEPPER_FILE")
    if not named or not Path(named).is_file():
        return
    if Path(named).resolve().is_relative_to(Path(settings.DATA_DIR).resolve()):
        yield "The pepper lies in the data directory: move NIGHTJAR_PEPPER_FILE elsewhere."
    if Path(named).stat().st_mode & 0o077:
        yield f"Others can read the pepper {named}: run `chmod 600` on it."


def listening() -> Iterator[str]:
    """It speaks plain http, so only a proxy on the same machine may hear it."""
    host = environment.text("NIGHTJAR_BIND").rpartition(":")[0].strip("[]")
    if host not in _LOOPBACK and not host.startswith("127."):
        yield (
            "NIGHTJAR_BIND is open to other machines, in plain http: only a proxy must reach it, "
            "and it must set X-Forwarded-Proto itself."
        )


def on_the_wire() -> Iterator[str]:
    """What goes to another machine, unencrypted."""
    database = urlsplit(os.environ.get("DATABASE_URL", ""))
    host = unquote(database.hostname or "")
    mode = parse_qs(database.query).get("sslmode", [""])[-1]
    if host not in _LOOPBACK and not host.startswith("/") and mode not in _ENCRYPTED:
        yield "The way to PostgreSQL is not encrypted: add `?sslmode=verify-full` to DATABASE_URL."
    cache = urlsplit(settings.CACHE_URL)
    if cache.scheme == "redis" and (cache.hostname or "") not in _LOOPBACK:
        yield "The way to CACHE_URL's server is not encrypted: use `rediss://`."


Rule = Callable[[], Iterator[str]]
REFUSED: dict[str, Rule] = {
    "nightjar.E030": flags,
    "nightjar.E031": numbers,
    "nightjar.E032": languages,
    "nightjar.E033": countries,
    "nightjar.E034": neutral_site,
    "nightjar.E035": backup_keys,
    "nightjar.E036": databases,
    "nightjar.E037": epoch_pin,
    "nightjar.E038": cookies,
    "nightjar.E039": metrics_socket,
}
DOUBTED: dict[str, Rule] = {
    "nightjar.W030": pepper_file,
    "nightjar.W031": listening,
    "nightjar.W032": on_the_wire,
}


@register(Tags.security, deploy=True)
def values(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every rule."""
    refused = [Error(text, id=name) for name, rule in REFUSED.items() for text in rule()]
    doubted = [Warning(text, id=name) for name, rule in DOUBTED.items() for text in rule()]
    return [*refused, *doubted]
