"""Rows of alerts as lists read them: the columns up to the card, and the cards opened."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from django.db.models import QuerySet

from alerts.content import Card
from alerts.models import Alert, Corroboration
from alerts.sealing.cards import open_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import NoteOf, open_note
from safety_app.locales.dates import today
from safety_app.privacy.prepared import select
from safety_app.vault.errors import VaultError

# The body comes after these in the table, so a list does not touch its pages.
COLUMNS = (
    "id",
    "epoch",
    "version",
    "day",
    "level",
    "region",
    "state",
    "hidden_until",
    "expires",
    "author_tag",
    "card",
)


class CardRow(NamedTuple):
    """What a list reads of an alert: the columns above."""

    pk: int
    epoch: int
    version: int
    day: datetime.date
    level: int
    region: bytes | memoryview
    state: str
    hidden_until: datetime.date | None
    expires: datetime.date
    tag: bytes | memoryview | None
    box: bytes | memoryview


class OpenedCard(NamedTuple):
    """A row and its opened card. The row's day, end and state are those that the card vouches for.

    `is_visible` says whether members can read the alert, by its card.
    """

    row: CardRow
    card: Card
    is_visible: bool


def card_rows(alerts: QuerySet[Alert]) -> Iterator[CardRow]:
    """The columns of a list, without the cost of model instances."""
    return map(CardRow._make, alerts.values_list(*COLUMNS))


def rows_by_id(ids: Iterable[int]) -> list[CardRow]:
    """The rows of these alerts."""
    wanted = [0, *ids]  # no alert has the id 0: with it, there is a query even for none
    return _rows(f"WHERE id IN ({', '.join(['%s'] * len(wanted))})", wanted)


def some_rows(count: int) -> list[CardRow]:
    """So many rows, whichever come first."""
    return _rows("LIMIT %s", [count])


def _rows(condition: str, parameters: list[int]) -> list[CardRow]:
    return [CardRow._make(row) for row in select(Alert, COLUMNS, condition, parameters)]


def opened_or_none(keys: AlertKeys, row: CardRow) -> OpenedCard | None:
    """A row with its card; None if it does not open, since someone without the network key wrote
    it.
    """
    try:
        card = open_card(keys, row.epoch, row.pk, row.version, row.box)
    except VaultError:
        return None
    day = today()
    status = card.status.on(day)
    true_row = row._replace(
        day=status.day,
        state=status.state,
        hidden_until=status.hidden_until,
        expires=status.expires,
    )
    return OpenedCard(true_row, card, status.is_visible(day))


def open_cards(keys: AlertKeys, rows: Iterable[CardRow]) -> Iterator[OpenedCard]:
    """The rows whose cards open, whoever may see them, with their cards."""
    for row in rows:
        opened = opened_or_none(keys, row)
        if opened is not None:
            yield opened


def open_visible(keys: AlertKeys, rows: Iterable[CardRow]) -> Iterator[OpenedCard]:
    """Those of them that members can read."""
    return (opened for opened in open_cards(keys, rows) if opened.is_visible)


def count_confirmations(keys: AlertKeys, epochs: Mapping[int, int]) -> dict[int, int]:
    """How many people confirmed each alert, in one query; alerts without any are left out.

    `epochs` says of each alert which key opens it. Rows that do not open do not count: someone
    without the network key put them there.
    """
    counts: Counter[int] = Counter()
    if not epochs:
        return counts
    condition = f"WHERE alert_id IN ({', '.join(['%s'] * len(epochs))})"
    columns = ("alert", "id", "tag", "note")
    for alert, row, tag, note in select(Corroboration, columns, condition, [*epochs]):
        with suppress(VaultError):
            open_note(keys, epochs[alert], NoteOf(alert, row, tag), note)
            counts[alert] += 1
    return counts
