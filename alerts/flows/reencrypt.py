"""After a rotation: seals alerts and everything that belongs to them under the newest network key.

Work goes in slices, each one short transaction. Opening and sealing, which is slow, happens before
it; if anything is not exactly as it was read, nothing of the slice is written and it is tried
again. With its card and body an alert takes along its region's label, the notes of its
confirmations, translations, change requests and the MAC of its authorship. Its index labels are
computed again, numbered without gaps; the old ones point nowhere until all alerts are done, and
then they are deleted.

An alert that others keep changing is finally re-encrypted while nobody else can write. An alert
whose body does not open was tampered with, and nobody can open it: it stays behind. So does one
that opens but cannot be sealed again, whatever the reason: no form of ours made it, and one row
must neither stop the others nor keep an epoch open. Once all others are done its epoch is closed,
so what is left there, or put there since, stays unopened and is counted.
"""

from __future__ import annotations

import datetime
import logging
import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Model

from alerts import index
from alerts.card_status import sealed_status, trust_card
from alerts.content import LookupKey, lookup_keys
from alerts.desk_seals import author_mac
from alerts.flows import change_requests, translations
from alerts.models import Alert, BlindIndexEntry, ChangeRequest, Corroboration, Partner, Translation
from alerts.sealing.bodies import BodyOf, body_of, open_body, report_from, seal_body
from alerts.sealing.cards import card_of, seal_card
from alerts.sealing.keys import AlertKeys
from alerts.sealing.notes import note_of, open_note, seal_note
from safety_app.accounts.keys.keyring import EpochMoved, KeyRing, current_epoch
from safety_app.privacy.bulk_update import update_rows
from safety_app.privacy.codec import MALFORMED
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

_log = logging.getLogger(__name__)

SLICE_SECONDS = 0.03
_FIRST, _MOST = 8, 100  # alerts in a slice
_FEWEST_LABELS, _MOST_LABELS = 100, 2_000
_MOST_TRIES = 5


class _AlertRow(NamedTuple):
    """The columns of an alert that are re-encrypted or decide how."""

    pk: int
    epoch: int
    version: int
    level: int
    day: datetime.date
    expires: datetime.date
    state: str
    hidden_until: datetime.date | None
    author_tag: bytes | None
    card: bytes
    body: bytes
    author_seal: bytes | None
    author_mac: bytes | None


@dataclass(frozen=True)
class _RelatedRow:
    """A row that belongs to an alert and has a box under a network key."""

    table: int
    row: Any = field(compare=False)
    pk: int
    box: bytes


def _reencrypt_note(keys: AlertKeys, alert: _AlertRow, row: Corroboration) -> bytes:
    note = open_note(keys, alert.epoch, note_of(row), row.note)
    return seal_note(keys, note_of(row), note)


def _reencrypt_translation(keys: AlertKeys, alert: _AlertRow, row: Translation) -> bytes:
    return translations.resealed(keys, row, (alert.epoch, alert.version), alert.version)


def _reencrypt_change_request(keys: AlertKeys, alert: _AlertRow, row: ChangeRequest) -> bytes:
    context = make_context("alert motion", alert.pk, row.pk, alert.version, row.organisation)
    content = boxes.open_box(
        keys.derived(change_requests.PURPOSE, alert.epoch), bytes(row.box), context
    )
    change_requests.require_readable(content)
    return boxes.seal_box(keys.newest(change_requests.PURPOSE), content, context)


# (table, column of the box, function that seals it under the newest key or raises VaultError)
_TABLES: tuple[tuple[type[Model], str, Callable[[AlertKeys, _AlertRow, Any], bytes]], ...] = (
    (Corroboration, "note", _reencrypt_note),
    (Translation, "box", _reencrypt_translation),
    (ChangeRequest, "box", _reencrypt_change_request),
)

_Slice = dict[int, tuple[_AlertRow, tuple[_RelatedRow, ...]]]


@dataclass(frozen=True)
class _Reencrypted:
    """The new values of an alert and its related rows, and its keys in the index.

    `vouched` says whether its card opened.
    """

    vouched: bool
    columns: tuple[bytes, bytes, bytes]
    mac: bytes | None
    related: list[tuple[_RelatedRow, bytes]]
    lookup_keys: list[LookupKey]


