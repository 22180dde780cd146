"""The body of an alert: everything it says, as compact JSON.

Its box is bound to alert id, part, version and whose it is.
"""

from __future__ import annotations

from typing import Any, NamedTuple

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
    ORIGIN_LIMIT,
    TEXT_LIMIT,
    Report,
    Reported,
)
from alerts.identifiers import is_phone_key
from alerts.models import Alert
from alerts.sealing.keys import AlertKeys
from safety_app.privacy.codec import Codec
from safety_app.vault import boxes, shapes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError

BODY_SIZE = 8192

_PSEUDONYM, _PSEUDONYM_LIMIT = "pseudonym", 256


class ReportTooLong(ValueError):
    """A report does not fit into a body, though each part is within its limit."""


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


_key = shapes.text(KEY_LIMIT)
_code = shapes.text(CODE_LIMIT)


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

_BODY = Codec[dict[str, Any]]("alert", BODY_SIZE, dict, _body_fields)
