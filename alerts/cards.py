"""Rows of alerts as lists read them: the columns up to the card, and the cards opened."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from django.db.models import QuerySet

from alerts.content import Card
from alerts.models import Alert, Corroboration
from alerts.sealing import AlertKeys, open_card, open_note
from safety_app.vault.errors import VaultError

# The body comes after these in the table, so a list does not touch its pages.
COLUMNS = ("pk", "epoch", "version", "day", "state", "expires", "author_tag", "card")


class CardRow(NamedTuple):
    """What a list reads of an alert: the columns above."""

    pk: int
    epoch: int
    version: int
    day: datetime.date
    state: str
    expires: datetime.date
    tag: bytes | memoryview | None
    box: bytes | memoryview


class OpenedCard(NamedTuple):
    """A row and its opened card."""

    row: CardRow
    card: Card


def card_rows(alerts: QuerySet[Alert]) -> Iterator[CardRow]:
    """The columns of a list, without the cost of model instances."""
    return map(CardRow._make, alerts.values_list(*COLUMNS))


def card_or_none(keys: AlertKeys, row: CardRow) -> Card | None:
    """A row's card; None if it does not open, since someone without the network key wrote it."""
    try:
        return open_card(keys, row.epoch, row.pk, row.version, row.box)
    except VaultError:
        return None


def open_cards(keys: AlertKeys, rows: Iterable[CardRow]) -> Iterator[OpenedCard]:
    """The rows whose cards open, with their cards."""
    for row in rows:
        card = card_or_none(keys, row)
        if card is not None:
            yield OpenedCard(row, card)


def count_confirmations(keys: AlertKeys, alerts: list[int]) -> dict[int, int]:
    """How many people confirmed each alert, in one query; alerts without any are left out.

    Rows that do not open do not count: someone without the network key put them there.
    """
    counts: Counter[int] = Counter()
    columns = ("pk", "alert", "alert__epoch", "note")
    for row, alert, epoch, note in Corroboration.objects.filter(alert__in=alerts).values_list(
        *columns
    ):
        with suppress(VaultError):
            open_note(keys, epoch, alert, row, note)
            counts[alert] += 1
    return counts
