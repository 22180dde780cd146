"""Ten seconds to take a decision back. The time is kept in the moderator's sealed session only."""

from __future__ import annotations

import time

from django.contrib.sessions.backends.base import SessionBase

SECONDS = 10
_ON_THE_WAY = 5  # seconds more, for the page to come and the answer to go over a slow line
_KEY = "undo"


def offer(session: SessionBase, what: str, row: int) -> None:
    """Remember what was decided just now: a kind such as "application", and the row's id."""
    session[_KEY] = [what, row, time.time() + SECONDS + _ON_THE_WAY]


def is_offered(session: SessionBase, what: str, row: int) -> bool:
    """Whether this can still be taken back by whoever has this session."""
    kept = session.get(_KEY)
    return kept is not None and kept[:2] == [what, row] and time.time() < kept[2]


def take(session: SessionBase, what: str, row: int) -> bool:
    """The same, once: whoever takes it cannot take it again."""
    offered = is_offered(session, what, row)
    if offered:
        del session[_KEY]
    return offered
