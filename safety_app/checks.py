"""Dangerous configuration prevents the start, with one sentence that says what to do.

These are deployment checks: `wsgi.py` runs them before the first request, and
`manage.py check --deploy` shows them. Commands like `makemigrations` work without a pepper.
"""

import os
import re
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.cache import caches
from django.core.checks import (
    ERROR,
    WARNING,
    CheckMessage,
    Error,
    Info,
    Tags,
    Warning,
    register,
    run_checks,
)
from django.db import DEFAULT_DB_ALIAS

from safety_app import environment
from safety_app.configuration import NETWORK_MARKER
from safety_app.vault.passphrase import PRODUCTION_COST

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})
LOCAL_MEMORY = "safety_app.privacy.backends.memory_cache.MemoryCache"
REDIS = "django.core.cache.backends.redis.RedisCache"
IN_MEMORY = frozenset(
    {
        LOCAL_MEMORY,
        REDIS,
        "django.core.cache.backends.memcached.PyMemcacheCache",
        "django.core.cache.backends.memcached.PyLibMCCache",
    }
)
TEST_SETTINGS = "tests.settings"
NO_NETWORK = "nightjar.E020"

Apps = Sequence[AppConfig] | None


def refuse_unsafe_start(*, founding: bool = False) -> None:
    """Run every check; exit with one sentence for each error. Whoever founds a network has none."""
    found = run_checks(include_deployment_checks=True)
    _refuse([one for one in found if not (founding and one.id == NO_NETWORK)])
    # These open the database, which creates its file: not before the rest is safe.
    database = [Tags.database]
    _refuse(run_checks(tags=database, include_deployment_checks=True, databases=[DEFAULT_DB_ALIAS]))


def _refuse(found: list[CheckMessage]) -> None:
    problems = [one for one in found if not one.is_silenced()]
    for problem in problems:
        # Django's own deployment warnings are about choices made in settings; ours need a look.
        is_ours = str(problem.id).startswith("nightjar.")
        if is_ours and WARNING <= problem.level < ERROR:
            print(problem.msg, file=sys.stderr)
    refusals = [problem for problem in problems if problem.level >= ERROR]
    if refusals:
        sys.exit("\n".join(f"{problem.msg} {problem.hint or ''}".strip() for problem in refusals))


