"""Sealing what an alert says.

An alert is a *body* (everything) and a *card* (what a list needs, identifiers masked). Each is
compact JSON in UTF-8, padded to one size, in a box under a key of its epoch and purpose. The box
is bound to alert id, part and version, so boxes cannot be swapped or an older text put back.

    card: 1,024 + 29 bytes      body: 8,192 + 29 bytes      note of a confirmation: 1,024 + 29
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, NamedTuple

from alerts import status as statuses
from alerts.content import (
    AT_LEAST_MOST,
    CITY_LIMIT,
    CODE_LIMIT,
    HELPED_LIMIT,
    KEY_LIMIT,
    LEVEL_MOST,
    MARKS_LIMIT,
    MOST_CHOSEN,
    MOST_IDENTIFIERS,
    NOTE_LIMIT,
    ORIGIN_LIMIT,
    TEXT_LIMIT,
    Card,
    LookupKey,
    Report,
    Reported,
    lookup_keys,
)
from alerts.identifiers import is_phone_key, mask
from alerts.models import Alert, Corroboration
from alerts.status import Status
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, labels, shapes
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.network import mac

CARD_SIZE = 1024
BODY_SIZE = 8192
NOTE_SIZE = 1024

_MASKED_LIMIT = 40
_TAG_BYTES, _TAG_LETTERS = 9, 12

_PSEUDONYM, _PSEUDONYM_LIMIT = "pseudonym", 256


class ReportTooLong(ValueError):
    """A report does not fit into a body, though each part is within its limit."""


class AlertKeys:
    """The keys of alerts, derived on first use, once for each epoch of a ring."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._derived: dict[tuple[str, int], bytes] = {}
        self.current = ring.current
        self.epochs = tuple(sorted(ring.epochs, reverse=True))

    def content_key(self, epoch: int) -> bytes:
        """An epoch's key of contents, 32 bytes. Raises VaultError; EpochMoved for a newer epoch."""
        key = self.ring.content_keys.get(epoch)
        if key is None:
            if isinstance(epoch, int) and epoch > self.current:
                require_no_newer_epoch(self.ring)
            raise VaultError("keys: this ring does not hold that epoch")
        return key

    def takes_servers_key(self, epoch: int) -> bool:
        """Whether what people write in an epoch takes the server's key; up to 0.2.0 it does not.
        Raises as `content_key`.
        """
        return self.content_key(epoch) != self.ring.epochs[epoch]

    def derived(self, purpose: str, epoch: int) -> bytes:
        """The key (32 bytes) for "alert cards", "alert bodies", "alert notes" or "card marks"."""
        key = self._derived.get((purpose, epoch))
        if key is None:
            key = self._derived[purpose, epoch] = boxes.derive(self.content_key(epoch), purpose)
        return key

    def newest(self, purpose: str) -> bytes:
        """The key (32 bytes) of this purpose to seal with: nothing new is sealed under another
        epoch's.
        """
        return self.derived(purpose, self.current)

    def labels(self, epoch: int) -> bytes:
        """The key of counter labels, 32 bytes."""
        key = self._derived.get(("labels", epoch))
        if key is None:
            key = self._derived["labels", epoch] = labels.label_key(self.content_key(epoch))
        return key

    def match_tag(self, epoch: int, key: LookupKey) -> str:
        """What a card of this epoch carries if its alert is about this identifier: 12 letters."""
        tag = mac(self.derived("card marks", epoch), make_context("card mark", *key))
        return urlsafe_b64encode(tag[:_TAG_BYTES]).decode()


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


