"""After a rotation: alerts move to the newest network key, with all that hangs on them.

A slice is one short transaction. What is slow, opening and sealing, is done before it; when
anything is not exactly as it was read, nothing of the slice is written, and it comes again. With
its card and body an alert takes along its region's label, the notes of its confirmations,
translations, waiting changes and the MAC of its authorship; its labels in the index are made anew,
numbered without gaps, and the old ones point nowhere until all have moved. Then those are deleted.

One that others touch each time before it is written moves in the end while nobody else can write.
An alert whose body does not open was tampered with: nobody can open it, so it stays behind, marked
with epoch 0 when all others have moved.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError
from django.db.models import Model

from alerts import index
from alerts.desk_seals import author_mac
from alerts.flows import change_requests, translations
from alerts.models import Alert, BlindIndexEntry, ChangeRequest, Corroboration, Partner, Translation
from alerts.sealing import (
    AlertKeys,
    LookupKey,
    Report,
    card_of,
    lookup_keys,
    open_note,
    report_from,
    seal_card,
    seal_note,
)
from safety_app.accounts.keys.keyring import KeyRing, current_epoch
from safety_app.privacy.bulk_update import update_rows
from safety_app.vault import boxes
from safety_app.vault.encoding import make_context
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

SLICE_SECONDS = 0.03
_FIRST, _MOST = 8, 100  # alerts in a slice
_FEWEST_LABELS, _MOST_LABELS = 100, 2_000
_MOST_TRIES = 5


class _Kept(NamedTuple):
    """The columns of an alert that move."""

    pk: int
    epoch: int
    version: int
    body: bytes
    author_seal: bytes | None
    author_mac: bytes | None


@dataclass(frozen=True)
class _Beside:
    """A row that hangs on an alert, in a box under a network key."""

    table: int
    row: Any = field(compare=False)
    pk: int
    box: bytes


def _reencrypt_note(keys: AlertKeys, alert: _Kept, row: Corroboration) -> bytes:
    note = open_note(keys, alert.epoch, alert.pk, row.pk, row.note)
    return seal_note(keys, keys.current, alert.pk, row.pk, note)


def _reencrypt_translation(keys: AlertKeys, alert: _Kept, row: Translation) -> bytes:
    old, new = (alert.epoch, alert.version), (keys.current, alert.version)
    return translations.resealed(keys, row, old, new)


def _reencrypt_change_request(keys: AlertKeys, alert: _Kept, row: ChangeRequest) -> bytes:
    context = make_context("alert motion", alert.pk, row.pk, alert.version, row.organisation)
    content = boxes.open_box(
        keys.derived(change_requests.PURPOSE, alert.epoch), bytes(row.box), context
    )
    return boxes.seal_box(keys.derived(change_requests.PURPOSE, keys.current), content, context)


# (table, column of the box, what gives it under the newest key or raises VaultError)
_TABLES: tuple[tuple[type[Model], str, Callable[[AlertKeys, _Kept, Any], bytes]], ...] = (
    (Corroboration, "note", _reencrypt_note),
    (Translation, "box", _reencrypt_translation),
    (ChangeRequest, "box", _reencrypt_change_request),
)

_Found = dict[int, tuple[_Kept, tuple[_Beside, ...]]]


@dataclass(frozen=True)
class _Reencrypted:
    """What an alert and the rows beside it become, and what it is found by."""

    columns: tuple[bytes, bytes, bytes]
    mac: bytes | None
    beside: list[tuple[_Beside, bytes]]
    lookup_keys: list[LookupKey]


@dataclass
class _State:
    """What is kept in memory as long as the moving goes on.

    ends    the next number of identifiers that came along
    lost    alerts that do not open; `tries` counts how often one alone was put off
    size    alerts in the next slice
    """

    ends: dict[LookupKey, int] = field(default_factory=dict)
    lost: set[int] = field(default_factory=set)
    tries: Counter[int] = field(default_factory=Counter)
    size: int = _FIRST

    def put_off(self, chosen: list[int]) -> None:
        """These changed meanwhile: they come again, one by one."""
        self.size = 1
        if len(chosen) == 1:
            self.tries.update(chosen)


def count_remaining(newest: int) -> tuple[int, int]:
    """How many alerts are not under the key of epoch `newest` yet, and how many there are."""
    return Alert.objects.filter(epoch__lt=newest).count(), Alert.objects.count()


def has_older(number: int) -> bool:
    """Whether anything may be under a key older than epoch `number`'s; partners moved first."""
    return (
        Alert.objects.filter(epoch__gt=0, epoch__lt=number).exists()
        or BlindIndexEntry.objects.filter(epoch__lt=number).exists()
    )


