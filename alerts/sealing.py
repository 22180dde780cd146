"""Sealing what an alert says.

An alert is a *body* (everything) and a *card* (what a list needs, identifiers masked). Each is
compact JSON in UTF-8, padded to one size, in a box under a key of its epoch and purpose. The box
is bound to alert id, part and version, so boxes cannot be swapped or an older text put back.

    card: 1,024 + 29 bytes      body: 8,192 + 29 bytes      note of a confirmation: 1,024 + 29
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from alerts import status as statuses
from alerts.content import CITY_LIMIT, NOTE_LIMIT, Card, LookupKey, Report, Reported, lookup_keys
from alerts.identifiers import mask
from alerts.status import Status
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.privacy.codec import Codec, TooLong
from safety_app.vault import boxes, labels
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.network import mac

CARD_SIZE = 1024
BODY_SIZE = 8192
NOTE_SIZE = 1024

_MASKED_LIMIT = 40
_TAG_BYTES, _TAG_LETTERS = 9, 12

# Fields of a report that are plain text, and those that are booleans. Empty ones are left out.
_WORDS = ["country", "city", "setting", "when", "day", "time_of_day", "marks", "text", "helped"]
_WORDS += ["language", "origin"]
_YES_OR_NO = ("may_note", "may_share", "on_behalf", "moderated")


class ReportTooLong(ValueError):
    """A report does not fit into a body, though each part is within its limit."""


class AlertKeys:
    """The keys of alerts, derived on first use, once for each epoch of a ring."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._derived: dict[tuple[str, int], bytes] = {}
        self.current = ring.current
        self.epochs = tuple(sorted(ring.epochs, reverse=True))

    def network(self, epoch: int) -> bytes:
        """An epoch's network key, 32 bytes. Raises VaultError; EpochMoved for a newer epoch."""
        key = self.ring.epochs.get(epoch)
        if key is None:
            if isinstance(epoch, int) and epoch > self.current:
                require_no_newer_epoch(self.ring)
            raise VaultError("keys: this ring does not hold that epoch")
        return key

    def derived(self, purpose: str, epoch: int) -> bytes:
        """The key (32 bytes) for "alert cards", "alert bodies", "alert notes" or "card marks"."""
        key = self._derived.get((purpose, epoch))
        if key is None:
            key = self._derived[purpose, epoch] = boxes.derive(self.network(epoch), purpose)
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
            key = self._derived["labels", epoch] = labels.label_key(self.network(epoch))
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
    masked: list[tuple[str, str]] = []
    card = _card(report, status, masked, tags)
    for reported in report.identifiers:
        masked.append((reported.kind, _shortened(mask(reported.identifier))))
        grown = _card(report, status, masked, tags)
        if _CARD.bytes_over(grown):
            masked.pop()
        else:
            card = grown
    return card


def seal_card(keys: AlertKeys, alert: int, version: int, card: Card) -> bytes:
    """The card's box, 1,053 bytes, in the newest epoch."""
    return _seal(keys, "card", alert, version, _CARD.encode(card))


