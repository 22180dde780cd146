"""The check: looks up what someone typed, with the same work for a hit and a miss.

Every reading of a line is looked up ("AB 123" can be a plate and a user name), so that a wrong
guess at its kind never hides a note. Names are not looked up: they only show which of the other
results are likelier.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

from alerts import index
from alerts.card_status import visible_alerts
from alerts.cards import (
    CardRow,
    OpenedCard,
    card_rows,
    open_visible,
    opened_or_none,
    rows_by_id,
    some_rows,
)
from alerts.check.budgets import may_answer_plate
from alerts.check.paste import PARTIAL, Line
from alerts.content import SIMILAR, Card, LookupKey
from alerts.identifiers import Identifier, IdentifierError, normalise, partial_plate_matches
from alerts.models import Alert
from alerts.sealing.bodies import BodyOf, open_report
from alerts.sealing.keys import AlertKeys
from alerts.status import status_of
from safety_app.accounts.keys.keyring import require_no_newer_epoch
from safety_app.locales.dates import today
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

# Cards opened for every check, hits and decoys together, so that the work reveals nothing: two for
# each of twenty lines. Only whoever finds more notes than that has more opened, since none may be
# missed.
CARDS_OPENED = 40
MOST_CARDS = 1_000
_MOST_SEARCHED = 10_000
_MOST_PARTIAL_BODIES = 2_000


@dataclass(frozen=True)
class Hit:
    """An alert about a typed line. `card` is None when it does not open."""

    alert: int
    day: datetime.date
    card: Card | None
    kind: str
    similar: bool
    named: bool = False

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        """Sorts the most telling hit first."""
        level = self.card.level if self.card else 0
        return (self.similar, not self.named, -level, -self.day.toordinal())


@dataclass(frozen=True)
class Answer:
    """A line and its hits, best first."""

    line: Line
    hits: tuple[Hit, ...] = ()

    @property
    def opened(self) -> tuple[Hit, ...]:
        """Hits whose cards opened."""
        return tuple(hit for hit in self.hits if hit.card)

    @property
    def level(self) -> int:
        """The highest level of exact hits or, without any, of similar ones."""
        exact = [hit for hit in self.opened if not hit.similar] or self.opened
        return max((hit.card.level for hit in exact if hit.card), default=0)


@dataclass
class _Matches:
    """Alert ids and match tags (one per epoch) by lookup key, and the alerts' rows and cards."""

    ids: dict[LookupKey, list[int]] = field(default_factory=dict)
    match_tags: dict[LookupKey, set[str]] = field(default_factory=dict)
    rows: dict[int, CardRow] = field(default_factory=dict)
    cards: dict[int, Card] = field(default_factory=dict)


def look_up(keys: AlertKeys, lines: Iterable[Line]) -> list[Answer]:
    """What is reported about each line, partial plates left out."""
    lines = list(lines)
    matches = _search(keys, lines)
    names = {name for line in lines for name in (line.name, line.beside) if name}
    return [Answer(line, _hits(line, matches, names)) for line in lines]


def look_up_plates(
    keys: AlertKeys, person: int, answers: Iterable[Answer], regions: Iterable[str]
) -> list[Answer]:
    """The same answers, with what partial plates of this person find in these regions.

    Cards say which alerts have a plate; only those bodies are opened. At most the newest 10,000
    cards and 2,000 bodies.
    """
    answers = list(answers)
    labels = [
        region_label(keys.content_key(epoch), region) for epoch in keys.epochs for region in regions
    ]
    listed = visible_alerts().filter(region__in=labels).order_by("-day", "-pk")
    cards: dict[int, OpenedCard] = {}
    for opened in open_visible(keys, card_rows(listed[:_MOST_SEARCHED])):
        if opened.card.plate and len(cards) < _MOST_PARTIAL_BODIES:
            cards[opened.row.pk] = opened
    require_no_newer_epoch(keys.ring)  # region labels differ under a newer key
    plates = _plates(keys, cards)
    return [
        replace(
            answer,
            hits=tuple(
                Hit(alert, opened.row.day, opened.card, PARTIAL, similar=True)
                for alert, opened in cards.items()
                if any(
                    partial_plate_matches(answer.line.pieces, key) for key in plates.get(alert, ())
                )
                and may_answer_plate(person, alert, answer.line.pieces)
            ),
        )
        if answer.line.pieces
        else answer
        for answer in answers
    ]


