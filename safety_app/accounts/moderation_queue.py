"""The moderation queue: what apps contribute to it, without this app importing them.

One list in parts: people who wait and flags come first, then what is urgent of everything else,
then notes, the most dangerous and newest first, then the rest. Notes may be thousands: a page asks
for its own rows only, and opens only the cards it shows.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.functional import Promise

from safety_app.accounts.keys.keyring import KeyRing
from safety_app.accounts.models import Member
from safety_app.registry import Registry

KINDS = ("people", "flags", "notes", "other")  # in the order of the list
COUNT_SECONDS = 60  # how old the number in the bar may be


@dataclass(frozen=True)
class Tool:
    """A link of the moderation page. `url_name` takes no arguments."""

    title: str | Promise
    url_name: str


@dataclass(frozen=True)
class QueueItem:
    """One thing that waits for a moderator, with a page of its own.

    Of one kind, urgent items come first, then the oldest. `note` is the id of the note it is about,
    or 0; `level` and `about`, its kind of harm and its place, are filled in by `describe`.
    """

    title: str | Promise
    url: str
    day: datetime.date
    urgent: bool = False
    note: int = 0
    level: int | None = None
    about: tuple[str, ...] = ()


# Takes a moderator's ring and row, and returns the app's items for them.
ListItems = Callable[[KeyRing, Member], list[QueueItem]]
# Takes items that a page shows, and returns them with level, harm and place.
Describe = Callable[[KeyRing, Member, list[QueueItem]], list[QueueItem]]


@dataclass(frozen=True)
class Source:
    """Items of one kind, of which there are few enough to list them all."""

    kind: str
    items: ListItems


@dataclass(frozen=True)
class LongSource:
    """Items of one kind that are counted by one query, and listed in their own order by another.

    `part` also takes the first item and the one behind the last, counted from 0.
    """

    kind: str
    count: Callable[[KeyRing, Member], int]
    part: Callable[[KeyRing, Member, int, int], list[QueueItem]]


sources: Registry[Source] = Registry()
long_sources: Registry[LongSource] = Registry()
describers: Registry[Describe] = Registry()
tools: Registry[Tool] = Registry()


@dataclass(frozen=True)
class Queue:
    """What waits for one moderator: the short lists, and how many of each kind there are."""

    ring: KeyRing
    moderator: Member
    listed: dict[str, list[QueueItem]]
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """How many things wait."""
        return sum(self.counts.values())

    def part(self, kinds: Sequence[str], start: int, stop: int) -> list[QueueItem]:
        """The items of these kinds from `start` up to `stop`, with what they are about."""
        items: list[QueueItem] = []
        for kind, first, last in self._parts(kinds):
            size = last - first
            items += self._of_kind(kind, first + min(start, size), first + min(stop, size))
            start, stop = max(0, start - size), max(0, stop - size)
        for describe in describers:
            items = describe(self.ring, self.moderator, items)
        return items

    def _parts(self, kinds: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """The parts of the list: a kind, its first item in this part and the one behind the last.

        The urgent ones of "other" come before the notes, or nobody would ever reach them.
        """
        urgent = sum(item.urgent for item in self.listed["other"]) if "notes" in kinds else 0
        for kind in kinds:
            if kind == "notes":
                yield "other", 0, urgent
            yield kind, urgent if kind == "other" else 0, self.counts[kind]

    def _of_kind(self, kind: str, start: int, stop: int) -> list[QueueItem]:
        items = list(self.listed[kind][start:stop])
        before = len(self.listed[kind])
        for source in long_sources:
            if source.kind == kind and stop > before:
                first = max(0, start - before)
                items += source.part(self.ring, self.moderator, first, stop - before)
        return items


def queue_of(ring: KeyRing, moderator: Member) -> Queue:
    """What waits for this moderator."""
    listed: dict[str, list[QueueItem]] = {kind: [] for kind in KINDS}
    for source in sources:
        listed[source.kind] += source.items(ring, moderator)
    for items in listed.values():
        items.sort(key=lambda item: (not item.urgent, item.day))
    counts = {kind: len(items) for kind, items in listed.items()}
    for long_source in long_sources:
        counts[long_source.kind] += long_source.count(ring, moderator)
    queue = Queue(ring, moderator, listed, counts)
    cache.set(_count_name(moderator), queue.total, COUNT_SECONDS)
    return queue


def waiting_count(ring: KeyRing, moderator: Member) -> int:
    """How many things wait, for the bar of every page: counted anew once a minute at most.

    The number is kept in memory under a name that says nothing.
    """
    known = cache.get(_count_name(moderator))
    return int(known) if known is not None else queue_of(ring, moderator).total


def forget_count(moderator: Member) -> None:
    """Count anew for the next page: this moderator has done something."""
    cache.delete(_count_name(moderator))


def _count_name(moderator: Member) -> str:
    message = f"waiting\0{moderator.pk}".encode()
    return f"w{hmac.new(settings.BUDGET_KEY, message, hashlib.sha256).hexdigest()}"
