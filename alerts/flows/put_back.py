"""Undoing a step: alerts and what belongs to them, as they were before it.

The rows wait as they are, sealed as they are, in the session of whoever took the step, in memory
only and for some seconds. Putting them back changes nothing else: a confirmation or a flag that
somebody sent meanwhile stays, and what its owner took away meanwhile stays away: her tie to an
alert, her confirmation, her translation. Ids, labels and tags are the same afterwards.
"""

from __future__ import annotations

import datetime
from base64 import b64decode, b64encode
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any

from django.db import models

from alerts import index
from alerts.card_status import reseal_card, trust_card
from alerts.flows import reencrypt
from alerts.models import (
    Alert,
    BlindIndexEntry,
    ChangeRequest,
    Corroboration,
    DeskNote,
    Flag,
    Incoming,
    Objection,
    Partner,
    Translation,
)
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.epochs import with_floor
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.privacy.storage import checkpoint_wal
from safety_app.vault.errors import VaultError

# What goes with an alert, and comes back with it.
_BELONGING: tuple[type[models.Model], ...] = (Corroboration, Translation, Flag, ChangeRequest)
_SINGLE: tuple[type[models.Model], ...] = (DeskNote, Objection, Incoming, Partner)
_ALL: tuple[type[models.Model], ...] = (Alert, *_BELONGING, *_SINGLE)
_TABLES = {model.__name__: model for model in _ALL}
_REVIEW = ("id", "state", "hidden_until")  # what a decision changes that rewrites nothing

_TIES = ("author_tag", "author_seal", "author_mac")

Row = dict[str, Any]
Kept = dict[str, Any]


class NotAsItWas(Exception):
    """Something else has happened since, so that nothing can be put back."""


def kept_alerts(ring: KeyRing, alerts: Iterable[int], *, whole: bool = True) -> Kept:
    """These alerts and what belongs to them, as JSON content. Without `whole`, no sealed text."""
    ids = list(alerts)
    listed = Alert.objects.filter(pk__in=ids)
    rows = {"Alert": _rows(listed) if whole else _reviews(ring, listed)}
    for model in _BELONGING:
        if whole or model in (Flag, ChangeRequest):
            rows[model.__name__] = _rows(model._default_manager.filter(alert__in=ids))
    entries = BlindIndexEntry.objects.filter(alert__in=ids) if whole else ()
    labels = [[entry.pk, entry.alert_id] for entry in entries]
    epochs = {str(pk): epoch for pk, epoch in _epochs_of(ids)}
    kept = {"epoch": ring.current, "rows": rows, "labels": labels, "whole": whole}
    return {**kept, "epochs": epochs}


def kept_row(ring: KeyRing, model: type[models.Model], row: int) -> Kept:
    """One row of those that moderators can delete beside alerts."""
    rows = {model.__name__: _rows(model._default_manager.filter(pk=row))}
    return {"epoch": ring.current, "rows": rows, "labels": [], "whole": False, "epochs": {}}


def left_after(kept: Kept) -> dict[str, dict[str, str]]:
    """What the step has left of what belongs to the alerts, and a fingerprint of each row.

    Ask it right after the step and keep it as "left": of what is gone later, it tells what the step
    deleted, which comes back, from what somebody took back, which does not.
    """
    return {
        model.__name__: _fingerprints(model, [row["id"] for row in kept["rows"][model.__name__]])
        for model in _BELONGING
        if model.__name__ in kept["rows"]
    }


def put_back(ring: KeyRing, kept: Kept) -> list[int]:
    """Make all of them as they were. Returns the ids of the alerts.

    Call it in a transaction that began with `require_current_epoch`, once the caller knows that
    nobody else has decided meanwhile. Raises NotAsItWas if the keys were renewed or if a label was,
    or if somebody wrote anew what would be put back.
    """
    rows = {name: list(map(_decoded, listed)) for name, listed in kept["rows"].items()}
    alerts = [int(row["id"]) for row in rows.get("Alert", [])]
    if kept["epoch"] != ring.current or _is_resealed(ring, kept["epochs"]):
        raise NotAsItWas
    taken_back = {name: _taken_back(name, left) for name, left in kept.get("left", {}).items()}
    ChangeRequest.objects.filter(alert__in=alerts).delete()
    for name, listed in rows.items():
        for row in listed:
            if name == "Alert" and not kept["whole"]:
                _put_back_review(ring, row)
            elif row["id"] not in taken_back.get(name, ()):
                _put_back_row(ring, _TABLES[name], row)
    if kept["whole"]:
        for alert in alerts:
            index.unlink(alert)
        for entry, alert in kept["labels"]:
            if not BlindIndexEntry.objects.filter(pk=entry, alert=None).update(alert=alert):
                raise NotAsItWas
    return alerts


