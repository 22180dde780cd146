"""The feed: which alerts, in which order, opened for one reader."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.http import QueryDict

from alerts.cards import COLUMNS, CardRow, OpenedCard, count_confirmations, opened_or_none
from alerts.content import Card
from alerts.flows.lifecycle import own_among, own_ids
from alerts.identifiers.text import fold
from alerts.models import Alert
from alerts.presentation import place_words, what_words
from alerts.report.places import coarse_regions
from alerts.sealing import AlertKeys
from alerts.status import VISIBLE_STATES
from alerts.vocabulary.choices import SETTINGS, WHAT_LABELS
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.locales.dates import today
from safety_app.locales.regions import region_name
from safety_app.privacy.paging import page_number
from safety_app.privacy.prepared import select
from safety_app.vault.labels import region_label

PAGE = 15
MOST_SEARCHED = 10_000
FRESH_DAYS = 7
MOST_FOR_TOWNS, MOST_TOWNS = 300, 100  # cards opened to list towns; towns listed
_LAST_PAGE = MOST_SEARCHED // PAGE
_LONGEST_WORD = 80


@dataclass(frozen=True)
class Filters:
    """A reader's choices. All of them live in the form, none on the server."""

    regions: tuple[str, ...] = ()
    levels: tuple[int, ...] = (3, 2, 1)
    what: str = ""
    setting: str = ""
    word: str = ""
    town: str = ""
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
            or self.town
            or self.mine
            or len(self.levels) < 3
        )

    @cached_property
    def folded_word(self) -> str:
        """The search word, folded."""
        return fold(self.word)

    @cached_property
    def folded_town(self) -> str:
        """The town, folded."""
        return fold(self.town)

    @property
    def sealed(self) -> bool:
        """Whether cards have to be opened to know which ones match."""
        return bool(self.what or self.setting or self.word or self.town)


@dataclass(frozen=True)
class FeedPage:
    """A page of the list. `unopened` counts cards that did not open. What a card says is hidden or
    over is left out, whatever the columns say.
    """

    cards: list[OpenedCard]
    confirmations: dict[int, int]
    older: bool
    unopened: int


def read_filters(data: QueryDict) -> Filters:
    """The choices in a form; a value outside our lists counts as not chosen."""
    levels = tuple(level for level in (3, 2, 1) if str(level) in data.getlist("level"))
    tab = data.get("show") or data.get("tab") or ("" if levels else data.get("level", ""))
    what, setting = data.get("what", ""), data.get("setting", "")
    return Filters(
        regions=coarse_regions(data.getlist("region")),
        levels=levels or (3, 2, 1),
        what=what if what in WHAT_LABELS else "",
        setting=setting if setting in dict(SETTINGS) else "",
        word=data.get("q", "").strip()[:_LONGEST_WORD],
        town=data.get("town", "").strip()[:_LONGEST_WORD],
        nuisance=tab in {"nuisance", "0"},
        mine="mine" in data,
        page=page_number(data.get("page", ""), _LAST_PAGE),
    )


def feed_page(ring: KeyRing, filters: Filters, language: str) -> FeedPage:
    """The requested page of the list, opened."""
    keys = AlertKeys(ring)
    start = (filters.page - 1) * PAGE
    alerts = _matching(ring, keys, filters)
    if filters.sealed:
        # Only the cards know what matches: open one after another until the page is full.
        rows: Iterable[CardRow] = _in_order(alerts, filters, 0, MOST_SEARCHED)
        most = start + PAGE + 1
    else:
        rows = list(_in_order(alerts, filters, start, PAGE + 1))
        most, start = PAGE + 1, 0
    cards: list[OpenedCard] = []
    seen = unopened = 0
    for row in rows:
        seen += 1
        opened = opened_or_none(keys, row)
        if opened is None:
            unopened += 1
        elif (filters.mine or opened.is_visible) and _matches(opened.card, filters, language):
            cards.append(opened)
        if len(cards) == most:
            break
    older = len(cards) == most if filters.sealed else seen > PAGE
    if filters.regions:  # region labels differ under a newer key
        require_no_newer_epoch(ring)
    page = cards[start : start + PAGE]
    confirmations = count_confirmations(keys, {opened.row.pk: opened.row.epoch for opened in page})
    return FeedPage(page, confirmations, older, unopened)


