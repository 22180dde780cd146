"""What all apps show on the moderator's desk, without this app importing them."""

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
    """A line of the desk: something moderators do, and the name of its page's address.

    `url_name` takes no arguments.
    """

    title: str | Promise
    url_name: str


@dataclass(frozen=True)
class QueueItem:
    """One thing that waits for a moderator: a row of the desk's list, with a page of its own.

    `urgent` ones come first, then the oldest.
    """

    title: str | Promise
    url: str
    day: datetime.date
    urgent: bool = False


# What waits in an app for the moderator with this ring and row.
Source = Callable[[KeyRing, Member], list[QueueItem]]

sources: Registry[Source] = Registry()
tools: Registry[Tool] = Registry()


def items(ring: KeyRing, moderator: Member) -> list[QueueItem]:
    """Everything that waits for this moderator: what is urgent first, then the oldest."""
    waiting = [item for source in sources for item in source(ring, moderator)]
    return sorted(waiting, key=lambda item: (not item.urgent, item.day))