@dataclass
class _State:
    """What one run keeps in memory.

    ends    next free numbers of identifiers in the index, as far as known
    lost    alerts that do not open; `tries` counts how often a slice of one alert was postponed
    size    alerts in the next slice
    """

    ends: dict[LookupKey, int] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    tries: Counter[int] = field(default_factory=Counter)
    size: int = _FIRST

    def postpone(self, chosen: list[int]) -> None:
        """Something of these alerts changed in the meantime: try again, one by one."""
        self.size = 1
        if len(chosen) == 1:
            self.tries.update(chosen)


class _SliceChanged(Exception):
    """Something in a slice is not as it was read: nothing of it is written."""


def opens_older(ring: KeyRing) -> bool:
    """Whether any alert is still under an older key that the ring could seal under the newest.

    The same attempt as when it is re-encrypted, so that the two always agree. Partners come first,
    so alerts tell for them too. Call it inside the transaction that closes the older epochs.
    """
    keys = AlertKeys(ring)
    older = Alert.objects.filter(epoch__in=keys.epochs, epoch__lt=keys.current)
    rows = older.values_list(*_AlertRow._fields).iterator(chunk_size=100)
    return any(_try_reencrypt(keys, _AlertRow(*map(_as_bytes, row)), ()) for row in rows)


def reencrypt(ring: KeyRing) -> Iterator[int]:
    """Re-encrypt slice by slice; yields how many alerts each did or old labels it deleted.

    Raises EpochMoved when there is a newer key than the ring's.
    """
    if partners := _reencrypt_partners(ring):
        yield partners
    yield from _reencrypt_alerts(ring)
    yield from _delete_labels(ring)


def in_newest(keys: AlertKeys, alert: Alert) -> Alert:
    """An alert under the newest key, with all that belongs to it: the row as it is then, after
    `trust_card`.

    Whatever adds to an alert calls it first, in the same transaction, which began with
    `current_epoch` and holds the row. Raises VaultError for an alert that does not open.
    """
    for _attempt in range(_MOST_TRIES):
        if alert.epoch == keys.current:
            return alert
        rows = _read_slice(keys, [alert.pk])
        if not rows:  # under a closed key
            break
        new = {pk: _reencrypted(keys, row, related) for pk, (row, related) in rows.items()}
        wanted = {pk: content.lookup_keys for pk, content in new.items()}
        entries, _ends = index.new_entries(keys, wanted, {})
        with suppress(IntegrityError, _SliceChanged), transaction.atomic():
            _write(keys, rows, new, entries)
        alert = Alert.objects.select_for_update().get(pk=alert.pk)
        trust_card(keys, alert)
    raise VaultError("alert: not under the newest key")


def release(keys: AlertKeys, alert: Alert) -> None:
    """Make a locked alert nobody's, and save that. A body that does not open stays as it is."""
    with suppress(VaultError):
        alert = in_newest(keys, alert)
        padded = open_body(keys, alert.epoch, body_of(alert), alert.body)
        alert.body = seal_body(keys, body_of(alert)._replace(author_tag=None), padded)
    alert.author_tag = None
    alert.save(update_fields=["author_tag", "body"])


def _reencrypt_alerts(ring: KeyRing) -> Iterator[int]:
    keys, state = AlertKeys(ring), _State(size=_FIRST)
    while queue := _remaining(keys, state.lost):
        while queue:
            began = time.monotonic()
            size = state.size
            chosen, queue = queue[:size], queue[size:]
            contended = len(chosen) == 1 and state.tries[chosen[0]] >= _MOST_TRIES
            reencrypt_slice = _reencrypt_locked if contended else _reencrypt_slice
            done = reencrypt_slice(ring, keys, chosen, state)
            if done:
                state.size = _next_size(size, time.monotonic() - began, _FIRST, _MOST)
            yield done


def _remaining(keys: AlertKeys, lost: Collection[int]) -> list[int]:
    """Ids of all alerts to re-encrypt, shuffled: parallel sessions seldom take the same ones."""
    older = Alert.objects.filter(epoch__in=keys.epochs, epoch__lt=keys.current)
    remaining = [pk for pk in older.values_list("pk", flat=True) if pk not in lost]
    secrets.SystemRandom().shuffle(remaining)
    return remaining


