"""The list of notes: which alerts, in which order, opened for one reader."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.http import QueryDict

from alerts.flows.lifecycle import VISIBLE_STATES, author_tag, own_ids
from alerts.identifiers.text import fold
from alerts.models import Alert, Corroboration
from alerts.presentation import place_words, what_words
from alerts.report.vocabulary import SETTINGS, WHAT_LABELS
from alerts.sealing import AlertKeys, Card, open_card, open_note
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.locales.dates import today
from safety_app.locales.regions import coarse, region_name
from safety_app.privacy.paging import page_number
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

PAGE = 15
MOST_SEARCHED = 10_000
FRESH_DAYS = 7
_LAST_PAGE = MOST_SEARCHED // PAGE
_LONGEST_WORD = 80
_MOST_REGIONS = 40

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


@dataclass(frozen=True)
class Filters:
    """What a reader asked for. All of it lives in the form, none of it on the server."""

    regions: tuple[str, ...] = ()
    levels: tuple[int, ...] = (3, 2, 1)
    what: str = ""
    setting: str = ""
    word: str = ""
    nuisance: bool = False
    mine: bool = False
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab and the page was chosen."""
        return bool(
            self.regions
            or self.what
            or self.setting
            or self.word
            or self.mine
            or len(self.levels) < 3
        )

    @cached_property
    def folded_word(self) -> str:
        """The word as it is looked for."""
        return fold(self.word)

    @property
    def sealed(self) -> bool:
        """Whether cards have to be opened to know which ones are meant."""
        return bool(self.what or self.setting or self.word)


@dataclass(frozen=True)
class Listing:
    """A page of the list. `unopened` counts cards that did not open."""

    cards: list[OpenedCard]
    confirmations: dict[int, int]
    older: bool
    unopened: int


def read_filters(data: QueryDict) -> Filters:
    """What a form asks for; anything that is not in our lists counts as not chosen."""
    levels = tuple(level for level in (3, 2, 1) if str(level) in data.getlist("level"))
    tab = data.get("show") or data.get("tab") or ("" if levels else data.get("level", ""))
    what, setting = data.get("what", ""), data.get("setting", "")
    return Filters(
        regions=_regions(data.getlist("region")[:_MOST_REGIONS]),
        levels=levels or (3, 2, 1),
        what=what if what in WHAT_LABELS else "",
        setting=setting if setting in dict(SETTINGS) else "",
        word=data.get("q", "").strip()[:_LONGEST_WORD],
        nuisance=tab in {"nuisance", "0"},
        mine="mine" in data,
        page=page_number(data.get("page", ""), _LAST_PAGE),
    )


def listing(ring: KeyRing, filters: Filters, language: str) -> Listing:
    """The page of the list that was asked for, opened."""
    keys = AlertKeys(ring)
    start = (filters.page - 1) * PAGE
    alerts = _asked_for(ring, keys, filters)
    if filters.sealed:
        # Only the cards know: open one after the other until the page is full.
        rows: Iterable[CardRow] = _in_order(alerts, filters, 0, MOST_SEARCHED)
        most = start + PAGE + 1
    else:
        rows = list(_in_order(alerts, filters, start, PAGE + 1))
        most, start = PAGE + 1, 0
    cards: list[OpenedCard] = []
    seen = unopened = 0
    for row in rows:
        seen += 1
        try:
            card = open_card(keys, row.epoch, row.pk, row.version, row.box)
        except VaultError:
            unopened += 1
            continue
        if _wanted(card, filters, language):
            cards.append(OpenedCard(row, card))
        if len(cards) == most:
            break
    older = len(cards) == most if filters.sealed else seen > PAGE
    if filters.regions:  # a newer key has other labels of regions
        require_no_newer_epoch(ring)
    shown = cards[start : start + PAGE]
    return Listing(shown, count_confirmations(keys, [one.row.pk for one in shown]), older, unopened)