def finish() -> None:
    """After the transaction: nothing of the version between stays in the journal."""
    checkpoint_wal()


def _is_resealed(ring: KeyRing, epochs: dict[str, int]) -> bool:
    """Whether an alert has come under another key since, as what belongs to it has too, or was kept
    under one that is closed by now.
    """
    now = dict(_epochs_of([int(pk) for pk in epochs]))
    floor = with_floor(ring).floor
    return any(epoch < floor or now.get(int(pk), epoch) != epoch for pk, epoch in epochs.items())


def _epochs_of(alerts: list[int]) -> Iterable[tuple[int, int]]:
    return Alert.objects.filter(pk__in=alerts).values_list("pk", "epoch")


def _taken_back(name: str, left: dict[str, str]) -> set[int]:
    """The ids of rows that the step had left and somebody has deleted since.

    Raises NotAsItWas if one of those that are still there was changed.
    """
    now = _fingerprints(_TABLES[name], list(map(int, left)))
    if any(left[pk] != fingerprint for pk, fingerprint in now.items()):
        raise NotAsItWas
    return {int(pk) for pk in left.keys() - now.keys()}


def _fingerprints(model: type[models.Model], ids: list[int]) -> dict[str, str]:
    rows = _rows(model._default_manager.filter(pk__in=ids))
    return {str(row["id"]): sha256(repr(row).encode()).hexdigest() for row in rows}


def _put_back_row(ring: KeyRing, model: type[models.Model], row: Row) -> None:
    """Raises NotAsItWas if its owner has written it anew, which only one row of a tag allows."""
    there = model._default_manager.select_for_update().filter(pk=row["id"]).first()
    if there is not None:
        rest = {name: value for name, value in row.items() if name not in ("id", *_cut(there))}
        model._default_manager.filter(pk=row["id"]).update(**rest)
        if isinstance(there, Alert) and there.author_tag is None and row["author_tag"]:
            # Its body is bound to whose it was: it is hers for the moment of sealing it anew.
            model._default_manager.filter(pk=row["id"]).update(author_tag=row["author_tag"])
            reencrypt.release(AlertKeys(ring), Alert.objects.get(pk=row["id"]))
        return
    if "tag" in row and model._default_manager.filter(tag=row["tag"]).exists():
        raise NotAsItWas
    model(**row).save(force_insert=True)


def _cut(row: models.Model) -> list[str]:
    """What ties an alert to its author and is gone by now: no step of a moderator takes it away."""
    if not isinstance(row, Alert):
        return []
    return [name for name in _TIES if getattr(row, name) is None]


def _put_back_review(ring: KeyRing, row: Row) -> None:
    """Seal the review state of before into the card, which may say more by now."""
    alert = Alert.objects.select_for_update().filter(pk=row["id"]).first()
    if alert is None:
        raise NotAsItWas
    keys = AlertKeys(ring)
    trust_card(keys, alert)
    with suppress(VaultError):
        alert = reencrypt.in_newest(keys, alert)
    alert.state, alert.hidden_until = row["state"], row["hidden_until"]
    reseal_card(keys, alert)


def _reviews(ring: KeyRing, alerts: models.QuerySet[Alert]) -> list[Row]:
    """The review states of alerts, as their cards vouch for."""
    keys, rows = AlertKeys(ring), []
    for alert in alerts:
        trust_card(keys, alert)
        rows.append({name: _encoded(getattr(alert, name)) for name in _REVIEW})
    return rows


def _rows(rows: models.QuerySet[Any]) -> list[Row]:
    names = tuple(field.attname for field in rows.model._meta.concrete_fields)
    return [{name: _encoded(value) for name, value in row.items()} for row in rows.values(*names)]


def _encoded(value: Any) -> Any:
    """A value of a column as JSON has it: bytes and days as a list with their kind."""
    if isinstance(value, bytes | memoryview):
        return ["bytes", b64encode(bytes(value)).decode()]
    if isinstance(value, datetime.date):
        return ["day", value.isoformat()]
    return value


def _decoded(row: Row) -> Row:
    decoded = {}
    for name, value in row.items():
        if isinstance(value, list):
            kind, text = value
            value = b64decode(text) if kind == "bytes" else datetime.date.fromisoformat(text)
        decoded[name] = value
    return decoded
