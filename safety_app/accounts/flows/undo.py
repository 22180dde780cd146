"""A ten-second window to undo a decision, kept only in the moderator's sealed session."""

from __future__ import annotations

import time

from django.contrib.sessions.backends.base import SessionBase

UNDO_SECONDS = 10
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
