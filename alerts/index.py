"""The index for checks: counter labels, one for each identifier of an alert.

The j-th alert about an identifier has its own label (`safety_app.vault.labels`), so equal numbers
leave no equal values, and the cost of a check does not grow with the table. Labels of one
identifier are numbered without gaps: withdrawing and expiry unlink a label but leave it in place.
Names have no labels, since a name is never looked up alone.

A label only helps to find: it can be pointed elsewhere by someone who can write to the database.
What an alert is about is on its card (`alerts.sealing.AlertKeys.mark`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from alerts.models import Alert, Label
from alerts.sealing import AlertKeys, Entry, Reported, entries
from safety_app.vault.boxes import new_key
from safety_app.vault.labels import WINDOW, counter_label, walk_windows

_ATTEMPTS = 8
# A hit asks a second time (to see that there is no more); so a miss does too.
_LEAST_ROUNDS = 2


def insert(keys: AlertKeys, alert: Alert, identifiers: Iterable[Reported]) -> None:
    """Add an alert's labels in the newest epoch, each after the last one of its identifier.

    Another post about the same number may take the same place first: then look and try again.
    Raises IntegrityError when that happens eight times.
    """
    wanted = entries(identifiers)
    for attempt in range(1, _ATTEMPTS + 1):
        made = _next_labels(keys, wanted)
        try:
            with transaction.atomic():
                Label.objects.bulk_create(
                    Label(label=one, alert=alert, epoch=keys.current) for one in made
                )
        except IntegrityError:
            if attempt == _ATTEMPTS:
                raise
        else:
            return


def unlink(alert: int) -> None:
    """Make an alert's labels point nowhere. They stay, so that the numbering has no gaps."""
    Label.objects.filter(alert=alert).update(alert=None)


def find(keys: AlertKeys, wanted: Iterable[Entry]) -> dict[Entry, list[int]]:
    """The ids of alerts about each of the wanted (kind, key) pairs, in all epochs of the ring.

    One query a round for everything, of one size, and at least two rounds: the work is the same
    whether something is found or not (a third round comes only with the eighth alert about one
    identifier). Pairs without an alert have an empty list.
    """
    found: dict[Entry, list[int]] = {entry: [] for entry in wanted}
    names = {(kind, key, epoch): keys.labels(epoch) for kind, key in found for epoch in keys.epochs}
    links: dict[bytes, int | None] = {}
    decoy_key = new_key()
    rounds = 0

    def lookup(asked: list[bytes]) -> list[bytes]:
        nonlocal rounds
        rounds += 1
        missing = len(names) * WINDOW - len(asked)
        decoys = [counter_label(decoy_key, "", "", number) for number in range(missing)]
        rows = dict(
            Label.objects.filter(label__in=[*asked, *decoys]).values_list("label", "alert_id")
        )
        links.update((bytes(label), alert) for label, alert in rows.items())
        return [bytes(label) for label in rows]

    if not names:
        return found
    for (kind, key, _epoch), _j, label in walk_windows(names, lookup):
        alert = links[label]
        if alert is not None and alert not in found[kind, key]:
            found[kind, key].append(alert)
    while rounds < _LEAST_ROUNDS:
        lookup([])
    return found


def _next_labels(keys: AlertKeys, wanted: list[Entry]) -> list[bytes]:
    """The first free label of each entry, in the newest epoch."""
    key = keys.labels(keys.current)
    free = dict.fromkeys(wanted, 0)
    for entry, j, _label in walk_windows(dict.fromkeys(wanted, key), _present):
        free[entry] = max(free[entry], j + 1)
    return [counter_label(key, *entry, j) for entry, j in free.items()]


def _present(asked: list[bytes]) -> list[bytes]:
    return [
        bytes(label)
        for label in Label.objects.filter(label__in=asked).values_list("label", flat=True)
    ]