def count_confirmations(keys: AlertKeys, alerts: list[int]) -> dict[int, int]:
    """How many others confirmed each alert, in one query; alerts without any are left out.

    Only what opens counts: a row that somebody without the network key put there says nothing.
    """
    counted: Counter[int] = Counter()
    columns = ("pk", "alert", "alert__epoch", "note")
    for row, alert, epoch, note in Corroboration.objects.filter(alert__in=alerts).values_list(
        *columns
    ):
        with suppress(VaultError):
            open_note(keys, epoch, alert, row, note)
            counted[alert] += 1
    return counted


def is_own(ring: KeyRing, row: CardRow) -> bool:
    """Whether the row carries this person's tag."""
    return row.tag is not None and bytes(row.tag) == author_tag(ring, row.pk)


def rows_of(alerts: QuerySet[Alert]) -> Iterator[CardRow]:
    """The columns of a list, without making model instances."""
    return map(CardRow._make, alerts.values_list(*COLUMNS))


def _asked_for(ring: KeyRing, keys: AlertKeys, filters: Filters) -> QuerySet[Alert]:
    """What the clear columns can tell; held and hidden ones are for their authors only."""
    alerts = Alert.objects.filter(level=0) if filters.nuisance else Alert.objects.exclude(level=0)
    if not filters.nuisance and len(filters.levels) < 3:
        alerts = alerts.filter(level__in=filters.levels)
    if filters.regions:
        labels = [
            region_label(keys.network(epoch), region)
            for epoch in keys.epochs
            for region in filters.regions
        ]
        alerts = alerts.filter(region__in=labels)
    if filters.mine:
        return alerts.filter(pk__in=own_ids(ring))
    return alerts.filter(state__in=VISIBLE_STATES)


def _in_order(
    alerts: QuerySet[Alert], filters: Filters, start: int, count: int
) -> Iterator[CardRow]:
    """`count` rows from `start` on, newest first; a level 3 of the last seven days on top."""
    newest = ("-day", "-pk")
    if filters.nuisance:
        yield from rows_of(alerts.order_by(*newest)[start : start + count])
        return
    # Two walks along the index of days are cheaper than sorting the whole table.
    fresh = Q(level=3, day__gt=today() - datetime.timedelta(days=FRESH_DAYS))
    on_top = alerts.filter(fresh)
    tops = on_top.count()
    from_top = min(count, max(0, tops - start))
    if from_top:
        yield from rows_of(on_top.order_by(*newest)[start : start + from_top])
    rest = max(0, start - tops)
    if count > from_top:
        yield from rows_of(alerts.exclude(fresh).order_by(*newest)[rest : rest + count - from_top])


def _wanted(card: Card, filters: Filters, language: str) -> bool:
    """Whether an opened card is what the reader asked for: the card counts, not the columns."""
    if filters.regions and card.region not in filters.regions:
        return False
    if filters.what and filters.what not in card.what:
        return False
    if filters.setting and filters.setting != card.setting:
        return False
    return not filters.word or filters.folded_word in _words(card, language)


def _words(card: Card, language: str) -> str:
    """Everything a card shows, folded, for the search by a free word."""
    country = region_name(card.country, language) if card.country else ""
    listed = [*what_words(card.what), *place_words(card, language), country]
    own = [card.city, *(shown for _kind, shown in card.masked)]
    return "\n".join([fold("\n".join(own)), *(_folded(one) for one in listed if one != card.city)])


@lru_cache(maxsize=4096)
def _folded(listed: str) -> str:
    """A word of our lists, folded once: folding is what makes a search slow. Nobody's own words
    come here, since what is cached stays in memory.
    """
    return fold(listed)


def _regions(codes: Iterable[str]) -> tuple[str, ...]:
    """The coarse regions behind codes, each once; what is no code is left out."""
    found: dict[str, None] = {}
    for code in codes:
        with suppress(ValueError):
            found[coarse(code)] = None
    return tuple(found)
