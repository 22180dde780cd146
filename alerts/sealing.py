"""What an alert says, and how it is sealed.

An alert is a *body* (everything) and a *card* (what a list needs, identifiers masked). Each is
compact JSON in UTF-8, padded to one size, in a box under a key of its epoch and purpose. The box
is bound to alert id, part and version, so that nothing can be swapped or an older text put back.

    card: 1,024 + 29 bytes      body: 8,192 + 29 bytes      note of a confirmation: 1,024 + 29
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from alerts.identifiers import Identifier, mask
from alerts.report.vocabulary import MINOR
from safety_app.accounts.keys.keyring import KeyRing, require_no_newer_epoch
from safety_app.privacy.codec import Codec, TooLong
from safety_app.vault import boxes, labels
from safety_app.vault.encoding import make_context, pad, unpad
from safety_app.vault.errors import VaultError
from safety_app.vault.network import mac

CARD_SIZE = 1024
BODY_SIZE = 8192
NOTE_SIZE = 1024

# Longest entries, in characters. They keep any card, body or note inside its size.
MOST_IDENTIFIERS = 8
CITY_LIMIT = 60
MARKS_LIMIT = 200
TEXT_LIMIT = 1000
HELPED_LIMIT = 300
NOTE_LIMIT = 200

_MASKED_LIMIT = 40
_TAG_BYTES, _TAG_LETTERS = 9, 12

# What an alert is found by: (kind, key), where the kind can be SIMILAR.
LookupKey = tuple[str, str]
SIMILAR = "phone-similar"

_IN_COMPANY = {"two", "more", "others_came"}

# Fields of a report that are plain words or plain yes and no, left out where there is nothing.
_WORDS = ["country", "city", "setting", "when", "day", "time_of_day", "marks", "text", "helped"]
_WORDS += ["language", "origin"]
_YES_OR_NO = ("may_note", "may_share", "on_behalf", "moderated")


class ReportTooLong(ValueError):
    """A report does not fit into a body, though no single entry is too long."""


@dataclass(frozen=True)
class Reported:
    """One identifier of a report, as `alerts.identifiers` read it, with what its sender thinks."""

    kind: str
    key: str
    shown: str
    similar: str | None = None
    sure: bool = True
    spoofable: bool = False

    @property
    def identifier(self) -> Identifier:
        """The identifier alone, for masking and comparing."""
        return Identifier(self.kind, self.key, self.shown, self.similar)


@dataclass(frozen=True)
class Report:
    """Everything an alert says. All words are keys of `alerts.report.vocabulary`, or free text.

    when         a key of WHEN; `day` an exact day as "2026-11-21", or empty
    time_of_day  a key of TIMES_OF_DAY, or empty
    country      ISO 3166-1 alpha-2, or empty; `region` ISO 3166-2, "online" or "not-sure"
    setting      a key of SETTINGS, or empty
    description  question key → chosen keys (one or several); unanswered ones are left out
    language     the language `text` and `helped` are written in, for example "fr"
    may_note     the organisation may leave the author a note; `may_share` with partner networks
    on_behalf    someone wrote it for another person, through an organisation
    at_least     how many others confirmed it by what was merged into it
    origin       the name of the partner network it came from, or empty
    moderated    a moderator has changed what the author wrote
    """

    what: tuple[str, ...]
    level: int
    region: str
    country: str = ""
    city: str = ""
    setting: str = ""
    when: str = "not_sure"
    day: str = ""
    time_of_day: str = ""
    identifiers: tuple[Reported, ...] = ()
    description: dict[str, tuple[str, ...]] = field(default_factory=dict)
    marks: str = ""
    text: str = ""
    helped: str = ""
    language: str = ""
    may_note: bool = False
    may_share: bool = False
    on_behalf: bool = False
    at_least: int = 0
    origin: str = ""
    moderated: bool = False

    @property
    def group(self) -> bool:
        """Whether there was more than one of them."""
        return "group" in self.what or not _IN_COMPANY.isdisjoint(self.description.get("alone", ()))

    @property
    def about_minor(self) -> bool:
        """Whether it goes to the organisation's desk instead of being published."""
        return MINOR.key in self.what


