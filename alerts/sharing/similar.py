"""Whether what another network sends is about someone, or something, that is here already."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from alerts import index
from alerts.flows.lifecycle import VISIBLE_STATES
from alerts.models import Alert
from alerts.sealing import AlertKeys, Report, Reported, open_card, open_report
from safety_app.accounts.keys.keyring import KeyRing
from safety_app.vault.errors import VaultError
from safety_app.vault.labels import region_label

# Of one region, the newest: beyond these a note without an identifier is not compared.
_MOST_COMPARED = 500


@dataclass(frozen=True)
class SimilarAlerts:
    """For each identifier the alerts about the same one, and alerts that say the same."""

    about: tuple[tuple[Reported, tuple[int, ...]], ...]
    same: tuple[int, ...]


def find_similar(ring: KeyRing, report: Report) -> SimilarAlerts:
    """What is here about the same identifiers, and what says the same."""
    keys = AlertKeys(ring)
    entries = {(one.kind, one.key): one for one in report.identifiers if one.kind != "name"}
    found = index.find_alerts(keys, entries)
    about = []
    for entry, reported in entries.items():
        tags = {keys.match_tag(epoch, entry) for epoch in keys.epochs}
        hits = [row.pk for row in _listed(found[entry]) if _carries(keys, row, tags)]
        about.append((reported, tuple(sorted(hits))))
    same = {pk for _reported, hits in about for pk in hits if _same(keys, pk, report)}
    return SimilarAlerts(tuple(about), tuple(sorted(same | _same_in_region(keys, report))))


def _listed(pks: list[int]) -> list[Alert]:
    return list(Alert.objects.filter(pk__in=pks, state__in=VISIBLE_STATES).defer("body"))


def _carries(keys: AlertKeys, row: Alert, tags: set[str]) -> bool:
    """Whether the sealed card says that it is about this: a label alone proves nothing."""
    try:
        card = open_card(keys, row.epoch, row.pk, row.version, row.card)
    except VaultError:
        return False
    return not tags.isdisjoint(card.match_tags)


def _same_in_region(keys: AlertKeys, report: Report) -> set[int]:
    labels = [region_label(keys.network(epoch), report.region) for epoch in keys.epochs]
    rows = Alert.objects.filter(region__in=labels, state__in=VISIBLE_STATES).defer("body")
    found = set()
    for row in rows.order_by("-day", "-pk")[:_MOST_COMPARED]:
        with suppress(VaultError):
            card = open_card(keys, row.epoch, row.pk, row.version, row.card)
            if card.what == report.what and _same(keys, row.pk, report):
                found.add(row.pk)
    return found


def _same(keys: AlertKeys, pk: int, report: Report) -> bool:
    """Whether an alert says the same: what, whom, on which day, in which words."""
    row = Alert.objects.filter(pk=pk).first()
    if row is None:
        return False
    try:
        here = open_report(keys, row.epoch, row.pk, row.version, row.body)
    except VaultError:
        return False
    return _told(here) == _told(report)


def _told(report: Report) -> tuple[object, ...]:
    people = frozenset((one.kind, one.key) for one in report.identifiers)
    return set(report.what), people, report.day, report.region, report.text
