"""Recognising that the database or the server of sessions cannot be reached, which passes."""

from __future__ import annotations

import sqlite3
import sys

from django.db import DatabaseError, InterfaceError

from safety_app.privacy.backends.no_room import error_chain

# PostgreSQL: connection exceptions, and a server that shuts down or is starting.
_SQLSTATES = ("08", "57P")
# Somebody wrote for longer than anybody waits.
_SQLITE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


def is_unreachable(error: BaseException | None) -> bool:
    """Whether an error comes of a database or a cache that does not answer."""
    return any(_is_one(link) for link in error_chain(error))


def _is_one(error: BaseException) -> bool:
    if isinstance(error, (*_errors_of_redis(), InterfaceError)):
        return True
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _SQLITE
    if not hasattr(error, "sqlstate") or isinstance(error, DatabaseError):
        return False
    # Without a state the server said nothing: there was no connection, or none any more.
    state = error.sqlstate
    is_operational = any(base.__name__ == "OperationalError" for base in type(error).__mro__)
    return is_operational if state is None else str(state).startswith(_SQLSTATES)


def _errors_of_redis() -> tuple[type[BaseException], ...]:
    """None where it is not loaded: nothing can have raised them."""
    library = sys.modules.get("redis.exceptions")
    return (library.ConnectionError, library.TimeoutError) if library else ()