def _next_size(size: int, took: float, least: int, most: int) -> int:
    """As many rows as fit into a slice's time, at most doubled, and not too few to be worth it."""
    wanted = int(size * SLICE_SECONDS / max(took, 0.001))
    return max(least, min(wanted, size * 2, most))


def _reencrypt_slice(ring: KeyRing, keys: AlertKeys, chosen: list[int], state: _State) -> int:
    """Re-encrypt all of these alerts or none; returns how many."""
    rows = _read_slice(keys, chosen)
    new: dict[int, _Reencrypted] = {}
    for pk, (alert, related) in rows.items():
        reencrypted = _try_reencrypt(keys, alert, related)
        if reencrypted is None:
            state.lost.add(pk)
        else:
            new[pk] = reencrypted
    if not new:
        return 0
    wanted = {pk: alert.lookup_keys for pk, alert in new.items()}
    entries, ends = index.new_entries(keys, wanted, state.ends)
    try:
        with current_epoch(ring):
            _write(keys, rows, new, entries)
    except (IntegrityError, _SliceChanged):  # an IntegrityError when another took the same numbers
        state.postpone(chosen)
        return 0
    state.ends.update(ends)
    return len(new)


def _reencrypt_locked(ring: KeyRing, keys: AlertKeys, chosen: list[int], state: _State) -> int:
    """The same, slow part included, while nobody else posts, corrects, confirms or translates."""
    with current_epoch(ring):
        return _reencrypt_slice(ring, keys, chosen, state)


def _read_slice(keys: AlertKeys, chosen: Collection[int]) -> _Slice:
    """Those of the alerts that are under an older key, with their related rows in a fixed order."""
    rows = Alert.objects.filter(pk__in=chosen, epoch__in=keys.epochs, epoch__lt=keys.current)
    columns = rows.values_list(*_AlertRow._fields)
    alerts = {row[0]: _AlertRow(*map(_as_bytes, row)) for row in columns}
    related: dict[int, list[_RelatedRow]] = {pk: [] for pk in alerts}
    for table, (model, column, _reencrypt) in enumerate(_TABLES):
        for row in model._default_manager.filter(alert__in=alerts).order_by("pk"):
            box = bytes(getattr(row, column))
            related[row.alert_id].append(_RelatedRow(table, row, row.pk, box))  # type: ignore[attr-defined]
    return {pk: (alert, tuple(related[pk])) for pk, alert in alerts.items()}


def _as_bytes(value: Any) -> Any:
    """PostgreSQL returns binary columns as memoryviews, which do not compare with bytes."""
    return bytes(value) if isinstance(value, memoryview) else value


def _try_reencrypt(
    keys: AlertKeys, alert: _AlertRow, related: Sequence[_RelatedRow]
) -> _Reencrypted | None:
    """The same as `_reencrypted`; None for an alert that does not open or cannot be sealed again.

    What has nothing to do with the row (a newer key, the database, memory) is raised.
    """
    try:
        return _reencrypted(keys, alert, related)
    except VaultError:
        return None
    except (EpochMoved, DatabaseError, MemoryError):
        raise
    except Exception as error:
        # The error's text could quote what was in the row.
        _log.error("A note could not be re-encrypted: %s", type(error).__name__)
        return None


def _reencrypted(keys: AlertKeys, alert: _AlertRow, related: Sequence[_RelatedRow]) -> _Reencrypted:
    """An alert and its related rows under the newest key. Raises VaultError if the body does not
    open.

    The card is made from the body, so a card that someone put in its place does not survive. Only
    what the old one vouches for comes from there.
    """
    pk, version, newest = alert.pk, alert.version, keys.current
    whose = BodyOf(pk, version, alert.author_tag)
    content = open_body(keys, alert.epoch, whose, alert.body)
    report, _everything = report_from(content)
    card, status = sealed_status(keys, alert)
    mac = author_mac(keys, pk, alert.author_seal, alert.author_mac, alert.epoch)
    columns = (
        region_label(keys.content_key(newest), report.region),
        seal_card(keys, pk, version, card_of(keys, newest, report, status)),
        seal_body(keys, whose, content),
    )
    boxed = []
    for row in related:
        _model, _column, reencrypt_row = _TABLES[row.table]
        # A row that does not open is not from a member, and a new seal would make it count.
        with suppress(VaultError, *MALFORMED):
            boxed.append((row, reencrypt_row(keys, alert, row.row)))
    return _Reencrypted(card is not None, columns, mac, boxed, lookup_keys(report.identifiers))


