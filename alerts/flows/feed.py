"""The feed: which alerts, in which order, opened for one reader."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from django.http import QueryDict

from alerts.cards import OpenedCard, count_confirmations, opened_or_none
from alerts.content import Card
from alerts.flows.feed_rows import Behind, Wanted, newest_first, walk
from alerts.flows.lifecycle import own_among, own_ids_since
from alerts.identifiers.text import fold
from alerts.presentation import place_words, what_words
from alerts.report.places import coarse_regions
from alerts.sealing.keys import AlertKeys
from alerts.vocabulary.choices import SETTINGS, WHAT_LABELS
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.locales.regions import region_name
from safety_app.privacy.ids import parse_id
from safety_app.privacy.paging import page_number
from safety_app.vault.labels import region_label

PAGE = 15
MOST_SEARCHED = 3_000  # cards opened for one request
MOST_FOR_TOWNS, MOST_TOWNS = 300, 100  # cards opened to list towns; towns listed
_LAST_PAGE = 10_000 // PAGE
_PLACE = re.compile(r"([01])\.(\d{4}-\d\d-\d\d)\.(\d{19})", re.ASCII)
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
    behind: Behind | None = None

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
    over is left out, whatever the columns say. `go_on`: a search ended here, behind this row, and
    there are more.
    """

    cards: list[OpenedCard]
    confirmations: dict[int, int]
    older: bool
    unopened: int
    go_on: Behind | None = None


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
        # Another filter begins anew.
        behind=_read_place(data.get("go_on") or (data.get("behind", "") if "page" in data else "")),
    )


def written_place(place: Behind) -> str:
    """A place as a form's field carries it."""
    return f"{int(place.top)}.{place.day.isoformat()}.{place.pk}"


def _read_place(typed: str) -> Behind | None:
    """Undo `written_place`; None for anything else."""
    match = _PLACE.fullmatch(typed)
    if match is None:
        return None
    pk = parse_id(match[3])
    try:
        day = datetime.date.fromisoformat(match[2])
    except ValueError:
        return None
    return None if pk is None else Behind(match[1] == "1", day, pk)


def feed_page(ring: KeyRing, filters: Filters, language: str) -> FeedPage:
    """The requested page of the list, opened."""
    keys = AlertKeys(ring)
    wanted = _wanted(ring, keys, filters)
    find = _searched_page if filters.sealed else _plain_page
    page = find(keys, wanted, filters, language)
    if filters.regions:  # region labels differ under a newer key
        require_no_newer_epoch(ring)
    epochs = {opened.row.pk: opened.row.epoch for opened in page.cards}
    return replace(page, confirmations=count_confirmations(keys, epochs))


def _plain_page(keys: AlertKeys, wanted: Wanted, filters: Filters, language: str) -> FeedPage:
    """A page of rows that clear columns find."""
    rows = newest_first(wanted, (filters.page - 1) * PAGE, PAGE + 1)
    every = [opened_or_none(keys, row) for row in rows[:PAGE]]
    cards = [opened for opened in every if opened and _fits(opened, filters, language)]
    return FeedPage(cards, {}, older=len(rows) > PAGE, unopened=every.count(None))


def _searched_page(keys: AlertKeys, wanted: Wanted, filters: Filters, language: str) -> FeedPage:
    """A page for which only the cards know what matches: opened one after another until it is
    full, or until MOST_SEARCHED were looked at and somebody has to say whether to go on.
    """
    start = (filters.page - 1) * PAGE
    cards: list[OpenedCard] = []
    looked_at = unopened = 0
    last = filters.behind
    # One more than is looked at says whether there are more.
    for row, place in walk(wanted, filters.behind, MOST_SEARCHED + 1):
        if looked_at == MOST_SEARCHED:
            page = cards[start : start + PAGE]
            return FeedPage(page, {}, older=False, unopened=unopened, go_on=last)
        looked_at, last = looked_at + 1, place
        opened = opened_or_none(keys, row)
        if opened is None:
            unopened += 1
        elif _fits(opened, filters, language):
            cards.append(opened)
        if len(cards) > start + PAGE:
            break
    older = len(cards) > start + PAGE
    return FeedPage(cards[start : start + PAGE], {}, older=older, unopened=unopened)


def _fits(opened: OpenedCard, filters: Filters, language: str) -> bool:
    """Whether a card is shown; what it says is hidden or over is for its author alone."""
    visible = filters.mine or opened.is_visible
    return visible and _matches(opened.card, filters, language)


def towns(ring: KeyRing, filters: Filters) -> list[str]:
    """The towns in the newest notes of the chosen regions, in order of the alphabet.

    As many cards are opened for everyone, whatever else is chosen.
    """
    keys = AlertKeys(ring)
    wide = Filters(regions=filters.regions, nuisance=filters.nuisance)
    found: dict[str, str] = {}
    for row in newest_first(_wanted(ring, keys, wide), 0, MOST_FOR_TOWNS):
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


def _wanted(ring: KeyRing, keys: AlertKeys, filters: Filters) -> Wanted:
    """The choices as far as clear columns decide."""
    levels = (0,) if filters.nuisance else filters.levels
    labels = tuple(
        region_label(keys.content_key(epoch), region)
        for epoch in keys.epochs
        for region in filters.regions
    )
    return Wanted(levels, labels, tuple(own_ids_since(ring)) if filters.mine else None)


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
