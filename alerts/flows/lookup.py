"""Looking up what someone typed. The same work is done whether anything is found or not.

Every reading of a line is looked up ("AB 123" can be a plate and a user name), so that a wrong
guess at what a line is never hides a note. Names are not looked up: they say which of the other
results is the likelier one.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from zlib import crc32

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alerts import index
from alerts.flows import feed
from alerts.flows.lifecycle import VISIBLE_STATES
from alerts.identifiers import (
    KINDS,
    Identifier,
    IdentifierError,
    normalise,
    partial_plate_matches,
    read_partial_plate,
    recognise,
)
from alerts.models import Alert
from alerts.sealing import SIMILAR, AlertKeys, Card, LookupKey, open_card, open_report
from safety_app.accounts.keys.keyring import require_no_newer_epoch
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

MOST_LINES = 20
LONGEST_LINE = 100

PARTIAL = "partial"

# Cards opened for every check, real ones and others: the work tells nothing.
CARDS_OPENED = 200
_MOST_PARTIAL_BODIES = 2_000
_GAPS = ("*", "…")


@dataclass(frozen=True)
class Line:
    """One typed line and how it is read.

    kind      what it is taken for: one of KINDS, PARTIAL, or empty when it cannot be read
    readings  what is looked up, the likeliest first; without names
    name      the key of the name it may be, or empty
    pieces    the known pieces of a partial plate
    problem   why it was not looked up, in plain words
    """

    typed: str
    kind: str = ""
    readings: tuple[Identifier, ...] = ()
    name: str = ""
    pieces: tuple[str, ...] = ()
    problem: str | Promise = ""


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
class _Found:
    """Ids and match tags (one an epoch) by entry, and the rows and cards behind them."""

    ids: dict[LookupKey, list[int]] = field(default_factory=dict)
    match_tags: dict[LookupKey, set[str]] = field(default_factory=dict)
    rows: dict[int, feed.CardRow] = field(default_factory=dict)
    cards: dict[int, Card] = field(default_factory=dict)


def split_lines(text: str) -> list[str]:
    """The lines that hold anything, trimmed."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def checksum(line: str) -> str:
    """Four characters that tell whether a line is still the one a kind was chosen for."""
    return f"{crc32(line.encode('utf-8', 'replace')) & 0xFFFF:04x}"


def read_line(typed: str, kind: str, country: str) -> Line:
    """How a line is read; `kind` is what the person says it is, or empty."""
    if len(typed) > LONGEST_LINE:
        return Line(typed, kind, problem=_("This line is too long to be one number or name."))
    if kind == PARTIAL or (not kind and any(gap in typed for gap in _GAPS)):
        return _partial(typed)
    if kind in KINDS:
        try:
            readings = [normalise(kind, typed, country)]
        except IdentifierError as error:
            return Line(typed, kind, problem=error.message)
    else:
        readings = recognise(typed, country)
    if not readings:
        return Line(typed, problem=_("This cannot be read. Choose what it is."))
    return Line(
        typed,
        kind=kind if kind in KINDS else readings[0].kind,
        readings=tuple(one for one in readings if one.kind != "name"),
        name=next((one.key for one in readings if one.kind == "name"), ""),
    )


def _partial(typed: str) -> Line:
    try:
        pieces = read_partial_plate(typed.rpartition(":")[2])
    except IdentifierError as error:
        return Line(typed, PARTIAL, problem=error.message)
    return Line(typed, PARTIAL, pieces=pieces)


def look_up(keys: AlertKeys, lines: Iterable[Line]) -> list[Answer]:
    """What is reported about each line, partial plates left out."""
    lines = list(lines)
    found = _find(keys, lines)
    names = {line.name for line in lines if line.name}
    return [Answer(line, _hits(line, found, names)) for line in lines]


