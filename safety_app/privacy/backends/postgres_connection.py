"""A connection to PostgreSQL that does not wait for ever.

A limit that the server keeps (`statement_timeout`) helps nobody while the server itself stands
still. Only processes that answer people have one: a backup or a rewriting may take long.
"""

from __future__ import annotations

from typing import Any

import psycopg

_patience: float | None = None  # seconds


def wait_at_most(seconds: float) -> None:
    """From now on no statement of this process takes longer: its connection is given up."""
    global _patience
    _patience = seconds


class Connection(psycopg.Connection[Any]):
    """psycopg's, with this process's patience."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Raises OperationalError, without a state, as when the connection is lost."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, _patience)
        except psycopg.errors._WaitTimeout as error:
            self.pgconn.finish()  # an answer may still come, to a question that nobody has
            raise psycopg.OperationalError("the database does not answer") from error