class BodyOf(NamedTuple):
    """What the body of an alert is bound to: id, version, and whose it is.

    `author_tag` is 16 bytes, or None for nobody's. Whoever writes her own tag into somebody else's
    alert must not be able to read it as its author, nor to write it anew.
    """

    alert: int
    version: int
    author_tag: bytes | memoryview | None

    def context(self, keys: AlertKeys, epoch: int) -> bytes:
        """The context of the box in an epoch; up to 0.2.0 the tag was not in it. Raises
        VaultError.
        """
        bound = (bytes(self.author_tag or b""),) if keys.takes_servers_key(epoch) else ()
        try:
            return make_context("alert", self.alert, "body", self.version, *bound)
        except (OverflowError, TypeError):
            # SQLite stores any type in any column: one such row must not hide all others.
            raise VaultError("alert: malformed") from None


def body_of(alert: Alert) -> BodyOf:
    """Of an alert's row."""
    return BodyOf(alert.pk, alert.version, alert.author_tag)


def seal_report(keys: AlertKeys, whose: BodyOf, report: Report) -> bytes:
    """The body's box, 8,221 bytes, in the newest epoch. Raises ReportTooLong."""
    return seal_body(keys, whose, report_bytes(report))


def seal_body(keys: AlertKeys, whose: BodyOf, padded: bytes) -> bytes:
    """The box of a body of 8,192 padded bytes, in the newest epoch."""
    context = whose.context(keys, keys.current)
    return boxes.seal_box(keys.newest("alert bodies"), padded, context)


def open_body(keys: AlertKeys, epoch: int, whose: BodyOf, box: bytes | memoryview) -> bytes:
    """Undo `seal_body`. Raises VaultError for a wrong key, alert, version, author or a damaged
    box.
    """
    context = whose.context(keys, epoch)
    try:
        return boxes.open_box(keys.derived("alert bodies", epoch), bytes(box), context)
    except TypeError:
        raise VaultError("alert: malformed") from None


def open_report(keys: AlertKeys, epoch: int, whose: BodyOf, box: bytes | memoryview) -> Report:
    """What the body says. Raises VaultError as `open_body`."""
    return report_from(open_body(keys, epoch, whose, box))[0]


def report_of(keys: AlertKeys, alert: Alert) -> Report:
    """What an alert's body says. Raises VaultError as `open_body`."""
    return open_report(keys, alert.epoch, body_of(alert), alert.body)


def report_bytes(report: Report, **beside: str) -> bytes:
    """A report as 8,192 padded bytes, with further fields if given. Raises ReportTooLong.

    Room for `moderated` stays, so that a moderator can change the level of all that fits.
    """
    content: dict[str, Any] = {
        **_without_empty(report),
        **beside,
        "identifiers": [
            [
                reported.kind,
                reported.key,
                reported.shown,
                reported.similar,
                int(reported.sure),
                int(reported.spoofable),
            ]
            for reported in report.identifiers
        ],
    }
    if _BODY.bytes_over({**content, "moderated": 1}):
        raise ReportTooLong
    return _BODY.encode(content)


def report_from(padded: bytes) -> tuple[Report, dict[str, Any]]:
    """Undo `report_bytes`: the report, and all decoded fields. Raises VaultError."""
    fields = _BODY.decode(padded)
    return _report_from(fields), fields


class NoteOf(NamedTuple):
    """Whose note it is: the ids of the alert and of the confirmation, and the confirmation's tag
    (16 bytes), so that nobody confirms again after changing the tag of her first one.
    """

    alert: int
    confirmation: int
    tag: bytes | memoryview

    def context(self, keys: AlertKeys, epoch: int) -> bytes:
        """The context of the box in an epoch; up to 0.2.0 the tag was not in it."""
        bound = (bytes(self.tag),) if keys.takes_servers_key(epoch) else ()
        return make_context("alert note", self.alert, self.confirmation, *bound)


def note_of(row: Corroboration) -> NoteOf:
    """Of a confirmation's row."""
    return NoteOf(row.alert_id, row.pk, row.tag)


def seal_note(keys: AlertKeys, whose: NoteOf, note: str) -> bytes:
    """A confirmation's note (at most 200 characters, or none) in a box of 1,053 bytes.

    In the newest epoch, so the alert has to be there too.
    """
    padded = pad(note[:NOTE_LIMIT].encode("utf-8", "replace"), NOTE_SIZE)
    return boxes.seal_box(keys.newest("alert notes"), padded, whose.context(keys, keys.current))