def look_up_plates(
    keys: AlertKeys, answers: Iterable[Answer], regions: Iterable[str]
) -> list[Answer]:
    """The same answers, with what partial plates find in these regions.

    Cards say which alerts have a plate; only those bodies are opened. The newest 10,000 cards and
    the newest 2,000 bodies are looked at.
    """
    answers = list(answers)
    labels = [
        region_label(keys.network(epoch), region) for epoch in keys.epochs for region in regions
    ]
    listed = Alert.objects.filter(region__in=labels, state__in=VISIBLE_STATES).order_by(
        "-day", "-pk"
    )
    cards: dict[int, tuple[feed.CardRow, Card]] = {}
    for row in feed.rows_of(listed[: feed.MOST_SEARCHED]):
        card = _opened(keys, row)
        if card and card.plate and len(cards) < _MOST_PARTIAL_BODIES:
            cards[row.pk] = row, card
    require_no_newer_epoch(keys.ring)  # a newer key has other labels of regions
    plates = _plates(keys, cards)
    return [
        replace(
            answer,
            hits=tuple(
                Hit(alert, row.day, card, PARTIAL, similar=True)
                for alert, (row, card) in cards.items()
                if any(
                    partial_plate_matches(answer.line.pieces, key) for key in plates.get(alert, ())
                )
            ),
        )
        if answer.line.pieces
        else answer
        for answer in answers
    ]


def _plates(
    keys: AlertKeys, cards: Mapping[int, tuple[feed.CardRow, Card]]
) -> dict[int, list[str]]:
    """The plates' keys in the bodies of these alerts."""
    plates: dict[int, list[str]] = {}
    bodies = Alert.objects.filter(pk__in=cards).values_list("pk", "epoch", "version", "body")
    for alert, epoch, version, body in bodies.iterator(chunk_size=100):
        try:
            report = open_report(keys, epoch, alert, version, body)
        except VaultError:
            continue
        plates[alert] = [one.key for one in report.identifiers if one.kind == "plate"]
    return plates


def _entries(line: Line) -> list[tuple[LookupKey, Identifier, bool]]:
    """What a line is looked up by: (entry, reading, whether it is only similar)."""
    exact = [((one.kind, one.key), one, False) for one in line.readings]
    return exact + [((SIMILAR, one.similar), one, True) for one in line.readings if one.similar]


def _find(keys: AlertKeys, lines: list[Line]) -> _Found:
    """Look everything up at once, and open as many cards as always."""
    entries = [entry for line in lines for entry, _reading, _similar in _entries(line)]
    found = _Found(index.find_alerts(keys, dict.fromkeys(entries)))
    found.match_tags = {
        entry: {keys.match_tag(epoch, entry) for epoch in keys.epochs} for entry in found.ids
    }
    ids = {alert for alerts in found.ids.values() for alert in alerts}
    # No alert has the id 0: with it there is a query also when there is nothing to fetch.
    listed = Alert.objects.filter(pk__in={0, *ids}, state__in=VISIBLE_STATES).order_by(
        "-level", "-day"
    )
    rows = list(feed.rows_of(listed[:CARDS_OPENED]))
    decoys = list(feed.rows_of(Alert.objects.all()[:CARDS_OPENED]))
    for row in islice((*rows, *islice(cycle(decoys), CARDS_OPENED)), CARDS_OPENED):
        card = _opened(keys, row)
        if card and row.pk in ids:
            found.cards[row.pk] = card
    found.rows = {row.pk: row for row in rows}
    return found


def _hits(line: Line, found: _Found, names: set[str]) -> tuple[Hit, ...]:
    hits: dict[int, Hit] = {}
    for entry, reading, similar in _entries(line):
        for alert in found.ids[entry]:
            row = found.rows.get(alert)
            if row is not None and alert not in hits:
                card = found.cards.get(alert)
                if card and found.match_tags[entry].isdisjoint(card.match_tags):
                    continue  # someone pointed another alert's label here
                named = card is not None and not names.isdisjoint(_names(card))
                hits[alert] = Hit(alert, row.day, card, reading.kind, similar, named)
    return tuple(sorted(hits.values(), key=lambda hit: hit.rank))


def _names(card: Card) -> set[str]:
    """The keys of the names on a card."""
    keys = set()
    for kind, shown in card.masked:
        if kind == "name":
            try:
                keys.add(normalise("name", shown).key)
            except IdentifierError:
                continue
    return keys


def _opened(keys: AlertKeys, row: feed.CardRow) -> Card | None:
    try:
        return open_card(keys, row.epoch, row.pk, row.version, row.box)
    except VaultError:
        return None