def finish(ring: KeyRing) -> bool:
    """Whether no alert that the ring opens is under an older key; the others are marked.

    Call it inside the transaction that ends the rotation.
    """
    keys = AlertKeys(ring)
    behind = Alert.objects.filter(epoch__gt=0, epoch__lt=ring.current)
    for row in behind.values_list(*_Kept._fields).iterator(chunk_size=100):
        with suppress(VaultError):
            _open_body(keys, _Kept(*map(_plain, row)))
            return False
    behind.update(epoch=0)
    return True


def reencrypt(ring: KeyRing) -> Iterator[int]:
    """Move slice by slice; each says how many alerts it moved or old labels it deleted.

    Raises EpochMoved when there is a newer key than the ring's.
    """
    if partners := _move_partners(ring):
        yield partners
    yield from _move_alerts(ring)
    yield from _delete_labels(ring)


def _move_alerts(ring: KeyRing) -> Iterator[int]:
    keys, state = AlertKeys(ring), _State(size=_FIRST)
    while waiting := _waiting(keys, state.lost):
        while waiting:
            began = time.monotonic()
            size = state.size
            chosen, waiting = waiting[:size], waiting[size:]
            often = len(chosen) == 1 and state.tries[chosen[0]] >= _MOST_TRIES
            moved = (_move_held if often else _move_slice)(ring, keys, chosen, state)
            if moved:
                state.size = _next_size(size, time.monotonic() - began, _FIRST, _MOST)
            yield moved


def _waiting(keys: AlertKeys, lost: Collection[int]) -> list[int]:
    """Ids of all that can move, in no order: two who move at once are seldom at the same ones."""
    older = Alert.objects.filter(epoch__in=keys.epochs, epoch__lt=keys.current)
    waiting = [pk for pk in older.values_list("pk", flat=True) if pk not in lost]
    secrets.SystemRandom().shuffle(waiting)
    return waiting


def _next_size(size: int, took: float, least: int, most: int) -> int:
    """As many as fit into a slice's time, growing slowly; very few would save none."""
    wanted = int(size * SLICE_SECONDS / max(took, 0.001))
    return max(least, min(wanted, size * 2, most))


class _Changed(Exception):
    """Something in a slice is not as it was read: nothing of it is written."""


def _move_slice(ring: KeyRing, keys: AlertKeys, chosen: list[int], state: _State) -> int:
    """Move these, all or none; says how many."""
    found = _read(keys, chosen)
    made: dict[int, _Reencrypted] = {}
    for pk, (alert, beside) in found.items():
        try:
            made[pk] = _made_anew(keys, alert, beside)
        except VaultError:
            state.lost.add(pk)
    if not made:
        return 0
    labels, ends = index.new_entries(
        keys, {pk: one.lookup_keys for pk, one in made.items()}, state.ends
    )
    try:
        with current_epoch(ring):
            _write(keys, found, made, labels)
    except (IntegrityError, _Changed):  # also when another took the same numbers first
        state.put_off(chosen)
        return 0
    state.ends.update(ends)
    return len(made)


def _move_held(ring: KeyRing, keys: AlertKeys, chosen: list[int], state: _State) -> int:
    """The same, slow part and all, while nobody else posts, corrects, confirms or translates."""
    with current_epoch(ring):
        return _move_slice(ring, keys, chosen, state)


def _read(keys: AlertKeys, chosen: Collection[int]) -> _Found:
    """The alerts that have not moved yet, and what hangs on them, each in one order."""
    rows = Alert.objects.filter(pk__in=chosen, epoch__in=keys.epochs, epoch__lt=keys.current)
    alerts = {row[0]: _Kept(*map(_plain, row)) for row in rows.values_list(*_Kept._fields)}
    beside: dict[int, list[_Beside]] = {pk: [] for pk in alerts}
    for number, (model, column, _anew) in enumerate(_TABLES):
        for row in model._default_manager.filter(alert__in=alerts).order_by("pk"):
            box = bytes(getattr(row, column))
            beside[row.alert_id].append(_Beside(number, row, row.pk, box))  # type: ignore[attr-defined]
    return {pk: (alert, tuple(beside[pk])) for pk, alert in alerts.items()}


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _made_anew(keys: AlertKeys, alert: _Kept, beside: Sequence[_Beside]) -> _Reencrypted:
    """Everything of an alert under the newest key. Raises VaultError when its body does not open.

    The card is made from the body: what somebody put in its place does not come along.
    """
    pk, version, new = alert.pk, alert.version, keys.current
    report, body = _body_anew(keys, alert)
    mac = author_mac(keys, pk, alert.author_seal, alert.author_mac, alert.epoch)
    columns = (
        region_label(keys.network(new), report.region),
        seal_card(keys, new, pk, version, card_of(keys, new, report)),
        body,
    )
    moved = []
    for one in beside:
        _model, _column, anew = _TABLES[one.table]
        # What is not from a member stays: sealing it anew would make it count.
        with suppress(OverflowError, TypeError, VaultError):
            moved.append((one, anew(keys, alert, one.row)))
    return _Reencrypted(columns, mac, moved, lookup_keys(report.identifiers))