def _write_alerts(keys: AlertKeys, rows: _Slice, new: dict[int, _Reencrypted]) -> None:
    """Raises _SliceChanged."""
    columns = ("epoch", "region", "card", "body")
    for vouched in (True, False):
        # A moderator who decides meanwhile seals the card again, in the same version. One that
        # does not open can hold anything, even what never equals itself.
        guards = ("epoch", "version", "card") if vouched else ("epoch", "version")
        values = [
            (pk, *(getattr(rows[pk][0], name) for name in guards), keys.current, *alert.columns)
            for pk, alert in new.items()
            if alert.vouched == vouched
        ]
        if values and update_rows(Alert, guards, columns, values) != len(values):
            raise _SliceChanged


def _write(
    keys: AlertKeys, rows: _Slice, new: dict[int, _Reencrypted], entries: list[BlindIndexEntry]
) -> None:
    """Write a slice in few statements, since it holds the write lock (`privacy.bulk_update`).

    Raises _SliceChanged.
    """
    _write_alerts(keys, rows, new)
    # The seal may have been erased meanwhile, or renewed with its desk, whose MAC keeps its epoch.
    macs = [(pk, rows[pk][0].author_mac, alert.mac) for pk, alert in new.items() if alert.mac]
    if macs and update_rows(Alert, ("author_mac",), ("author_mac",), macs) != len(macs):
        raise _SliceChanged
    for table, (model, column, _reencrypt) in enumerate(_TABLES):
        present = model._default_manager.filter(alert__in=new).count()
        if present != sum(row.table == table for pk in new for row in rows[pk][1]):
            raise _SliceChanged
        boxed = [
            (row.pk, row.box, box)
            for alert in new.values()
            for row, box in alert.related
            if row.table == table
        ]
        if boxed and update_rows(model, (column,), (column,), boxed) != len(boxed):
            raise _SliceChanged
    older_entries = BlindIndexEntry.objects.filter(alert__in=new).exclude(epoch=keys.current)
    older_entries.update(alert=None)
    BlindIndexEntry.objects.bulk_create(entries)


def _reencrypt_partners(ring: KeyRing) -> int:
    """Re-encrypt the boxes of partner networks, which are few; returns how many."""
    keys = AlertKeys(ring)
    with current_epoch(ring):
        rows = []
        for row in Partner.objects.select_for_update():
            box = _partner_box(keys, row)
            if box is not None:
                rows.append((row.pk, box))
        if rows:
            update_rows(Partner, (), ("box",), rows)
    return len(rows)


def _partner_box(keys: AlertKeys, row: Partner) -> bytes | None:
    """The box under the newest key; None if it is already, or if no key of the ring opens it."""
    for epoch in keys.epochs:
        try:
            context = make_context("partner", row.pk)
            content = boxes.open_box(keys.derived("partners", epoch), bytes(row.box), context)
        except VaultError:
            continue
        if epoch == keys.current:
            return None
        return boxes.seal_box(keys.newest("partners"), content, context)
    return None


def _delete_labels(ring: KeyRing) -> Iterator[int]:
    """Delete the labels of older epochs, which point nowhere by now; yields how many each time."""
    old = list(BlindIndexEntry.objects.filter(epoch__lt=ring.current).values_list("pk", flat=True))
    size = _FEWEST_LABELS
    while old:
        began = time.monotonic()
        chosen, old = old[:size], old[size:]
        with current_epoch(ring):
            deleted, _by_model = BlindIndexEntry.objects.filter(pk__in=chosen).delete()
        yield deleted
        size = _next_size(size, time.monotonic() - began, _FEWEST_LABELS, _MOST_LABELS)
