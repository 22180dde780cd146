"""The blind index for checks: counter labels, one for each identifier of an alert.

The j-th alert about an identifier has its own label (`safety_app.vault.labels`), so equal numbers
leave no equal values, and the cost of a check does not grow with the table. Labels of one
identifier are numbered without gaps: withdrawing and expiry unlink a label but leave it in place.
Names have no labels, since a name is never looked up alone.

A label is only a hint: someone who can write to the database can point it at another alert. What
an alert is about is on its sealed card (`alerts.sealing.keys.AlertKeys.match_tag`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, connection, transaction

from alerts.content import LookupKey, Reported, lookup_keys
from alerts.models import Alert, BlindIndexEntry
from alerts.sealing.keys import AlertKeys
from safety_app.accounts.keys.keyring import require_no_newer_epoch
from safety_app.vault.labels import counter_label, walk_windows

_ATTEMPTS = 8


def insert(keys: AlertKeys, alert: Alert, identifiers: Iterable[Reported]) -> None:
    """Add an alert's labels in the newest epoch, each after the last one of its identifier.

    A concurrent post about the same number can take the same position first; then this tries
    again. Raises IntegrityError after eight attempts.
    """
    wanted = lookup_keys(identifiers)
    for attempt in range(1, _ATTEMPTS + 1):
        new_labels = _next_labels(keys, wanted)
        try:
            with transaction.atomic():
                BlindIndexEntry.objects.bulk_create(
                    BlindIndexEntry(label=label, alert=alert, epoch=keys.current)
                    for label in new_labels
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
    """Unsaved index entries for several alerts by id, and each identifier's next free number.

    Save all of them or none, or the numbering gets gaps. `ends` holds next free numbers that are
    already known.
    """
    distinct = dict.fromkeys(key for listed in wanted.values() for key in listed)
    free = _first_free(keys, distinct, ends)
    label_key = keys.labels(keys.current)
    entries = []
    for alert, listed in wanted.items():
        for key in listed:
            label = counter_label(label_key, *key, free[key])
            entries.append(BlindIndexEntry(label=label, alert_id=alert, epoch=keys.current))
            free[key] += 1
    return entries, free


def find_alerts(keys: AlertKeys, wanted: Iterable[LookupKey]) -> dict[LookupKey, list[int]]:
    """The ids of alerts about each of the wanted (kind, key) pairs, in all epochs of the ring.

    Each epoch gets one query for everything, of the same size for a hit and a miss (a second one
    comes only with the eighth alert about one identifier). Pairs without an alert get an empty
    list. Raises EpochMoved when a newer key appeared in the meantime.
    """
    alerts: dict[LookupKey, list[int]] = {key: [] for key in wanted}
    if not alerts:
        return alerts
    # Oldest first: a rotation adds to the newest epoch before it removes from an older one, so
    # what is re-encrypted in the meantime is found in one or the other.
    for epoch in sorted(keys.epochs):
        _find_in_epoch(keys.labels(epoch), alerts)
    require_no_newer_epoch(keys.ring)
    return alerts


def _find_in_epoch(label_key: bytes, alerts: dict[LookupKey, list[int]]) -> None:
    """Add the ids of one epoch to `alerts`."""
    links: dict[bytes, int | None] = {}

    def lookup(labels: list[bytes]) -> list[bytes]:
        rows = {bytes(label): alert for label, alert in _rows_of(labels)}
        links.update(rows)
        return list(rows)

    for key, _j, label in walk_windows(dict.fromkeys(alerts, label_key), lookup):
        alert = links[label]
        if alert is not None and alert not in alerts[key]:
            alerts[key].append(alert)


def _rows_of(labels: list[bytes]) -> list[tuple[bytes | memoryview, int | None]]:
    """(label, alert) of the labels that are in the table.

    Written out, since the ORM takes longer to prepare a few hundred parameters than the database
    to find them.
    """
    table = connection.ops.quote_name(BlindIndexEntry._meta.db_table)
    places = ", ".join(["%s"] * len(labels))
    with connection.cursor() as cursor:
        # The name of our own table; every value is a parameter.
        cursor.execute(
            f"SELECT label, alert_id FROM {table} WHERE label IN ({places})",  # noqa: S608  # nosec
            labels,
        )
        return list(cursor.fetchall())


def _next_labels(keys: AlertKeys, wanted: list[LookupKey]) -> list[bytes]:
    """The first free label of each identifier, in the newest epoch."""
    label_key = keys.labels(keys.current)
    return [counter_label(label_key, *key, j) for key, j in _first_free(keys, wanted, {}).items()]


def _first_free(
    keys: AlertKeys, wanted: Iterable[LookupKey], ends: Mapping[LookupKey, int]
) -> dict[LookupKey, int]:
    """The first number of each identifier in the newest epoch that no label has.

    There are no gaps, so the search starts at the known end of the numbering.
    """
    free = {key: ends.get(key, 0) for key in wanted}
    label_keys = dict.fromkeys(free, keys.labels(keys.current))
    for key, j, _label in walk_windows(label_keys, _present, dict(free)):
        free[key] = max(free[key], j + 1)
    return free


def _present(labels: list[bytes]) -> list[bytes]:
    present = BlindIndexEntry.objects.filter(label__in=labels).values_list("label", flat=True)
    return [bytes(label) for label in present]