@dataclass(frozen=True)
class Card:
    """What a list shows. `masked` holds (kind, masked form); names are in full.

    `level` and `region` are what counts: the clear columns beside the card only help to find it.
    So do the labels of the index: `match_tags` say what the alert really is about.
    """

    what: tuple[str, ...]
    level: int
    region: str
    country: str
    city: str
    setting: str
    when: str
    group: bool
    plate: bool
    masked: tuple[tuple[str, str], ...]
    match_tags: tuple[str, ...] = ()
    on_behalf: bool = False
    shared: bool = False
    at_least: int = 0


class AlertKeys:
    """The keys of alerts, derived when first used, once for each epoch of a ring."""

    def __init__(self, ring: KeyRing) -> None:
        self.ring = ring
        self._derived: dict[tuple[str, int], bytes] = {}
        self.current = ring.current
        self.epochs = tuple(sorted(ring.epochs, reverse=True))

    def network(self, epoch: int) -> bytes:
        """An epoch's network key, 32 bytes. Raises VaultError; EpochMoved for one made since."""
        key = self.ring.epochs.get(epoch)
        if key is None:
            if isinstance(epoch, int) and epoch > self.current:
                require_no_newer_epoch(self.ring)
            raise VaultError("keys: this ring does not hold that epoch")
        return key

    def derived(self, purpose: str, epoch: int) -> bytes:
        """The key (32 bytes) for "alert cards", "alert bodies", "alert notes" or "card marks"."""
        known = self._derived.get((purpose, epoch))
        if known is None:
            known = self._derived[purpose, epoch] = boxes.derive(self.network(epoch), purpose)
        return known

    def labels(self, epoch: int) -> bytes:
        """The key of counter labels, 32 bytes."""
        known = self._derived.get(("labels", epoch))
        if known is None:
            known = self._derived["labels", epoch] = labels.label_key(self.network(epoch))
        return known

    def match_tag(self, epoch: int, entry: LookupKey) -> str:
        """What a card of this epoch carries when its alert is about the entry: 12 letters."""
        made = mac(self.derived("card marks", epoch), make_context("card mark", *entry))
        return urlsafe_b64encode(made[:_TAG_BYTES]).decode()


def lookup_keys(identifiers: Iterable[Reported]) -> list[LookupKey]:
    """The (kind, key) pairs an alert is found by, each once; a phone also by its last digits."""
    found: dict[LookupKey, None] = {}
    for one in identifiers:
        if one.kind != "name":
            found[one.kind, one.key] = None
        if one.similar:
            found[SIMILAR, one.similar] = None
    return list(found)


def card_of(keys: AlertKeys, epoch: int, report: Report) -> Card:
    """The card of a report, to be sealed in this epoch.

    It has the match tags of all identifiers and as many masked ones as fit; the body has them all.
    """
    tags = tuple(keys.match_tag(epoch, entry) for entry in lookup_keys(report.identifiers))
    masked: list[tuple[str, str]] = []
    card = _card(report, masked, tags)
    for reported in report.identifiers:
        shown = _shortened(mask(reported.identifier))
        masked.append((reported.kind, shown))
        grown = _card(report, masked, tags)
        if _CARD.bytes_over(grown):
            masked.pop()
        else:
            card = grown
    return card


def seal_card(keys: AlertKeys, epoch: int, alert: int, version: int, card: Card) -> bytes:
    """The card's box, 1,053 bytes."""
    return _seal(keys, "card", epoch, alert, version, _CARD.encode(card))


