"""The index for checks: counter labels, one for each identifier of an alert.

The j-th alert about an identifier has its own label (`safety_app.vault.labels`), so equal numbers
leave no equal values, and the cost of a check does not grow with the table. Labels of one
identifier are numbered without gaps: withdrawing and expiry unlink a label but leave it in place.
Names have no labels, since a name is never looked up alone.

A label only helps to find: it can be pointed elsewhere by someone who can write to the database.
What an alert is about is on its card (`alerts.sealing.AlertKeys.match_tag`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from alerts.models import Alert, BlindIndexEntry
from alerts.sealing import AlertKeys, LookupKey, Reported, lookup_keys
from safety_app.accounts.keys.keyring import require_no_newer_epoch
from safety_app.vault.boxes import new_key
from safety_app.vault.labels import WINDOW, counter_label, walk_windows, window

_ATTEMPTS = 8
# A hit asks a second time (to see that there is no more); so a miss does too.
_LEAST_ROUNDS = 2


def insert(keys: AlertKeys, alert: Alert, identifiers: Iterable[Reported]) -> None:
    """Add an alert's labels in the newest epoch, each after the last one of its identifier.

    Another post about the same number may take the same place first: then look and try again.
    Raises IntegrityError when that happens eight times.
    """
    wanted = lookup_keys(identifiers)
    for attempt in range(1, _ATTEMPTS + 1):
        made = _next_labels(keys, wanted)
        try:
            with transaction.atomic():
                BlindIndexEntry.objects.bulk_create(
                    BlindIndexEntry(label=one, alert=alert, epoch=keys.current) for one in made
                )
        except IntegrityError:
            if attempt == _ATTEMPTS:
                raise
        else:
            return


def unlink(alert: int) -> None:
    """Make an alert's labels point nowhere. They stay, so that the numbering has no gaps."""
    BlindIndexEntry.objects.filter(alert=alert).update(alert=None)


def new_entries(
    keys: AlertKeys, wanted: Mapping[int, Iterable[LookupKey]], ends: Mapping[LookupKey, int]
) -> tuple[list[BlindIndexEntry], dict[LookupKey, int]]:
    """Labels for several alerts by id, not saved; and where each identifier's numbering then ends.

    All of them or none have to be saved, so that there are no gaps. `ends` holds what is known.
    """
    distinct = dict.fromkeys(entry for listed in wanted.values() for entry in listed)
    free = _first_free(keys, distinct, ends)
    key = keys.labels(keys.current)
    made = []
    for alert, listed in wanted.items():
        for entry in listed:
            one = counter_label(key, *entry, free[entry])
            made.append(BlindIndexEntry(label=one, alert_id=alert, epoch=keys.current))
            free[entry] += 1
    return made, free


def find_alerts(keys: AlertKeys, wanted: Iterable[LookupKey]) -> dict[LookupKey, list[int]]:
    """The ids of alerts about each of the wanted (kind, key) pairs, in all epochs of the ring.

    For each epoch one query a round for everything, of one size, and at least two rounds: the work
    is the same whether something is found or not (a third round comes only with the eighth alert
    about one identifier). Pairs without an alert have an empty list. Raises EpochMoved when a
    newer key came before the end.
    """
    found: dict[LookupKey, list[int]] = {entry: [] for entry in wanted}
    if not found:
        return found
    # The oldest first: a rotation adds to the newest epoch before it takes from an older one, so
    # what moves meanwhile is found in one or the other.
    for epoch in sorted(keys.epochs):
        _find_in(keys.labels(epoch), found)
    require_no_newer_epoch(keys.ring)
    return found


def _find_in(label_key: bytes, found: dict[LookupKey, list[int]]) -> None:
    """Add the ids of one epoch."""
    links: dict[bytes, int | None] = {}
    decoy_key = new_key()
    rounds = 0

    def lookup(asked: list[bytes]) -> list[bytes]:
        nonlocal rounds
        rounds += 1
        missing = len(found) * WINDOW - len(asked)
        decoys = [counter_label(decoy_key, "", "", number) for number in range(missing)]
        rows = dict(
            BlindIndexEntry.objects.filter(label__in=[*asked, *decoys]).values_list(
                "label", "alert_id"
            )
        )
        links.update((bytes(label), alert) for label, alert in rows.items())
        return [bytes(label) for label in rows]

    for entry, _j, label in walk_windows(dict.fromkeys(found, label_key), lookup):
        alert = links[label]
        if alert is not None and alert not in found[entry]:
            found[entry].append(alert)
    while rounds < _LEAST_ROUNDS:
        lookup([])


def _next_labels(keys: AlertKeys, wanted: list[LookupKey]) -> list[bytes]:
    """The first free label of each entry, in the newest epoch."""
    key = keys.labels(keys.current)
    return [counter_label(key, *entry, j) for entry, j in _first_free(keys, wanted, {}).items()]


def _first_free(
    keys: AlertKeys, wanted: Iterable[LookupKey], ends: Mapping[LookupKey, int]
) -> dict[LookupKey, int]:
    """The first number of each entry in the newest epoch that no label has.

    There are no gaps, so looking begins where the numbering is known to have ended.
    """
    key = keys.labels(keys.current)
    free = {entry: ends.get(entry, 0) for entry in wanted}
    open_ones = dict(free)
    while open_ones:
        asked = {
            one: (entry, start + offset)
            for entry, start in open_ones.items()
            for offset, one in enumerate(window(key, *entry, start))
        }
        present = [asked[one] for one in _present(list(asked))]
        for entry, j in present:
            free[entry] = max(free[entry], j + 1)
        open_ones = {entry: open_ones[entry] + WINDOW for entry, _j in present}
    return free


def _present(asked: list[bytes]) -> list[bytes]:
    return [
        bytes(label)
        for label in BlindIndexEntry.objects.filter(label__in=asked).values_list("label", flat=True)
    ]
