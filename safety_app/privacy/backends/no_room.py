"""Recognising that the machine has no room left, which is nobody's mistake and passes."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

# The lower byte of SQLite's extended result codes (https://sqlite.org/rescode.html).
_SQLITE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
    }
)
# PostgreSQL: disk full, out of memory, too many connections, read-only transaction.
_SQLSTATES = frozenset({"53100", "53200", "53300", "25006"})
_ERRNOS = frozenset({errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.ENOMEM, errno.EMFILE})


def has_no_room(error: BaseException | None) -> bool:
    """Whether an error comes of a full or read-only disk, or of memory that is short."""
    return any(_is_one(link) for link in error_chain(error))


def error_chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_one(error: BaseException) -> bool:
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno in _ERRNOS
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        return code & 0xFF in _SQLITE
    return getattr(error, "sqlstate", None) in _SQLSTATES
