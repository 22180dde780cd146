"""A window of ten seconds to undo a decision. It lives in the moderator's sealed session only."""

from __future__ import annotations

import time

from django.contrib.sessions.backends.base import SessionBase

UNDO_SECONDS = 10
# A page needs a moment to arrive, and a thumb to find the button.
_GRACE_SECONDS = 5
_KEY = "undo"


def offer_undo(session: SessionBase, kind: str, row: int, before: str = "") -> None:
    """Remember a decision just taken: its kind, such as "application", and the row's id.

    `before` is the row's state before it, where undoing needs to know.
    """
    session[_KEY] = [kind, row, time.time() + UNDO_SECONDS + _GRACE_SECONDS, before]


def is_offered(session: SessionBase, kind: str, row: int) -> bool:
    """Whether whoever has this session can still undo this decision."""
    offered = session.get(_KEY)
    if offered is None:
        return False
    if time.time() >= offered[2]:
        del session[_KEY]
        return False
    return bool(offered[:2] == [kind, row])


def state_before(session: SessionBase, kind: str, row: int) -> str:
    """The state before a decision that can still be undone; empty otherwise."""
    return str(session[_KEY][3]) if is_offered(session, kind, row) else ""


def use_undo(session: SessionBase, kind: str, row: int) -> bool:
    """Use the offer up. Returns whether there was one."""
    offered = is_offered(session, kind, row)
    if offered:
        del session[_KEY]
    return offered