def open_card(
    keys: AlertKeys, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> Card:
    """Undo `seal_card`. Raises VaultError for a wrong key, alert, version or a damaged box."""
    return _CARD.decode(_open(keys, "card", epoch, alert, version, box))


def seal_report(keys: AlertKeys, epoch: int, alert: int, version: int, report: Report) -> bytes:
    """The body's box, 8,221 bytes. Raises ReportTooLong."""
    return _seal(keys, "body", epoch, alert, version, report_bytes(report))


def open_report(
    keys: AlertKeys, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> Report:
    """Undo `seal_report`. Raises VaultError for a wrong key, alert, version or a damaged box."""
    return report_from(_open(keys, "body", epoch, alert, version, box))[0]


def report_bytes(report: Report, **beside: str) -> bytes:
    """A report as 8,192 padded bytes, with what else belongs to it. Raises ReportTooLong."""
    content: dict[str, Any] = {
        **_left_out_if_empty(report),
        **beside,
        "identifiers": [
            [one.kind, one.key, one.shown, one.similar, int(one.sure), int(one.spoofable)]
            for one in report.identifiers
        ],
    }
    try:
        return _BODY.encode(content)
    except TooLong:
        raise ReportTooLong from None


def report_from(padded: bytes) -> tuple[Report, dict[str, Any]]:
    """Undo `report_bytes`: the report, and everything that was read. Raises VaultError."""
    read = _BODY.decode(padded)
    return _report_from(read), read


def seal_note(keys: AlertKeys, epoch: int, alert: int, corroboration: int, note: str) -> bytes:
    """A confirmation's note (at most 200 characters, or none) in a box of 1,053 bytes."""
    padded = pad(note[:NOTE_LIMIT].encode("utf-8", "replace"), NOTE_SIZE)
    context = make_context("alert note", alert, corroboration)
    return boxes.seal_box(keys.derived("alert notes", epoch), padded, context)


def open_note(
    keys: AlertKeys, epoch: int, alert: int, corroboration: int, box: bytes | memoryview
) -> str:
    """Undo `seal_note`; empty when there was no note. Raises VaultError."""
    context = make_context("alert note", alert, corroboration)
    padded = boxes.open_box(keys.derived("alert notes", epoch), bytes(box), context)
    return unpad(padded).decode("utf-8", "replace")


_PURPOSES = {"card": "alert cards", "body": "alert bodies"}


def _seal(keys: AlertKeys, part: str, epoch: int, alert: int, version: int, padded: bytes) -> bytes:
    context = make_context("alert", alert, part, version)
    return boxes.seal_box(keys.derived(_PURPOSES[part], epoch), padded, context)


def _open(
    keys: AlertKeys, part: str, epoch: int, alert: int, version: int, box: bytes | memoryview
) -> bytes:
    try:
        context, box = make_context("alert", alert, part, version), bytes(box)
    except (OverflowError, TypeError):
        # SQLite keeps whatever is put into a column: one such row must not hide all others.
        raise VaultError("alert: malformed") from None
    return boxes.open_box(keys.derived(_PURPOSES[part], epoch), box, context)


def _card(report: Report, masked: Sequence[tuple[str, str]], tags: tuple[str, ...]) -> Card:
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
        match_tags=tags,
        on_behalf=report.on_behalf,
        shared=bool(report.origin),
        at_least=report.at_least,
    )


def _card_to_json(card: Card) -> list[Any]:
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
    ]


def _card_from_json(content: Any) -> Card:
    what, level, region, country, city, setting, when, flags, masked, tags, at_least = content
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
        masked=tuple((kind, shown) for kind, shown in masked),
        match_tags=tuple(tags[at : at + _TAG_LETTERS] for at in range(0, len(tags), _TAG_LETTERS)),
        on_behalf=bool(flags & 4),
        shared=bool(flags & 8),
        at_least=int(at_least),
    )


_CARD = Codec[Card]("card", CARD_SIZE, _card_to_json, _card_from_json)
_BODY = Codec[dict[str, Any]]("alert", BODY_SIZE, dict, dict)


def _shortened(text: str) -> str:
    return text if len(text) <= _MASKED_LIMIT else text[: _MASKED_LIMIT - 1] + "…"


def _left_out_if_empty(report: Report) -> dict[str, Any]:
    values = {name: getattr(report, name) for name in report.__dataclass_fields__}
    return {
        name: int(value) if isinstance(value, bool) else value
        for name, value in values.items()
        if value or name == "level"
    }


def _report_from(read: Any) -> Report:
    try:
        plain: dict[str, Any] = {name: read.get(name, "") for name in _WORDS}
        plain |= {name: bool(read.get(name)) for name in _YES_OR_NO}
        return Report(
            what=tuple(read["what"]),
            level=read["level"],
            region=read["region"],
            identifiers=tuple(
                Reported(kind, key, shown, similar, bool(sure), bool(spoofable))
                for kind, key, shown, similar, sure, spoofable in read["identifiers"]
            ),
            description={key: tuple(chosen) for key, chosen in read.get("description", {}).items()},
            at_least=int(read.get("at_least", 0)),
            **plain,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise VaultError("alert: malformed") from None
