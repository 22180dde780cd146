"""The card of an alert: what a list needs, as compact JSON, identifiers masked.

Its box is bound to alert id, part and version.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from alerts import status as statuses
from alerts.content import (
    AT_LEAST_MOST,
    CITY_LIMIT,
    CODE_LIMIT,
    KEY_LIMIT,
    LEVEL_MOST,
    MOST_CHOSEN,
    MOST_IDENTIFIERS,
    Card,
    Report,
    lookup_keys,
)
from alerts.identifiers import mask
from alerts.sealing.keys import TAG_LETTERS, AlertKeys
from alerts.status import Status
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, shapes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

CARD_SIZE = 1024

_MASKED_LIMIT = 40


def card_of(keys: AlertKeys, epoch: int, report: Report, status: Status) -> Card:
    """The card of a report with this status, to be sealed in this epoch.

    It has the match tags of all identifiers, and as many masked identifiers as fit.
    """
    tags = tuple(keys.match_tag(epoch, key) for key in lookup_keys(report.identifiers))
    masked = [
        (reported.kind, _shortened(mask(reported.identifier))) for reported in report.identifiers
    ]
    return fitting(_card(report, status, masked, tags))


def fitting(card: Card) -> Card:
    """The card with as many of its masked identifiers as fit, whatever status it carries later.

    So whoever hides an alert never finds its card too full for the day until which it is hidden.
    """
    masked, fits = card.masked, card._replace(masked=(), status=statuses.LONGEST)
    if _CARD.bytes_over(fits):
        # No form makes one like this, but whoever holds the keys can: hiding it has to work.
        card, fits = (one._replace(what=(), city="") for one in (card, fits))
    for one in masked:
        grown = fits._replace(masked=(*fits.masked, one))
        if not _CARD.bytes_over(grown):
            fits = grown
    return card._replace(masked=fits.masked)


def seal_card(keys: AlertKeys, alert: int, version: int, card: Card) -> bytes:
    """The card's box, 1,053 bytes, in the newest epoch."""
    context = make_context("alert", alert, "card", version)
    return boxes.seal_box(keys.newest("alert cards"), _CARD.encode(card), context)


def open_card(
    keys: AlertKeys, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> Card:
    """Undo `seal_card`. Raises VaultError for a wrong key, alert, version or a damaged box."""
    try:
        context, box = make_context("alert", alert, "card", version), bytes(box)
    except (OverflowError, TypeError):
        # SQLite stores any type in any column: one such row must not hide all others.
        raise VaultError("alert: malformed") from None
    return _CARD.decode(boxes.open_box(keys.derived("alert cards", epoch), box, context))


def _card(
    report: Report, status: Status, masked: Sequence[tuple[str, str]], tags: tuple[str, ...]
) -> Card:
    return Card(
        what=report.what,
        level=report.level,
        region=report.region,
        country=report.country,
        city=report.city[:CITY_LIMIT],
        setting=report.setting,
        when=report.when,
        group=report.group,
        plate=any(reported.kind == "plate" for reported in report.identifiers),
        masked=tuple(masked),
        status=status,
        match_tags=tags,
        on_behalf=report.on_behalf,
        shared=bool(report.origin),
        at_least=report.at_least,
    )


def card_to_json(card: Card) -> list[Any]:
    """The list of fifteen that a card holds (section 11 of `docs/vault-spec.md`)."""
    flags = card.group | card.plate << 1 | card.on_behalf << 2 | card.shared << 3
    return [
        card.what,
        card.level,
        card.region,
        card.country,
        card.city,
        card.setting,
        card.when,
        flags,
        card.masked,
        "".join(card.match_tags),
        card.at_least,
        *statuses.to_json(card.status),
    ]


_key = shapes.text(KEY_LIMIT)
_code = shapes.text(CODE_LIMIT)
_card_row = shapes.row(
    shapes.listed(_key, MOST_CHOSEN),
    shapes.number(0, LEVEL_MOST),
    _code,
    _code,
    shapes.text(CITY_LIMIT),
    _key,
    _key,
    shapes.number(0, 15),
    shapes.listed(shapes.row(_key, shapes.text(_MASKED_LIMIT)), MOST_IDENTIFIERS),
    shapes.text(2 * MOST_IDENTIFIERS * TAG_LETTERS),
    shapes.number(0, AT_LEAST_MOST),
    *statuses.SHAPE,
)


def _card_from_json(content: Any) -> Card:
    what, level, region, country, city, setting, when, flags, *rest = _card_row(content)
    masked, tags, at_least, *status = rest
    if len(tags) % TAG_LETTERS:
        raise shapes.Malformed
    return Card(
        what=what,
        level=level,
        region=region,
        country=country,
        city=city,
        setting=setting,
        when=when,
        group=bool(flags & 1),
        plate=bool(flags & 2),
        masked=masked,
        status=statuses.from_json(*status),
        match_tags=tuple(tags[at : at + TAG_LETTERS] for at in range(0, len(tags), TAG_LETTERS)),
        on_behalf=bool(flags & 4),
        shared=bool(flags & 8),
        at_least=at_least,
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _MASKED_LIMIT else text[: _MASKED_LIMIT - 1] + "…"


_CARD = Codec[Card]("card", CARD_SIZE, card_to_json, _card_from_json)