def _body_anew(keys: AlertKeys, alert: _Kept) -> tuple[Report, bytes]:
    """What an alert says, and the same bytes under the newest key. Raises VaultError."""
    report, content, context = _open_body(keys, alert)
    return report, boxes.seal_box(keys.derived("alert bodies", keys.current), content, context)


def _open_body(keys: AlertKeys, alert: _Kept) -> tuple[Report, bytes, bytes]:
    """What an alert says, the bytes that say it, and what they are bound to. Raises VaultError."""
    try:
        context = make_context("alert", alert.pk, "body", alert.version)
        content = boxes.open_box(keys.derived("alert bodies", alert.epoch), alert.body, context)
    except (OverflowError, TypeError):
        # SQLite keeps whatever is put into a column: one such row must not hold up all others.
        raise VaultError("alert: not of the right form") from None
    report, _everything = report_from(content)
    return report, content, context


def _write(
    keys: AlertKeys, found: _Found, made: dict[int, _Reencrypted], labels: list[BlindIndexEntry]
) -> None:
    """A few statements, since the write lock is held (`privacy.bulk`). Raises _Changed."""
    new = keys.current
    columns = ("epoch", "region", "card", "body")
    rows = [
        (pk, found[pk][0].epoch, found[pk][0].version, new, *one.columns)
        for pk, one in made.items()
    ]
    if update_rows(Alert, ("epoch", "version"), columns, rows) != len(rows):
        raise _Changed
    # Erased meanwhile, or sealed anew for a renewed desk, whose MAC keeps its epoch: read again.
    macs = [(pk, found[pk][0].author_mac, one.mac) for pk, one in made.items() if one.mac]
    if macs and update_rows(Alert, ("author_mac",), ("author_mac",), macs) != len(macs):
        raise _Changed
    for number, (model, column, _anew) in enumerate(_TABLES):
        hanging = model._default_manager.filter(alert__in=made)
        if hanging.count() != sum(one.table == number for pk in made for one in found[pk][1]):
            raise _Changed
        boxed = [
            (row.pk, row.box, box)
            for one in made.values()
            for row, box in one.beside
            if row.table == number
        ]
        if boxed and update_rows(model, (column,), (column,), boxed) != len(boxed):
            raise _Changed
    BlindIndexEntry.objects.filter(alert__in=made).exclude(epoch=new).update(alert=None)
    BlindIndexEntry.objects.bulk_create(labels)


def _move_partners(ring: KeyRing) -> int:
    """The boxes of partner networks, which are few."""
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
    """The box under the newest key; None when it is, or when none of the ring's opens it."""
    context = make_context("partner", row.pk)
    for epoch in keys.epochs:
        try:
            content = boxes.open_box(keys.derived("partners", epoch), bytes(row.box), context)
        except VaultError:
            continue
        newest = keys.derived("partners", keys.current)
        return None if epoch == keys.current else boxes.seal_box(newest, content, context)
    return None


def _delete_labels(ring: KeyRing) -> Iterator[int]:
    """Labels of older epochs point nowhere now: without them no number is reported twice."""
    old = list(BlindIndexEntry.objects.filter(epoch__lt=ring.current).values_list("pk", flat=True))
    size = _FEWEST_LABELS
    while old:
        began = time.monotonic()
        chosen, old = old[:size], old[size:]
        with current_epoch(ring):
            gone, _each = BlindIndexEntry.objects.filter(pk__in=chosen).delete()
        yield gone
        size = _next_size(size, time.monotonic() - began, _FEWEST_LABELS, _MOST_LABELS)
