"""What apps contribute to the moderation page, without this app importing them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.registry import Registry


@dataclass(frozen=True)
class Tool:
    """A link of the moderation page. `url_name` takes no arguments."""

    title: str | Promise
    url_name: str


@dataclass(frozen=True)
class QueueItem:
    """One thing that waits for a moderator, with a page of its own.

    Urgent items come first, then the oldest.
    """

    title: str | Promise
    url: str
    day: datetime.date
    urgent: bool = False


# Takes a moderator's ring and row, and returns the app's items for them.
Source = Callable[[KeyRing, Member], list[QueueItem]]

sources: Registry[Source] = Registry()
tools: Registry[Tool] = Registry()


def items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """All items for this moderator: urgent ones first, then the oldest."""
    waiting = [item for source in sources for item in source(ring, moderator)]
    return sorted(waiting, key=lambda item: (not item.urgent, item.day))