def open_card(
    keys: AlertKeys, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> Card:
    """Undo `seal_card`. Raises VaultError for a wrong key, alert, version or a damaged box."""
    return _CARD.decode(_open(keys, "card", epoch, alert, version, box))


def seal_report(keys: AlertKeys, alert: int, version: int, report: Report) -> bytes:
    """The body's box, 8,221 bytes, in the newest epoch. Raises ReportTooLong."""
    return _seal(keys, "body", alert, version, report_bytes(report))


def open_report(
    keys: AlertKeys, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> Report:
    """Undo `seal_report`. Raises VaultError for a wrong key, alert, version or a damaged box."""
    return report_from(_open(keys, "body", epoch, alert, version, box))[0]


def report_bytes(report: Report, **beside: str) -> bytes:
    """A report as 8,192 padded bytes, with further fields if given. Raises ReportTooLong."""
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
    try:
        return _BODY.encode(content)
    except TooLong:
        raise ReportTooLong from None


def report_from(padded: bytes) -> tuple[Report, dict[str, Any]]:
    """Undo `report_bytes`: the report, and all decoded fields. Raises VaultError."""
    fields = _BODY.decode(padded)
    return _report_from(fields), fields


def seal_note(keys: AlertKeys, alert: int, corroboration: int, note: str) -> bytes:
    """A confirmation's note (at most 200 characters, or none) in a box of 1,053 bytes.

    In the newest epoch, so the alert has to be there too.
    """
    padded = pad(note[:NOTE_LIMIT].encode("utf-8", "replace"), NOTE_SIZE)
    context = make_context("alert note", alert, corroboration)
    return boxes.seal_box(keys.newest("alert notes"), padded, context)


def open_note(
    keys: AlertKeys, epoch: int, alert: int, corroboration: int, box: bytes | memoryview
) -> str:
    """Undo `seal_note`; empty when there was no note. Raises VaultError."""
    context = make_context("alert note", alert, corroboration)
    padded = boxes.open_box(keys.derived("alert notes", epoch), bytes(box), context)
    return unpad(padded).decode("utf-8", "replace")


_PURPOSES = {"card": "alert cards", "body": "alert bodies"}


def _seal(keys: AlertKeys, part: str, alert: int, version: int, padded: bytes) -> bytes:
    context = make_context("alert", alert, part, version)
    return boxes.seal_box(keys.newest(_PURPOSES[part]), padded, context)


def _open(
    keys: AlertKeys, part: str, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> bytes:
    try:
        context, box = make_context("alert", alert, part, version), bytes(box)
    except (OverflowError, TypeError):
        # SQLite stores any type in any column: one such row must not hide all others.
        raise VaultError("alert: malformed") from None
    return boxes.open_box(keys.derived(_PURPOSES[part], epoch), box, context)


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


def _card_from_json(content: Any) -> Card:
    what, level, region, country, city, setting, when, flags, *rest = content
    masked, tags, at_least, *status = rest
    return Card(
        what=tuple(what),
        level=level,
        region=region,
        country=country,
        city=city,
        setting=setting,
        when=when,
        group=bool(flags & 1),
        plate=bool(flags & 2),
        masked=tuple((kind, text) for kind, text in masked),
        status=statuses.from_json(*status),
        match_tags=tuple(tags[at : at + _TAG_LETTERS] for at in range(0, len(tags), _TAG_LETTERS)),
        on_behalf=bool(flags & 4),
        shared=bool(flags & 8),
        at_least=int(at_least),
    )


_CARD = Codec[Card]("card", CARD_SIZE, card_to_json, _card_from_json)
_BODY = Codec[dict[str, Any]]("alert", BODY_SIZE, dict, dict)


def _shortened(text: str) -> str:
    return text if len(text) <= _MASKED_LIMIT else text[: _MASKED_LIMIT - 1] + "…"


def _without_empty(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return {
        name: int(value) if isinstance(value, bool) else value
        for name, value in values.items()
        if value or name == "level"
    }


def _report_from(fields: Any) -> Report:
    try:
        plain: dict[str, Any] = {name: fields.get(name, "") for name in _WORDS}
        plain |= {name: bool(fields.get(name)) for name in _YES_OR_NO}
        return Report(
            what=tuple(fields["what"]),
            level=fields["level"],
            region=fields["region"],
            identifiers=tuple(
                Reported(kind, key, shown, similar, bool(sure), bool(spoofable))
                for kind, key, shown, similar, sure, spoofable in fields["identifiers"]
            ),
            description={
                key: tuple(chosen) for key, chosen in fields.get("description", {}).items()
            },
            at_least=int(fields.get("at_least", 0)),
            **plain,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise VaultError("alert: malformed") from None
