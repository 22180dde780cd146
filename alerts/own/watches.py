"""Watches: a member is told when somebody writes about an identifier in the next 30 days.

She met him yesterday, and he is reported tomorrow. Watches are part of her personal settings, under
her own key. They are looked up like a check when she opens Notes, with the same work whether she
watches anything or not, and whether anything is found or not.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from alerts.check.paste import Line
from alerts.content import KEY_LIMIT, SIMILAR
from alerts.flows import lookup
from alerts.identifiers import Identifier
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys import personal_settings
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.locales.dates import today
from safety_app.vault import shapes

DAYS = 30
MOST = 20
MOST_READINGS = 2
NAME_LIMIT = 24  # characters
LONGEST_KEY = 104  # characters: the longest addresses of wallets
_NUMBER_LIMIT = 16
_MOST_SEEN = 5
_NAME = "watches"
# In the session: when it was looked up last, and how many watches had news.
NEWS = "watch news"
# Exact and similar keys of as many readings as there can be.
_KEYS = MOST * MOST_READINGS * 2


class TooMany(Exception):
    """There are MOST watches already."""


@dataclass(frozen=True)
class Watch:
    """What is watched: `readings` are looked up, `seen` are ids of notes she knows of."""

    number: str
    name: str
    since: datetime.date
    readings: tuple[Identifier, ...]
    seen: tuple[int, ...] = ()

    @property
    def ends(self) -> datetime.date:
        """The last day of it."""
        return self.since + datetime.timedelta(days=DAYS)


@dataclass(frozen=True)
class News:
    """A watch and the notes about it that she has not seen."""

    watch: Watch
    alerts: tuple[int, ...]


def own_watches(content: dict[str, Any]) -> tuple[Watch, ...]:
    """The watches in somebody's personal settings that have not ended."""
    kept = content.get(_NAME)
    watches = map(_from_json, kept if isinstance(kept, list) else ())
    return tuple(watch for watch in watches if watch is not None and watch.ends >= today())[:MOST]


def look_up(ring: KeyRing, watches: Sequence[Watch]) -> list[News]:
    """The notes about each watch that its owner has not seen. The same work for any watches."""
    lines = [Line("", readings=watch.readings) for watch in watches[:MOST]]
    keys = {
        key
        for line in lines
        for reading in line.readings
        for key in ((reading.kind, reading.key), (SIMILAR, reading.similar))
        if key[1]
    }
    fill = tuple(Identifier("", secrets.token_hex(16), "") for _ in range(_KEYS - len(keys)))
    answers = lookup.look_up(AlertKeys(ring), [*lines, Line("", readings=fill)])
    return [
        News(
            watch,
            tuple(
                hit.alert
                for hit in answer.hits
                if hit.day >= watch.since and hit.alert not in watch.seen
            ),
        )
        for watch, answer in zip(watches, answers, strict=False)
    ]


def add(ring: KeyRing, member_id: int, wanted: Iterable[tuple[str, Sequence[Identifier]]]) -> None:
    """Watch these identifiers, each under a name. What is known of them now is no news.

    Raises TooMany, `privacy.codec.TooLong`, and VaultError if the account is gone.
    """
    fresh = [
        Watch(secrets.token_hex(4), name[:NAME_LIMIT], today(), _shortest(readings))
        for name, readings in wanted
    ]
    known = [replace(news.watch, seen=_newest(news.alerts)) for news in look_up(ring, fresh[:MOST])]

    def with_them(content: dict[str, Any]) -> dict[str, Any]:
        watches = [*own_watches(content), *known]
        if len(watches) > MOST or len(fresh) > MOST:
            raise TooMany
        return _with(content, watches)

    personal_settings.change(ring, member_id, with_them)


def remove(ring: KeyRing, member_id: int, numbers: Iterable[str]) -> None:
    """Stop watching these."""
    gone = set(numbers)
    personal_settings.change(
        ring,
        member_id,
        lambda content: _with(
            content, [watch for watch in own_watches(content) if watch.number not in gone]
        ),
    )


def mark_seen(ring: KeyRing, member_id: int) -> None:
    """Nothing that can be found now is news any more.

    Looked up before the row is locked, so that nobody waits for it.
    """
    watched = own_watches(personal_settings.read(ring, member_id))
    found = {news.watch.number: news.alerts for news in look_up(ring, watched)}

    def all_seen(content: dict[str, Any]) -> dict[str, Any]:
        watches = own_watches(content)
        return _with(
            content,
            [
                replace(watch, seen=_newest(_once(watch.seen, found.get(watch.number, ()))))
                for watch in watches
            ],
        )

    personal_settings.change(ring, member_id, all_seen)


def _once(*alerts: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(chain(*alerts)))


def _newest(alerts: Sequence[int]) -> tuple[int, ...]:
    return tuple(alerts[-_MOST_SEEN:])


def _shortest(readings: Sequence[Identifier]) -> tuple[Identifier, ...]:
    fitting = [one for one in readings if len(one.key) <= LONGEST_KEY]
    return tuple(fitting[:MOST_READINGS])


def _with(content: dict[str, Any], watches: Iterable[Watch]) -> dict[str, Any]:
    return {**content, _NAME: [_to_json(watch) for watch in watches]}


def _to_json(watch: Watch) -> list[Any]:
    readings = [[one.kind, one.key, one.similar] for one in watch.readings]
    return [watch.number, watch.name, watch.since.isoformat(), readings, list(watch.seen)]


_reading = shapes.row(
    shapes.text(KEY_LIMIT),
    shapes.text(LONGEST_KEY),
    shapes.optional(shapes.text(LONGEST_KEY)),
)
_row = shapes.row(
    shapes.text(_NUMBER_LIMIT),
    shapes.text(NAME_LIMIT),
    shapes.day,
    shapes.listed(_reading, MOST_READINGS),
    shapes.listed(shapes.number(1, shapes.LARGEST), _MOST_SEEN),
)


def _from_json(kept: Any) -> Watch | None:
    """None for what an older version wrote in another form."""
    try:
        number, name, since, readings, seen = _row(kept)
    except shapes.Malformed:
        return None
    identifiers = tuple(Identifier(kind, key, "", similar) for kind, key, similar in readings)
    return Watch(number, name, since, identifiers, seen)