def _plates(keys: AlertKeys, cards: Collection[int]) -> dict[int, list[str]]:
    """The plates' keys in the bodies of these alerts."""
    plates: dict[int, list[str]] = {}
    bodies = Alert.objects.filter(pk__in=cards).values_list(
        "pk", "version", "author_tag", "epoch", "body"
    )
    for alert, version, tag, epoch, body in bodies.iterator(chunk_size=100):
        try:
            report = open_report(keys, epoch, BodyOf(alert, version, tag), body)
        except VaultError:
            continue
        plates[alert] = [
            reported.key for reported in report.identifiers if reported.kind == "plate"
        ]
    return plates


def _lookup_keys(line: Line) -> list[tuple[LookupKey, Identifier, bool]]:
    """What a line is looked up by: (key, reading, whether it only finds similar ones)."""
    exact = [((reading.kind, reading.key), reading, False) for reading in line.readings]
    return exact + [
        ((SIMILAR, reading.similar), reading, True) for reading in line.readings if reading.similar
    ]


def _search(keys: AlertKeys, lines: list[Line]) -> _Matches:
    """Look everything up at once, and open the same number of cards as always, unless there are
    more hits."""
    wanted = [key for line in lines for key, _reading, _similar in _lookup_keys(line)]
    matches = _Matches(index.find_alerts(keys, dict.fromkeys(wanted)))
    matches.match_tags = {
        key: {keys.match_tag(epoch, key) for epoch in keys.epochs} for key in matches.ids
    }
    ids = {alert for alerts in matches.ids.values() for alert in alerts}
    if len(ids) > MOST_CARDS:
        ids = _most_dangerous(ids)
    # Whether an alert is hidden or over, its card says.
    rows = rows_by_id(ids)
    missing = max(0, CARDS_OPENED - len(rows))
    for row in (*rows, *islice(cycle(some_rows(missing)), missing)):
        opened = opened_or_none(keys, row)
        if row.pk not in ids:
            continue
        if opened is None and status_of(row).is_visible(today()):
            matches.rows[row.pk] = row
        elif opened is not None and opened.is_visible:
            matches.rows[row.pk], matches.cards[row.pk] = opened.row, opened.card
    return matches


def _most_dangerous(ids: set[int]) -> set[int]:
    """As many as are opened at most."""
    listed = visible_alerts().filter(pk__in=ids).order_by("-level", "-day")
    return set(listed.values_list("pk", flat=True)[:MOST_CARDS])


def _hits(line: Line, matches: _Matches, names: set[str]) -> tuple[Hit, ...]:
    hits: dict[int, Hit] = {}
    for key, reading, similar in _lookup_keys(line):
        for alert in matches.ids[key]:
            row = matches.rows.get(alert)
            if row is not None and alert not in hits:
                card = matches.cards.get(alert)
                if card and matches.match_tags[key].isdisjoint(card.match_tags):
                    continue  # someone pointed another alert's label here
                named = card is not None and bool(names) and not names.isdisjoint(_names(card))
                hits[alert] = Hit(alert, row.day, card, reading.kind, similar, named)
    return tuple(sorted(hits.values(), key=lambda hit: hit.rank))


def _names(card: Card) -> set[str]:
    """The keys of the names on a card."""
    keys = set()
    for kind, name in card.masked:
        if kind == "name":
            try:
                keys.add(normalise("name", name).key)
            except IdentifierError:
                continue
    return keys