@register(Tags.security, deploy=True)
def pepper(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """There must be a pepper."""
    if settings.PEPPER:
        return []
    return [
        Error(
            "There is no pepper (64 hexadecimal digits): name a file outside the data directory "
            "in NIGHTJAR_PEPPER_FILE, or see docs/operations.md for other ways.",
            id="nightjar.E001",
        )
    ]


@register(Tags.security, deploy=True)
def data_directory(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Only its owner may read the data directory."""
    directory = Path(settings.DATA_DIR)
    if not directory.is_dir():
        if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
            return []
        text = "There is no data directory {0}: make it with `mkdir -p -m 700 {0}`."
        return [Error(text.format(directory), id="nightjar.E002")]
    if stat.S_IMODE(directory.stat().st_mode) & 0o077:
        text = "Others can read the data directory {0}: run `chmod 700 {0}`."
        return [Error(text.format(directory), id="nightjar.E003")]
    if not os.access(directory, os.W_OK | os.X_OK):
        text = "Nothing can be written in the data directory {0}: it has to be this user's, on a "
        text += "volume that is not read-only."
        return [Error(text.format(directory), id="nightjar.E021")]
    return []


@register(Tags.security, deploy=True)
def network_marker(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A network was founded in the data directory; a demo makes its own."""
    directory = Path(settings.DATA_DIR)
    if settings.DEMO or (directory / NETWORK_MARKER).is_file() or data_directory(None):
        return []
    return [
        Error(
            f"There is no network in {directory} (no file {NETWORK_MARKER}): if it is on a volume, "
            f"mount that first; to found a new network there: make found DATA={directory}.",
            id=NO_NETWORK,
        )
    ]


@register(Tags.security, deploy=True)
def debug(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Error pages that show settings and variables are for the demo only."""
    if settings.DEBUG and not settings.DEMO:
        return [Error("DEBUG is on: unset NIGHTJAR_DEBUG.", id="nightjar.E004")]
    return []


@register(Tags.security, deploy=True)
def hosts(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Exact host names; in the demo, only this machine."""
    if settings.DEMO:
        if set(settings.ALLOWED_HOSTS) - LOCAL_HOSTS:
            return [
                Error(
                    "The demo is for this machine only: unset NIGHTJAR_HOSTS, or unset "
                    "NIGHTJAR_DEMO for a real network.",
                    id="nightjar.E005",
                )
            ]
        return []
    if any("*" in host or host.startswith(".") for host in settings.ALLOWED_HOSTS):
        return [Error("NIGHTJAR_HOSTS must name each host in full: no `*`.", id="nightjar.E006")]
    return []


@register(Tags.security, deploy=True)
def stretching(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Key stretching at full cost, everywhere but in the tests."""
    cost = settings.SIGN_IN_COST
    is_less = cost.passes < PRODUCTION_COST.passes or cost.memory < PRODUCTION_COST.memory
    if is_less and settings.SETTINGS_MODULE != TEST_SETTINGS:
        return [
            Error(
                "Passphrases are stretched too little: SIGN_IN_COST must be PRODUCTION_COST.",
                id="nightjar.E007",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def publishing(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """`at-once` or `review`: any other word would silently mean the first."""
    if settings.PUBLISH in ("at-once", "review"):
        return []
    text = "NIGHTJAR_PUBLISH must be `at-once` or `review`: see docs/operations.md."
    return [Error(text, id="nightjar.E013")]


@register(Tags.security, deploy=True)
def security_contact(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Whoever finds a hole should know whom to tell."""
    contact = settings.SECURITY_CONTACT
    if settings.DEMO:
        return []
    if not contact:
        return [
            Info(
                "Nobody is named to whom holes can be reported: put an address into "
                "NIGHTJAR_SECURITY_CONTACT, as in `mailto:name@example.org`.",
                id="nightjar.I001",
            )
        ]
    if re.fullmatch(r"(mailto:|https://|tel:)\S+", contact):
        return []
    text = "NIGHTJAR_SECURITY_CONTACT must begin with `mailto:`, `https://` or `tel:`."
    return [Error(text, id="nightjar.E019")]


@register(Tags.security, deploy=True)
def session_memory(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Sessions stay sealed, and in memory."""
    if settings.SESSION_ENGINE != "safety_app.sealed_sessions":
        return [
            Error(
                "Sessions would not be sealed: SESSION_ENGINE must be safety_app.sealed_sessions.",
                id="nightjar.E008",
            )
        ]
    backend = settings.CACHES[settings.SESSION_CACHE_ALIAS]["BACKEND"]
    if backend not in IN_MEMORY:
        return [
            Error(
                "Sessions would be written to a disk or nowhere: keep them in the memory of the "
                "process, or name a Valkey or Redis that stores nothing in CACHE_URL.",
                id="nightjar.E009",
            )
        ]
    if backend == LOCAL_MEMORY and environment.text("WEB_CONCURRENCY") != "1":
        return [
            Error(
                "Several processes cannot share sessions in memory: unset WEB_CONCURRENCY, or "
                "name a Valkey or Redis that stores nothing in CACHE_URL.",
                id="nightjar.E010",
            )
        ]
    return _redis_problems() if backend == REDIS else []


def _redis_problems() -> list[CheckMessage]:
    """Whether the Redis or Valkey server writes to its disk, as far as it tells."""
    # The library is optional, so its exceptions are recognised by name.
    try:
        client = caches[settings.SESSION_CACHE_ALIAS]._cache.get_client()  # type: ignore[attr-defined]
        stored = [
            f"{name} {value}"
            for name, off in (("save", ""), ("appendonly", "no"))
            if (value := client.config_get(name).get(name, off)) != off
        ]
    except Exception as error:
        if type(error).__name__ in ("ConnectionError", "TimeoutError", "ModuleNotFoundError"):
            return [
                Error(
                    "The server in CACHE_URL cannot be reached: start it, or unset CACHE_URL.",
                    id="nightjar.E011",
                )
            ]
        return [
            Warning(
                "The server in CACHE_URL does not say whether it writes sessions to a disk: see "
                'that its configuration has `save ""` and `appendonly no`.',
                id="nightjar.W001",
            )
        ]
    if not stored:
        return []
    return [
        Error(
            f"The server in CACHE_URL writes sessions to a disk ({', '.join(stored)}): set "
            '`save ""` and `appendonly no` in its configuration.',
            id="nightjar.E012",
        )
    ]