def towns(ring: KeyRing, filters: Filters) -> list[str]:
    """The towns in the newest notes of the chosen regions, in order of the alphabet.

    As many cards are opened for everyone, whatever else is chosen.
    """
    keys = AlertKeys(ring)
    wide = Filters(regions=filters.regions, nuisance=filters.nuisance)
    found: dict[str, str] = {}
    for row in _in_order(_matching(ring, keys, wide), wide, 0, MOST_FOR_TOWNS):
        opened = opened_or_none(keys, row)
        if opened and opened.is_visible and _matches(opened.card, wide, ""):
            city = opened.card.city
            if city:
                # Of several spellings, the one with a capital letter.
                found[fold(city)] = min(city, found.get(fold(city), city))
    require_no_newer_epoch(ring)
    return [found[key] for key in sorted(found)][:MOST_TOWNS]


def own_cards(ring: KeyRing, cards: Iterable[OpenedCard]) -> set[int]:
    """The alerts, of these, that carry this person's author tag."""
    return set(own_among(ring, ((opened.row.pk, opened.row.tag) for opened in cards)))


class _Condition(NamedTuple):
    """What rows have to fit, in SQL, and its values. The feed is what people open most, and the
    ORM takes longer to prepare its two queries than the database to answer them."""

    sql: str
    values: tuple[Any, ...]

    def rows(self, order: str, *values: Any) -> list[CardRow]:
        """The rows that fit, in this order."""
        condition = f"WHERE {self.sql} ORDER BY {order}"
        return [
            CardRow._make(row) for row in select(Alert, COLUMNS, condition, (*self.values, *values))
        ]

    def also(self, sql: str, *values: Any) -> _Condition:
        """What has to fit this, too."""
        return _Condition(f"{self.sql} AND {sql}", (*self.values, *values))


def _matching(ring: KeyRing, keys: AlertKeys, filters: Filters) -> _Condition:
    """The condition as far as clear columns decide; held and hidden ones are for authors only."""
    fits = _Condition("level = 0" if filters.nuisance else "level <> 0", ())
    if filters.mine:
        fits = fits.also(*_one_of("id", own_ids(ring)))
    else:
        fits = fits.also(*_one_of("state", VISIBLE_STATES)).also("expires > %s", _date(today()))
    if not filters.nuisance and len(filters.levels) < 3:
        fits = fits.also(*_one_of("level", filters.levels))
    if filters.regions:
        labels = [
            region_label(keys.network(epoch), region)
            for epoch in keys.epochs
            for region in filters.regions
        ]
        fits = fits.also(*_one_of("region", labels))
    return fits


def _one_of(column: str, values: Sequence[Any]) -> tuple[Any, ...]:
    places = ", ".join(["%s"] * len(values)) or "NULL"
    return f"{column} IN ({places})", *values


def _date(day: datetime.date) -> Any:
    """A day as the database compares it."""
    return connection.ops.adapt_datefield_value(day)


def _in_order(fits: _Condition, filters: Filters, start: int, count: int) -> Iterator[CardRow]:
    """`count` rows from `start` on, newest first; level 3 of the last seven days on top."""
    newest = "day DESC, id DESC LIMIT %s OFFSET %s"
    if filters.nuisance:
        yield from fits.rows(newest, count, start)
        return
    # Two walks along the index of days cost less than sorting the whole table.
    week = _date(today() - datetime.timedelta(days=FRESH_DAYS))
    on_top = fits.also("level = 3 AND day > %s", week)
    from_top = on_top.rows(newest, count, start)
    yield from from_top
    if len(from_top) == count:
        return
    # Whoever saw the last of them knows how many there are.
    are_seen = from_top or not start
    tops = start + len(from_top) if are_seen else len(on_top.rows(newest, start, 0))
    others = fits.also("NOT (level = 3 AND day > %s)", week)
    yield from others.rows(newest, count - len(from_top), max(0, start - tops))


def _matches(card: Card, filters: Filters, language: str) -> bool:
    """Whether a card matches the filters; the sealed card counts, not the clear columns."""
    if filters.regions and card.region not in filters.regions:
        return False
    if filters.what and filters.what not in card.what:
        return False
    if filters.town and filters.folded_town != fold(card.city):
        return False
    if filters.setting and filters.setting != card.setting:
        return False
    return not filters.word or filters.folded_word in _words(card, language)


def _words(card: Card, language: str) -> str:
    """Everything a card shows, folded, for the search by a free word."""
    country = region_name(card.country, language) if card.country else ""
    listed = [*what_words(card.what), *place_words(card, language), country]
    typed = [card.city, *(masked for _kind, masked in card.masked)]
    terms = [_folded(term) for term in listed if term != card.city]
    return "\n".join([fold("\n".join(typed)), *terms])


@lru_cache(maxsize=4096)
def _folded(term: str) -> str:
    """A word of our lists, folded once, since folding is what makes a search slow.

    What people typed never comes here: the cache would keep it in memory.
    """
    return fold(term)