def open_note(keys: AlertKeys, epoch: int, whose: NoteOf, box: bytes | memoryview) -> str:
    """Undo `seal_note`; empty when there was no note. Raises VaultError."""
    context = whose.context(keys, epoch)
    padded = boxes.open_box(keys.derived("alert notes", epoch), bytes(box), context)
    try:
        note = unpad(padded).decode()
    except UnicodeDecodeError:
        raise VaultError("note: malformed") from None
    if len(note) > NOTE_LIMIT or "\0" in note:
        raise VaultError("note: malformed")
    return note


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
    shapes.text(2 * MOST_IDENTIFIERS * _TAG_LETTERS),
    shapes.number(0, AT_LEAST_MOST),
    *statuses.SHAPE,
)


def _card_from_json(content: Any) -> Card:
    what, level, region, country, city, setting, when, flags, *rest = _card_row(content)
    masked, tags, at_least, *status = rest
    if len(tags) % _TAG_LETTERS:
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
        match_tags=tuple(tags[at : at + _TAG_LETTERS] for at in range(0, len(tags), _TAG_LETTERS)),
        on_behalf=bool(flags & 4),
        shared=bool(flags & 8),
        at_least=at_least,
    )


def _day_or_none(value: Any) -> str:
    return value if value == "" else shapes.day(value).isoformat()


_identifier_row = shapes.row(
    _key,
    shapes.text(BODY_SIZE),
    shapes.text(BODY_SIZE),
    shapes.optional(shapes.text(BODY_SIZE)),
    shapes.flag,
    shapes.flag,
)


def _identifier(value: Any) -> Reported:
    reported = Reported(*_identifier_row(value))
    if reported.kind == "phone" and not is_phone_key(reported.key):
        raise shapes.Malformed
    return reported


# Texts may be longer than what was typed: a phrase that is taken out leaves "[…]".
_body_fields = shapes.fields(
    {
        "what": shapes.listed(_key, MOST_CHOSEN, 1),
        "level": shapes.number(0, LEVEL_MOST),
        "region": shapes.text(CODE_LIMIT, 1),
        "identifiers": shapes.listed(_identifier, MOST_IDENTIFIERS),
    },
    {
        "country": _code,
        "city": shapes.text(2 * CITY_LIMIT),
        "setting": _key,
        "when": _key,
        "day": _day_or_none,
        "time_of_day": _key,
        "description": shapes.mapping(_key, shapes.listed(_key, MOST_CHOSEN), MOST_CHOSEN),
        "marks": shapes.text(2 * MARKS_LIMIT),
        "text": shapes.text(2 * TEXT_LIMIT),
        "helped": shapes.text(2 * HELPED_LIMIT),
        "language": _key,
        "origin": shapes.text(ORIGIN_LIMIT),
        "at_least": shapes.number(0, AT_LEAST_MOST),
        "may_note": shapes.flag,
        "may_share": shapes.flag,
        "on_behalf": shapes.flag,
        "moderated": shapes.flag,
        # Beside a report that is left at a desk.
        _PSEUDONYM: shapes.text(_PSEUDONYM_LIMIT),
    },
)

_CARD = Codec[Card]("card", CARD_SIZE, card_to_json, _card_from_json)
_BODY = Codec[dict[str, Any]]("alert", BODY_SIZE, dict, _body_fields)


def _shortened(text: str) -> str:
    return text if len(text) <= _MASKED_LIMIT else text[: _MASKED_LIMIT - 1] + "…"


def _without_empty(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return {
        name: int(value) if isinstance(value, bool) else value
        for name, value in values.items()
        if value or name == "level"
    }


def _report_from(fields: dict[str, Any]) -> Report:
    said = {name: value for name, value in fields.items() if name != _PSEUDONYM}
    return Report(**{"when": "", **said})
