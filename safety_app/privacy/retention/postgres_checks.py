"""Whether PostgreSQL keeps what it must not: asked of the server itself, when the site starts and
by `manage.py check --deploy --database default`. docs/operations.md says what each of these does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

from safety_app.privacy.retention import postgres

Found = dict[str, str]

_OLDEST = 150000
_NEVER = {"-1"}
# These put statements, and so values, into the server's log: the start is refused.
LOGGED: dict[str, Callable[[str], bool]] = {
    "log_statement": lambda value: value in ("none", "ddl"),
    "log_min_duration_statement": lambda value: value in _NEVER,
    "log_min_duration_sample": lambda value: value in _NEVER,
    "log_transaction_sample_rate": lambda value: float(value) == 0,
    "log_min_error_statement": lambda value: value in ("panic", "fatal"),
    "log_parameter_max_length": lambda value: value == "0",
    "log_parameter_max_length_on_error": lambda value: value == "0",
    "debug_print_parse": lambda value: value == "off",
    "debug_print_rewritten": lambda value: value == "off",
    "debug_print_plan": lambda value: value == "off",
}
# These keep times, or copies of what was written: a warning, since who rents a server cannot always
# choose.
KEPT: dict[str, Callable[[str], bool]] = {
    "archive_mode": lambda value: value == "off",
    "wal_level": lambda value: value == "minimal",
    "max_wal_senders": lambda value: value == "0",
    "wal_keep_size": lambda value: value == "0",
    "wal_recycle": lambda value: value == "off",
    "track_commit_timestamp": lambda value: value == "off",
    "log_connections": lambda value: value == "off",
    "log_disconnections": lambda value: value == "off",
    "log_duration": lambda value: value == "off",
    "log_error_verbosity": lambda value: value == "terse",
    "log_lock_waits": lambda value: value == "off",
    "log_autovacuum_min_duration": lambda value: value in _NEVER,
    "log_temp_files": lambda value: value in _NEVER,
    "autovacuum": lambda value: value == "on",
    "shared_preload_libraries": lambda value: value == "",
    "session_preload_libraries": lambda value: value == "",
    "local_preload_libraries": lambda value: value == "",
}


@register(Tags.database, deploy=True)
def postgres_forgets(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Like Django's own checks, it asks the database only if it may. A demo is fiction."""
    if not databases or connection.vendor != "postgresql" or settings.DEMO:
        return []
    try:
        return _problems()
    except DatabaseError as error:
        return [
            Error(
                f"PostgreSQL cannot be asked what it keeps ({type(error).__name__}): see that it "
                "runs and that DATABASE_URL is right.",
                id="nightjar.E050",
            )
        ]


def _problems() -> list[CheckMessage]:
    found = _settings()
    problems: list[CheckMessage] = []
    if int(found["server_version_num"]) < _OLDEST:
        text = "This PostgreSQL is too old: it has to be version 15 or newer."
        problems.append(Error(text, id="nightjar.E051"))
    if logged := _wrong(found, LOGGED):
        problems.append(
            Error(
                f"PostgreSQL writes statements with what is in them to its log ({logged}): use "
                "deploy/postgresql/nightjar.conf.",
                id="nightjar.E052",
            )
        )
    if kept := _wrong(found, KEPT):
        problems.append(
            Warning(
                f"PostgreSQL keeps more than it has to ({kept}): use "
                "deploy/postgresql/nightjar.conf, and see docs/operations.md.",
                id="nightjar.W050",
            )
        )
    return [*problems, *_connection(), *_rights(), *_samples(), *_copies()]


def _settings() -> Found:
    names = [*LOGGED, *KEPT, "server_version_num"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [names])
        return dict(cursor.fetchall())


def _wrong(found: Found, wanted: dict[str, Callable[[str], bool]]) -> str:
    """`name = value` of each setting that is not as it should be. The server hides some of them
    from whoever is not its administrator: those are not judged.
    """
    return ", ".join(
        f"{name} = {found[name]}"
        for name, is_right in wanted.items()
        if name in found and not is_right(found[name])
    )


def _connection() -> list[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ssl, client_addr IS NULL OR client_addr <<= '127.0.0.0/8' OR "
            "client_addr = '::1' FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            "WHERE pid = pg_backend_pid()"
        )
        encrypted, is_here = cursor.fetchone()
    if encrypted or is_here:
        return []
    return [
        Error(
            "The connection to PostgreSQL goes over a network in the clear: end DATABASE_URL with "
            "`?sslmode=verify-full`.",
            id="nightjar.E053",
        )
    ]


def _rights() -> list[CheckMessage]:
    """What `postgres.drop_journal` needs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, 'pg_checkpoint', 'USAGE') AND "
            "has_function_privilege('pg_switch_wal()', 'EXECUTE')"
        )
        (may,) = cursor.fetchone()
    if may:
        return []
    return [
        Warning(
            "PostgreSQL's journal keeps what was deleted: the site's user may not begin a new one; "
            "docs/operations.md says what to grant.",
            id="nightjar.W051",
        )
    ]


def _samples() -> list[CheckMessage]:
    sampled = postgres.sampled_columns()
    if not sampled:
        return []
    return [
        Warning(
            f"PostgreSQL samples what is in {len(sampled)} columns that should be sealed from it "
            f"({sampled[0]}, …): run `manage.py migrate`.",
            id="nightjar.W052",
        )
    ]


def _copies() -> list[CheckMessage]:
    """Replicas take the journal along, and their slots keep it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_replication_slots) + "
            "(SELECT count(*) FROM pg_stat_replication)"
        )
        (copies,) = cursor.fetchone()
    if not copies:
        return []
    return [
        Warning(
            "PostgreSQL sends its journal elsewhere (replicas or slots): what is deleted here "
            "stays there, so end that or look after it there as well.",
            id="nightjar.W053",
        )
    ]
