"""A short time to undo a step, kept only in the sealed session of whoever took it.

Where one row's state says it all, the session remembers the row (`offer_undo`). Where what was
deleted or changed is needed again, it waits in the session's undo entry (`keep`), in memory only.
"""

from __future__ import annotations

import time
from typing import Any, Protocol, cast

from django.contrib.sessions.backends.base import SessionBase

from safety_app.page_entries import UndoEntry

UNDO_SECONDS = 10
PUT_BACK_SECONDS = 60  # a note that its author deleted
# The page takes a moment to load, and a thumb to find the button.
_GRACE_SECONDS = 5
_KEY = "undo"


def offer_undo(session: SessionBase, kind: str, row: int, before: str = "") -> float:
    """Offer to undo a decision just taken: its kind, such as "application", and the row's id.

    `before` is the row's state before it, for undoing that needs to know. Returns when the offer
    ends, in seconds since 1970.
    """
    until = time.time() + UNDO_SECONDS + _GRACE_SECONDS
    session[_KEY] = [kind, row, until, before]
    return until


def is_offered(session: SessionBase, kind: str, row: int) -> bool:
    """Whether this session can still undo this decision."""
    offered = session.get(_KEY)
    if offered is None:
        return False
    if time.time() >= offered[2]:
        del session[_KEY]
        return False
    return bool(offered[:2] == [kind, row])


def state_before(session: SessionBase, kind: str, row: int) -> str:
    """The row's state before a decision that can still be undone; empty otherwise."""
    return str(session[_KEY][3]) if is_offered(session, kind, row) else ""


def use_undo(session: SessionBase, kind: str, row: int) -> bool:
    """Consume the offer. Returns whether there was one."""
    offered = is_offered(session, kind, row)
    if offered:
        del session[_KEY]
    return offered


class SessionWithUndo(Protocol):
    """What is needed of a session: see `sealed_sessions`."""

    @property
    def undo_entry(self) -> UndoEntry | None: ...


def keep(session: SessionBase, content: dict[str, Any], seconds: int = UNDO_SECONDS) -> float:
    """Keep JSON content that undoes the step just taken. Returns when it ends, as `offer_undo`.

    0 if it cannot be kept, such as for being too long.
    """
    entry = cast(SessionWithUndo, session).undo_entry
    until = time.time() + seconds + _GRACE_SECONDS
    kept = entry is not None and entry.keep({**content, "until": until}, seconds + _GRACE_SECONDS)
    return until if kept else 0.0


def kept(session: SessionBase) -> dict[str, Any] | None:
    """What undoes the last step; None if there is nothing or its time is over."""
    entry = cast(SessionWithUndo, session).undo_entry
    content = entry and entry.content()
    return content if content and time.time() < content["until"] else None


def forget(session: SessionBase) -> None:
    """The step was undone, or stays."""
    entry = cast(SessionWithUndo, session).undo_entry
    if entry is not None:
        entry.remove()
